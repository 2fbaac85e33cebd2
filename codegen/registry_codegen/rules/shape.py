"""Numbers within one entry that must agree: projection, Matryoshka, context, counts, variants."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import PurePosixPath

from registry_base.architectures import usual_padding
from registry_base.json_shapes import is_list, is_object
from registry_base.quantity import agrees, parse_count
from registry_codegen.entry_view import EntryView, Finding

_WEIGHT_SUFFIXES = {
    "safetensors": {".safetensors"},
    "pytorch": {".bin", ".pt", ".pth", ".ckpt"},
    "onnx": {".onnx", ".onnx_data", ".ort"},
    "openvino": {".bin", ".xml"},
    "gguf": {".gguf"},
}


def projection(entry: EntryView) -> Iterator[Finding]:
    """A projection has a width, and that is the width of the output."""
    has = entry.flag("architecture", "has_projection")
    dims = entry.integer("architecture", "projection_dims")
    width = entry.integer("specs", "embedding_dim")
    if has and dims is None:
        yield Finding(
            ("architecture", "has_projection"),
            "has_projection needs projection_dims; add the output width of the head",
        )
    if dims is not None and not has:
        yield Finding(
            ("architecture", "projection_dims"),
            "projection_dims without has_projection; set has_projection to true",
        )
    if dims is not None and width is not None and dims != width:
        yield Finding(
            ("architecture", "projection_dims"),
            f"projection_dims ({dims}) differs from specs.embedding_dim ({width}); "
            "vectors leave the model through the projection: make them equal",
        )
    if entry.flag("dependencies", "requires_projection") and not has:
        yield Finding(
            ("dependencies", "requires_projection"),
            "requires_projection without a projection; set architecture.has_projection",
        )


def matryoshka(entry: EntryView) -> Iterator[Finding]:
    """Matryoshka widths strictly decrease from the full width."""
    path = ("architecture", "matryoshka_dims")
    dims = entry.integers(*path)
    if not dims:
        return
    width = entry.integer("specs", "embedding_dim")
    if any(later >= earlier for earlier, later in pairwise(dims)):
        order = sorted(set(dims), reverse=True)
        yield Finding(path, f"matryoshka_dims must be strictly descending; write {order}")
    if width is not None:
        for index, dim in enumerate(dims):
            if dim > width:
                yield Finding(
                    (*path, index),
                    f"{dim} is larger than specs.embedding_dim ({width}); truncation only shortens",
                )
        if width not in dims:
            yield Finding(path, f"specs.embedding_dim ({width}) is not among them; put it first")
    if not entry.flag("capabilities", "matryoshka"):
        yield Finding(
            path, "matryoshka_dims without capabilities.matryoshka; set that to true", key=True
        )


def positions(entry: EntryView) -> Iterator[Finding]:
    """The context fits the position table."""
    context = entry.integer("specs", "context_length")
    table = entry.integer("specs", "max_position_embeddings")
    longest = entry.integer("specs", "max_sequence_length")
    if context is not None and longest is not None and longest > context:
        yield Finding(
            ("specs", "max_sequence_length"),
            f"max_sequence_length ({longest}) exceeds context_length ({context}); lower it",
        )
    if context is None or table is None:
        return
    # Positions begin after the padding's, whose number is not in any entry.
    padding = usual_padding(entry.text("architecture", "type"))
    reserved = 0 if padding is None else padding + 1
    if longest == context < table - reserved:
        yield Finding(
            ("specs", "context_length"),
            f"context_length ({context}) repeats max_sequence_length, where the pipeline cuts; the "
            f"network takes {table - reserved}",
        )
    if context > table - reserved:
        why = f" ({table} less {reserved} that this architecture reserves)" if reserved else ""
        yield Finding(
            ("specs", "context_length"),
            f"context_length ({context}) exceeds the usable positions, {table - reserved}{why}; "
            "lower it or correct max_position_embeddings",
        )


def counts(entry: EntryView) -> Iterator[Finding]:
    """An exact count agrees with its text; active parameters are fewer than all."""
    found: dict[str, int] = {}
    for name, exact_name in (
        ("parameters", "parameter_count"),
        ("active_parameters", "active_parameter_count"),
    ):
        text, exact = entry.text("specs", name), entry.integer("specs", exact_name)
        if text is None:
            if exact is not None:
                yield Finding(
                    ("specs", exact_name), f"{exact_name} needs {name}, the text, beside it"
                )
            continue
        try:
            count = parse_count(text)
        except ValueError:
            continue  # not a number: the schema has said so
        found[name] = count
        if count == 0:
            yield Finding(("specs", name), f'"{text}" is zero; unknown is absent or null, never 0')
        elif exact is not None and not agrees(text, exact):
            yield Finding(
                ("specs", exact_name),
                f"{exact_name} ({exact}) is not {name} ({text}); correct one of them",
            )
    if found.get("active_parameters", 0) > found.get("parameters", float("inf")):
        yield Finding(
            ("specs", "active_parameters"),
            "active_parameters are more than parameters; correct one of them",
        )


def files(entry: EntryView) -> Iterator[Finding]:
    """Weight files have a suffix of their format."""
    for kind, suffixes in _WEIGHT_SUFFIXES.items():
        given = entry.get("files", "weights", kind)
        listed = is_list(given)
        for index, name in enumerate(given if is_list(given) else [given]):
            if isinstance(name, str) and PurePosixPath(name).suffix not in suffixes:
                yield Finding(
                    ("files", "weights", kind, *((index,) if listed else ())),
                    f'"{name}" is not a {kind} file; expected {" or ".join(sorted(suffixes))}',
                )


def variants(entry: EntryView) -> Iterator[Finding]:
    """A variant can be fetched, and no two are the same."""
    ids: dict[str, int] = {}
    for index, variant in enumerate(entry.items("variants")):
        if not is_object(variant):
            continue
        path = ("variants", index)
        name = variant.get("id")
        if isinstance(name, str) and ids.setdefault(name, index) != index:
            yield Finding((*path, "id"), f'variant "{name}" appears here twice; rename one')
        if not variant.get("file") and not variant.get("ollama_tag"):
            yield Finding(path, "a variant needs a file or an ollama_tag to be fetched by")
        for field in ("bytes", "sha256"):
            if variant.get(field) and not variant.get("file"):
                yield Finding((*path, field), f"{field} of which file? add the file, or remove it")


RULES: tuple[Callable[[EntryView], Iterator[Finding]], ...] = (
    projection,
    matryoshka,
    positions,
    counts,
    files,
    variants,
)

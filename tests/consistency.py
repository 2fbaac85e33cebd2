"""Arrange the fields of a drawn entry so that the rules across fields hold."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from catalogues import Json

SUFFIXES = {
    "safetensors": ".safetensors",
    "pytorch": ".bin",
    "onnx": ".onnx",
    "openvino": ".xml",
    "gguf": ".gguf",
}
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
# RoBERTa and its kin never use two rows of the position table.
_RESERVED = 2

COUNTS = st.builds(
    lambda whole, decimals, unit: f"{whole}{decimals}{unit}",
    st.integers(1, 99_999),
    st.sampled_from(["", ".5", ".07", ".125"]),
    st.sampled_from(list(_UNITS)),
)


def count_of(text: str) -> int:
    """What a text such as "7.24B" counts, worked out apart from the generator."""
    digits = text.rstrip("KMBT")
    return int(Decimal(digits) * _UNITS[text[len(digits) :]])


def make_consistent(entry: Json) -> Json:
    """The entry, with fields that contradict each other brought into line."""
    specs, architecture = entry.get("specs", {}), entry.get("architecture", {})
    _counts(specs)
    _context(specs)
    _projection(entry, specs, architecture)
    _matryoshka(entry, specs, architecture)
    for variant in entry.get("variants", ()):
        if "file" not in variant:
            variant.setdefault("ollama_tag", "tag:1")
            variant.pop("bytes", None)
            variant.pop("sha256", None)
    return entry


def _counts(specs: Json) -> None:
    whole, active = specs.get("parameters"), specs.get("active_parameters")
    if whole and active and count_of(active) > count_of(whole):
        specs["active_parameters"] = whole
    for name in ("parameter", "active_parameter"):
        text = specs.get(f"{name}s")
        if specs.get(f"{name}_count") is not None:
            if text is None:
                del specs[f"{name}_count"]
            else:
                specs[f"{name}_count"] = count_of(text)


def _context(specs: Json) -> None:
    context = specs.get("context_length")
    if context is None:
        return
    if specs.get("max_position_embeddings") is not None:
        specs["max_position_embeddings"] = int(context) + _RESERVED
    if specs.get("max_sequence_length") is not None:
        specs["max_sequence_length"] = max(1, int(context) - 1)


def _projection(entry: Json, specs: Json, architecture: Json) -> None:
    has = architecture.get("has_projection")
    if has:
        architecture["projection_dims"] = specs.get("embedding_dim") or 64
    elif architecture.get("projection_dims") is not None:
        architecture["projection_dims"] = None
    if not has and entry.get("dependencies", {}).get("requires_projection"):
        entry["dependencies"]["requires_projection"] = False


def _matryoshka(entry: Json, specs: Json, architecture: Json) -> None:
    dims = architecture.get("matryoshka_dims")
    if not dims:
        return
    largest: Any = specs.get("embedding_dim") or max(dims)
    smaller = sorted({dim for dim in dims if dim < largest}, reverse=True)
    architecture["matryoshka_dims"] = [largest, *smaller]
    entry.setdefault("capabilities", {})["matryoshka"] = True

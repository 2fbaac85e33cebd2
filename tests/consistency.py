"""Adjust the fields of a drawn entry so that the rules across fields hold."""

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
# RoBERTa and its relatives never use two rows of the position table.
_RESERVED = 2
_LARGEST = 2**63 - 1

COUNTS = st.builds(
    lambda whole, decimals, unit: f"{whole}{decimals}{unit}",
    st.integers(1, 99_999),
    st.sampled_from(["", ".5", ".07", ".125"]),
    st.sampled_from(list(_UNITS)),
)


def count_of(text: str) -> int:
    """The number in a text such as "7.24B", computed independently of the generator."""
    digits = text.rstrip("KMBT")
    return int(Decimal(digits) * _UNITS[text[len(digits) :]])


def make_consistent(entry: Json) -> Json:
    """The entry, with contradictory fields made consistent."""
    specs, architecture = entry.get("specs", {}), entry.get("architecture", {})
    _counts(specs)
    _memory(specs)
    _context(specs)
    _means(entry.get("performance", {}))
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
                specs[f"{name}_count"] = _uneven(count_of(text))


def _uneven(count: int) -> int:
    """A similar count that is not a round number."""
    return next(each for each in (count + 1, count + 2) if each % 1000)


def _memory(specs: Json) -> None:
    count = specs.get("parameter_count")
    if count is not None and specs.get("memory_mb") is not None:
        specs["memory_mb"] = count * 4 / 2**20


def _means(performance: Json) -> None:
    """Make means over nearly the same tasks equal."""
    for name, like in (("beir13_avg", "beir15_avg"), ("mteb_avg", "mteb_eng_v1_avg")):
        if performance.get(name) and performance.get(like):
            performance[name] = performance[like]


def _context(specs: Json) -> None:
    context = specs.get("context_length")
    if context is None:
        return
    if specs.get("max_position_embeddings") is not None:
        specs["context_length"] = context = min(int(context), _LARGEST - _RESERVED)
        specs["max_position_embeddings"] = context + _RESERVED
    if specs.get("max_sequence_length") is not None:
        specs["max_sequence_length"] = int(context) - 1
        if context == 1:
            del specs["max_sequence_length"]


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

"""Hypothesis strategies for invalid input: entries with mistakes in them, and arbitrary JSON."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from catalogues import CATALOGUE, SCHEMA, TYPES, Json
from registry_codegen.schema import type_schema
from strategies import leaves, text, values

Path = tuple[str | int, ...]

# For properties that take about a millisecond.
often = settings(max_examples=8 * settings().max_examples)

# JSON as written by Python, including NaN and out-of-range numbers.
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**63 - 2, 2**70)
    | st.floats()
    | text
    | st.sampled_from(["110M", "NaN", "1e9M", "https://[", "en", "2024-13", "", "a\n", "0" * 40]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
_junk: st.SearchStrategy[Any] = (
    st.sampled_from(
        [None, True, False, 0, -1, 1, 1.0, 0.5, "", "a", "a\n", [], {}, [[]], 2**63, 1e300]
    )
    | anything
).map(deepcopy)  # later mistakes mutate the empty ones
_FIELDS = {
    path: node for model_type in TYPES for path, node in leaves(type_schema(model_type))
}  # of every type


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """The path of every value in a JSON value."""
    yield here
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*here, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths(item, (*here, index))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


@st.composite
def mutated(draw: st.DrawFn, original: Any, most: int = 3) -> Any:
    """The same JSON with one or a few mistakes."""
    value = deepcopy(original)
    for _ in range(draw(st.integers(1, most))):
        places = [place for place in paths(value) if place]
        if not places:
            break
        path = draw(st.sampled_from(places))
        parent = _at(value, path[:-1])
        match draw(st.sampled_from(["drop", "replace", "add", "field", "swap"])):
            case "drop":
                del parent[path[-1]]
            case "replace":
                parent[path[-1]] = draw(_junk)
            case "add" if isinstance(parent, dict):
                parent[
                    draw(text | st.sampled_from(sorted(SCHEMA["$defs"]["model"]["properties"])))
                ] = draw(_junk)
            case "add":
                parent.append(draw(_junk))
            case "field":  # a valid value of a field that the type may not have
                name, node = draw(
                    st.sampled_from(sorted(_FIELDS.items(), key=lambda item: item[0]))
                )
                put(value, name, draw(values(name, node)))
            case _:
                parent[path[-1]] = deepcopy(_at(value, draw(st.sampled_from(places))))
    return value


def put(entry: Any, path: tuple[str, ...], value: Any) -> None:
    """Set a field of an entry, unless its section is not an object."""
    for key in path[:-1]:
        if not isinstance(entry, dict):
            return
        entry = entry.setdefault(key, {})
    if isinstance(entry, dict):
        entry[path[-1]] = value


REAL: dict[str, list[Json]] = {
    model_type: [model for model in CATALOGUE["models"] if model["type"] == model_type]
    for model_type in TYPES
}
real_entries = st.sampled_from(TYPES).flatmap(lambda name: st.sampled_from(REAL[name]))
small_catalogues = st.lists(real_entries, min_size=1, max_size=3).map(
    lambda models: {"models": models}
)


@st.composite
def broken_texts(draw: st.DrawFn) -> bytes:
    """The bytes of a catalogue with something removed, inserted, or duplicated."""
    raw = json.dumps(draw(small_catalogues), ensure_ascii=draw(st.booleans())).encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 12)))
        put_in = draw(
            st.binary(max_size=6)
            | st.sampled_from(
                [b'"', b"{", b"[[[[", b"NaN", b"-Infinity", b"1e999", b"\\ud800", b"//", b","]
            )
            | st.just(raw[start : start + 40])
        )
        raw = raw[:start] + put_in + raw[end:]
    return raw

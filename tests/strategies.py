"""Hypothesis strategies: valid catalogues, as nasty as the rules allow.

The fields of a type and their rules are read from the schema; only the requirements across
fields (projection, Matryoshka, counts ...) are written by hand.
"""

import difflib
from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import strategies as st

from catalogues import SCHEMA, TYPES, Json
from consistency import COUNTS, SUFFIXES, make_consistent
from registry_base.model_names import claimed_names
from registry_base.providers import PROVIDERS
from registry_codegen.names import InvalidNameError, class_name, constant_name
from registry_codegen.schema import type_schema
from words import AWKWARD_IDS, AWKWARD_TYPES, FRAGMENTS, LANGUAGES, LICENSES, PACKAGES

Path = tuple[str, ...]

_PROPERTIES = SCHEMA["$defs"]["model"]["properties"]
text = (
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), min_size=1, max_size=6)
    .map("".join)
    .filter(bool)
)
numbers = (
    st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0.1, -0.0, 5e-324, 1.7976931348623157e308, 1e16, 1e-7, 123456789.0])
)
documents = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
hub_ids = st.from_regex(
    r"[A-Za-z0-9_][A-Za-z0-9_]{0,20}(\.[a-z])?/[A-Za-z0-9_]([-.][A-Z]{1,40})?", fullmatch=True
)
file_names = text.map(lambda s: "".join(c for c in s if c >= " " and c not in "\\./") + "x")


def _becomes(convert: Any, word: str) -> bool:
    try:
        convert(word)
    except InvalidNameError:
        return False
    return True


def _is_new(model_type: str) -> bool:
    return not difflib.get_close_matches(model_type, TYPES, n=1, cutoff=0.86)


def _words(pattern: str, limit: int) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True).filter(lambda word: len(word) <= limit)


_id_limit = int(_PROPERTIES["id"]["maxLength"])
_type_limit = int(_PROPERTIES["type"]["maxLength"])
model_ids = st.one_of(
    st.sampled_from(AWKWARD_IDS),
    _words(r"[a-z][a-z0-9]{0,9}([.-][a-z0-9]{1,8}){0,2}", _id_limit),
    st.integers(_id_limit - 12, _id_limit).map(lambda size: "y" * size),
).filter(lambda word: _becomes(constant_name, word))
new_types = st.one_of(
    st.sampled_from([*AWKWARD_TYPES, "x" * _type_limit]),
    _words(r"[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,8}){0,2}", _type_limit),
).filter(lambda word: _becomes(class_name, word) and _is_new(word))
model_types = st.sampled_from(TYPES) | new_types


def leaves(node: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """The fields of an entry that have values, including those inside sections."""
    for key, child in node["properties"].items():
        if child is False:
            continue
        if child.get("x-codegen", {}).get("flatten"):
            yield from leaves(child, (*path, key))
        else:
            yield (*path, key), child


def values(path: Path, node: Json) -> st.SearchStrategy[Any]:
    """Values of a field that satisfy the schema and the rules about that field alone."""
    for place in (path, path[-1:]):
        if place in _SPECIAL:
            return _SPECIAL[place]
    if path[:-1] == ("files", "weights"):
        names = file_names.map(lambda stem: stem + SUFFIXES[path[-1]])
        return names | st.lists(names, min_size=1, max_size=15)
    if "const" in node:
        return st.just(node["const"])
    if "enum" in node:
        return st.sampled_from(node["enum"])
    kinds = [node["type"]] if isinstance(node["type"], str) else node["type"]
    return st.one_of([_KINDS[kind](path, node) for kind in kinds])


def _arrays(path: Path, node: Json) -> st.SearchStrategy[Any]:
    items = values((*path, "*"), node["items"])
    # 1 and 1.0 are equal in JSON, and also in a dictionary.
    return st.lists(items, max_size=16).map(lambda found: list(dict.fromkeys(found)))


def _floats(path: Path, node: Json) -> st.SearchStrategy[Any]:
    low, high = float(node["exclusiveMinimum"]), node.get("maximum", node.get("exclusiveMaximum"))
    return st.floats(
        low, high, exclude_min=True, exclude_max="exclusiveMaximum" in node,
        allow_nan=False, allow_infinity=False,
    )  # fmt: skip


def _strings(path: Path, node: Json) -> st.SearchStrategy[Any]:
    if "pattern" in node:
        return st.from_regex(node["pattern"], fullmatch=True).filter(
            lambda s: len(s) <= node.get("maxLength", 1000)
        )
    return text.filter(lambda s: len(s) <= node.get("maxLength", 10_000))


_KINDS: dict[str, Any] = {
    "null": lambda path, node: st.none(),
    "boolean": lambda path, node: st.booleans(),
    "integer": lambda path, node: (
        st.integers(1, 2**63 - 1) | st.integers(1, 5000) | st.integers(1, 2**52).map(float)
    ),
    "number": _floats,
    "string": _strings,
    "array": _arrays,
    "object": lambda path, node: st.dictionaries(text, documents, max_size=5),
}
_variants = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.from_regex(r"[A-Za-z0-9]{1,9}([._-][A-Z0-9]{1,5})?", fullmatch=True),
            "quantization": text,
        },
        optional={
            "huggingface_id": hub_ids,
            "revision": st.from_regex("[0-9a-f]{40}", fullmatch=True),
            "file": file_names,
            "bytes": st.integers(1, 2**62),
            "sha256": st.from_regex("[0-9a-f]{64}", fullmatch=True),
            "ollama_tag": st.from_regex("[a-z0-9_.-]{1,9}(:[a-z0-9_.-]{1,40})?", fullmatch=True),
        },
    ),
    max_size=3,
    unique_by=lambda variant: variant["id"],
)
_exports = st.lists(
    st.fixed_dictionaries(
        {"runtime": st.sampled_from(["fastembed", "vllm"])},
        optional={
            "huggingface_id": hub_ids,
            "revision": st.from_regex("[0-9a-f]{40}", fullmatch=True),
            "file": file_names,
        },
    ),
    max_size=2,
    unique_by=str,
)
_SPECIAL: dict[Path, st.SearchStrategy[Any]] = {
    ("huggingface_id",): hub_ids,
    ("base_model",): hub_ids,
    ("tokenizer_model",): hub_ids,
    ("config",): file_names,
    ("tokenizer",): file_names,
    ("license",): st.none() | st.sampled_from(LICENSES),
    ("release_date",): st.dates(date(1000, 1, 1)).flatmap(
        lambda day: st.sampled_from([day.isoformat()[:size] for size in (4, 7, 10)])
    ),
    ("languages",): st.lists(st.sampled_from(LANGUAGES), unique=True),
    ("packages",): st.lists(st.sampled_from(PACKAGES), unique=True),
    ("parameters",): COUNTS,
    ("active_parameters",): COUNTS,
    ("sources",): st.dictionaries(text, st.lists(text, unique=True, max_size=2), max_size=4),
    ("metadata",): st.dictionaries(text, documents, max_size=5),
    ("overruled",): st.just({}),  # a consistent entry has nothing to overrule
    ("variants",): _variants,
    ("exports",): _exports,
}
# Added once all entries exist.
_LATER = {("id",), ("type",), ("status",), ("superseded_by",), ("aliases",)}


# A repository, a provider that serves the model, or both; a custom provider has an address.
_SERVED = {("huggingface_id",), ("provider",), ("provider_model",), ("base_url",)}
_repositories = st.fixed_dictionaries({"huggingface_id": hub_ids})
_services = st.fixed_dictionaries(
    {"provider": st.sampled_from(sorted(PROVIDERS)), "provider_model": st.just("acme-1")}
) | st.just({"provider": "acme", "provider_model": "a/b", "base_url": "https://acme.example/v1"})
_ORIGINS: st.SearchStrategy[Json] = (
    _repositories | _services | st.builds(lambda a, b: a | b, _repositories, _services)
)


@st.composite
def entries(draw: st.DrawFn, model_id: str, model_type: str) -> Json:
    """A valid entry of a type, ignoring its relations to other entries."""
    left = _LATER | _SERVED
    fields = {path: node for path, node in leaves(type_schema(model_type)) if path not in left}
    needed = {(name,) for name in _required(model_type, ())} | {
        ("specs", name) for name in _required(model_type, ("specs",))
    }
    chosen = draw(st.sets(st.sampled_from(sorted(fields)), max_size=14)) | needed
    made: Json = {"id": model_id, "type": model_type}
    for path in sorted(chosen & fields.keys()):
        section = made
        for key in path[:-1]:
            section = section.setdefault(key, {})
        section[path[-1]] = draw(values(path, fields[path]))
    return make_consistent(made | draw(_ORIGINS))


def _required(model_type: str, path: Path) -> list[str]:
    node = type_schema(model_type)
    for key in path:
        node = node["properties"][key] if key in node["required"] else {}
    return list(node.get("required", ()))


_flags: st.SearchStrategy[bool] = st.booleans()
_alias_lists = st.lists(st.from_regex("[A-Za-z0-9]([a-z_.:/-]{0,9}[A-Z])?", fullmatch=True))


def _without_shared_names(models: list[Json]) -> set[tuple[str, str]]:
    """Remove names that two models of a type share or that are ids; returns the remaining names."""
    claimed = {(kind, model["id"]) for model in models for kind in {m["type"] for m in models}}
    # Several entries may have one repository, but it is the former name of none.
    claimed |= {(model["type"], str(model.get("huggingface_id")).casefold()) for model in models}
    for index, model in enumerate(models):
        if "provider_model" in model:
            model["provider_model"] = f"acme-{index}"
        names = [(path, (model["type"], name.casefold())) for path, name in claimed_names(model)]
        for path, key in names:
            if key in claimed:
                model.pop(str(path[0]), None)
        claimed |= {(model["type"], name.casefold()) for _, name in claimed_names(model)}
    return claimed


@st.composite
def catalogues(draw: st.DrawFn, most: int = 4) -> Json:
    """A valid catalogue: known and new types, aliases, successors."""
    types = draw(st.lists(model_types, min_size=1, max_size=3, unique_by=class_name))
    ids = draw(st.lists(model_ids, min_size=1, max_size=most, unique_by=constant_name))
    kinds: list[str] = [draw(st.sampled_from(types)) for _ in ids]
    models: list[Json] = [draw(entries(*each)) for each in zip(ids, kinds, strict=True)]
    taken = _without_shared_names(models) | {(m["type"], name) for m in models for name in ids}
    for index, model in enumerate(models):
        aliases: list[str] = []
        for alias in draw(_alias_lists):
            if (model["type"], alias.casefold()) not in taken:
                taken.add((model["type"], alias.casefold()))
                aliases.append(alias)
        if aliases:
            model["aliases"] = aliases
        later = ids[index + 1 :]
        deprecated: bool = draw(_flags)
        if later and deprecated:
            model |= {"status": "deprecated", "superseded_by": draw(st.sampled_from(later))}
    top: Json = {"models": models}
    if draw(_flags):
        top["version"] = draw(st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,2}){1,2}", fullmatch=True))
    if draw(_flags) or any(name not in TYPES for name in types):
        top["types"] = {name: draw(text) for name in types}
    return top

"""Every name of a model: what its entry says, in the forms that runtimes and people use.

In one place, because everything that looks a model up has to find it under the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from registry_base.json_shapes import JsonObject, is_list, is_object

# Bare names are looked up there by sentence-transformers (`SentenceTransformer("LaBSE")`).
_HOME = "sentence-transformers/"
_UNWANTED = frozenset(" \"'\\")


def claimed_names(entry: JsonObject) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The names that belong to one model of a type, and where in its entry each is."""
    for key in ("aliases", "former_ids", "ollama_names"):
        for index, name in enumerate(_list(entry.get(key))):
            if isinstance(name, str):
                yield (key, index), name
    yield from _texts(entry, (), "ollama_tag")
    own = entry.get("huggingface_id")
    for path, variant in _records(entry, "variants"):
        yield from _texts(variant, path, "ollama_tag")
        repository = variant.get("huggingface_id") or own
        if isinstance(repository, str) and isinstance(file := variant.get("file"), str):
            yield (*path, "file"), f"{repository}/{file}"
    for path, export in _records(entry, "exports"):
        yield from _texts(export, path, "name")
    provider, name = entry.get("provider"), entry.get("provider_model")
    if isinstance(provider, str) and isinstance(name, str):
        yield ("provider_model",), f"{provider}/{name}"


def names_of(entry: JsonObject) -> list[str]:
    """Every name of a model besides its id, once each whatever its case, without blanks or quotes.

    >>> names_of({"id": "a-b", "huggingface_id": "org/A", "ollama_tag": "a:1b"})
    ['org/A', 'a:1b', 'a_b']
    """
    names = {name.casefold(): name for name in _names(entry) if _is_plain(name)}
    names.pop(str(entry["id"]), None)
    return list(names.values())


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isprintable() and _UNWANTED.isdisjoint(name)


def _names(entry: JsonObject) -> Iterator[str]:
    own = entry.get("huggingface_id")
    if isinstance(own, str):
        yield own
    yield from (name for _, name in claimed_names(entry))
    for kind in ("variants", "exports"):
        for _, each in _records(entry, kind):
            if isinstance(repository := each.get("huggingface_id"), str):
                yield repository
            if kind == "variants" and isinstance(file := each.get("file"), str):
                yield file.rpartition("/")[2]
    provider, name = entry.get("provider"), entry.get("provider_model")
    if isinstance(provider, str) and isinstance(name, str):
        yield from (name, f"{provider}:{name}")
    if isinstance(own, str) and own.startswith(_HOME):
        yield own.removeprefix(_HOME)
    yield str(entry["id"]).replace("-", "_").replace(".", "_")  # the constant


def ids_by_name(entries: Iterable[JsonObject]) -> Mapping[str, tuple[str, ...]]:
    """The ids of the entries that each name, in lower case, may mean."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        model_id = str(entry["id"])
        for name in (model_id, *names_of(entry)):
            found[name.casefold()] = (*found.get(name.casefold(), ()), model_id)
    return found


def _list(value: object) -> list[object]:
    return list(value) if is_list(value) else []


def _texts(
    node: JsonObject, path: tuple[str | int, ...], key: str
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value := node.get(key), str):
        yield (*path, key), value


def _records(entry: JsonObject, key: str) -> Iterator[tuple[tuple[str | int, ...], JsonObject]]:
    for index, each in enumerate(_list(entry.get(key))):
        if is_object(each):
            yield (key, index), each

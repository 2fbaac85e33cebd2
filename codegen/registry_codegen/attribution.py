"""Which source gave which field of a model."""

from collections.abc import Iterable
from functools import lru_cache

from registry_base.json_shapes import Json, look_up
from registry_codegen.fields import model_fields

Path = tuple[str, ...]


def attributed(entry: Json) -> tuple[tuple[str, ...], ...]:
    """The fields of the class that each source of an entry gave, in the order of `sources`.

    A source names the values that it gave by their paths in the entry; a count that is read off
    a text has the text's source.

    >>> attributed({"type": "dense", "sources": {"paper": ["specs.embedding_dim", "license"]}})
    (('license', 'embedding_dim'),)
    """
    sources: dict[str, list[str]] = entry.get("sources") or {}
    return tuple(tuple(dict.fromkeys(_names(entry, sources[name]))) for name in sorted(sources))


def _names(entry: Json, paths: Iterable[str]) -> Iterable[str]:
    found = {place for path in paths for place in _places(entry["type"], path)}
    for _, name, only_without in sorted(found):
        if not only_without or look_up(entry, *only_without) is None:
            yield name


@lru_cache(maxsize=4096)
def _places(model_type: str, path: str) -> tuple[tuple[int, str, Path], ...]:
    """The fields at a path, around it or inside it: place in the class, name, condition.

    A count is read off the text at the path only without a value at the path of its own.
    """
    given = tuple(path.split("."))
    places: list[tuple[int, str, Path]] = []
    for number, each in enumerate(model_fields(model_type)):
        shorter = min(len(each.path), len(given))
        if each.path[:shorter] == given[:shorter]:
            places.append((number, each.field.name, ()))
        elif each.derived_from == given:
            places.append((number, each.field.name, each.path))
    return tuple(places)

"""Which source gave which field of a model."""

from collections.abc import Iterable
from functools import lru_cache

from registry_codegen.fields import model_fields
from registry_codegen.shapes import Json, look_up

Path = tuple[str, ...]


def attributed(entry: Json) -> tuple[tuple[str, ...], ...]:
    """The fields of the class that each source of an entry gave, in the order of `sources`.

    A source names the values that it gave by their paths in the entry; a count that is read off
    a text has the text's source.

    >>> attributed({"type": "dense", "sources": {"paper": ["specs.embedding_dim", "license"]}})
    (('license', 'embedding_dim'),)
    """
    sources: dict[str, list[str]] = entry.get("sources") or {}
    return tuple(
        tuple(_names(entry, {tuple(path.split(".")) for path in sources[name]}))
        for name in sorted(sources)
    )


def _names(entry: Json, given: set[Path]) -> Iterable[str]:
    for path, derived_from, name in _places(entry["type"]):
        around = any(path[: len(each)] == each for each in given)
        inside = any(each[: len(path)] == path for each in given)
        if around or inside or (derived_from in given and look_up(entry, path) is None):
            yield name


@lru_cache(maxsize=64)
def _places(model_type: str) -> tuple[tuple[Path, Path | None, str], ...]:
    """Where each field of a type stands in an entry, and what it may be read off."""
    return tuple(
        (each.path, each.derived_from, each.field.name) for each in model_fields(model_type)
    )

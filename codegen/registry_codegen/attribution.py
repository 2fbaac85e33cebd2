"""Which source gave which field of a model."""

from collections.abc import Iterable, Iterator

from registry_base.json_shapes import Json, look_up
from registry_codegen.fields import SchemaField

Path = tuple[str, ...]
_Place = tuple[int, str, Path]


class Attribution:
    """Says which source gave which field, for the entries of one type.

    A source names the values that it gave by their paths in the entry; a count parsed from a text
    has the text's source.

    >>> from registry_codegen.fields import model_fields
    >>> entry = {"sources": {"paper": ["specs.embedding_dim", "license"]}}
    >>> Attribution(model_fields("dense")).of(entry)
    (('license', 'embedding_dim'),)
    """

    def __init__(self, fields: Iterable[SchemaField]) -> None:
        self._fields = tuple(fields)
        self._known: dict[str, tuple[_Place, ...]] = {}

    def of(self, entry: Json) -> tuple[tuple[str, ...], ...]:
        """The fields of the class that each source gave, in the order of `sources`."""
        sources: dict[str, list[str]] = entry.get("sources") or {}
        return tuple(
            tuple(dict.fromkeys(self._names(entry, sources[name]))) for name in sorted(sources)
        )

    def _names(self, entry: Json, paths: Iterable[str]) -> Iterable[str]:
        found = {place for path in paths for place in self._places(path)}
        for _, name, only_without in sorted(found):
            if not only_without or look_up(entry, *only_without) is None:
                yield name

    def _places(self, path: str) -> tuple[_Place, ...]:
        if path not in self._known:
            self._known[path] = tuple(self._find(tuple(path.split("."))))
        return self._known[path]

    def _find(self, given: Path) -> Iterator[_Place]:
        """The fields at a path, around it or inside it: place in the class, name, condition.

        A count is parsed from the text at the path only if its own path has no value.
        """
        for number, each in enumerate(self._fields):
            shorter = min(len(each.path), len(given))
            if each.path[:shorter] == given[:shorter]:
                yield number, each.field.name, ()
            elif each.derived_from == given:
                yield number, each.field.name, each.path

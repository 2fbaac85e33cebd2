"""The fields of a model in the sections that its entry has, as the catalogue page shows them."""

from collections.abc import Iterator
from typing import Any

from registry.catalogue.codegen import section_titles

# Already at the head of the page.
_HEAD = frozenset({"type", "id", "name", "description"})


# Fields are of all types, hence Any.
def sections(
    data: dict[str, Any], types: object = None
) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """The known fields of a model, section by section, in the order of the schema.

    `types` are what the catalogue declares itself. A field in neither comes last, under "More": a
    catalogue may have been compiled by another release.
    """
    titles = section_titles(types)
    found: dict[str, list[tuple[str, Any]]] = {}
    for name in (*titles, *(name for name in data if name not in titles)):
        if name not in _HEAD and _is_known(data.get(name)):
            found.setdefault(titles.get(name, "More"), []).append((name, data[name]))
    yield from found.items()


def _is_known(value: object) -> bool:
    return value is not None and value != () and value != [] and value != {}

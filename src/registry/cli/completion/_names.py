"""The names in the catalogue in use, read as it is.

Nothing is compiled, checked or imported, and a file that cannot be read offers nothing. Each
function takes the arguments and options on the line, and returns words, each with a description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from registry_base.json_shapes import JsonObject, is_list, is_object, look_up

if TYPE_CHECKING:
    from registry.catalogue.codegen import Options

Given = Mapping[str, str]
# Words that no shell expands or runs.
_WORD = re.compile(r"\w[\w.+/@:-]*")


def _models(given: Given) -> dict[str, str]:
    """Ids and aliases; with `--type`, only of that type, and for a role of the one it takes."""
    from registry.selection.roles import ROLES

    of_role = next((kind for role, kind in ROLES.items() if role == given.get("role")), None)
    kind = of_role or given.get("--type")
    found: dict[str, str] = {}
    for entry in _entries(given):
        if kind in (None, "", entry.get("type")):
            aliases = entry.get("aliases")
            about = f"{_text(entry, 'type')}, {_text(entry, 'organization')}"
            for name in (entry.get("id"), *(aliases if is_list(aliases) else ())):
                if isinstance(name, str) and _WORD.fullmatch(name):
                    of = "" if name == entry.get("id") else f"{_text(entry, 'id')}, "
                    found.setdefault(name, of + about)
    return found


def _types(given: Given) -> dict[str, str]:
    return _words(given, "type")


def _types_of_new(given: Given) -> dict[str, str]:
    """Those that an entry may have, whether or not one has it: all known and declared ones."""
    from registry.catalogue.codegen import known_types

    declared = [each for data, _ in _documents(given) for each in _declared(data)]
    return dict.fromkeys((*known_types(), *filter(_WORD.fullmatch, declared)), "")


def _organizations(given: Given) -> dict[str, str]:
    return _words(given, "organization")


def _licenses(given: Given) -> dict[str, str]:
    return _words(given, "license")


def _roles(_: Given) -> dict[str, str]:
    from registry.selection.roles import ROLES

    return dict.fromkeys(ROLES, "")


ARGUMENTS: Final[Mapping[str, Callable[[Given], dict[str, str]]]] = {
    "key": _models,
    "keys": _models,
    "role": _roles,
}
"""Arguments of commands, by their names in Python, and the words to offer for them."""
OPTIONS: Final[Mapping[str, Callable[[Given], dict[str, str]]]] = {
    "as_type": _types_of_new,
    "license": _licenses,
    "model": _models,
    "model_type": _types,
    "of_type": _types,
    "organization": _organizations,
    "to": _models,
}
"""The same for options that take a value."""


def _words(given: Given, field: str) -> dict[str, str]:
    found = (_text(entry, field) for entry in _entries(given))
    return dict.fromkeys((word for word in found if _WORD.fullmatch(word)), "")


def _text(entry: JsonObject, field: str) -> str:
    value = entry.get(field)
    return value if isinstance(value, str) else ""


def _declared(data: object) -> Iterator[str]:
    types = look_up(data, "types")
    yield from types if is_object(types) else ()


def _entries(given: Given) -> Iterator[JsonObject]:
    from registry.catalogue.codegen import not_picked

    for data, above in _documents(given):
        absent = (*above.hide, *not_picked(data, above.only)) if above else ()
        found = look_up(data, "models")
        for entry in found if is_list(found) else []:
            if is_object(entry) and entry.get("id") not in absent:
                yield entry


def _documents(given: Given) -> Iterator[tuple[object, Options | None]]:
    """The files of the catalogue in use, and what the project above takes from each."""
    for path, above in _files(given.get("--catalogue") or None):
        try:
            data: object = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        yield data, above


def _files(given: str | None) -> Iterator[tuple[Path, Options | None]]:
    from registry.catalogue.codegen import packaged_catalogue
    from registry.catalogue.places import PUBLIC, find_place
    from registry.errors import RegistryError

    try:
        place = find_place(given, "--catalogue")
    except (RegistryError, OSError):
        return
    options = place.options
    if options is not None:
        yield options.catalogue_path, None
    underneath = packaged_catalogue(place.package or PUBLIC) if not options else options.public_path
    if underneath is not None:
        yield underneath, options

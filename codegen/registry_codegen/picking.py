"""What a project takes from the catalogue underneath, if it does not take everything.

    only = ["bge-m3", "type:cross-encoder license:Apache-2.0", "organization:jinaai"]

Each text is an id, or a query: words with a colon, all of which must match; `*` means anything.
"""

import difflib
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from registry_base.json_shapes import JsonObject, is_list, is_object, look_up
from registry_base.problems import Problem

FIELDS: dict[str, tuple[str, ...]] = {
    "type": ("type",),
    "organization": ("organization",),
    "license": ("license",),
    "language": ("capabilities", "languages"),
    "modality": ("capabilities", "modalities"),
    "domain": ("capabilities", "domain"),
}


def not_picked(public: object, only: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of a catalogue that a list does not pick; without a list, none."""
    return tuple(
        str(entry["id"])
        for entry in _entries(public)
        if only and not any(_picks(text, entry) for text in only)
    )


def pick_problems(
    public: object, only: tuple[str, ...], problem: Callable[[str], Problem]
) -> Iterator[Problem]:
    """What is wrong with the list; `problem` makes a problem at its place."""
    entries = list(_entries(public))
    ids = [str(entry["id"]) for entry in entries]
    for text in only:
        keys = [word.partition(":")[0] for word in text.split()] if ":" in text else []
        if unknown := [key for key in keys if key not in FIELDS]:
            yield problem(
                f'only: "{text}" asks for {unknown[0]}; a query has {", ".join(FIELDS)}, as in '
                '"type:dense license:MIT"'
            )
        elif not any(_picks(text, entry) for entry in entries):
            close = [] if keys else difflib.get_close_matches(text, ids, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else "; take it off the list"
            yield problem(f'only: "{text}" picks nothing of the catalogue underneath{hint}')


def _entries(public: object) -> Iterator[JsonObject]:
    models = look_up(public, "models")
    for entry in models if is_list(models) else ():
        if is_object(entry) and isinstance(entry.get("id"), str):
            yield entry


def _picks(text: str, entry: JsonObject) -> bool:
    if ":" not in text:
        return text == str(entry["id"])
    pairs = [word.partition(":") for word in text.split()]
    return all(_holds(key, wanted, entry) for key, _, wanted in pairs)


def _holds(key: str, wanted: str, entry: JsonObject) -> bool:
    value = look_up(entry, *FIELDS.get(key, ("",)))
    values = value if is_list(value) else [value]
    pattern = wanted.casefold()
    return any(isinstance(each, str) and fnmatchcase(each.casefold(), pattern) for each in values)

"""Edits of a catalogue's text that change only what they must.

Each takes a text of strict JSON (as `read` accepts it) and returns the edited text: indentation,
line ends, blank lines and the end of the file stay. If the surroundings of a value follow the
file's own layout rule, they still do afterwards (a list wraps, a section shrinks to one line);
hand-made layout stays as it is. An edit that changes nothing returns the same text, so repeating
one does no harm.

`locate` records the position of everything, for messages; here only the path to one value is
followed, which takes no longer than parsing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from registry_base.json_shapes import Json, JsonObject, is_list, look_up
from registry_base.problems import Pointer, pointer_text
from registry_codegen.layout import Layout
from registry_codegen.schema import load_schema, type_schema

_JSON = json.JSONDecoder()
_SPACE = " \t\r\n"


def insert_entry(text: str, entry: JsonObject, at: int | None = None, *, data: Json = None) -> str:
    """Insert an entry into /models: at an index, else where `entry_place` says.

    `data` is the parsed text, if it has been parsed already. Raises ValueError for a text
    without a list /models, an index outside of it, and values that JSON cannot hold.

    >>> print(insert_entry('{"models": [{"id": "a"}]}', {"id": "b"}))
    {"models": [{"id": "a"}, {"id": "b"}]}
    """
    data = json.loads(text) if data is None else data
    place = entry_place(data, entry)
    models = data["models"]
    at = place if at is None else at
    if not 0 <= at <= len(models):
        raise ValueError(f"there is no place {at} in /models; it has {len(models)} entries")
    if not models and "\n" not in text.strip():
        # Nothing shows how this file should look, but a catalogue should not be on one line.
        laid_out = Layout().render({**data, "models": [entry]})
        return text.replace(text.strip(), laid_out)
    return _inserted(text, _way(text, ("models",))[-1], at, None, entry)


def entry_place(data: Json, entry: JsonObject) -> int:
    """The index of a new entry: after the last one of its type, else at the end.

    Raises ValueError for a catalogue without a list /models.

    >>> entry_place({"models": [{"type": "llm"}, {"type": "dense"}]}, {"type": "llm"})
    1
    """
    models = look_up(data, "models")
    if not is_list(models):
        raise ValueError("there is no list /models to insert an entry into")
    kind = entry.get("type")
    same = [i for i, each in enumerate(models, 1) if look_up(each, "type") == kind]
    return same[-1] if same else len(models)


def set_value(text: str, pointer: Pointer, value: Json) -> str:
    """Replace a value. A missing key is added where the schema has it, else at the end.

    Missing objects on the path are added too. Raises ValueError for a path that leads through a
    text or number or past the end of a list, and values that JSON cannot hold.

    >>> set_value('{"a": 1,  "b": {}}', ("b", "c"), [2])
    '{"a": 1,  "b": {"c": [2]}}'
    """
    way = _way(text, pointer)
    known, missing = pointer[: len(way) - 1], pointer[len(way) - 1 :]
    if not missing:
        layout, start = Layout.of(text), way[-1]
        there, end = _JSON.raw_decode(text, start)
        if layout.flat(there) == layout.flat(value):
            return text
        after = text[:start] + layout.render(value, *_place(text, start)) + text[end:]
        return _laid_out_as_before(text, after, pointer, way[:-1])
    if text[way[-1]] != "{" or not all(isinstance(part, str) for part in missing):
        raise ValueError(f"there is no {pointer_text(pointer)}, and no place to add it")
    for part in reversed(missing[1:]):
        value = {part: value}
    keys = [member.key for member in _members(text, way[-1])]
    index = _index(keys, missing[0], _order(text, known))
    after = _inserted(text, way[-1], index, missing[0], value)
    return _laid_out_as_before(text, after, pointer, way)


def remove_value(text: str, pointer: Pointer) -> str:
    """Remove a key with its value, or an item of a list. Does nothing if it is missing.

    >>> remove_value('{"a": 1, "b": 2, "c": 3}', ("b",))
    '{"a": 1, "c": 3}'
    """
    way = _way(text, pointer)
    if not pointer or len(way) <= len(pointer):
        return text
    container = way[-2]
    members = list(_members(text, container))
    index = next(i for i, member in enumerate(members) if member.key == pointer[-1])
    if len(members) == 1:
        _, end = _JSON.raw_decode(text, container)
        after = text[:container] + ("{}" if text[container] == "{" else "[]") + text[end:]
    elif index < len(members) - 1:
        after = text[: members[index].start] + text[members[index + 1].start :]
    else:
        after = text[: members[index - 1].end] + text[members[index].end :]
    return _laid_out_as_before(text, after, pointer, way[:-1])


@dataclass(frozen=True)
class _Member:
    """Where a member of an object or list is; `start` is that of its key if it has one."""

    key: str | int
    start: int
    value: int
    end: int


def _members(text: str, container: int) -> Iterator[_Member]:
    """The members of the object or list that begins at an offset; none for any other value."""
    if text[container] not in "{[":
        return
    at, index = _past_space(text, container + 1), 0
    while text[at] not in "}]":
        start, key = at, index
        if text[container] == "{":
            key, at = _JSON.raw_decode(text, start)
            at = _past_space(text, _past_space(text, at) + 1)
        _, end = _JSON.raw_decode(text, at)
        yield _Member(key, start, at, end)
        index += 1
        at = _past_space(text, end)
        if text[at] == ",":
            at = _past_space(text, at + 1)


def _way(text: str, pointer: Pointer) -> list[int]:
    """Where the values on a path begin, the whole document first, as far as they exist."""
    found = [_past_space(text, 0)]
    for part in pointer:
        inside = (each.value for each in _members(text, found[-1]) if each.key == part)
        at = next(inside, None)
        if at is None:
            break
        found.append(at)
    return found


def _inserted(text: str, container: int, index: int, key: str | int | None, value: Json) -> str:
    """The text with one more member in the object or list that begins at an offset."""
    layout = Layout.of(text)
    members = list(_members(text, container))
    if not members:
        _, end = _JSON.raw_decode(text, container)
        whole = [value] if key is None else {key: value}
        return text[:container] + layout.render(whole, *_place(text, container)) + text[end:]
    near = members[max(index - 1, 0)]
    before = text[: near.start]
    gap = before[len(before.rstrip(_SPACE)) :]
    if "\n" not in gap:
        gap = layout.space
        if "\n" not in text[near.start : near.end]:
            layout = Layout(width=float("inf"), space=layout.space)
    # That of the line on which the neighbour ends: `}, {` is indented as its first line is.
    indent, _ = _place(text, near.end)
    label = "" if key is None else f"{layout.flat(key)}:{layout.space}"
    member = label + layout.render(value, indent, len(indent) + len(label))
    if index == 0:
        return f"{before}{member},{gap}{text[near.start :]}"
    return f"{text[: near.end]},{gap}{member}{text[near.end :]}"


def _laid_out_as_before(before: str, after: str, pointer: Pointer, around: list[int]) -> str:
    """Redo the layout of what the edit was in, as far as it followed the file's rule.

    `around` is where everything that contains the edited value begins, the document first. At most
    an entry is laid out again, or a section next to the entries.
    """
    layout = Layout.of(before)
    for start in around[2 if pointer[:1] == ("models",) else 1 :]:
        place = _place(before, start)
        there, end = _JSON.raw_decode(before, start)
        if layout.render(there, *place) == before[start:end]:
            value, end = _JSON.raw_decode(after, start)
            return after[:start] + layout.render(value, *place) + after[end:]
    return after


def _order(text: str, pointer: Pointer) -> list[str]:
    """The keys the schema has for the object at a place of a catalogue, in its order."""
    match pointer:
        case ("models", int(index), *path):
            data = json.loads(text)
            model_type = look_up(data, "models", index, "type")
            name = model_type if isinstance(model_type, str) else ""
            node = type_schema(name, look_up(data, "types"))
        case _:
            path, node = list(pointer), load_schema()
    for part in path:
        node = look_up(node, "properties", part)
    return list(look_up(node, "properties") or ())


def _index(keys: list[str | int], key: str | int, order: list[str]) -> int:
    """Where a key belongs: after the last of the keys that precede it in the order."""
    if key not in order:
        return len(keys)
    earlier = order[: order.index(str(key))]
    return max((i for i, each in enumerate(keys, 1) if each in earlier), default=0)


def _place(text: str, offset: int) -> tuple[str, int]:
    """The indentation of the line an offset is on, and its column, from 0."""
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    return line[: len(line) - len(line.lstrip(_SPACE))], len(line)


def _past_space(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at

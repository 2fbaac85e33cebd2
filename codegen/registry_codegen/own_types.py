"""Types and fields that a catalogue declares itself, under `types`, as parts of the schema.

    "types": {"speech": {"description": "...", "properties": {...}, "required": [...]}}

A property is a field, or a section: an object whose own properties are fields. `declarations.py`
reports what is wrong with them; wrong ones are left out here.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from registry_base.json_shapes import Json, JsonObject, is_list, is_object, look_up
from registry_base.problems import Pointer

# A type about which nothing is certain, because its declaration is wrong.
ANYTHING: JsonObject = {"additionalProperties": True}


@dataclass(frozen=True)
class OwnField:
    """A declared field: the keys down to its value in an entry, and its declaration."""

    path: tuple[str, ...]
    node: JsonObject
    required: bool

    @property
    def pointer(self) -> Pointer:
        """Its place in the declaration of its type."""
        return tuple(part for key in self.path for part in ("properties", key))


def description_of(types: object, model_type: str) -> str | None:
    """What a catalogue says about a type: the docstring of its class.

    >>> description_of({"speech": "Transcribes."}, "speech")
    'Transcribes.'
    """
    declared = look_up(types, model_type)
    said = declared if isinstance(declared, str) else look_up(declared, "description")
    return said if isinstance(said, str) else None


def own_fields(types: object, model_type: str) -> Iterator[OwnField]:
    """The declared fields of a type, sorted: the order of keys means nothing."""
    yield from _fields(look_up(types, model_type), ())


def _fields(node: Json, above: tuple[str, ...]) -> Iterator[OwnField]:
    properties, required = look_up(node, "properties"), look_up(node, "required")
    needed = required if is_list(required) else []
    for name, child in sorted(properties.items()) if is_object(properties) else ():
        if is_section(child) and not above:
            yield from _fields(child, (name,))
        elif is_object(child):
            yield OwnField((*above, name), child, name in needed)


def is_section(node: object) -> bool:
    """Whether a declared property is a section."""
    return look_up(node, "type") == "object" or is_object(look_up(node, "properties"))


def declared_schema(types: object, model_type: str, base: JsonObject) -> JsonObject:
    """What a type declares in addition to the schema's own part `base`; empty if nothing.

    A name that the schema has already stays the schema's.
    """
    opened = look_up(types, model_type) is ANYTHING
    if opened:
        return ANYTHING
    made: JsonObject = {}
    for each in own_fields(types, model_type):
        node, there = made, base
        for key in each.path[:-1]:
            inner: JsonObject = look_up(there, "properties", key) or {}
            there = inner
            section = {"type": "object", "x-codegen": {"flatten": True}, **_STRICT}
            node = node.setdefault("properties", {}).setdefault(key, section)
        name = each.path[-1]
        if name in (look_up(there, "properties") or {}):
            continue
        node.setdefault("properties", {})[name] = _typed(each.node)
        if each.required:
            node.setdefault("required", []).append(name)
            if node is not made:
                needed = made.setdefault("required", [])
                needed += [key for key in each.path[:1] if key not in needed]
    return made


_STRICT: JsonObject = {"additionalProperties": False}


def _typed(node: JsonObject) -> JsonObject:
    """A field's node with the type that its allowed words imply, and whole numbers."""
    if is_object(items := node.get("items")):
        node = {**node, "items": _typed(items)}
    default = node.get("default")
    if isinstance(default, float) and default.is_integer() and "integer" in node.get("type", ()):
        node = {**node, "default": int(default)}  # JSON Schema counts 16.0 as an integer
    if "type" in node or not is_list(words := node.get("enum")):
        return node
    kind = "integer" if any(type(word) in (int, float) for word in words) else "string"
    return {**node, "type": [kind, "null"] if None in words else kind}


def usable(types: Json, wrong: Set[Pointer]) -> JsonObject:
    """The declarations, with wrong ones replaced by ones that accept anything.

    `wrong` are the wrong places, as pointers from the top of the catalogue.
    """
    if not is_object(types):
        return {}
    return {name: _usable(declared, ("types", name), wrong) for name, declared in types.items()}


def _usable(node: Json, here: Pointer, wrong: Set[Pointer]) -> Json:
    properties = look_up(node, "properties")
    if here in wrong or (*here, "properties") in wrong:
        return ANYTHING if len(here) == 2 else {}
    if not is_object(node) or not is_object(properties):
        return node
    made: JsonObject = {**node, "properties": {}}
    for name, child in properties.items():
        place = (*here, "properties", name)
        if is_section(child):
            made["properties"][name] = _usable(child, place, wrong)
        else:
            broken = any(each[: len(place)] == place for each in wrong)
            made["properties"][name] = {} if broken else child
    if any(each[: len(here) + 1] == (*here, "required") for each in wrong):
        del made["required"]
    return made


def not_required(types: JsonObject) -> JsonObject:
    """The declarations without what they require."""
    return {name: _not_required(declared) for name, declared in types.items()}


def _not_required(node: Json) -> Json:
    if node is ANYTHING or not is_object(node):
        return node
    kept = {key: value for key, value in node.items() if key != "required"}
    if is_object(properties := node.get("properties")):
        kept["properties"] = {name: _not_required(child) for name, child in properties.items()}
    return kept


def merged_types(below: Json, above: Json) -> Json:
    """The declarations of a catalogue over those underneath.

    Descriptions and fields above win; what is required below stays required. A field with another
    type above is another field.
    """
    if not (is_object(below) and is_object(above)):
        return above
    merged: JsonObject = {**below, **above}
    for name in below.keys() & above.keys():
        old, new = _declaration(below[name]), _declaration(above[name])
        if is_object(old) and is_object(new) and below[name] != above[name]:
            merged[name] = _merged(old, new)
    return merged


def _declaration(declared: Json) -> Json:
    return {"description": declared} if isinstance(declared, str) else declared


def _merged(below: JsonObject, above: JsonObject) -> JsonObject:
    merged: JsonObject = {**below, **above}
    old, new = below.get("properties"), above.get("properties")
    if is_object(old) and is_object(new):
        merged["properties"] = {
            **old,
            **{
                name: _merged(old[name], child)
                if is_object(child) and is_object(old.get(name)) and _alike(old[name], child)
                else child
                for name, child in new.items()
            },
        }
    first, more = above.get("required", []), below.get("required", [])
    if is_list(first) and is_list(more) and (first or more):
        # Its own first: problems are then reported where they were written.
        merged["required"] = [*first, *(name for name in more if name not in first)]
    return merged


def _alike(below: JsonObject, above: JsonObject) -> bool:
    return above.get("type", below.get("type")) == below.get("type")

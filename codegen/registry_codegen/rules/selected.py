"""The models selected by default exist, and are of the type their role takes."""

import difflib
from collections.abc import Iterator

from registry_base.json_shapes import is_list, look_up
from registry_codegen.entry_view import Finding
from registry_codegen.schema import roles


def check(data: object) -> Iterator[Finding]:
    """Every finding about the catalogue's own `selected`; paths are from the root."""
    types = _types(data)
    for role, wanted in roles().items():
        name = look_up(data, "selected", role)
        if not isinstance(name, str) or types.get(name) == wanted:
            continue  # absent, right, or not a text: the schema has said so
        if name in types:
            problem = f'"{name}" is of type {types[name]}; {role} takes {wanted}'
        else:
            problem = f'"{name}" is not an entry'
        yield Finding(("selected", role), f"{problem}{_cure(name, wanted, types)}")


def _types(data: object) -> dict[str, str]:
    models = look_up(data, "models")
    found: dict[str, str] = {}
    for entry in models if is_list(models) else ():
        name, model_type = look_up(entry, "id"), look_up(entry, "type")
        if isinstance(name, str) and isinstance(model_type, str):
            found[name] = model_type
    return found


def _cure(name: str, wanted: str, types: dict[str, str]) -> str:
    right = [other for other, model_type in types.items() if model_type == wanted]
    close = difflib.get_close_matches(name, right, n=1)
    if close:
        return f'; did you mean "{close[0]}"?'
    return "; name an entry of that type, or leave it out"

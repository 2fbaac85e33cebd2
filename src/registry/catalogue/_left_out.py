"""Models of the catalogue underneath that a project leaves out: why a name is not found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from registry.catalogue.codegen import Options, kept_out_by
from registry_base.json_file import peek_json
from registry_base.json_shapes import JsonObject, is_list, is_object, look_up
from registry_base.model_names import ids_by_name
from registry_base.spellings import ids_named


class LeftOut:
    """The entries underneath that a project's catalogue does not have; it need not be sound."""

    def __init__(self, options: Options | None) -> None:
        self._options = options
        self._entries: list[JsonObject] = []
        if options is not None and (below := options.public_path) is not None:
            own = {each["id"] for each in _entries(options.catalogue_path)}
            self._entries = [each for each in _entries(below) if each["id"] not in own]

    def why(self, text: str, kind: str = "") -> str | None:
        """Which option leaves out the model of a name, and where it is set; None if none does.

        kind: only among models of this type.
        """
        of_type = [each for each in self._entries if kind in ("", each.get("type"))]
        entries = {str(each["id"]): each for each in of_type}
        for model_id in ids_named(ids_by_name(entries.values()), text):
            if (found := self._told(entries[model_id])) is not None:
                return found
        return None

    def _told(self, entry: JsonObject) -> str | None:
        options = self._options
        if options is None or (keys := kept_out_by(entry, options)) is None:
            return None
        place = ".".join(keys)
        if options.source is not None:
            file, line = options.source.place(*keys)
            place = f"{file}:{line} ({place})"
        return f"{place} leaves out {entry['id']} of {options.extends_shown}"


def _entries(path: Path) -> Iterator[JsonObject]:
    models = look_up(peek_json(path), "models")
    for each in models if is_list(models) else ():
        if is_object(each) and isinstance(each.get("id"), str):
            yield each

"""Which catalogue an entry, and each field that another one overrides, comes from.

A merged catalogue keeps this under `layers`, so that a catalogue that extends it knows it too:

    "layers": {
      "order": ["team_models", "acme_models", "registry"],
      "entries": {"colbert-v2": {"": "registry", "/revision": "acme_models"}}
    }

The uppermost catalogue comes first. An unlisted entry is from the lowest one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from registry_base.json_shapes import Json, JsonObject, is_list, is_object, look_up
from registry_base.problems import Pointer, pointer_text


@dataclass(frozen=True)
class Layers:
    """The catalogues in their order, and what comes from where: id -> pointer -> catalogue."""

    order: tuple[str, ...]
    entries: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])

    def of(self, model_id: str) -> Mapping[str, str]:
        """Where an entry comes from: the empty pointer is the entry, others are its fields.

        >>> Layers(("acme_models", "registry")).of("colbert-v2")
        {'': 'registry'}
        """
        return self.entries.get(model_id) or {"": self.order[-1]}

    def under(self, name: str, own_entries: Mapping[str, Json], hidden: frozenset[str]) -> "Layers":
        """These layers with a catalogue on top that has own entries, or overrides some fields."""
        entries = {key: where for key, where in self.entries.items() if key not in hidden}
        for model_id, entry in own_entries.items():
            if entry is None:
                entries[model_id] = {"": name}
            else:
                fields = {pointer_text(pointer): name for pointer in _leaves(entry)}
                entries[model_id] = {**self.of(model_id), **fields}
        return Layers((name, *self.order), entries)

    def data(self) -> JsonObject:
        """As JSON."""
        entries = {key: dict(where) for key, where in sorted(self.entries.items())}
        return {"order": list(self.order), "entries": entries}


def read_layers(data: object, name: str) -> Layers:
    """The layers of a merged catalogue; for a standalone one, itself."""
    order, entries = look_up(data, "layers", "order"), look_up(data, "layers", "entries")
    if not is_list(order) or not order:
        return Layers((name,))
    return Layers(tuple(map(str, order)), entries if is_object(entries) else {})


def merged_text(data: Json, layers: Layers, generator_version: str) -> str:
    """A merged catalogue as a file that others can extend: same content, same text.

    One line per model, so that a diff shows which ones changed. `as_of` is the own catalogue's: the
    day of the one underneath says nothing about own entries.
    """
    models = sorted(data["models"], key=lambda entry: (str(entry["type"]), str(entry["id"])))
    head = {
        "generator": f"tessera-registry {generator_version}",
        "layers": layers.data(),
        **{key: data[key] for key in ("as_of", "selected", "types", "version") if data.get(key)},
    }
    lines = [f" {json.dumps(key)}: {_json(value)}" for key, value in head.items()]
    entries = ",\n".join(f"  {_json(entry)}" for entry in models)
    return "{\n" + ",\n".join([*lines, f' "models": [\n{entries}\n ]']) + "\n}\n"


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _leaves(entry: Json, above: Pointer = ()) -> Iterator[Pointer]:
    """The values that an overriding entry gives, except the id that identifies it."""
    for key, value in entry.items():
        pointer = (*above, key)
        if is_object(value) and value:
            yield from _leaves(value, pointer)
        elif pointer != ("id",):
            yield pointer

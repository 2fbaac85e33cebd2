"""The catalogue to compile: one document, or a project's own laid over a public one.

Entries are added; an entry with the id of a public one replaces it field by field; hidden ids
are removed. Own types and selected models come on top of the public ones. Problems are still
reported where the value was written.
"""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from registry_base.json_shapes import Json, JsonList, JsonObject, is_list, is_object, look_up
from registry_base.problems import Pointer, Problem
from registry_codegen.layers import Layers, read_layers
from registry_codegen.own_types import merged_types
from registry_codegen.read import Document


@dataclass(frozen=True)
class Catalogue:
    """A catalogue and where each of its entries was written, uppermost document first."""

    data: Json  # the whole document, not yet checked against the schema
    documents: tuple[Document, ...]
    layers: Layers
    origins: tuple[tuple[tuple[Document, int], ...], ...] = ()
    # Ids of the catalogue underneath, to distinguish new entries from overriding ones.
    below: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()  # ids underneath that the project's policy keeps out
    sources: tuple[str, ...] = ()  # the documents as the project's options name them

    @property
    def names(self) -> tuple[str, ...]:
        """The documents as messages name them, the project's own first."""
        return tuple(document.name for document in self.documents)

    @property
    def own_count(self) -> int:
        """How many of the first entries are written in the uppermost document."""
        return sum(1 for places in self.origins if places[0][0] is self.documents[0])

    def problem(
        self, pointer: Pointer, message: str, *, model_id: str | None = None, key: bool = False
    ) -> Problem:
        """A problem at a place of the merged catalogue, reported for the file it is in."""
        document, own = self._origin(pointer)
        return document.problem(own, message, model_id=model_id, key=key)

    def _origin(self, pointer: Pointer) -> tuple[Document, Pointer]:
        match pointer:
            case ("models", int(index), *rest) if index < len(self.origins):
                places = [(d, ("models", i, *rest)) for d, i in self.origins[index]]
                # A missing field is in no document: then the uppermost is the one to edit.
                written = (place for place in places if place[1] in place[0].positions.values)
                return next(written, places[0])
            case _:
                written_in = (d for d in self.documents if pointer in d.positions.values)
                return next(written_in, self.documents[0]), pointer


def single(document: Document, name: str) -> Catalogue:
    """A standalone catalogue, under the name of its layer."""
    return Catalogue(document.data, (document,), read_layers(document.data, name))


def lay_over(
    own: Document, public: Document, hide: tuple[str, ...], names: tuple[str, str]
) -> Catalogue:
    """A project's catalogue over a public one, without the hidden ids; `names` of both layers."""
    if not _has_models(own.data) or not _has_models(public.data):
        return single(own, names[0]) if not _has_models(own.data) else single(public, names[1])
    below = {_id(entry): index for index, entry in enumerate(public.data["models"])}
    models: JsonList = []
    origins: list[tuple[tuple[Document, int], ...]] = []
    own_entries: dict[str, Json] = {}
    for index, entry in enumerate(own.data["models"]):
        model_id = _id(entry)
        if model_id is not None and model_id in below:
            own_entries.setdefault(model_id, entry)  # a second one is reported, as what it is
            base = below[model_id]
            models.append(_merge(public.data["models"][base], entry))
            origins.append(((own, index), (public, base)))
        else:
            if model_id is not None:
                own_entries.setdefault(model_id, None)
            models.append(entry)
            origins.append(((own, index),))
    for index, entry in enumerate(public.data["models"]):
        if _id(entry) not in own_entries and _id(entry) not in hide:
            models.append(_without_hidden_successor(entry, hide))
            origins.append(((public, index),))
    types = [d.data["types"] for d in (public, own) if d.data.get("types") is not None]
    data: JsonObject = {**own.data, "models": models}
    if types:
        data["types"] = merged_types(*types) if len(types) == 2 else types[0]
    if selected := _selected(own, public, hide):
        data["selected"] = selected
    data.pop("layers", None)
    layers = read_layers(public.data, names[1]).under(names[0], own_entries, frozenset(hide))
    known = frozenset(name for name in below if name is not None)
    return Catalogue(data, (own, public), layers, tuple(origins), known)


def hide_problems(
    catalogue: Catalogue, hide: tuple[str, ...], problem: Callable[[str], Problem]
) -> Iterator[Problem]:
    """What is wrong with the list of ids to hide; `problem` makes one at the list's place."""
    own = catalogue.documents[0]
    models = look_up(own.data, "models")
    mine = {_id(entry) for entry in models} if is_list(models) else set[str | None]()
    for name in hide:
        if name in mine:
            yield problem(f'"{name}" is on the list to hide and defined here; drop one of them')
        elif name not in catalogue.below:
            close = difflib.get_close_matches(name, catalogue.below, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else "; take it off the list"
            under = catalogue.layers.order[-1] if len(catalogue.layers.order) > 1 else "it"
            yield problem(f'hide: "{name}" is not an id of the catalogue underneath, {under}{hint}')


def _without_hidden_successor(entry: Json, hide: tuple[str, ...]) -> Json:
    """A public entry without references to hidden models: hiding is not its author's mistake."""
    if look_up(entry, "superseded_by") in hide:
        return {key: value for key, value in entry.items() if key != "superseded_by"}
    return entry


def _selected(own: Document, public: Document, hide: tuple[str, ...]) -> Json:
    """Own selected models over the public ones, except hidden ones."""
    below, above = public.data.get("selected", {}), own.data.get("selected", {})
    if not (is_object(below) and is_object(above)):
        return above  # the schema will object
    return {**{role: name for role, name in below.items() if name not in hide}, **above}


def _has_models(data: object) -> bool:
    return is_list(look_up(data, "models"))


def _id(entry: object) -> str | None:
    name = look_up(entry, "id")
    return name if isinstance(name, str) else None


def _merge(below: Json, above: Json) -> Json:
    """Field by field: objects are merged, everything else (lists, null) replaces."""
    if not (is_object(below) and is_object(above)):
        return above
    merged: JsonObject = {key: _merge(below[key], above[key]) for key in below if key in above}
    return {**below, **above, **merged}

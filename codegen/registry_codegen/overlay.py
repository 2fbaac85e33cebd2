"""The catalogue to compile: one document, or a project's own laid over a public one.

Entries are added; an entry with the id of a public one replaces it field by field; hidden ids
are taken away. Own types and selected models come on top of the public ones. A problem is still
reported where the person wrote the value.
"""

import difflib
from dataclasses import dataclass

from registry_codegen.errors import CatalogueError, Pointer, Problem
from registry_codegen.read import Document
from registry_codegen.shapes import Json, JsonList, JsonObject, is_list, is_object, look_up


@dataclass(frozen=True)
class Catalogue:
    """A catalogue and where each of its entries was written, uppermost document first."""

    data: Json  # the whole document, not yet checked against the schema
    documents: tuple[Document, ...]
    origins: tuple[tuple[tuple[Document, int], ...], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the documents, the project's own first."""
        return tuple(document.name for document in self.documents)

    @property
    def own_count(self) -> int:
        """How many of the first entries are written in the uppermost document."""
        return sum(1 for places in self.origins if places[0][0] is self.documents[0])

    def problem(
        self, pointer: Pointer, message: str, *, model_id: str | None = None, key: bool = False
    ) -> Problem:
        """A problem at a place of the merged catalogue, told in terms of the file it is in."""
        document, own = self._origin(pointer)
        return document.problem(own, message, model_id=model_id, key=key)

    def _origin(self, pointer: Pointer) -> tuple[Document, Pointer]:
        match pointer:
            case ("models", int(index), *rest) if index < len(self.origins):
                places = [(d, ("models", i, *rest)) for d, i in self.origins[index]]
                # A missing field is nobody's: then the uppermost document is the one to edit.
                written = (place for place in places if place[1] in place[0].positions.values)
                return next(written, places[0])
            case _:
                written_in = (d for d in self.documents if pointer in d.positions.values)
                return next(written_in, self.documents[0]), pointer


def single(document: Document) -> Catalogue:
    """A catalogue that stands alone."""
    return Catalogue(document.data, (document,))


def lay_over(own: Document, public: Document, hide: tuple[str, ...]) -> Catalogue:
    """A project's catalogue over a public one, without the hidden ids.

    Raises CatalogueError for ids to hide that are not in the public catalogue, or in the own one.
    """
    if not _has_models(own.data) or not _has_models(public.data):
        return single(own if not _has_models(own.data) else public)
    below = {_id(entry): index for index, entry in enumerate(public.data["models"])}
    known = {*below, *map(_id, own.data["models"])}
    problems = [_cannot_hide(own, name, list(below)) for name in hide if name not in known]
    for index, entry in enumerate(own.data["models"]):
        if (model_id := _id(entry)) in hide:
            message = f'"{model_id}" is on the list to hide and defined here; drop one of them'
            problems.append(own.problem(("models", index, "id"), message))
    if problems:
        raise CatalogueError(problems)

    models: JsonList = []
    origins: list[tuple[tuple[Document, int], ...]] = []
    replaced = set[str]()
    for index, entry in enumerate(own.data["models"]):
        model_id = _id(entry)
        if model_id is not None and model_id in below and model_id not in replaced:
            replaced.add(model_id)
            base = below[model_id]
            models.append(_merge(public.data["models"][base], entry))
            origins.append(((own, index), (public, base)))
        else:
            models.append(entry)
            origins.append(((own, index),))
    for index, entry in enumerate(public.data["models"]):
        if _id(entry) not in replaced and _id(entry) not in hide:
            models.append(_without_hidden_successor(entry, hide))
            origins.append(((public, index),))
    types = [d.data["types"] for d in (public, own) if d.data.get("types") is not None]
    data: JsonObject = {**own.data, "models": models}
    if types:
        data["types"] = _merge(types[0], types[-1])
    if selected := _selected(own, public, hide):
        data["selected"] = selected
    return Catalogue(data, (own, public), tuple(origins))


def _without_hidden_successor(entry: Json, hide: tuple[str, ...]) -> Json:
    """A public entry that names no hidden model: hiding is not its author's mistake."""
    if look_up(entry, ("superseded_by",)) in hide:
        return {key: value for key, value in entry.items() if key != "superseded_by"}
    return entry


def _selected(own: Document, public: Document, hide: tuple[str, ...]) -> Json:
    """Own selected models over the public ones, but for those that are hidden."""
    below, above = public.data.get("selected", {}), own.data.get("selected", {})
    if not (is_object(below) and is_object(above)):
        return above  # the schema will object
    return {**{role: name for role, name in below.items() if name not in hide}, **above}


def _has_models(data: object) -> bool:
    return is_list(look_up(data, ("models",)))


def _id(entry: object) -> str | None:
    name = look_up(entry, ("id",))
    return name if isinstance(name, str) else None


def _merge(below: Json, above: Json) -> Json:
    """Field by field: objects are merged, everything else (lists, null) replaces."""
    if not (is_object(below) and is_object(above)):
        return above
    merged: JsonObject = {key: _merge(below[key], above[key]) for key in below if key in above}
    return {**below, **above, **merged}


def _cannot_hide(own: Document, name: str, known: list[str | None]) -> Problem:
    close = difflib.get_close_matches(name, [k for k in known if k is not None], n=1)
    hint = f'; did you mean "{close[0]}"?' if close else "; take it off the list"
    return own.problem((), f'hide: "{name}" is no id of the public catalogue{hint}')

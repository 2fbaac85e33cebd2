"""Repositories of the Hub -> new entries in a catalogue file.

    found = describe_repositories(ids, open_remote)
    with editing(path) as file:
        additions = add_entries(file, found)

Requests take a while, so they come before the file is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from registry.budgets import CONCURRENT
from registry.catalogue.codegen import CatalogueError, merged_types, options_of, read_catalogue
from registry.catalogue.editing import CatalogueFile
from registry.errors import CatalogueFileError, HubError
from registry.hub._description import AS_ASKED, Description, describe
from registry.hub._ids import owner
from registry.hub.given import with_fields
from registry.hub.new_entry import left_out, make_entry
from registry.hub.source import RepositorySource
from registry.threads import in_order
from registry_base.json_shapes import is_list, is_object, look_up

Known = Iterable[Mapping[str, Any]]
"""Entries that are there already."""


@dataclass(frozen=True)
class Addition:
    """The result for one repository: its entry, or why there is none (`failure`).

    `left_out` are the fields that the entry would have, and why they are unknown.
    """

    huggingface_id: str
    description: Description | None = None
    entry: Mapping[str, Any] | None = None
    failure: str | None = None
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])


def entries_underneath(file: CatalogueFile) -> list[Mapping[str, Any]]:
    """The entries of the catalogue that one extends, none if it extends none.

    Raises CatalogueFileError if that one cannot be read.
    """
    return _entries(_underneath(file))


def _underneath(file: CatalogueFile) -> Any:  # JSON, not checked
    options = options_of(file.path)
    if options.public_path is None:
        return None
    try:
        return read_catalogue(options.public_path, options.extends_shown).data
    except CatalogueError as error:
        raise CatalogueFileError("\n".join(map(str, error.problems))) from None


def declared_types(file: CatalogueFile) -> Mapping[str, Any]:
    """The types and fields that a catalogue declares, with those of the one that it extends.

    Raises CatalogueFileError if that one cannot be read.
    """
    own: Mapping[str, Any] = look_up(file.data, "types") or {}
    below: Mapping[str, Any] = look_up(_underneath(file), "types") or {}
    merged: Mapping[str, Any] = merged_types(below, own) if below else own
    return merged


def _entries(data: object) -> list[Mapping[str, Any]]:
    models = look_up(data, "models")
    return [*filter(is_object, models if is_list(models) else ())]


def already_there(huggingface_id: str, entries: Known, model_type: str | None = None) -> str | None:
    """What to say about a repository that has an entry already; None if it has none.

    One repository may hold models of several types: with `model_type`, entries of others do not
    count.
    """
    for entry in entries:
        if str(entry.get("huggingface_id")).casefold() == huggingface_id.casefold() and (
            model_type in (None, entry.get("type"))
        ):
            return f"{huggingface_id} is already in the catalogue, as {entry.get('id')}"
    return None


def describe_repositories(
    huggingface_ids: Iterable[str],
    open_source: Callable[[str, str | None], RepositorySource],
    *,
    revision: str | None = None,
    model_type: str | None = None,
    done: Callable[[], None] = lambda: None,
) -> list[Addition]:
    """Describe repositories, several at once, in their order; failures are in its Addition.

    open_source(huggingface_id, revision) opens a repository; done is called after every one.
    """

    def one(huggingface_id: str) -> Addition:
        try:
            description = describe(open_source(huggingface_id, revision), model_type)
        except HubError as error:
            return Addition(huggingface_id, failure=str(error))
        finally:
            done()
        return Addition(huggingface_id, description)

    return in_order(one, huggingface_ids, CONCURRENT)


def add_entries(
    file: CatalogueFile,
    found: Iterable[Addition],
    model_id: str | None = None,
    fields: Mapping[str, Any] | None = None,
    underneath: Known | None = None,
) -> list[Addition]:
    """Insert what was described into a catalogue that is being edited.

    An entry that the catalogue would refuse is left out and reported. `model_id` is for one only,
    and so are `fields`: values by dotted path, that count for more than the files. `underneath`
    are the entries of the catalogue that this one extends, if they have been read already.
    """
    found = list(found)
    below = list(entries_underneath(file) if underneath is None else underneath)
    types = declared_types(file)
    before, refused = file.text, dict[str, Addition]()
    while True:
        added = [
            refused.get(each.huggingface_id)
            or _insert(file, each, below, model_id, fields or {}, types)
            for each in found
        ]
        # Problems of other entries are not these ones' fault: saving reports them.
        wrong: dict[str | None, list[str]] = {}
        for problem in file.problems() if file.text != before else ():
            wrong.setdefault(problem.model_id, []).append(problem.message)
        bad = {
            each.huggingface_id: replace(
                each, entry=None, failure=f"{each.huggingface_id}: {'; '.join(said)}"
            )
            for each in added
            if each.entry is not None and (said := wrong.get(each.entry["id"]))
        }
        if not bad:
            return added
        # Again without them: the remaining ones may get other ids.
        refused |= bad
        file.text = before


def _insert(
    file: CatalogueFile,
    found: Addition,
    below: list[Mapping[str, Any]],
    model_id: str | None,
    fields: Mapping[str, Any],
    types: Mapping[str, Any],
) -> Addition:
    name, description = found.huggingface_id, found.description
    if description is None:
        return found
    known = [*_entries(file.data), *below]
    asked = description.type if description.type_reason == AS_ASKED else None
    if (there := already_there(name, known, asked)) is not None:
        return Addition(name, failure=there)
    if model_id is not None and (repository := owner(model_id, known)) is not None:
        return Addition(name, failure=f"{name}: the id {model_id} is taken by {repository}")
    try:
        description = with_fields(description, fields, types)
        entry = make_entry(description, known, model_id, types)
    except HubError as error:
        return Addition(name, description, failure=str(error))
    left = left_out(description, known, model_id, types)
    file.insert(entry)
    return Addition(name, description, entry, left_out=left)

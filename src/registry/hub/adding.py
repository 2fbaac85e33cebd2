"""Repositories of the Hub -> new entries in a catalogue file.

    found = describe_repositories(ids, open_remote)
    with editing(path) as file:
        additions = add_entries(file, found)

Asking takes a while, so it comes before the file is kept for oneself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from registry.catalogue.codegen import CatalogueError, options_of, read_document
from registry.catalogue.editing import CatalogueFile
from registry.errors import CatalogueFileError, HubError
from registry.hub._description import Description, describe
from registry.hub._ids import owner
from registry.hub.entry import make_entry
from registry.hub.given import with_fields
from registry.hub.source import RepositorySource
from registry_base.json_shapes import is_list, is_object, look_up

CONCURRENT = 8  # requests; more gains little and meets the Hub's limits sooner

Known = Iterable[Mapping[str, Any]]
"""Entries that are there already."""


@dataclass(frozen=True)
class Addition:
    """What became of one repository: its entry, or why there is none (`failure`)."""

    huggingface_id: str
    description: Description | None = None
    entry: Mapping[str, Any] | None = None
    failure: str | None = None


def known_entries(file: CatalogueFile) -> list[Mapping[str, Any]]:
    """The entries of a catalogue, and those of the one it extends.

    Raises CatalogueFileError if that one cannot be read.
    """
    options = options_of(file.path)
    if options.public_path is None:
        return [*file.entries]
    try:
        public = read_document(options.public_path, options.extends).data
    except CatalogueError as error:
        raise CatalogueFileError("\n".join(map(str, error.problems))) from None
    models = look_up(public, "models")
    return [*file.entries, *filter(is_object, models if is_list(models) else ())]


def already_there(huggingface_id: str, entries: Known) -> str | None:
    """What to say of a repository that has an entry already; None if it has none."""
    for entry in entries:
        if str(entry.get("huggingface_id")).casefold() == huggingface_id.casefold():
            return f"{huggingface_id} is there already, as {entry.get('id')}"
    return None


def describe_repositories(
    huggingface_ids: Iterable[str],
    open_source: Callable[[str, str | None], RepositorySource],
    *,
    revision: str | None = None,
    model_type: str | None = None,
    done: Callable[[], None] = lambda: None,
) -> list[Addition]:
    """Describe repositories, several at once, in their order; what fails is told in its Addition.

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

    with ThreadPoolExecutor(CONCURRENT) as pool:
        return list(pool.map(one, huggingface_ids))


def add_entries(
    file: CatalogueFile,
    found: Iterable[Addition],
    model_id: str | None = None,
    fields: Mapping[str, Any] | None = None,
) -> list[Addition]:
    """Insert what was described into a catalogue that is being edited.

    An entry that the catalogue would refuse is left out and told. `model_id` is for one only,
    and so are `fields`: values by dotted path, that count for more than the files.
    """
    return [_add(file, each, model_id, fields or {}) for each in found]


def _add(
    file: CatalogueFile, found: Addition, model_id: str | None, fields: Mapping[str, Any]
) -> Addition:
    name, description = found.huggingface_id, found.description
    if description is None:
        return found
    known = known_entries(file)
    if (there := already_there(name, known)) is not None:
        return Addition(name, failure=there)
    if model_id is not None and (repository := owner(model_id, known)) is not None:
        return Addition(name, failure=f"{name}: the id {model_id} is taken by {repository}")
    try:
        description = with_fields(description, fields)
        entry = make_entry(description, known, model_id)
    except HubError as error:
        return Addition(name, description, failure=str(error))
    text = file.text
    file.insert(entry)
    # Those of other entries are not this one's fault: saving tells them.
    if wrong := [p.message for p in file.problems() if p.model_id == entry["id"]]:
        file.text = text
        return Addition(name, description, failure=f"{name}: {'; '.join(wrong)}")
    return Addition(name, description, entry)

"""Pulls beyond the catalogue: another commit, another repository, a variant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from registry.catalogue.entries import Entry
from registry.errors import InputError
from registry.files.lock_file import LockedFile, LockedModel
from registry.hub.source import Opener
from registry_base.repository_names import is_repository_name
from registry_base.spellings import spellings

Chosen = TypeVar("Chosen")


def repository_named(key: str) -> str | None:
    """The repository that a text names or links to, spelled as in the text.

    >>> repository_named("https://huggingface.co/acme/Embed-GGUF/tree/main")
    'acme/Embed-GGUF'
    """
    at = key.casefold()
    for name in spellings(key):
        if is_repository_name(name) and name in at:
            start = at.index(name)
            return key[start : start + len(name)]
    return None


def outside(key: str, revision: str) -> Entry:
    """An entry for a repository that no catalogue has. Raises InputError for what is not one."""
    name = repository_named(key)
    if name is None:
        raise InputError(f"{key!r} is neither a model of the catalogue nor a repository")
    return Entry(id=name, type="", huggingface_id=name, revision=revision, data={})


def with_variant(entry: Entry, variant: str, open_source: Opener) -> Entry:
    """An entry for one file: that of a variant by id or quantization, or a file by name.

    Raises InputError for a text that fits none or several, HubError if the repository is needed and
    cannot be reached.
    """
    folded = variant.casefold()
    found = [
        each
        for each in entry.variants
        if folded in (each.id.casefold(), each.quantization.casefold())
    ]
    if exact := [each for each in found if each.id.casefold() == folded]:
        found = exact
    if found:
        chosen = _one(entry, variant, [each for each in found if each.file is not None])
        elsewhere = chosen.huggingface_id not in (None, entry.huggingface_id)
        return replace(
            entry,
            huggingface_id=chosen.huggingface_id or entry.huggingface_id,
            revision=chosen.revision if elsewhere else entry.revision,
            only=(str(chosen.file),),
        )
    source = open_source(entry.huggingface_id, entry.revision)
    files = [path for path in source.files if path.endswith(".gguf") and folded in path.casefold()]
    if not files and entry.variants:
        there = ", ".join(each.id for each in entry.variants)
        raise InputError(f"{entry.id} has no variant {variant!r}; there are {there}")
    return replace(entry, only=(_one(entry, variant, files),))


def stated_variant(entry: Entry) -> LockedModel | None:
    """The only file of an entry, if the catalogue states its size and SHA-256.

    It can then be recognized even if a Hub does not have the commit.
    """
    for each in entry.variants:
        here = each.huggingface_id in (None, entry.huggingface_id)
        if here and each.file is not None and entry.only == (each.file,):
            if entry.revision is None or each.bytes is None or each.sha256 is None:
                return None
            files = {each.file: LockedFile(each.bytes, each.sha256)}
            return LockedModel(entry.huggingface_id, entry.revision, files)
    return None


def _one(entry: Entry, variant: str, found: Iterable[Chosen]) -> Chosen:
    several = list(found)
    if len(several) == 1:
        return several[0]
    names = ", ".join(str(getattr(each, "id", each)) for each in several[:5])
    if several:
        raise InputError(f"{entry.id}: {variant!r} matches {names}; be more specific")
    raise InputError(f"{entry.id} has no file for the variant {variant!r} on the Hub")

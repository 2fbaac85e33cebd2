"""Entries -> what models.lock.json holds for them, from the Hub and Ollama."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from registry.budgets import CONCURRENT
from registry.catalogue.entries import Entry
from registry.errors import HubError, RevisionNotFoundError
from registry.files.lock_file import Lock, LockedFile, LockedModel, LockedOllama
from registry.files.needed_files import CONVERTED_SUFFIXES, has_weights
from registry.hub.elsewhere import cure_for_unlocked
from registry.hub.source import RepositorySource
from registry.hub.wanted_files import engine_files, wanted_files
from registry.threads import in_order


@dataclass(frozen=True)
class Locking:
    """The result of locking: the new content of the lock, and by id why there is nothing new."""

    models: dict[str, LockedModel]
    failures: dict[str, str]


def lock_entries(
    entries: Iterable[Entry],
    before: Lock,
    open_source: Callable[[str, str | None], RepositorySource],
    *,
    update: bool = False,
    ollama_digest: Callable[[str], str | None] = lambda _: None,
    done: Callable[[Entry], None] = lambda _: None,
) -> Locking:
    """Lock every entry at its pin, or at the head of its repository if it has none.

    update: entries without a pin move to the head; otherwise they stay where they are locked.
    open_source(huggingface_id, revision) opens a repository; ollama_digest(tag) returns the digest
    that a server has, None if none has it; done is called after every entry. A commit never
    changes, so what is locked at the same commit is not requested again. For a model that fails, a
    lock keeps what it has.
    """

    def one(entry: Entry) -> LockedModel | HubError:
        try:
            known = before.models.get(entry.id)
            ollama = _ollama(entry, known, ollama_digest)
            if known is not None and _stays(entry, known, update=update):
                return replace(known, ollama=ollama)
            new = _lock(entry, open_source(entry.huggingface_id, entry.revision), ollama)
            if known is not None and known.revision == new.revision:
                return replace(new, probe=known.probe)
            return new
        except RevisionNotFoundError as error:
            cure = "" if entry.revision is None else f"; {cure_for_unlocked(entry.id)}"
            return RevisionNotFoundError(f"{error}{cure}")
        except HubError as error:
            return error
        finally:
            done(entry)

    asked = list(entries)
    results = in_order(one, asked, CONCURRENT)
    found = dict(zip([entry.id for entry in asked], results, strict=True))
    models: dict[str, LockedModel] = {}
    failures: dict[str, str] = {}
    for model_id, result in found.items():
        if isinstance(result, LockedModel):
            models[model_id] = result
        else:
            failures[model_id] = str(result)
    return Locking(models, failures)


def differences(entries: Iterable[Entry], lock: Lock, *, whole: bool = True) -> list[str]:
    """What a lock lacks compared with the catalogue, one line each; makes no requests.

    whole: also report models that are not in the catalogue.
    """
    asked = list(entries)
    lines: list[str] = []
    for entry in asked:
        model = lock.models.get(entry.id)
        if model is None:
            lines.append(f"{entry.id} is not locked")
        elif model.huggingface_id != entry.huggingface_id:
            locked, wanted = model.huggingface_id, entry.huggingface_id
            lines.append(f"{entry.id} is locked as {locked}, the catalogue has {wanted}")
        elif entry.revision is not None and model.revision != entry.revision:
            locked, wanted = model.revision[:12], entry.revision[:12]
            lines.append(f"{entry.id} is locked at {locked}, the catalogue pins {wanted}")
        elif model.ollama is not None and model.ollama.tag != entry.ollama_tag:
            wanted = entry.ollama_tag or "none"
            lines.append(f"{entry.id} is locked as {model.ollama.tag}, its ollama_tag is {wanted}")
        elif missing := set(engine_files(entry)) - model.files.keys():
            lines.append(f"{entry.id} is locked without {', '.join(sorted(missing))}")
    if whole:
        ids = {entry.id for entry in asked}
        others = (model_id for model_id in lock.models if model_id not in ids)
        lines.extend(f"{model_id} is locked, but not in the catalogue" for model_id in others)
    return lines


def _stays(entry: Entry, known: LockedModel, *, update: bool) -> bool:
    if known.huggingface_id != entry.huggingface_id:
        return False
    # A model that was locked without its weights is incomplete.
    if not has_weights(known.files) and not any(
        f.endswith(CONVERTED_SUFFIXES) for f in known.files
    ):
        return False
    if not set(engine_files(entry)) <= known.files.keys():
        return False
    return not update if entry.revision is None else known.revision == entry.revision


def _lock(entry: Entry, source: RepositorySource, ollama: LockedOllama | None) -> LockedModel:
    if source.revision is None:
        raise HubError(f"{entry.huggingface_id} has no commits to lock")
    paths = wanted_files(entry, source)
    return LockedModel(
        entry.huggingface_id,
        source.revision,
        {path: LockedFile(source.files[path].size, source.read_sha256(path)) for path in paths},
        ollama,
    )


def _ollama(
    entry: Entry, known: LockedModel | None, digest_of: Callable[[str], str | None]
) -> LockedOllama | None:
    if entry.ollama_tag is None:
        return None
    digest = digest_of(entry.ollama_tag)
    if digest is not None:
        return LockedOllama(entry.ollama_tag, digest)
    # No server has it now: keep what was known about the same tag.
    before = known.ollama if known is not None else None
    return before if before is not None and before.tag == entry.ollama_tag else None

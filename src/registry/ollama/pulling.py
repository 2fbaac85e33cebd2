"""Have Ollama fetch models by their tags, and compare what it then has with the lock.

Ollama checks every blob against its digest by itself. But a tag moves: what it points at today
need not be what was locked, and Ollama cannot be asked for a digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.catalogue.entries import Entry
from registry.errors import InputError, RegistryError
from registry.files.lock_file import Lock
from registry.files.watcher import Watcher
from registry.ollama.connection import OllamaConnection
from registry.ollama.models import full_tag, ollama_digests, read_ollama
from registry.ollama.options import ServerOptions

# Seconds of silence; comparing 40 GB with a digest is silent.
_TIMEOUT = 600.0


@dataclass(frozen=True)
class PlannedTag:
    """A model by its tag at Ollama: the locked digest, and the current one."""

    entry: Entry
    tag: str
    locked: str | None
    present: str | None

    @property
    def is_here(self) -> bool:
        """Whether the locked digest is there already, so that nothing has to be fetched."""
        return self.locked is not None and self.present == self.locked


@dataclass(frozen=True)
class PulledTag:
    """The result for a tag: bytes received, its current digest, and what is wrong with it."""

    planned: PlannedTag
    fetched: int = 0
    digest: str | None = None
    failure: str | None = None


def plan_tags(
    entries: Iterable[Entry], lock: Lock, host: str | None = None
) -> tuple[PlannedTag, ...]:
    """What Ollama has of the entries, and what it should have.

    Raises InputError naming every entry that has no tag, or is locked under another one;
    ServerUnavailableError, StoreError, and MissingExtraError without the client.
    """
    found: list[tuple[Entry, str, str | None]] = []
    problems: list[str] = []
    for entry in entries:
        model = lock.models.get(entry.id)
        locked = None if model is None else model.ollama
        if entry.ollama_tag is None:
            problems.append(f"{entry.id} has no ollama_tag; pull it without --ollama")
        elif locked is not None and full_tag(locked.tag) != full_tag(entry.ollama_tag):
            problems.append(
                f"{entry.id} is locked as {locked.tag}, its ollama_tag is {entry.ollama_tag}; "
                f"run `registry lock {entry.id}`"
            )
        else:
            found.append((entry, entry.ollama_tag, None if locked is None else locked.digest))
    if problems:
        raise InputError("\n".join(problems))
    there = ollama_digests(host)
    return tuple(
        PlannedTag(entry, tag, digest, there.get(full_tag(tag))) for entry, tag, digest in found
    )


def pull_tag(
    planned: PlannedTag, watcher: Watcher | None = None, host: str | None = None
) -> PulledTag:
    """Have the server fetch a tag, unless it has what is locked; nothing is raised.

    The server keeps what it received before a failure, and resumes there next time.
    """
    if planned.is_here:
        return PulledTag(planned, digest=planned.present)
    try:
        present = _pull(planned, watcher, host)
        found = {full_tag(model.name): model for model in read_ollama(host)}
        held = found.get(full_tag(planned.tag))
    except RegistryError as error:
        return PulledTag(planned, failure=" ".join(str(error).split()))  # servers write paragraphs
    failure = None
    digest = None if held is None else held.revision
    fetched = 0 if held is None else max(0, sum(held.blobs.values()) - present)
    if digest is None:
        failure = (
            f"{planned.entry.id}: Ollama reported that it fetched {planned.tag}, but does "
            "not have it"
        )
    elif planned.locked is not None and digest != planned.locked:
        failure = (
            f"{planned.entry.id}: {planned.tag} is {digest[:19]} at Ollama, the lock has "
            f"{planned.locked[:19]}: the tag has moved; `registry lock {planned.entry.id}` takes "
            f"the new one, `ollama rm {planned.tag}` removes it"
        )
    return PulledTag(planned, fetched, digest, failure)


def _pull(planned: PlannedTag, watcher: Watcher | None, host: str | None) -> int:
    """Bytes of layers that were there before. Raises BackendError."""
    options = ServerOptions(base_url=host, timeout=_TIMEOUT)
    connection = OllamaConnection(planned.entry, options)
    layers = _Layers(planned.tag, watcher)
    status: str | None = None
    try:
        with connection.errors():
            for line in connection.client.pull(planned.tag, stream=True):
                status = line.status
                if line.digest is not None:
                    layers.progress(line.digest, line.completed or 0, line.total)
    finally:
        layers.end()
        connection.close()
    if status != "success":
        raise connection.broken_off()
    return layers.present


class _Layers:
    """What came of each layer, from lines that say how much of it is there.

    present: bytes of layers that were there whole when their first line came. The final
    sizes are more reliable: the first line of a layer already counts what has come, the
    last one does not count all, and small layers have none.
    """

    def __init__(self, tag: str, watcher: Watcher | None) -> None:
        self.present = 0
        self._tag = tag
        self._watcher = watcher
        self._completed: dict[str, int] = {}

    def progress(self, digest: str, completed: int, total: int | None) -> None:
        """A line of the server's. The first of a layer says what was there before."""
        name = f"{self._tag} {digest.removeprefix('sha256:')[:12]}"
        before = self._completed.get(name)
        self._completed[name] = completed
        if before is None:
            if completed == total:
                self.present += completed
            if self._watcher is not None:
                self._watcher.begin(name, total)
                self._watcher.advance(name, completed)
            return
        if self._watcher is not None:
            self._watcher.advance(name, completed - before)

    def end(self) -> None:
        """No more of any."""
        if self._watcher is not None:
            for name in self._completed:
                self._watcher.end(name)

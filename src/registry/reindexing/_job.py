"""What a run works on, recorded so that the next one can continue it, or refuse to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from registry.errors import StoreError
from registry.files.digests import changed_files
from registry.files.state_file import read_record, read_state
from registry.fingerprints.fingerprint_text import Fingerprint
from registry.fingerprints.index_fingerprint import fingerprint_differences
from registry_base.atomic_write import write_atomically

_VERSION = 1
_CURE = "remove the unfinished store and start over"


@dataclass(frozen=True)
class Origin:
    """Where new vectors come from, as far as their fingerprint does not show it.

    weights: file -> SHA-256 of local weights, whose commit is unknown. served: what a server said
    that it runs.
    """

    weights: Mapping[str, str] | None = None
    served: str | None = None


@dataclass(frozen=True)
class Job:
    """From which fingerprint to which, how many rows at once, and the state of the source.

    source: changes when the old store does. vector: the columns, or the named vector, that are
    replaced. text: the column of the texts, None if they are not embedded. switching: everything is
    written; only names change.
    """

    stored: str | None
    wanted: str
    rows: int
    source: str
    vector: tuple[str, ...]
    text: str | None
    origin: Origin
    switching: bool = False

    def taken_up(self, now: Job, name: str) -> Job:
        """This job, if the present run wants the same. Raises StoreError naming what differs."""
        if differs := list(_differences(self, now)):
            said = "".join(f"\n{name}: {each}" for each in differs)
            raise StoreError(
                f"{name}: its unfinished reindex is another one; finish that as it was begun, or "
                f"{_CURE}{said}"
            )
        if not self.switching and (self.source, self.stored) != (now.source, now.stored):
            raise StoreError(f"{name} has changed since its reindex began; {_CURE}")
        return self


def _differences(there: Job, here: Job) -> Iterator[str]:
    """What differs between the job that began a reindex, and one that would go on with it."""
    yield from fingerprint_differences(there.wanted, here.wanted)
    for word, old, new in (
        ("vectors", ",".join(there.vector), ",".join(here.vector)),
        ("texts", there.text, here.text),
        ("model of the server", there.origin.served, here.origin.served),
    ):
        if old != new:
            yield f"{word}: begun with {old}, now {new}"
    before, after = there.origin.weights or {}, here.origin.weights or {}
    if before != after:
        yield f"files of the local path: {changed_files(before, after)}"


def read_job(path: Path) -> Job | None:
    """The job in a file; None if there is none. Raises StoreError for a damaged one."""
    document = read_state(path, _VERSION, cure=_CURE, error=StoreError)
    if document is None:
        return None
    return read_record(document, Job, document.data.get("job"), ("job",), cure=_CURE,
                       error=StoreError)  # fmt: skip


def write_job(path: Path, job: Job) -> None:
    """Write it atomically."""
    write_atomically(path, json.dumps({"version": _VERSION, "job": asdict(job)}, indent=2) + "\n")


def switching(job: Job) -> Job:
    """The job once only names have to change."""
    return replace(job, switching=True)


def still_true(metadata: Mapping[bytes, bytes] | None, job: Job) -> dict[bytes, bytes]:
    """Metadata of the old store, without what `registry embed` recorded about another model."""
    there = None if job.stored is None else Fingerprint.parse(job.stored)
    here = Fingerprint.parse(job.wanted)
    gone = {b"tessera-registry.embed"}
    if there is None or (there.model_id, there.revision) != (here.model_id, here.revision):
        gone.add(b"tessera-registry.lock")
    return {key: value for key, value in (metadata or {}).items() if key not in gone}

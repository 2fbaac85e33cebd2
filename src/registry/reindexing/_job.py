"""What a run works on, recorded so that the next one can continue it, or refuse to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from registry.errors import StoreError
from registry.files.digests import changed_files
from registry.files.state_file import read_record, read_state
from registry.fingerprints.fingerprint_text import Fingerprint
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
        if self.wanted != now.wanted:
            raise StoreError(
                f"{name}: an unfinished reindex to {self.wanted} is there; finish it, or {_CURE}"
            )
        for what, old, new in (
            ("of the vectors", ",".join(self.vector), ",".join(now.vector)),
            ("from the texts", self.text, now.text),
        ):
            if old != new:
                raise StoreError(
                    f"{name}: an unfinished reindex {what} in {old!r} is there, not in {new!r}; "
                    f"finish it, or {_CURE}"
                )
        if self.origin.served != now.origin.served:
            raise StoreError(
                f"{name}: an unfinished reindex with {self.origin.served} of a server is there, "
                f"not with {now.origin.served}; finish it, or {_CURE}"
            )
        if self.origin != now.origin:
            changed = changed_files(self.origin.weights or {}, now.origin.weights or {})
            raise StoreError(
                f"{name}: an unfinished reindex with other local files is there ({changed}); "
                f"finish it with those, or {_CURE}"
            )
        if not self.switching and (self.source, self.stored) != (now.source, now.stored):
            raise StoreError(f"{name} has changed since its reindex began; {_CURE}")
        return self


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

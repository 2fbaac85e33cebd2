"""What identifies a run, kept with its parts as `_embed.json` and compared with the next run.

The manifest is written before the first part and again when the last one is there. In between
nothing is recorded: the parts themselves show which are done.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from registry.corpora._arrow import pa
from registry.corpora._survey import Survey
from registry.errors import CorpusError
from registry.files.digests import changed_files
from registry.files.state_file import read_record, read_state
from registry.fingerprints.index_fingerprint import fingerprint_differences
from registry_base.atomic_write import write_atomically

Engine = Literal["local", "ray"]
MANIFEST = "_embed.json"
_VERSION = 1
_CURE = "remove the folder and start over"


@dataclass(frozen=True)
class CorpusFile:
    """A file at the time of the run: its name, its rows and its SHA-256."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything that the output depends on.

    lock: file of the model -> its SHA-256 in models.lock.json; None if the lock is not about what
    makes the vectors. weights: the same of the files in local_path=, whose commit is unknown; None
    without it. served: what a server said that it runs.
    """

    engine: Engine
    model: str
    kind: str
    fingerprint: str
    lock: Mapping[str, str] | None
    weights: Mapping[str, str] | None
    served: str | None
    text: str
    id: str
    keep: tuple[str, ...]
    rows_per_part: int
    files: tuple[CorpusFile, ...]

    def facts(self) -> dict[str, str]:
        """The output's metadata, in addition to the fingerprint."""
        source = {"text": self.text, "id": self.id, "files": [asdict(each) for each in self.files]}
        said = {"tessera-registry.corpus": json.dumps(source, ensure_ascii=False)}
        if self.lock is not None:
            said["tessera-registry.lock"] = json.dumps(dict(self.lock), sort_keys=True)
        return said


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A job, the contents of its corpus, and its outcome."""

    job: Job
    survey: Survey
    schema: str  # of the ids and the kept columns: Arrow's own form, in base64
    complete: bool = False
    embedded: int = 0
    cut: int | None = None

    @classmethod
    def new(cls, job: Job, survey: Survey, schema: Any) -> Manifest:
        """The manifest of a run that begins."""
        text = base64.b64encode(schema.serialize().to_pybytes()).decode("ascii")
        return cls(job=job, survey=survey, schema=text)

    def kept(self) -> Any:
        """The schema of the ids and the kept columns."""
        return pa.ipc.read_schema(pa.py_buffer(base64.b64decode(self.schema)))

    def done(self, embedded: int, cut: int | None) -> Manifest:
        """The same, complete."""
        return replace(self, complete=True, embedded=embedded, cut=cut)

    def write(self, folder: Path) -> None:
        """Write it into a folder."""
        data = {"version": _VERSION, "manifest": asdict(self)}
        write_atomically(folder / MANIFEST, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of an output; None if there is none. Raises CorpusError."""
    path = folder / MANIFEST
    document = read_state(path, _VERSION, cure=_CURE, error=CorpusError)
    if document is None:
        return None
    found: Any = document.data
    return read_record(
        document, Manifest, found.get("manifest"), ("manifest",), cure=_CURE, error=CorpusError
    )


def differences(there: Job, here: Job) -> Iterator[str]:
    """What differs between the job that began an output, and one that would resume it."""
    yield from fingerprint_differences(there.fingerprint, here.fingerprint)
    if there.kind != here.kind:
        yield f"type of model: begun with {there.kind}, now {here.kind}"
    if there.model == here.model and there.lock != here.lock:
        yield f"lock: {changed_files(there.lock or {}, here.lock or {})}"
    if there.weights != here.weights:
        yield f"files of the local path: {changed_files(there.weights or {}, here.weights or {})}"
    if there.served != here.served:
        yield f"model of the server: begun with {there.served}, now {here.served}"
    before = {each.name: each.sha256 for each in there.files}
    now = {each.name: each.sha256 for each in here.files}
    if before != now:
        yield f"corpus: {changed_files(before, now)}"
    elif [each.name for each in there.files] != [each.name for each in here.files]:
        yield "corpus: its files come in another order"
    for name, word in (
        ("text", "column of the texts"),
        ("id", "column of the ids"),
        ("keep", "columns kept"),
        ("rows_per_part", "rows per part"),
        ("engine", "engine"),
    ):
        old, new = getattr(there, name), getattr(here, name)
        if old != new:
            yield f"{word}: begun with {_said(old)}, now {_said(new)}"


def _said(value: str | int | tuple[str, ...]) -> str:
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value)

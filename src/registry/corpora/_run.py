"""One run: new or resumed, to its end, with exclusive use of its output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from registry.corpora import _lance
from registry.corpora._arrow import pc, pq
from registry.corpora._checking import MadeBy, locked_files, made_by, working_folder
from registry.corpora._columns import CUT, Wanted, output_schema
from registry.corpora._corpus import Corpus
from registry.corpora._encoding import Encoding
from registry.corpora._files import SourceFile, names_of
from registry.corpora._job import CorpusFile, Engine, Job, Manifest, differences, read_manifest
from registry.corpora._on_ray import Cluster, checkpoint, clear, embed_on_ray
from registry.corpora._parts import embed_here
from registry.corpora._survey import Survey, survey
from registry.errors import CorpusError
from registry.files.digests import local_digests
from registry.files.file_lock import exclusive
from registry.fingerprints.fingerprint_text import STORED_AS

OnError = Literal["skip", "stop"]
Seen = Callable[[str, int, int], None]
"""Called with the task, how many rows are done, and of how many (0: unknown)."""

_PATIENCE = 1.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Run:
    """The request to `embed_corpus`, checked without reading rows."""

    files: tuple[SourceFile, ...]
    wanted: Wanted
    target: Path
    model: Any  # of any of three kinds, of anybody's classes
    arguments: dict[str, Any]
    engine: Engine
    cluster: Cluster
    on_error: OnError
    rows_per_part: int
    batch_tokens: int | None
    seen: Seen

    def complete(self) -> tuple[Manifest, bool]:
        """Do the remaining work; returns the final manifest, and whether there was any work."""
        folder = working_folder(self.target)
        self.target.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(self.target, patience=_PATIENCE):
            manifest = self._begun(folder) or self._surveyed()
            if self.on_error == "stop":
                _refuse_bad_rows(manifest.survey)
            if manifest.complete:
                return manifest, False
            folder.mkdir(exist_ok=True)
            manifest.write(folder)
            how = self._encoding(manifest)
            self._embed(manifest, how, folder)
            manifest = manifest.done(*_counted(folder))
            if manifest.embedded != manifest.survey.good:
                raise CorpusError(
                    f"{folder}: holds {manifest.embedded:,} rows, should be "
                    f"{manifest.survey.good:,}; something has changed it: remove the folder and "
                    "start over"
                )
            if folder != self.target:
                self.seen("writing the table", manifest.embedded, manifest.embedded)
                _lance.fill(self.target, folder, how.schema, manifest)
            else:
                manifest.write(folder)
            clear(folder)
            return manifest, True

    def _begun(self, folder: Path) -> Manifest | None:
        """The manifest of the run to resume. Raises CorpusError for parts of a different run."""
        there = _lance.finished(self.target) if folder != self.target else None
        there = there or read_manifest(folder)
        if there is None:
            return None
        rows = [each.rows for each in there.job.files]
        here = self._job([*rows, *[0] * len(self.files)][: len(self.files)])
        if differs := list(differences(there.job, here)):
            if not there.complete and not _written(folder):
                return None  # it failed before it had a part: there is nothing to mix
            said = "".join(f"\n{self.target}: {each}" for each in differs)
            raise CorpusError(
                f"{self.target}: was made by another run; name another output, or remove this "
                f"one{said}"
            )
        return there

    def _surveyed(self) -> Manifest:
        found, counted = survey(
            self.files, self.wanted, lambda count: self.seen("reading the corpus", count, 0)
        )
        return Manifest.new(self._job(found.rows), counted, found.schema)

    def _embed(self, manifest: Manifest, how: Encoding, folder: Path) -> None:
        rows = tuple(each.rows for each in manifest.job.files)
        corpus = Corpus(self.files, rows, self.wanted, manifest.kept())

        def done(count: int) -> None:
            self.seen("embedding", count, corpus.total)

        if self.engine == "ray":
            embed_on_ray(corpus, how, folder, self.rows_per_part, self.cluster, done)
        else:
            embed_here(corpus, how, folder, self.rows_per_part, done)

    def _job(self, rows: Sequence[int]) -> Job:
        named = zip(names_of(self.files), rows, self._digests, strict=True)
        return Job(
            engine=self.engine,
            model=self.model.id,
            kind=self.model.kind,
            fingerprint=self._made_by.fingerprint,
            served=self._made_by.served,
            lock=locked_files(self.model, self._made_by.fingerprint),
            weights=self._weights,
            text=self.wanted.text,
            id=self.wanted.id,
            keep=self.wanted.keep,
            rows_per_part=self.rows_per_part,
            files=tuple(CorpusFile(name, count, sha) for name, count, sha in named),
        )

    def _encoding(self, manifest: Manifest) -> Encoding:
        facts = {STORED_AS: manifest.job.fingerprint} | manifest.job.facts()
        dim = self._made_by.dim
        return Encoding(
            model=self.model,
            schema=output_schema(manifest.kept(), self.model.kind, dim, STORED_AS, facts),
            dim=dim,
            fingerprint=manifest.job.fingerprint,
            kept=self.wanted.kept,
            stop=self.on_error == "stop",
            batch_tokens=self.batch_tokens,
            arguments=self.arguments,
        )

    @cached_property
    def _made_by(self) -> MadeBy:
        return made_by(self.model, self.arguments, self.cluster.gpus > 0)

    @cached_property
    def _weights(self) -> dict[str, str] | None:
        return local_digests(self.arguments.get("local_path"))

    @cached_property
    def _digests(self) -> list[str]:
        self.seen("reading the corpus", 0, 0)
        return [file.digest() for file in self.files]


def _written(folder: Path) -> bool:
    return any(folder.glob("*.parquet")) or any(checkpoint(folder).glob("*.parquet"))


def _refuse_bad_rows(found: Survey) -> None:
    problems = [*found.places]
    left = sum(found.bad.values()) - len(found.places)
    if left > 0:
        problems.append(f"{left:,} more rows cannot be embedded")
    if found.doubled:
        problems.append(
            f"{found.doubled:,} rows have an id that another row has: {', '.join(found.doubles)}"
        )
    if problems:
        problems.append("fix the corpus, or leave such rows out with --on-error skip")
        raise CorpusError("\n".join(problems))


def _counted(folder: Path) -> tuple[int, int | None]:
    """Rows of all parts, and how many of them were cut; None if that is unknown."""
    rows, cut, known = 0, 0, True
    for path in sorted(folder.glob("*.parquet")):
        column = pq.read_table(path, columns=[CUT], partitioning=None).column(CUT)
        rows += len(column)
        known = known and column.null_count == 0
        cut += pc.sum(column).as_py() or 0
    return rows, cut if known else None

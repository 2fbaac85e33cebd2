"""`embed_corpus`: every text of a corpus becomes a vector in a folder of Parquet, or in LanceDB.

    embed_corpus("passages/", BGE_M3, text_column="text", id_column="id", output="vectors")

A killed run resumes where it was when it is started again, and each row is written exactly once:
`_parts` says how on one machine, `_on_ray` on a cluster. `_job` holds what a run must have in
common with the one that it resumes. A LanceDB table is created from the finished parts in one
transaction (`_lance`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from registry.corpora._checking import checked_corpus, checked_output
from registry.corpora._columns import Wanted
from registry.corpora._job import Engine, Manifest
from registry.corpora._on_ray import Cluster
from registry.corpora._run import OnError, Run, Seen
from registry.errors import CorpusError
from registry.loading.load import LoadArguments

if TYPE_CHECKING:
    from registry.models.kinds import ColbertLike, DenseLike, SparseLike

__all__ = ["EmbedReport", "check_corpus", "embed_corpus"]


@dataclass(frozen=True, kw_only=True)
class EmbedReport:
    """The outcome of embedding a corpus.

    rows: rows of the corpus. embedded: rows of the output. skipped: reason -> rows left out.
    places: a few of these. cut: embedded rows of which the model read only the beginning; None if
    unknown. doubled: rows with an id that an earlier row has; they are embedded too. doubles: a few
    such ids. up_to_date: there was nothing to do.
    """

    output: Path
    fingerprint: str
    rows: int
    embedded: int
    skipped: dict[str, int]
    places: tuple[str, ...]
    cut: int | None
    doubled: int
    doubles: tuple[str, ...]
    up_to_date: bool


def embed_corpus(
    corpus: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    model: DenseLike | ColbertLike | SparseLike,
    *,
    text_column: str,
    id_column: str,
    output: str | os.PathLike[str],
    keep: Sequence[str] = (),
    on_error: OnError = "skip",
    rows_per_part: int = 8_192,
    batch_tokens: int | None = None,
    engine: Engine = "local",
    address: str | None = None,
    workers: int | None = None,
    gpus_per_worker: float = 0,
    seen: Seen | None = None,
    **arguments: Unpack[LoadArguments],
) -> EmbedReport:
    """Embed the texts of files, resuming a killed run.

    Args:
        corpus: Files, folders and globs of Parquet, JSON lines and CSV.
        model: An encoder of this or any other registry, dense, late interaction or sparse.
        text_column: The column of the texts, which are encoded as documents.
        id_column: The column of the ids.
        output: A folder for Parquet, or NAME.lance for a table NAME of a LanceDB database in the
            folder that contains it.
        keep: More columns to take over.
        on_error: "skip" leaves out rows without a text (or an id) and embeds the beginning of
            texts that are too long, both counted; "stop" raises CorpusError for them and for ids
            that are not unique.
        rows_per_part: Rows of the corpus per file of the output: the most that a kill loses.
        batch_tokens: Most tokens in a batch, including padding; else 128 for each text that the
            encoder takes at once.
        engine: "local", or "ray" for a Ray cluster.
        address: Of the Ray cluster; else a cluster that is found, or one on this machine.
        workers: How many processes encode on Ray; else one for each core, or for each GPU share.
        gpus_per_worker: GPUs of each; 0 for the CPU.
        seen: Called with the progress.
        arguments: As `load` takes them.

    Raises CorpusError with a line for everything that is wrong: files that cannot be read, missing
    columns, an output that another run has begun. Also InputError, and what `load` raises.

    ```
    report = embed_corpus("passages.parquet", ALL_MINILM_L6_V2, text_column="text",
                          id_column="id", output="vectors")
    report.embedded, report.skipped
    ```
    """
    target = Path(output).expanduser()
    wanted = Wanted(text_column, id_column, tuple(dict.fromkeys(keep)))
    files, problems = checked_corpus(corpus, wanted, model)
    problems += checked_output(target)
    if rows_per_part < 1 or (batch_tokens is not None and batch_tokens < 1):
        problems.append("rows_per_part and batch_tokens should be at least 1")
    if problems:
        raise CorpusError("\n".join(problems))
    run = Run(
        files=tuple(files),
        wanted=wanted,
        target=target,
        model=model,
        arguments=dict(arguments),
        engine=engine,
        cluster=Cluster(address, workers, gpus_per_worker),
        on_error=on_error,
        rows_per_part=rows_per_part,
        batch_tokens=batch_tokens,
        seen=seen or _nobody,
    )
    manifest, new = run.complete()
    return _report(target, manifest, up_to_date=not new)


def check_corpus(
    corpus: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    text_column: str,
    id_column: str,
    output: str | os.PathLike[str],
    keep: Sequence[str] | None = None,
) -> list[str]:
    """What would prevent a run from starting, with any model; a line for each problem."""
    target = Path(output).expanduser()
    _, problems = checked_corpus(corpus, Wanted(text_column, id_column, tuple(keep or ())))
    return problems + checked_output(target)


def _report(target: Path, manifest: Manifest, *, up_to_date: bool) -> EmbedReport:
    found = manifest.survey
    return EmbedReport(
        output=target,
        fingerprint=manifest.job.fingerprint,
        rows=found.total,
        embedded=manifest.embedded,
        skipped=dict(found.bad),
        places=found.places,
        cut=manifest.cut,
        doubled=found.doubled,
        doubles=found.doubles,
        up_to_date=up_to_date,
    )


def _nobody(doing: str, done: int, total: int) -> None:
    """Shows nothing."""

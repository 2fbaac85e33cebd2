"""`registry embed`: texts of files become vectors in Parquet or LanceDB."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from registry.backends.interface import Quantization
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.named_model import wanted
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.options.stores import CacheDir
from registry.cli.terminal.failure import USAGE, CommandError, needs
from registry.cli.terminal.output import inform, write, write_json
from registry.cli.terminal.progress import counter
from registry.exports.export import PRECISIONS

if TYPE_CHECKING:
    from registry.corpora.embedding import EmbedReport
    from registry.models.kinds import DenseLike, Registered

_ENGINES, _ON_ERROR = ("local", "ray"), ("skip", "stop")

Paths = Annotated[
    list[str],
    typer.Argument(metavar="CORPUS", help="Parquet, JSON lines or CSV: files, folders, globs."),
]
ModelKey = Annotated[str, typer.Option("--model", metavar="ID", help="Which encoder to use.")]
Text = Annotated[str, typer.Option("--text", metavar="COLUMN", help="The column of the texts.")]
Id = Annotated[str, typer.Option("--id", metavar="COLUMN", help="The column of the ids.")]
Output = Annotated[
    Path,
    typer.Option(
        "-o", "--output", metavar="OUT", help="A folder for Parquet, or DB/NAME.lance for LanceDB."
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="COLUMN", help="A column to take over; may be repeated."),
]
OnError = Annotated[
    str,
    typer.Option("--on-error", help="skip: leave bad rows out and count them; stop: fail on them."),
]
Engine = Annotated[str, typer.Option("--engine", help="local, or ray for a Ray cluster.")]
Address = Annotated[
    str | None, typer.Option("--address", help="The Ray cluster; by default found or started.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes that encode, with ray.")
]
Gpus = Annotated[
    float, typer.Option("--gpus-per-worker", min=0, help="GPUs, or a share of one, for each.")
]
RowsPerPart = Annotated[
    int, typer.Option("--rows-per-part", min=1, help="Rows in a file: what a kill loses at most.")
]
BatchTokens = Annotated[
    int | None, typer.Option("--batch-tokens", min=1, help="Tokens in a batch at most.")
]
Backend = Annotated[
    str | None, typer.Option("--backend", help="What runs the model; by default the usual one.")
]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda, cuda:1, mps.")]
Dim = Annotated[int | None, typer.Option("--dim", min=1, help="A registered Matryoshka width.")]
Dtype = Annotated[
    str | None, typer.Option("--dtype", help="float32, float16, bfloat16 or auto, for torch.")
]
Precision = Annotated[
    str | None, typer.Option("--precision", help=f"{', '.join(PRECISIONS)}, for exports.")
]
Weights = Annotated[
    str | None,
    typer.Option("--quantization", help=f"{' or '.join(get_args(Quantization))} weights."),
]
Revision = Annotated[
    str | None, typer.Option("--revision", help="Another commit than the pinned one.")
]
LocalPath = Annotated[
    Path | None, typer.Option("--local-path", help="A folder with the weights or the export.")
]
BaseUrl = Annotated[str | None, typer.Option("--base-url", help="The server of such a backend.")]
ServerModel = Annotated[
    str | None, typer.Option("--server-model", help="What that server calls the model.")
]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="Threads to compute with; by default all.")
]


def embed(
    corpus: Paths,
    model: ModelKey,
    text: Text,
    id_column: Id,
    output: Output,
    keep: Keep = None,
    on_error: OnError = "skip",
    engine: Engine = "local",
    address: Address = None,
    workers: Workers = None,
    gpus_per_worker: Gpus = 0,
    rows_per_part: RowsPerPart = 8_192,
    batch_tokens: BatchTokens = None,
    backend: Backend = None,
    device: Device = "auto",
    dim: Dim = None,
    dtype: Dtype = None,
    precision: Precision = None,
    quantization: Weights = None,
    revision: Revision = None,
    local_path: LocalPath = None,
    base_url: BaseUrl = None,
    server_model: ServerModel = None,
    threads: Threads = None,
    of_type: OfType = None,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    as_json: AsJson = False,
) -> None:
    """Embed the texts of files into Parquet or LanceDB.

    A killed run continues when the same command is given again, and writes each row once. It
    refuses to continue with another model, revision, precision, prompt or corpus. The output
    carries the fingerprint of its vectors. Texts longer than the model reads are embedded from
    their beginning and counted.

    Example: registry embed a.parquet --model bge-m3 --text body --id url -o out
    """
    problems: list[str] = []
    for name, value, known in (
        ("--engine", engine, _ENGINES), ("--on-error", on_error, _ON_ERROR)
    ):  # fmt: skip
        if value not in known:
            problems.append(f"{name} {value!r} is not one of {', '.join(known)}")
    if engine != "ray" and (address is not None or workers is not None or gpus_per_worker):
        problems.append("--address, --workers and --gpus-per-worker are for --engine ray")
    if problems:
        raise CommandError("\n".join(problems), USAGE)
    arguments: dict[str, Any] = {
        "backend": backend,
        "device": device,
        "dim": dim,
        "dtype": dtype,
        "precision": precision,
        "quantization": quantization,
        "revision": revision,
        "local_path": local_path,
        "base_url": base_url,
        "server_model": server_model,
        "threads": threads,
        "cache_dir": cache_dir,
    }
    with needs("embed"):
        from registry.corpora.embedding import check_corpus, embed_corpus
    here = catalogue_for(catalogue)
    chosen: Registered | None = None
    try:
        chosen = wanted(here, model, of_type)
    except CommandError as error:
        problems += [
            str(error),
            *check_corpus(corpus, text_column=text, id_column=id_column, output=output, keep=keep),
        ]
    if chosen is None:
        raise CommandError("\n".join(problems))
    with counter() as show:
        report = embed_corpus(
            corpus,
            cast("DenseLike", chosen),  # the function refuses other kinds
            text_column=text,
            id_column=id_column,
            output=output,
            keep=keep or (),
            on_error=cast("Any", on_error),  # one of the words, see above
            rows_per_part=rows_per_part,
            batch_tokens=batch_tokens,
            engine=cast("Any", engine),
            address=address,
            workers=workers,
            gpus_per_worker=gpus_per_worker,
            seen=show,
            **arguments,
        )
    if as_json:
        write_json({**asdict(report), "output": str(report.output)})
    else:
        _show(report)


def _show(report: EmbedReport) -> None:
    for place in report.places:
        inform(place)
    if report.skipped:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in report.skipped.items())
        inform(f"rows left out: {sum(report.skipped.values()):,} ({reasons})")
    if report.cut:
        inform(f"texts longer than the model reads, embedded from their beginning: {report.cut:,}")
    if report.doubled:
        ids = ", ".join(report.doubles)
        inform(f"rows with duplicate ids: {report.doubled:,} (such as {ids})")
    state = "up to date" if report.up_to_date else "written"
    write(
        f"{report.output}: {state}, {report.embedded:,} of {report.rows:,} rows\n"
        f"  fingerprint {report.fingerprint}\n"
    )

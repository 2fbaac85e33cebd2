"""`registry reindex`: a store of vectors under another model."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.named_model import wanted
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.options.stores import CacheDir
from registry.cli.terminal.failure import USAGE, CommandError, needs
from registry.cli.terminal.output import inform, write, write_json
from registry.cli.terminal.progress import counter
from registry.errors import AmbiguousModelError
from registry.selection.models_here import model_map

if TYPE_CHECKING:
    from registry.catalogue.here import Catalogue
    from registry.encoders.quantization import Precision
    from registry.loading.load import LoadArguments
    from registry.models.kinds import Registered
    from registry.reindexing.planning import Plan
    from registry.reindexing.reindexing import Reindexed, VectorModel

StoreArgument = Annotated[
    str,
    typer.Argument(
        metavar="STORE",
        help="A Parquet file or a folder of them, the folder of a LanceDB database, the folder or "
        "the address of a Qdrant.",
    ),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="MODEL", help="The model to go to; its type says which vectors."),
]
Dim = Annotated[int | None, typer.Option("--dim", help="One of the model's Matryoshka widths.")]
Quantization = Annotated[
    str | None, typer.Option("--quantization", help="int8 or binary; without it, floats.")
]
Collection = Annotated[
    str | None,
    typer.Option("--collection", metavar="NAME", help="The table or collection, if several."),
]
Vector = Annotated[
    str | None,
    typer.Option(
        "--vector", metavar="NAME", help="The column or named vector, if several of the type."
    ),
]
Text = Annotated[
    str, typer.Option("--text", metavar="NAME", help="The column or payload key of the texts.")
]
Alias = Annotated[
    str | None,
    typer.Option("--alias", metavar="NAME", help="Qdrant: a name for the new collection."),
]
Backend = Annotated[str | None, typer.Option("--backend", help="What runs the model.")]
Weights = Annotated[
    Path | None, typer.Option("--path", help="A folder with the weights instead of the Hub.")
]
RowsAtOnce = Annotated[int, typer.Option("--rows", min=1, help="Rows that are written at once.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
RemoveOld = Annotated[
    bool, typer.Option("--remove-old", help="Remove what the last reindex put aside.")
]


def reindex(
    store: StoreArgument,
    to: To = None,
    of_type: OfType = None,
    dim: Dim = None,
    quantization: Quantization = None,
    collection: Collection = None,
    vector: Vector = None,
    text: Text = "text",
    alias: Alias = None,
    backend: Backend = None,
    path: Weights = None,
    rows: RowsAtOnce = 1024,
    dry_run: DryRun = False,
    remove_old: RemoveOld = False,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    as_json: AsJson = False,
) -> None:
    """Make the vectors of a store those of another model.

    The fingerprint in the store says what that takes: fewer dimensions and quantization come from
    the vectors that are there; another model embeds the texts again.

    The new vectors are written next to the old ones, and a killed run continues where it
    was. Once they are complete they take their place; the old ones are kept until --remove-old.

    Example: registry reindex passages.parquet --to bge-m3 --dry-run
    """
    with needs("reindex"):
        from registry.reindexing import reindexing

    where = reindexing.Where(collection, vector, text, alias)
    if (to is None) is not remove_old:
        raise CommandError("give either --to MODEL or --remove-old", USAGE)
    if to is None:
        removed = reindexing.remove_old(store, where=where)
        if as_json:
            write_json({"removed": removed})
        else:
            write(f"{removed} removed\n" if removed else "nothing was put aside\n")
        return
    if quantization is not None and quantization not in QUANTIZATIONS:
        raise CommandError(
            f"quantization {quantization!r} is not one of {', '.join(QUANTIZATIONS)}", USAGE
        )
    model = _named(catalogue_for(catalogue), to, of_type)
    quantize_to = cast("Precision | None", quantization)
    given = {"dim": dim, "backend": backend, "local_path": path, "cache_dir": cache_dir}
    how = cast("LoadArguments", {key: value for key, value in given.items() if value is not None})
    plan = reindexing.plan_reindex(store, model, where=where, quantize_to=quantize_to, **how)
    if not as_json:
        write(_said(plan))
    if dry_run:
        if as_json:
            write_json(asdict(plan))
        return
    with counter() as show:
        done = reindexing.reindex(
            store,
            model,
            where=where,
            quantize_to=quantize_to,
            rows_at_once=rows,
            progress=lambda so_far, total: show(plan.step, so_far, total),
            **how,
        )
    if as_json:
        write_json(asdict(done))
    else:
        write(_told(done))


def _named(here: Catalogue, key: str, of_type: str | None) -> VectorModel:
    """The model, of the types that give vectors if its name alone does not say which."""
    found: Registered | None = None
    if of_type is None:
        with suppress(AmbiguousModelError):
            each = (model_map(here, kind).find(key) for kind in ("dense", "colbert", "sparse"))
            there = [model for model in each if model is not None]
            found = there[0] if len(there) == 1 else None
    return cast("VectorModel", found or wanted(here, key, of_type))


QUANTIZATIONS: tuple[str, ...] = ("int8", "binary")
_STEPS = {
    "nothing": "up to date",
    "stamp": "only the fingerprint changes; no model is needed",
    "cut": "cut the vectors; no model is needed",
    "quantize": "quantize the vectors; no model is needed",
    "embed": "embed the texts again",
}


def _said(plan: Plan) -> str:
    reasons = plan.differences or (("the store holds no fingerprint",) if not plan.stored else ())
    return "".join(f"{line}\n" for line in (*reasons, f"-> {_STEPS[plan.step]}"))


def _told(done: Reindexed) -> str:
    if done.new is None:
        return f"{done.rows} rows are of {done.plan.wanted}\n"
    if done.done_before:
        inform(f"{done.done_before} rows were there from an earlier run")
    if done.old is None:
        return (
            f"{done.rows} rows written to {done.new}; searches still go to the old one: use the "
            "new name, or give --alias\n"
        )
    return f"{done.rows} rows written; the old ones are {done.old}, until --remove-old\n"

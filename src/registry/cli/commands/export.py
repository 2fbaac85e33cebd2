"""`registry export`: models as graphs that engines run without torch."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.named_model import wanted
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.options.stores import CacheDir
from registry.cli.terminal.failure import USAGE, CommandError
from registry.cli.terminal.output import write, write_json
from registry.exports.export import ENGINES, PRECISIONS

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

Keys = Annotated[list[str], typer.Argument(metavar="ID", help="Ids, aliases or Hub repositories.")]
EngineOption = Annotated[str, typer.Option("--engine", help=f"{' or '.join(ENGINES)}.")]
PrecisionOption = Annotated[str, typer.Option("--precision", help=f"{', '.join(PRECISIONS)}.")]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", help="Folder to write to instead of the cache, with a subfolder for each model."
    ),
]
From = Annotated[
    Path | None, typer.Option("--path", help="A folder with the weights instead of the Hub.")
]
MinOverlap = Annotated[
    float | None,
    typer.Option(
        "--min-overlap",
        min=0,
        max=1,
        help="Share of the ten best results that must agree; default 0.99.",
    ),
]


def export(
    keys: Keys,
    engine: EngineOption = "openvino",
    precision: PrecisionOption = "f32",
    output: Output = None,
    path: From = None,
    min_overlap: MinOverlap = None,
    of_type: OfType = None,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    as_json: AsJson = False,
) -> None:
    """Export encoders for OpenVINO and ONNX Runtime.

    Models become graphs that these engines run, each compared with torch when it is made.

    `load(MODEL, backend="openvino")` takes them from the cache, or a folder under --output as
    local_path=. An export that is there is kept.

    Example: registry export bge-m3 --engine onnx
    """
    if engine not in ENGINES:
        raise CommandError(f"engine {engine!r} is not one of {', '.join(ENGINES)}", USAGE)
    if precision not in PRECISIONS:
        raise CommandError(f"precision {precision!r} is not one of {', '.join(PRECISIONS)}", USAGE)
    here = catalogue_for(catalogue)
    models = [wanted(here, key, of_type) for key in keys]
    if path is not None and len(models) > 1:
        raise CommandError("--path has the weights of one model; name one", USAGE)
    from registry.backends.interface import LoadOptions
    from registry.errors import MissingExtraError

    try:
        from registry.exporting.export_model import export_model
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "torch", "export") from None
    found: list[dict[str, object]] = []
    for model in models:
        made, new = export_model(
            cast("Loadable", model),
            engine,
            precision,
            output=None if output is None else output / model.id,
            min_overlap=min_overlap,
            options=LoadOptions(local_path=path, cache_dir=cache_dir),
        )
        probe = made.probe
        if not as_json:
            write(
                f"{model.id}: {'written' if new else 'up to date'}, {made.folder}\n"
                f"  {probe.texts} texts: difference {probe.difference:.1e}, "
                f"cosine {probe.cosine:.6f}, overlap {probe.overlap:.1%}\n"
                f"  graph: {made.source or 'traced'}\n"
            )
            if made.refused is not None:
                write(f"  not used: {made.refused}\n")
        found.append(
            {
                "id": model.id,
                "folder": str(made.folder),
                "written": new,
                "probe": asdict(probe),
                "source": made.source,
                "refused": made.refused,
            }
        )
    if as_json:
        write_json(found)

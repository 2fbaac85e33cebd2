"""`registry where`: which catalogue is used here, and where that is set."""

from __future__ import annotations

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.output import counted, plain, write, write_json


def where(catalogue: CatalogueOption = None, as_json: AsJson = False) -> None:
    """Show which catalogue is used here, and why.

    The one that --catalogue names, else REGISTRY_CATALOGUE, else that of the project around this
    folder (or a bare models.json in it), else the installed public one. Every other command is
    about the same one.

    Example: registry where --json
    """
    here = catalogue_for(catalogue)
    place = here.place
    kind = "package" if place.path is None else "file"
    if as_json:
        write_json(
            {
                "name": here.name,
                "kind": kind,
                "path": None if place.path is None else str(place.path),
                "package": here.package,
                "said_by": place.said_by,
                "layers": list(here.layers.order),
                "models": len(here.models),
            }
        )
        return
    write(f"{plain(here.name)}: {counted(here.models, 'model')}, a {kind}\n")
    write(f"set by: {plain(place.said_by)}\n")
    if len(here.layers.order) > 1:
        write(f"layers: {plain(' over '.join(here.layers.order))}\n")

"""`registry schema`: the JSON Schema of catalogues."""

from __future__ import annotations

from registry.catalogue.codegen import schema_path
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.terminal.output import write


def schema(catalogue: CatalogueOption = None) -> None:
    """Print the JSON Schema of catalogues.

    All catalogues have the same one. --catalogue is there as for every other command, and has to
    name one that is there.
    """
    if catalogue is not None:
        catalogue_for(catalogue)
    write(schema_path().read_text("utf-8"))

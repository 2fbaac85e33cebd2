"""`registry schema`: the JSON Schema of catalogues."""

from __future__ import annotations

from registry.catalogue.codegen import schema_text
from registry.catalogue.places import PUBLIC
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.terminal.output import write


def schema(catalogue: CatalogueOption = None) -> None:
    """Print the JSON Schema of catalogues.

    In a project it has the fields that the catalogue declares under `types`, and takes entries
    that override those of a catalogue underneath. Write it to a file that the catalogue names as
    its "$schema", and again when you change `types`: editors check and complete by it.

    Example: registry schema > models.schema.json
    """
    here = catalogue_for(catalogue)
    public = here.place.path is None and here.package == PUBLIC
    write(schema_text(None if public else here.options))

"""`registry schema`: the JSON Schema of catalogues."""

from registry.catalogue.codegen import schema_path
from registry.cli.terminal.output import write


def schema() -> None:
    """Print the JSON Schema of catalogues."""
    write(schema_path().read_text("utf-8"))

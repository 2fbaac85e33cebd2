"""`registry schema`: the JSON Schema of catalogues."""

from registry.cli.terminal.output import write


def schema() -> None:
    """Print the JSON Schema of catalogues."""
    from registry_codegen.catalogues import schema_path

    write(schema_path().read_text("utf-8"))

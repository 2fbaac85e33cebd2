"""The command `registry`, also `python -m registry`."""

import sys


def main() -> None:
    """Run the command line, or say what to install for it."""
    try:
        import rich  # noqa: F401 - both are needed; say so before anything half works
        import typer  # noqa: F401
    except ModuleNotFoundError as error:
        sys.exit(
            f"registry: the command line needs {error.name}: pip install 'tessera-registry[cli]'"
        )
    from registry.cli.app import app

    app()


if __name__ == "__main__":
    main()

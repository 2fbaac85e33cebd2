"""The command `registry`, also `python -m registry`."""

import importlib.util
import sys


def main() -> None:
    """Run the command line, or say what to install for it."""
    missing = [name for name in ("typer", "rich") if importlib.util.find_spec(name) is None]
    if missing:
        names = " and ".join(missing)
        sys.exit(f"registry: the command line needs {names}: pip install 'tessera-registry[cli]'")
    from registry.cli.app import app

    app()


if __name__ == "__main__":
    main()

"""The command `registry`, also `python -m registry`."""

import importlib
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line, or say in one line what to install for it."""
    try:
        try:
            for name in ("rich", "typer"):  # say so before anything half works
                importlib.import_module(name)
        except ModuleNotFoundError as error:
            sys.exit(
                f"registry: the command line needs {error.name}: "
                "pip install 'tessera-registry[cli]'"
            )
        from registry.cli.run import run

        sys.exit(run())
    except KeyboardInterrupt:
        # End by the signal itself, so that a shell's loop around the command stops as well.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)
        sys.exit(130)


if __name__ == "__main__":
    main()

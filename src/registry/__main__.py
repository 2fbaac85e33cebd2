"""The command `registry`, also `python -m registry`."""

import importlib
import os
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line, or say in one line what to install for it."""
    try:
        if "_REGISTRY_COMPLETE" in os.environ:
            _complete()
        try:
            for name in ("rich", "typer"):  # before anything half works
                importlib.import_module(name)
        except ModuleNotFoundError as error:
            sys.exit(
                f"Error: the command line needs {error.name}: pip install 'tessera-registry[cli]'"
            )
        from registry.cli.run import run

        sys.exit(run())
    except KeyboardInterrupt:
        # End by the signal itself, so that a shell's loop around the command stops as well.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)
        sys.exit(130)


def _complete() -> None:
    """Answer a shell's completion request, before anything slow is imported."""
    from registry.cli.completion import complete

    status = complete()
    if status is not None:
        sys.exit(status)


if __name__ == "__main__":
    main()

"""One run of the command line: the command, and how it ended.

Exit status: 0 done, 1 a problem was found or a model is unknown, 2 the command was not
understood. 141 if the reader is gone; Ctrl-C ends it by its signal, as shells expect.
"""

import re
import sys
from pathlib import Path
from typing import Protocol, runtime_checkable

from registry.cli.app import app
from registry.cli.completion import answer_first_tab
from registry.cli.table import COMMANDS
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError
from registry.cli.terminal.output import ReaderGoneError, complain, report
from registry.errors import CatalogueFileError, RegistryError

_INTERRUPTED = 130
_READER_GONE = 141
# "models.json:412:24: ", "pyproject.toml:12: "
_POSITION = re.compile(r".+?:\d+(?::\d+)?: ")


@runtime_checkable
class _Misunderstanding(Protocol):
    """Typer's complaints about the command line.

    By structure, because their class has moved from click into a private module of Typer.
    """

    exit_code: int

    def format_message(self) -> str: ...


def run() -> int:
    """Run the command in sys.argv and return its exit status. Raises KeyboardInterrupt."""
    # A character that the terminal cannot show is not a reason to stop.
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(errors="backslashreplace")
    try:
        return _status()
    except ReaderGoneError:
        return _READER_GONE
    finally:
        if "--install-completion" in sys.argv:  # Typer ends with SystemExit
            answer_first_tab()


def _status() -> int:
    try:
        status = app(prog_name="registry", standalone_mode=False) or 0
    except CommandError as failure:
        complain(str(failure))
        return failure.status
    except CatalogueFileError as error:
        for line in str(error).splitlines():
            (report if _POSITION.match(line) else complain)(line)
        return PROBLEM
    except RegistryError as error:
        complain(str(error))
        return PROBLEM
    except OSError as error:
        complain(_failure(error))
        return PROBLEM
    except Exception as error:
        if not isinstance(error, _Misunderstanding):
            raise
        complain(_one_line(error))
        return USAGE
    if status == _INTERRUPTED:  # how Typer says Ctrl-C
        raise KeyboardInterrupt
    return int(status)


def _command_path() -> str:
    names = {name for group in COMMANDS.values() for name in group}
    return " ".join(["registry", *names.intersection(sys.argv[1:2])])


def _failure(error: OSError) -> str:
    try:
        Path.cwd()
    except FileNotFoundError:  # where a relative path finds nothing, and none can be resolved
        return "the current folder has been removed; change to another one"
    return f"{error.filename or 'registry'}: {error.strerror or error}"


def _one_line(error: _Misunderstanding) -> str:
    message = " ".join(error.format_message().split()).replace("Value error, ", "").rstrip(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else _command_path()
    return f"{message[:1].lower()}{message[1:]} (see `{command} --help`)"

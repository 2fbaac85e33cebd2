"""A JSON file that runs are added to: {"version": 1, "runs": [...]}.

Nothing that is in it gets lost: not to a second process that adds a run at the same time, not
to one that is killed, and not because somebody has damaged the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import VersionLogError
from registry.files.file_lock import exclusive
from registry_base.atomic_write import write_atomically

if TYPE_CHECKING:
    from registry_codegen.errors import Pointer
    from registry_codegen.shapes import JsonObject

_VERSION = 1
_CURE = "restore the log, or move it away: the next run begins a new one"


def append_run(path: Path, run: JsonObject) -> None:
    """Add a run to a log; the log and its folder are made if they are not there.

    Raises VersionLogError for a log that is damaged (it stays as it is) or cannot be written,
    and MissingExtraError without filelock.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(path):
            log = _read(path)
            log["runs"].append(run)
            write_atomically(path, json.dumps(log, indent=2, ensure_ascii=False) + "\n")
    except FileExistsError:
        raise VersionLogError(f"{path.parent}: is no folder; name another log") from None
    except OSError as error:
        raise VersionLogError(f"{path}: cannot be written: {error.strerror or error}") from None


def _read(path: Path) -> JsonObject:
    """What a log holds. Raises VersionLogError for a damaged one, naming line and column."""
    from registry_codegen.errors import CatalogueError
    from registry_codegen.read import parse_document

    try:
        document = parse_document(path.read_bytes().decode("utf-8"), str(path))
    except FileNotFoundError:
        return {"version": _VERSION, "runs": []}
    except UnicodeDecodeError as error:
        raise VersionLogError(f"{path}: not UTF-8 (byte {error.start}); {_CURE}") from None
    except CatalogueError as error:
        raise VersionLogError("\n".join(f"{each}; {_CURE}" for each in error.problems)) from None
    if (oddity := _oddity(document.data)) is not None:
        raise VersionLogError(str(document.problem(*oddity)))
    log: JsonObject = document.data
    return log


def _oddity(log: object) -> tuple[Pointer, str] | None:
    """The first thing because of which some JSON is no log that a run can be added to."""
    from registry_codegen.shapes import is_list, is_object

    if not is_object(log):
        return (), f"should be an object; {_CURE}"
    given, runs = log.get("version"), log.get("runs")
    if isinstance(given, int) and given > _VERSION:
        return ("version",), f"{given} is of a newer tessera-registry; upgrade it"
    if type(given) is not int or given != _VERSION:  # true is 1 to Python
        return ("version",), f"should be {_VERSION}; {_CURE}"
    if not is_list(runs):
        return ("runs",), f"should be a list; {_CURE}"
    for index, run in enumerate(runs):
        if not is_object(run):
            return ("runs", index), f"should be an object; {_CURE}"
    return None

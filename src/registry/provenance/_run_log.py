"""A JSON file that runs are added to: {"version": 1, "runs": [...]}.

Nothing in it gets lost: not when two processes add a run at once, not when one is killed, and not
when the file is damaged.
"""

from __future__ import annotations

from pathlib import Path

from registry.errors import VersionLogError
from registry.files.file_lock import exclusive
from registry.files.state_file import read_state
from registry_base.atomic_write import write_atomically
from registry_base.json_shapes import JsonObject, is_list, is_object
from registry_base.orders import json_text

_VERSION = 1
_CURE = "restore the log, or move it away: the next run begins a new one"


def append_run(path: Path, run: JsonObject) -> None:
    """Add a run to a log; the log and its folder are created if missing.

    Raises VersionLogError for a log that is damaged (it stays as it is) or cannot be written,
    and MissingExtraError without filelock.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(path):
            log = _read(path)
            log["runs"].append(run)
            write_atomically(path, json_text(log))
    except FileExistsError:
        raise VersionLogError(f"{path.parent}: is not a directory; name another log") from None
    except OSError as error:
        raise VersionLogError(f"{path}: cannot be written: {error.strerror or error}") from None


def _read(path: Path) -> JsonObject:
    """What a log holds. Raises VersionLogError for a damaged one, naming line and column."""
    document = read_state(path, _VERSION, cure=_CURE, error=VersionLogError)
    if document is None:
        return {"version": _VERSION, "runs": []}
    log: JsonObject = document.data
    runs = log.get("runs")
    if not is_list(runs):
        raise VersionLogError(str(document.problem(("runs",), f"should be a list; {_CURE}")))
    for index, run in enumerate(runs):
        if not is_object(run):
            problem = document.problem(("runs", index), f"should be an object; {_CURE}")
            raise VersionLogError(str(problem))
    return log

"""results.json: rewritten after each model, so that an interrupted run can be resumed.

{
  "version": 1,
  "started": "2026-11-21T05:53:04Z", "finished": null,
  "machine": {"processor": "...", "cores": 2, ...},
  "options": {"backend": null, "device": "auto", "runs": 10, ...},
  "models": [{"id": "all-minilm-l6-v2", "status": "measured", "measurement": {...}, ...}]
}
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry.bench.results import BenchResults
from registry.errors import BenchError, InputError
from registry.files.state_file import read_record, read_state
from registry_base.atomic_write import write_atomically

NAME = "results.json"
_VERSION = 1
_CURE = "move it away, or leave out --resume to start over"


def to_json(results: BenchResults) -> dict[str, Any]:
    """Results as the data of results.json."""
    return {"version": _VERSION, **asdict(results)}


def write_results(path: Path, results: BenchResults) -> None:
    """Write results.json, whole or not at all. Raises OSError."""
    text = json.dumps(to_json(results), indent=2, ensure_ascii=False, allow_nan=False)
    write_atomically(path, text + "\n")


def read_results(path: Path) -> BenchResults | None:
    """Read a results.json; None if there is none.

    Raises BenchError for one that is damaged, or of a newer release, saying where.
    """
    document = read_state(path, _VERSION, cure=_CURE, error=BenchError)
    if document is None:
        return None
    data = {key: value for key, value in document.data.items() if key != "version"}
    try:
        return read_record(document, BenchResults, data, cure=_CURE, error=BenchError)
    except InputError as error:  # options that make no sense
        raise BenchError(str(document.problem(("options",), f"{error}; {_CURE}"))) from None


def set_aside(path: Path) -> None:
    """Rename the results of an earlier run by their time, if there are any. Raises OSError."""
    if path.is_file():
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        name = f"{path.stem}-{written:%Y%m%dT%H%M%SZ}"
        aside = path.with_name(f"{name}{path.suffix}")
        more = 1
        while aside.exists():  # from the same second
            more += 1
            aside = path.with_name(f"{name}-{more}{path.suffix}")
        path.replace(aside)

"""huggingface_model_types.json: the Hub's answer for each model type, shared by processes.

    {"bert": {"default_model": "google-bert/bert-base-uncased",
              "models": ["google-bert/bert-base-uncased", ...], "downloads": {"...": 61234567},
              "passed_over": {"...": "why"}, "reason": "...",
              "updated_at": "2026-11-21T05:44:00+00:00", "endpoint": "https://huggingface.co"}}

One writer at a time; the file is replaced atomically, so that readers need no lock. It only saves
requests: problems with it are noted and raise nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from registry.defaults._judgement import Candidate
from registry.files.file_lock import exclusive
from registry_base.atomic_write import write_atomically
from registry_base.json_document import Document, parse_bytes
from registry_base.json_shapes import is_object
from registry_base.problems import DocumentError
from registry_base.regular_file import read_regular

FILE_NAME = "huggingface_model_types.json"

_PATIENCE = 10.0  # seconds; the holder of the lock needs milliseconds


@dataclass(frozen=True)
class CachedDefault:
    """One entry: what was recommended when the Hub was asked, and when (UTC).

    endpoint: which Hub; None if the file does not say.
    """

    default_model: str
    candidates: tuple[Candidate, ...]
    reason: str
    updated_at: datetime
    endpoint: str | None = None


class DefaultsCache:
    """The file in a folder. `notes` lists what went wrong, in order."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME
        self.notes: list[str] = []

    def read(self) -> Mapping[str, CachedDefault]:
        """Every entry. A damaged file is set aside and counts as empty."""
        try:
            try:
                return _read(self.path)
            except ValueError:
                with exclusive(self.path, patience=_PATIENCE):
                    # Keep what another process has written in the meantime.
                    return self._read_or_set_aside()
        except OSError as error:
            self._note("cannot be read", error)
            return {}

    def write(self, model_type: str, entry: CachedDefault) -> None:
        """Replace the entry of a type; the others stay."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with exclusive(self.path, patience=_PATIENCE):
                entries = {**self._read_or_set_aside(), model_type: entry}
                data = {name: _data(each) for name, each in entries.items()}
                write_atomically(self.path, json.dumps(data, indent=2) + "\n")
        except OSError as error:
            self._note("cannot be updated", error)

    def _read_or_set_aside(self) -> Mapping[str, CachedDefault]:
        try:
            return _read(self.path)
        except ValueError as error:
            aside = self.path.with_name(f"{FILE_NAME}.damaged")
            self.path.replace(aside)
            self.notes.append(f"{self.path} is damaged and now {aside.name}: {error}")
            return {}

    def _note(self, what: str, error: OSError) -> None:
        self.notes.append(f"{self.path} {what}: {error.strerror or error}")


def _read(path: Path) -> dict[str, CachedDefault]:
    """Raises OSError, and ValueError for a file that is not as `write` leaves it."""
    try:
        document = parse_bytes(read_regular(path), str(path))
    except FileNotFoundError:
        return {}
    except DocumentError as error:
        raise ValueError(str(error)) from None
    if not is_object(document.data):
        raise ValueError(str(document.problem((), "should be an object")))
    return {name: _entry(document, name, each) for name, each in document.data.items()}


def _entry(document: Document, name: str, data: Any) -> CachedDefault:
    try:
        reasons = data.get("passed_over", {})
        candidates = tuple(
            Candidate(
                _text(each),
                int(data["downloads"][each]),
                _text(reasons[each]) if each in reasons else None,
            )
            for each in data["models"]
        )
        return CachedDefault(
            _text(data["default_model"]),
            candidates,
            _text(data.get("reason", "")),
            datetime.fromisoformat(data["updated_at"]).astimezone(UTC),
            _text(data["endpoint"]) if "endpoint" in data else None,
        )
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        message = "should be an object with default_model, models, downloads and updated_at"
        raise ValueError(str(document.problem((name,), message))) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _data(entry: CachedDefault) -> dict[str, Any]:
    data = {
        "default_model": entry.default_model,
        "models": [each.huggingface_id for each in entry.candidates],
        "downloads": {each.huggingface_id: each.downloads for each in entry.candidates},
        "passed_over": {
            each.huggingface_id: each.passed_over
            for each in entry.candidates
            if each.passed_over is not None
        },
        "reason": entry.reason,
        "updated_at": entry.updated_at.isoformat(timespec="seconds"),
    }
    return data if entry.endpoint is None else {**data, "endpoint": entry.endpoint}

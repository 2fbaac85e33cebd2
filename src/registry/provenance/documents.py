"""A catalogue or a lock as data, from a file or from Git (`v1.0.0:models.json`)."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from registry.errors import CatalogueFileError
from registry_base.json_shapes import is_list, is_object


@dataclass(frozen=True)
class Document:
    """Models by id, each as the JSON of its entry; `name` as somebody gave it."""

    name: str
    kind: Literal["catalogue", "lock"]
    models: dict[str, dict[str, Any]]


def read_document(name: str) -> Document:
    """Read a file, or `REVISION:PATH` from the Git repository here.

    Raises CatalogueFileError for what cannot be read or is neither a catalogue nor a lock.
    """
    path = Path(name)
    revision, colon, inside = name.partition(":")
    if not path.exists() and colon and revision and inside:
        text = git_show(revision, inside)
    else:
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            raise CatalogueFileError(f"{name}: there is no such file") from None
        except (OSError, UnicodeDecodeError) as error:
            raise CatalogueFileError(f"{name}: cannot be read: {error}") from None
    return parse_document(name, text)


def parse_document(name: str, text: str) -> Document:
    """A catalogue or a lock from its text. Raises CatalogueFileError."""
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}:{error.colno}"
        raise CatalogueFileError(f"{place}: no JSON: {error.msg}") from None
    except RecursionError:
        raise CatalogueFileError(f"{name}: nested too deeply") from None
    models = data.get("models") if is_object(data) else None
    if is_object(models):
        found = {key: value for key, value in models.items() if is_object(value)}
        return Document(name, "lock", found)
    if is_list(models):
        entries = [entry for entry in models if is_object(entry)]
        by_id = {entry["id"]: entry for entry in entries if isinstance(entry.get("id"), str)}
        return Document(name, "catalogue", by_id)
    raise CatalogueFileError(f"{name}: neither a catalogue nor a lock; both have models")


def git_show(revision: str, path: str) -> str:
    """A file at a revision. Raises CatalogueFileError."""
    if revision.startswith("-"):
        raise CatalogueFileError(f"{revision}:{path}: no revision of Git starts with a dash")
    return git("show", f"{revision}:./{path}")


def git(*arguments: str) -> str:
    """What a Git command prints. Raises CatalogueFileError with what it complains of."""
    command = ["git", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise CatalogueFileError(f"{' '.join(command)}: git is not installed") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CatalogueFileError(f"{' '.join(command)}: {said[0] if said else 'failed'}")
    return done.stdout.decode("utf-8", "replace")

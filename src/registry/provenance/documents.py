"""A catalogue or a lock as data, from a file or from Git (`v1.0.0:models.json`)."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from registry.errors import CatalogueFileError
from registry_base.json_document import Document, parse_document, read_document
from registry_base.json_shapes import is_list, is_object
from registry_base.problems import DocumentError


@dataclass(frozen=True)
class ModelsDocument:
    """Models by id, each as the JSON of its entry; `name` as it was given."""

    name: str
    kind: Literal["catalogue", "lock"]
    models: dict[str, dict[str, Any]]


def read_models(name: str) -> ModelsDocument:
    """Read a file, or `REVISION:PATH` from the Git repository here.

    Raises CatalogueFileError for what cannot be read or is neither a catalogue nor a lock.
    """
    path = Path(name)
    revision, colon, inside = name.partition(":")
    if not path.exists() and colon and revision and inside:
        return parse_models(name, git_show(revision, inside))
    try:
        return _models(read_document(path, name))
    except FileNotFoundError:
        raise CatalogueFileError(
            f"{name}: there is no such file; one in Git is REVISION:PATH, such as HEAD:models.json"
        ) from None
    except DocumentError as error:
        raise CatalogueFileError(str(error)) from None


def parse_models(name: str, text: str) -> ModelsDocument:
    """A catalogue or a lock from its text. Raises CatalogueFileError."""
    try:
        return _models(parse_document(text, name))
    except DocumentError as error:
        raise CatalogueFileError(str(error)) from None


def _models(document: Document) -> ModelsDocument:
    name, data = document.name, document.data
    models = data.get("models") if is_object(data) else None
    if is_object(models):
        found = {key: value for key, value in models.items() if is_object(value)}
        return ModelsDocument(name, "lock", found)
    if is_list(models):
        entries = [entry for entry in models if is_object(entry)]
        by_id = {entry["id"]: entry for entry in entries if isinstance(entry.get("id"), str)}
        return ModelsDocument(name, "catalogue", by_id)
    raise CatalogueFileError(f"{name}: neither a catalogue nor a lock; both have models")


def git_show(revision: str, path: str) -> str:
    """A file at a revision. Raises CatalogueFileError."""
    if revision.startswith("-"):
        raise CatalogueFileError(f"{revision}:{path}: no revision of Git starts with a dash")
    return git("show", f"{revision}:./{path}", what=f"{revision}:{path}")


def git(*arguments: str, what: str, outside: str = "") -> str:
    """What a Git command prints. Raises CatalogueFileError with its error message.

    what: what it is asked for, in messages. outside: what helps where there is no repository.
    """
    english = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False, env=english)
    except FileNotFoundError:
        raise CatalogueFileError(f"{what}: git is not installed") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        if "not a git repository" in said:
            raise CatalogueFileError(f"{what}: this folder is not in a Git repository{outside}")
        raise CatalogueFileError(f"{what}: git: {said.removeprefix('fatal: ') or 'failed'}")
    return done.stdout.decode("utf-8", "replace")

"""Which model served which role in which release, from the tags of a Git repository."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from packaging.version import InvalidVersion, Version

from registry.errors import CatalogueFileError
from registry.files.lock_file import LOCK_NAME
from registry.provenance.documents import ModelsDocument, git, git_show, parse_models
from registry.provenance.releases import Release, Serving
from registry.selection.pyproject import TABLE
from registry.selection.roles import ROLES
from registry_base.json_shapes import is_object, look_up
from registry_base.model_names import ids_by_name
from registry_base.spellings import ids_named

_PROJECT = "pyproject.toml"


@dataclass(frozen=True)
class GitHistory:
    """Releases, the newest first, and the tags of those that Git knows only in part."""

    releases: tuple[Release, ...]
    incomplete: tuple[str, ...] = ()


def git_history(
    catalogue: str = "models.json", merged: str | None = None, *, root: str = "."
) -> GitHistory:
    """What every version tag selected; pyproject.toml overrides the catalogue.

    Paths are relative to the current folder. root: of the project, with its pyproject.toml and
    models.lock.json. A role that a variable selects has its default: what the variable was, nobody
    knows.

    merged: the file in which a catalogue and the one it extends are written together, if any. A
    release without that file is incomplete: what it took from underneath is not in Git, and what is
    underneath today says nothing about that day.

    Commits and digests are those of models.lock.json at the tag, else the pins of the catalogue.
    A tag without any of these files is left out. Raises CatalogueFileError outside a repository.
    """
    listed = git(
        *("tag", "--list", "--format=%(refname:short)\t%(creatordate:short)"),
        what="version tags",
        outside="; `registry release v1.0.0` records a release without one",
    )
    dated = dict(line.split("\t", 1) for line in listed.splitlines() if "\t" in line)
    found: list[Release] = []
    incomplete: list[str] = []
    for tag in sorted(filter(_is_version, dated), key=Version, reverse=True):
        whole = merged if merged is not None and _models(tag, merged) else None
        if roles := _roles(tag, whole or catalogue, root):
            found.append(Release(tag, dated[tag], roles))
        if merged is not None and whole is None and _extends(tag, root):
            incomplete.append(tag)
    return GitHistory(tuple(found), tuple(incomplete))


def _is_version(tag: str) -> bool:
    try:
        Version(tag)
    except InvalidVersion:
        return False
    return True


def _roles(tag: str, catalogue: str, root: str) -> dict[str, Serving]:
    entries = _models(tag, catalogue)
    names = ids_by_name({**entry, "id": each} for each, entry in entries.items())
    lock = _models(tag, f"{root}/{LOCK_NAME}")
    selected = _selected(tag, catalogue, root)
    found = {role: key for role in ROLES if (key := selected.get(role))}
    # A name that nothing or several have stays as it is: that much was said.
    ids = {key: ids_named(names, key) for key in found.values()}
    return {
        role: _serving(ids[key][0] if len(ids[key]) == 1 else key, entries, lock)
        for role, key in found.items()
    }


def _models(tag: str, path: str) -> dict[str, dict[str, Any]]:
    try:
        document: ModelsDocument = parse_models(f"{tag}:{path}", git_show(tag, path))
    except CatalogueFileError:  # not in that release, or unreadable
        return {}
    return document.models


def _selected(tag: str, catalogue: str, root: str) -> dict[str, str]:
    """Role -> key: the catalogue's own `selected`, overridden by pyproject.toml."""
    found: dict[str, str] = {}
    for path, parse, place in (
        (catalogue, json.loads, ("selected",)),
        (f"{root}/{_PROJECT}", tomllib.loads, TABLE),
    ):
        try:
            value: Any = parse(git_show(tag, path))
        except (CatalogueFileError, ValueError, RecursionError):
            continue
        for key in place:
            value = value.get(key) if is_object(value) else None
        if is_object(value):
            chosen = {k: v.get("default") if is_object(v) else v for k, v in value.items()}
            found.update({k: v for k, v in chosen.items() if isinstance(v, str)})
    return found


def _extends(tag: str, root: str) -> bool:
    """Whether the project of that release took models from another catalogue."""
    try:
        project: Any = tomllib.loads(git_show(tag, f"{root}/{_PROJECT}"))
    except (CatalogueFileError, ValueError, RecursionError):
        return False
    hook = look_up(project, "tool", "hatch", "build", "hooks", "model-registry", "extends")
    return bool(hook or look_up(project, "tool", "model-registry", "extends"))


def _serving(
    model_id: str, entries: dict[str, dict[str, Any]], lock: dict[str, dict[str, Any]]
) -> Serving:
    """A model at that time; its id alone if nothing more is known."""
    entry, locked = entries.get(model_id, {}), lock.get(model_id, {})
    files: object = locked.get("files")
    ollama: object = locked.get("ollama")
    return Serving(
        id=model_id,
        huggingface_id=_text(locked, "huggingface_id") or _text(entry, "huggingface_id") or "",
        revision=_text(locked, "revision") or _text(entry, "revision"),
        files={
            path: _text(file, "sha256") or ""
            for path, file in (files if is_object(files) else {}).items()
            if is_object(file)
        },
        ollama_digest=_text(ollama, "digest") if is_object(ollama) else None,
    )


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)  # of any type: the content of that release is not checked
    return value if isinstance(value, str) else None

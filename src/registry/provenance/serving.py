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
from registry_base.json_shapes import is_list, is_object, look_up


@dataclass(frozen=True)
class GitHistory:
    """Releases, the newest first, and the tags of those that Git knows only in part."""

    releases: tuple[Release, ...]
    incomplete: tuple[str, ...] = ()


def git_history(catalogue: str = "models.json", merged: str | None = None) -> GitHistory:
    """What every version tag selected; pyproject.toml overrides the catalogue.

    merged: the file in which a catalogue and the one it extends are written together, if any. A
    release without that file is incomplete: what it took from underneath is not in Git, and what is
    underneath today says nothing about that day.

    Commits and digests are those of models.lock.json at the tag, else the pins of the catalogue.
    A tag without any of these files is left out. Raises CatalogueFileError outside a repository.
    """
    listed = git("tag", "--list", "--format=%(refname:short)\t%(creatordate:short)")
    dated = dict(line.split("\t", 1) for line in listed.splitlines() if "\t" in line)
    found: list[Release] = []
    incomplete: list[str] = []
    for tag in sorted(filter(_is_version, dated), key=Version, reverse=True):
        whole = merged if merged is not None and _models(tag, merged) else None
        if roles := _roles(tag, whole or catalogue):
            found.append(Release(tag, dated[tag], roles))
        if merged is not None and whole is None and _extends(tag):
            incomplete.append(tag)
    return GitHistory(tuple(found), tuple(incomplete))


def _is_version(tag: str) -> bool:
    try:
        Version(tag)
    except InvalidVersion:
        return False
    return True


def _roles(tag: str, catalogue: str) -> dict[str, Serving]:
    entries = _models(tag, catalogue)
    lock = _models(tag, LOCK_NAME)
    selected = _selected(tag, catalogue)
    return {role: _serving(key, entries, lock) for role in ROLES if (key := selected.get(role))}


def _models(tag: str, path: str) -> dict[str, dict[str, Any]]:
    try:
        document: ModelsDocument = parse_models(f"{tag}:{path}", git_show(tag, path))
    except CatalogueFileError:  # not in that release, or unreadable
        return {}
    return document.models


def _selected(tag: str, catalogue: str) -> dict[str, str]:
    """Role -> key: the catalogue's own `selected`, overridden by pyproject.toml."""
    found: dict[str, str] = {}
    for path, parse, place in (
        (catalogue, json.loads, ("selected",)),
        ("pyproject.toml", tomllib.loads, TABLE),
    ):
        try:
            value: Any = parse(git_show(tag, path))
        except (CatalogueFileError, ValueError, RecursionError):
            continue
        for key in place:
            value = value.get(key) if is_object(value) else None
        if is_object(value):
            found.update({k: v for k, v in value.items() if isinstance(v, str)})
    return found


def _extends(tag: str) -> bool:
    """Whether the project of that release took models from another catalogue."""
    try:
        project: Any = tomllib.loads(git_show(tag, "pyproject.toml"))
    except (CatalogueFileError, ValueError, RecursionError):
        return False
    hook = look_up(project, "tool", "hatch", "build", "hooks", "model-registry", "extends")
    return bool(hook or look_up(project, "tool", "model-registry", "extends"))


def _serving(
    key: str, entries: dict[str, dict[str, Any]], lock: dict[str, dict[str, Any]]
) -> Serving:
    """The model that a key named at that time; the key alone if nothing more is known."""
    model_id = next((each for each, entry in entries.items() if key in _keys(each, entry)), key)
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


def _keys(model_id: str, entry: dict[str, Any]) -> set[str]:
    aliases: object = entry.get("aliases")
    return {
        model_id,
        str(entry.get("huggingface_id")),
        *(map(str, aliases) if is_list(aliases) else ()),
    }

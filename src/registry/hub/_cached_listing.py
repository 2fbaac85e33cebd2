"""What the Hugging Face cache knows about a revision: its commit, and the files it should have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import huggingface_hub
from huggingface_hub.errors import CachedRepoTreeNotFoundError

from registry.files.cache_folder import cache_folder
from registry.hub.snapshot import CachedSnapshot
from registry.libraries.huggingface_hub import CachedRepository
from registry_base.atomic_write import write_if_changed
from registry_base.json_shapes import is_list, is_object
from registry_base.regular_file import read_regular
from registry_base.repository_names import is_commit, is_path_inside


def cached_snapshot(
    huggingface_id: str, revision: str | None, cache_dir: Path
) -> CachedSnapshot | None:
    """A revision as it is in the cache, or None; a branch is where it was when last requested."""
    commit = revision
    if commit is None or not is_commit(commit):
        ref = CachedRepository.of(huggingface_id, cache_dir).refs / (revision or "main")
        try:
            commit = read_regular(ref).decode().strip()
        except (OSError, UnicodeDecodeError):
            return None
    snapshot = CachedSnapshot(huggingface_id, commit, cache_dir)
    return snapshot if snapshot.folder.is_dir() else None


def listed_files(snapshot: CachedSnapshot) -> list[str] | None:
    """The files of the commit, if we or huggingface_hub kept the Hub's list of them."""
    kept = _read(_list_of(snapshot))
    if is_list(kept):
        return [path for path in kept if isinstance(path, str)]
    try:
        tree = huggingface_hub.get_cached_repo_tree(
            snapshot.huggingface_id, revision=snapshot.commit, cache_dir=snapshot.cache_dir
        )
    except CachedRepoTreeNotFoundError:
        return None
    return [file.path for file in tree]


def keep_list(snapshot: CachedSnapshot, paths: Iterable[str]) -> None:
    """Keep the Hub's list of the files of a commit. Raises OSError."""
    path = _list_of(snapshot)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_if_changed(path, json.dumps(sorted(paths)))


def _list_of(snapshot: CachedSnapshot) -> Path:
    repository = snapshot.huggingface_id.replace("/", "--")
    return cache_folder() / "listings" / repository / f"{snapshot.commit}.json"


def named_files(folder: Path) -> Iterator[str]:
    """Files that the files in a folder name: shards of weights, configurations of modules."""
    for index in folder.glob("*.safetensors.index.json"):
        shards = _read(index)
        shards = shards.get("weight_map") if is_object(shards) else None
        if is_object(shards):
            yield from {name for name in shards.values() if isinstance(name, str)}
    modules = _read(folder / "modules.json")
    for module in modules if is_list(modules) else ():
        path = module.get("path") if is_object(module) else None
        kind = module.get("type") if is_object(module) else None
        # Normalize has no files; other kinds of modules are unknown.
        known = isinstance(kind, str) and kind.endswith((".Pooling", ".Dense"))
        if isinstance(path, str) and path and known and is_path_inside(path):
            yield f"{path}/config.json"


def _read(path: Path) -> object:
    try:
        found: object = json.loads(read_regular(path))
    except (OSError, ValueError, RecursionError):
        return None
    return found

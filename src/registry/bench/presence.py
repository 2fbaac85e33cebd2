"""Which models are on this machine, without loading any."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from registry.checkpoints.fetching import lock_of
from registry.checkpoints.options import CheckpointOptions
from registry.errors import LoadError
from registry.exports.export import ENGINES, MANIFEST, Engine, EnginePrecision
from registry.exports.place import place_of
from registry.files.needed_files import PICKLE_SUFFIXES
from registry.models.api import repository_of
from registry.ollama.models import full_tag, read_ollama
from registry.store.cache_scan import scan

if TYPE_CHECKING:
    from registry.bench._ways import Way
    from registry.models.kinds import Loadable

_FROM_CACHE = (None, "sentence-transformers", "transformers")
_SERVERS = ("ollama", "openai")
_WEIGHTS = (".safetensors", *PICKLE_SUFFIXES)


def is_known_to(backend: str | None) -> bool:
    """Whether a backend can list the models at hand; None means the default backends."""
    return backend in (*_FROM_CACHE, *ENGINES, "ollama")


def revision_here(model: Loadable, way: Way) -> str | None:
    """The commit that would be loaded; None if none is pinned, or a server decides."""
    return None if way.backend in _SERVERS else _revision(model)


def _revision(model: Loadable) -> str | None:
    lock = lock_of(model, CheckpointOptions())
    return lock.revision if lock is not None else model.revision


def reasons_to_skip(
    models: Iterable[Loadable],
    way: Way,
    *,
    with_path: Collection[str] = (),
    cache_dir: Path | None = None,
) -> dict[str, str]:
    """Id -> why a model cannot be measured here: not on this machine, or it would run code.

    with_path: ids of models that are in a folder of their own, not in the cache.
    Raises StoreError; ServerUnavailableError if no Ollama answers.
    """
    if way.backend == "ollama":
        return _not_at_ollama(models)
    if way.engine is not None:
        return _not_exported(models, way.engine, way.engine_precision, with_path)
    if way.backend in _FROM_CACHE:
        return _not_loadable(models, with_path, cache_dir)
    return {}


def _not_exported(
    models: Iterable[Loadable],
    engine: Engine,
    precision: EnginePrecision,
    with_path: Collection[str],
) -> dict[str, str]:
    found: dict[str, str] = {}
    for model in models:
        if model.id in with_path:
            continue
        try:
            there = (place_of(model, None, engine, precision) / MANIFEST).is_file()
        except LoadError as error:  # exports without a commit have no place
            found[model.id] = str(error).removeprefix(f"{model.id}: ")
            continue
        if not there:
            found[model.id] = f"not exported for {engine} in {precision}"
    return found


def _not_loadable(
    models: Iterable[Loadable], with_path: Collection[str], cache_dir: Path | None
) -> dict[str, str]:
    cached = _cached_weights(cache_dir)
    found: dict[str, str] = {}
    for model in models:
        if model.id not in with_path and (reason := _absence(model, cached)) is not None:
            found[model.id] = reason
        elif model.trust_remote_code:
            found[model.id] = "runs code from its repository when loaded"
    return found


def _absence(model: Loadable, cached: dict[str, dict[str, bool]]) -> str | None:
    revisions = cached.get(repository_of(model))
    if revisions is None:
        return "not in the Hugging Face cache"
    has_weights = revisions.get(_revision(model) or "main")
    if has_weights is None:
        return "in the Hugging Face cache at another revision only"
    return None if has_weights else "in the Hugging Face cache without weights"


def _cached_weights(cache_dir: Path | None) -> dict[str, dict[str, bool]]:
    """Repository -> commit, or ref -> whether its weights are there."""
    info = scan(cache_dir)
    found: dict[str, dict[str, bool]] = {}
    for repository in info.repos if info is not None else ():
        for revision in repository.revisions:
            has_weights = any(file.file_name.endswith(_WEIGHTS) for file in revision.files)
            for name in (revision.commit_hash, *revision.refs):
                found.setdefault(repository.repo_id, {})[name] = has_weights
    return found


def _not_at_ollama(models: Iterable[Loadable]) -> dict[str, str]:
    # Ollama ignores the case of tags.
    served = {full_tag(model.name) for model in read_ollama()}
    found: dict[str, str] = {}
    for model in models:
        tag: str | None = getattr(model, "ollama_tag", None)
        if tag is None:
            found[model.id] = "not in Ollama's library"
        elif full_tag(tag) not in served:
            found[model.id] = "not at the Ollama server"
    return found

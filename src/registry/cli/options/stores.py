"""What commands on stores share: their options, reading the stores, and columns of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.terminal.failure import CommandError, needs
from registry.cli.terminal.output import counted, inform, on_terminal
from registry.cli.terminal.sizes import human_size
from registry.cli.terminal.table import Row, write_rows
from registry.errors import MissingExtraError, ServerUnavailableError, StoreError
from registry.files.lock_file import Lock, find_lock, read_lock
from registry.files.stored import Build, StoredModel, StoreName

CacheDir = Annotated[
    Path | None,
    typer.Option("--cache-dir", help="Hugging Face cache; by default HF_HUB_CACHE or HF_HOME."),
]
OllamaHost = Annotated[
    str | None, typer.Option("--ollama-host", help="Ollama server; by default OLLAMA_HOST.")
]


@dataclass(frozen=True)
class Stores:
    """The stores as they are. digests: SHA-256 -> blob in the cache; reached: which answered."""

    models: tuple[StoredModel, ...]
    digests: Mapping[str, str]
    reached: tuple[StoreName, ...]


def read_stores(cache_dir: Path | None, host: str | None) -> Stores:
    """Read the cache, the exports and, if one answers, Ollama.

    What could not be read is reported on stderr.
    """
    with needs("hub"):
        from registry.ollama.models import read_ollama
        from registry.store.exported import read_exports
        from registry.store.hugging_face import read_cache

        cache = read_cache(cache_dir)
        exports = read_exports()
    if cache_dir is not None and not cache.models and not cache_dir.expanduser().is_dir():
        raise CommandError(f"{cache_dir}: there is no such folder")
    for warning in (*cache.warnings, *exports.warnings):
        inform(warning)
    if cache.incomplete_bytes:
        inform(
            f"{human_size(cache.incomplete_bytes)} more in the cache are downloads that are "
            "running or were cut short; `registry prune` removes the latter"
        )
    if exports.unfinished_bytes:
        inform(
            f"{human_size(exports.unfinished_bytes)} more are exports that are being made or were "
            "cut short; `registry prune` removes the latter"
        )
    here = Stores((*cache.models, *exports.models), cache.digests, ("huggingface", "exports"))
    try:
        served = read_ollama(host, shared=True)
    except MissingExtraError:  # without the client there is no Ollama to ask
        return here
    except (ServerUnavailableError, StoreError) as error:
        if host is not None:
            raise
        inform(str(error))
        return here
    return replace(here, models=(*here.models, *served), reached=(*here.reached, "ollama"))


def write_builds(head: Row, rows: Sequence[Row], builds: Sequence[Build | None]) -> None:
    """Write rows about stored models, with a last column that says which export each is.

    On a terminal that column is there only if one of them is an export.
    """
    if on_terminal() and not any(builds):
        write_rows(head, rows, {"model": "cyan"})
        return
    named = [(*row, str(build or "-")) for row, build in zip(rows, builds, strict=True)]
    write_rows((*head, "engine"), named, {"model": "cyan"})


def build_record(build: Build | None) -> dict[str, str | None]:
    """What the JSON of a command says about that, also of weights."""
    return {
        "engine": None if build is None else build.engine,
        "precision": None if build is None else build.precision,
    }


def counts(models: Iterable[StoredModel]) -> list[str]:
    """How many revisions and, if there are any, exports."""
    builds = [model.build for model in models]
    exports = [build for build in builds if build is not None]
    revisions = counted(builds[len(exports) :], "revision")
    return [revisions, counted(exports, "export")] if exports else [revisions]


def lock_here() -> Lock:
    """The lock in use, an empty one if there is none. Raises CatalogueFileError."""
    path = find_lock()
    return Lock() if path is None else read_lock(path)


def lock_if_there() -> Lock:
    """The same for commands that need none: REGISTRY_LOCK may name a file yet to be created."""
    path = find_lock()
    return Lock() if path is None or not path.exists() else read_lock(path)

"""What is sent to the workers of a Ray cluster, and what they do with it.

A model is sent as its fields, not as its class, because its catalogue may not be there; paths
are absolute, because a worker has its own working directory.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from registry.corpora._arrow import Table
from registry.corpora._corpus import Corpus
from registry.corpora._encoding import Embedder, Encoding
from registry.files.lock_file import VARIABLE, find_lock


@dataclass(frozen=True)
class Job:
    """How to encode, and the lock in use, if there is one."""

    how: Encoding
    lock: str | None


class RayWorker:
    """An actor. It loads the model with its first rows, so that a failure ends the run.

    Ray would restart an actor forever if it failed during construction.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._embedder: Embedder | None = None

    def __call__(self, table: Table) -> Table:
        """Vectors for texts."""
        if self._embedder is None:
            if self._job.lock is not None:
                os.environ[VARIABLE] = self._job.lock
            self._embedder = Embedder(self._job.how)
        return self._embedder(table)


def travelling(how: Encoding, *, one_core: bool) -> Job:
    """A job that means the same in every process. one_core: by default, use a single thread."""
    arguments = {
        name: value.expanduser().absolute() if isinstance(value, Path) else value
        for name, value in how.arguments.items()
    }
    if one_core and arguments.get("threads") is None and _takes_threads(arguments):
        arguments["threads"] = 1
    lock = find_lock()
    return Job(
        replace(how, model=_plain(how.model), arguments=arguments),
        None if lock is None else str(lock.absolute()),
    )


def everywhere(corpus: Corpus) -> Corpus:
    """The same with paths that mean the same in every process."""
    files = tuple(replace(file, path=file.path.absolute()) for file in corpus.files)
    return replace(corpus, files=files)


def _takes_threads(arguments: dict[str, Any]) -> bool:
    """Whether the model runs in the worker, and not on a server."""
    return arguments.get("backend") not in ("ollama", "openai")


def _plain(value: Any) -> Any:  # a model, or a value of any of its fields
    """The same without classes of a generated registry."""
    if is_dataclass(value) and not isinstance(value, type):
        found = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        kind = getattr(value, "kind", None)
        return SimpleNamespace(**found, **({} if kind is None else {"kind": kind}))
    if isinstance(value, tuple):
        return tuple(_plain(each) for each in cast("tuple[object, ...]", value))
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {key: _plain(each) for key, each in items}
    return value

"""`reindex`: from a store and a model to the same store with that model's vectors."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, Unpack, cast

from registry.encoders.quantization import Precision
from registry.errors import InputError
from registry.files.digests import local_digests
from registry.files.file_lock import exclusive
from registry.fingerprints.index_fingerprint import check_fingerprint
from registry.loading.expected import expected
from registry.loading.load import LoadArguments, load
from registry.models.kinds import ColbertLike, DenseLike, SparseLike
from registry.reindexing._job import Origin
from registry.reindexing._opening import in_our_words, open_store
from registry.reindexing._store import Store
from registry.reindexing._vectors import Encoder, Kind, made
from registry.reindexing.planning import Plan, plan
from registry.reindexing.where import Where

__all__ = ["ROWS", "Reindexed", "VectorModel", "Where", "plan_reindex", "reindex", "remove_old"]

ROWS = 1024

VectorModel: TypeAlias = DenseLike | ColbertLike | SparseLike
_KINDS: tuple[Kind, ...] = ("dense", "colbert", "sparse")


@dataclass(frozen=True)
class Reindexed:
    """What was done. old: where the old store is now, None if it kept its name.

    new: what the new one is called. rows: all of them. done_before: those written by killed runs.
    """

    plan: Plan
    rows: int
    done_before: int
    old: str | None
    new: str | None


def plan_reindex(
    store: str | os.PathLike[str],
    model: VectorModel,
    *,
    where: Where | None = None,
    quantize_to: Precision | None = None,
    **arguments: Unpack[LoadArguments],
) -> Plan:
    """What `reindex` would do; nothing is changed. Raises InputError, InvalidFingerprintError."""
    with _opened(store, where or Where(), _kind(model)) as opened:
        return _planned(opened, model, quantize_to, arguments)


def reindex(
    store: str | os.PathLike[str],
    model: VectorModel,
    *,
    where: Where | None = None,
    quantize_to: Precision | None = None,
    rows_at_once: int = ROWS,
    progress: Callable[[int, int], None] | None = None,
    **arguments: Unpack[LoadArguments],
) -> Reindexed:
    """Turn the vectors of a store into those of a model, next to the old ones; switch at the end.

    store: a Parquet file or a folder of them, the folder of a LanceDB database, the folder or the
    address of a Qdrant. The next run continues what a killed one has written. `progress` is called
    with the number of rows done and the total. The other arguments are those of `load`.

    Raises InputError for anything that is not such a store and for rows without a text, StoreError
    if another reindex is unfinished or the store has changed meanwhile, and what `load` raises.
    """
    if rows_at_once < 1:
        raise InputError(f"rows_at_once should be at least 1, not {rows_at_once}")
    with _alone(os.fspath(store)), _opened(store, where or Where(), _kind(model)) as opened:
        todo = _planned(opened, model, quantize_to, arguments)
        total = opened.total()
        if todo.step == "nothing":
            return Reindexed(todo, total, total, None, None)
        if todo.step == "stamp" and opened.restamp(todo.wanted):
            return Reindexed(todo, total, total, None, None)
        opened.check(todo)
        if todo.step == "embed":
            # One of three overloads, which all take the same arguments.
            with load(cast("DenseLike", model), **arguments) as encoder:
                serving, weights = encoder.serving, local_digests(arguments.get("local_path"))
                origin = Origin(weights, serving.served if serving else None)
                before = opened.begin(todo, rows_at_once, origin)
                _fill(opened, todo, encoder, before, progress)
        else:
            before = opened.begin(todo, rows_at_once, Origin())
            _fill(opened, todo, None, before, progress)
        new = opened.new_name()
        return Reindexed(todo, total, before, opened.switch(), new)


def remove_old(store: str | os.PathLike[str], *, where: Where | None = None) -> str | None:
    """Remove what the last reindex of a store set aside; returns what it was, None if nothing.

    Raises InputError for anything but such a store.
    """
    with _opened(store, where or Where(), None) as opened:
        return opened.remove_old()


@contextmanager
def _alone(store: str) -> Generator[None]:
    """Keep other runs out: two would write the same unfinished store. Raises StoreError."""
    path = Path(store).expanduser()
    with ExitStack() as held:
        with in_our_words(store):
            if path.exists():
                held.enter_context(exclusive(path))
        yield


@contextmanager
def _opened(store: str | os.PathLike[str], where: Where, kind: Kind | None) -> Generator[Store]:
    opened = open_store(os.fspath(store), where, kind)
    with in_our_words(opened.name):
        try:
            yield opened
        finally:
            opened.close()


def _kind(model: VectorModel) -> Kind:
    kind = getattr(model, "kind", None)  # without a type checker it may be anything
    for each in _KINDS:
        if each == kind:
            return each
    raise InputError(f"{model.id} is of type {kind}; stores hold vectors of {', '.join(_KINDS)}")


def _planned(
    store: Store, model: VectorModel, quantize_to: Precision | None, arguments: LoadArguments
) -> Plan:
    return plan(store.stored, model, expected(model, arguments), quantize_to)


def _fill(
    store: Store,
    todo: Plan,
    encoder: Encoder | None,
    done: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Write what the new store does not have yet."""
    if encoder is not None:  # what was expected may be less than what the checkpoint says
        check_fingerprint(todo.wanted, encoder, quantization=todo.quantize_to)
    needs_vectors = encoder is None and todo.step != "stamp"
    total = store.total()
    for rows in store.pending(texts=encoder is not None, vectors=needs_vectors):
        store.write(rows, None if todo.step == "stamp" else made(rows, todo, encoder))
        done = min(done + rows.count, total)  # some rows may be there already
        if progress is not None:
            progress(done, total)

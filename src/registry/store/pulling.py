"""Fetch what a plan says: several models and files at once, each file checked when it has come."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass

from registry.errors import RegistryError, StoreError
from registry.files.digests import Digests
from registry.files.transfer import Watcher
from registry.hub.downloads import fetch_checked
from registry.hub.locking import CONCURRENT
from registry.store.pull_plan import PlannedFile, PlannedModel, PullPlan, free_bytes

_LAST_WORDS = 5.0  # seconds that interrupted downloads have to clear up behind them


@dataclass(frozen=True)
class Pulled:
    """What became of a model: bytes that came now, and why not all of it is there, line by line."""

    model: PlannedModel
    fetched: int
    failures: tuple[str, ...] = ()


def pull(
    plan: PullPlan,
    watcher: Watcher | None = None,
    *,
    done: Callable[[PlannedModel, PlannedFile], None] = lambda _, __: None,
) -> tuple[Pulled, ...]:
    """Fetch what is not in the cache, and check what came; in the order of the plan.

    A file that is not what the lock or the Hub says is taken out of the cache, and told. What
    fails ends its own model's part: the others are fetched, and what has come stays. `done` is
    called after each file; an interruption ends the downloads before it goes on.

    Raises StoreError, before anything is fetched, if there is no room on the disk.
    """
    todo = [
        (model, planned)
        for model in plan.models
        for planned in model.files
        if planned.state != "cached"
    ]
    for model, planned in todo:
        model.snapshot.clear_leftovers(planned.file)
    _check_room(plan)
    digests = Digests()
    stopping = threading.Event()
    stoppable = _Stoppable(stopping, watcher)
    failures: dict[str, list[str]] = {model.entry.id: [] for model in plan.models}
    fetched = Counter[str]()

    def fetch(model: PlannedModel, planned: PlannedFile) -> bool:
        if stopping.is_set() or failures[model.entry.id]:
            return False
        fetch_checked(
            model.snapshot,
            planned.file,
            digests,
            anew=planned.state == "damaged",
            watcher=stoppable,
        )
        return True

    pool = ThreadPoolExecutor(CONCURRENT)
    jobs = {pool.submit(fetch, *job): job for job in todo}
    try:
        for future in as_completed(jobs):
            model, planned = jobs[future]
            try:
                came = future.result()
            except RegistryError as error:
                failures[model.entry.id].append(str(error))
                continue
            if came:
                fetched[model.entry.id] += planned.to_fetch
                done(model, planned)
    except BaseException:
        stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)
        wait([job for job in jobs if not job.cancelled()], _LAST_WORDS)
        raise
    finally:
        digests.keep()
    pool.shutdown()
    return tuple(
        _ended(model, fetched[model.entry.id], failures[model.entry.id]) for model in plan.models
    )


def _check_room(plan: PullPlan) -> None:
    free = free_bytes(plan.cache_dir)
    if plan.to_fetch > free:
        raise StoreError(
            f"{plan.cache_dir}: {plan.to_fetch} bytes to fetch, {free} free: "
            f"{plan.to_fetch - free} short; `registry prune` makes room"
        )


def _ended(model: PlannedModel, fetched: int, failures: list[str]) -> Pulled:
    if model.origin == "head" and not failures:
        try:
            model.snapshot.point_main_here()
        except OSError as error:
            failures = [f"{error.filename or model.snapshot.cache_dir}: {error.strerror}"]
    # Files that met the same trouble tell it once.
    return Pulled(model, fetched, tuple(dict.fromkeys(failures)))


class _Stoppable:
    """A Watcher that ends transfers once it is to stop."""

    def __init__(self, stopping: threading.Event, watcher: Watcher | None) -> None:
        self._stopping = stopping
        self._watcher = watcher

    def begin(self, name: str, size: int | None) -> None:
        """Tell it on."""
        self._check()
        if self._watcher is not None:
            self._watcher.begin(name, size)

    def advance(self, name: str, count: int) -> None:
        """Tell it on."""
        self._check()
        if self._watcher is not None:
            self._watcher.advance(name, count)

    def end(self, name: str) -> None:
        """Tell it on."""
        if self._watcher is not None:
            self._watcher.end(name)

    def _check(self) -> None:
        if self._stopping.is_set():
            raise KeyboardInterrupt  # which libraries clear up after, and nobody retries

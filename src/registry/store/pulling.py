"""Fetch what a plan says: several models and files at once, each file checked when it arrives."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import as_completed
from dataclasses import dataclass

from registry.budgets import CONCURRENT
from registry.errors import HubUnavailableError, RegistryError, StoreError
from registry.files.digests import Digests
from registry.files.watcher import Watcher
from registry.hub.downloads import fetch_checked
from registry.store.pull_plan import PlannedFile, PlannedModel, PullPlan, free_bytes
from registry.threads import Jobs

_ENOUGH = 2  # models that a Hub fails to deliver; the third would fail the same way


@dataclass(frozen=True)
class Pulled:
    """What became of a model: the bytes fetched now, and what failed, one line each."""

    model: PlannedModel
    fetched: int
    failures: tuple[str, ...] = ()


def pull(
    plan: PullPlan,
    watcher: Watcher | None = None,
    *,
    done: Callable[[PlannedModel, PlannedFile], None] = lambda _, __: None,
) -> tuple[Pulled, ...]:
    """Fetch what is not in the cache, and check what arrives; the results are in plan order.

    A file that is not what the lock or the Hub says is removed from the cache and reported. A
    failure ends the fetching of its own model only: the others are fetched, and what has arrived
    stays. `done` is called after each file. An interruption leaves what has arrived for the next
    time, and waits for nothing.

    Raises StoreError, before anything is fetched, if the disk lacks space.
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
    outcome = Outcome()

    def fetch(job: tuple[PlannedModel, PlannedFile]) -> bool:
        model, planned = job
        if stopping.is_set() or outcome.is_hopeless(model):
            return False
        try:
            anew = planned.state == "damaged"
            fetch_checked(model.snapshot, planned.file, digests, anew=anew, watcher=stoppable)
        except RegistryError as error:
            outcome.failed(model, error)
            return False
        outcome.came(model, planned)
        return True

    jobs = Jobs(fetch, todo, CONCURRENT)
    planned_by = dict(zip(jobs.futures, todo, strict=True))
    try:
        for future in as_completed(jobs.futures):
            if future.result():
                done(*planned_by[future])
    except BaseException:
        stopping.set()
        raise
    finally:
        jobs.drop()
        digests.keep()
    return tuple(_ended(model, *outcome.of(model)) for model in plan.models)


class Outcome:
    """The progress of files, reported by several threads."""

    def __init__(self) -> None:
        self._fetched = Counter[str]()
        self._failures = defaultdict[str, list[str]](list)
        self._away: dict[str, str] = {}
        self._turns = threading.Lock()

    def came(self, model: PlannedModel, planned: PlannedFile) -> None:
        """A file has arrived, so the Hub is up."""
        with self._turns:
            self._fetched[model.entry.id] += planned.to_fetch
            self._away.clear()

    def failed(self, model: PlannedModel, error: RegistryError) -> None:
        """A file has failed."""
        with self._turns:
            self._failures[model.entry.id].append(str(error))
            if isinstance(error, HubUnavailableError):
                self._away[model.entry.id] = str(error)

    def is_hopeless(self, model: PlannedModel) -> bool:
        """Whether requesting another file of a model is useless: one failed, or the Hub is down.

        The Hub counts as down when several models failed and no file came in between.
        """
        with self._turns:
            failures = self._failures[model.entry.id]
            if len(self._away) >= _ENOUGH and not failures:
                reason = list(self._away.values())[-1]
                failures.append(f"skipped after: {reason}")
            return bool(failures)

    def of(self, model: PlannedModel) -> tuple[int, list[str]]:
        """The bytes fetched of a model, and what failed."""
        return self._fetched[model.entry.id], self._failures[model.entry.id]


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
            model.snapshot.point_here()
        except OSError as error:
            failures = [f"{error.filename or model.snapshot.cache_dir}: {error.strerror}"]
    # Files with the same problem report it once.
    return Pulled(model, fetched, tuple(dict.fromkeys(failures)))


class _Stoppable:
    """A Watcher that ends transfers once `stopping` is set."""

    def __init__(self, stopping: threading.Event, watcher: Watcher | None) -> None:
        self._stopping = stopping
        self._watcher = watcher

    def begin(self, name: str, size: int | None) -> None:
        """Pass it on."""
        self._check()
        if self._watcher is not None:
            self._watcher.begin(name, size)

    def advance(self, name: str, count: int) -> None:
        """Pass it on."""
        self._check()
        if self._watcher is not None:
            self._watcher.advance(name, count)

    def end(self, name: str) -> None:
        """Pass it on."""
        if self._watcher is not None:
            self._watcher.end(name)

    def _check(self) -> None:
        if self._stopping.is_set():
            raise KeyboardInterrupt  # libraries clean up after this, and never retry it

"""Work on threads that hold up neither Ctrl-C nor the end of the process.

A pool of concurrent.futures waits for its threads when the interpreter ends, so one silent
connection holds up everything. What runs here may be abandoned at any time.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextvars import copy_context
from typing import Generic, TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


def start(work: Callable[[], Result]) -> Future[Result]:
    """Begin work on a thread of its own.

    >>> start(lambda: 6 * 7).result()
    42
    """
    future: Future[Result] = Future()
    context = copy_context()
    _run(lambda: _answer(future, lambda: context.run(work)))
    return future


class Jobs(Generic[Result]):
    """One piece of work for each of several things, `concurrent` of them at a time.

    futures: the future of each, in order. `drop` forgets those that have not begun.

    >>> [each.result() for each in Jobs(abs, [-1, 2], 8).futures]
    [1, 2]
    """

    def __init__(
        self, work: Callable[[Given], Result], things: Iterable[Given], concurrent: int
    ) -> None:
        self._waiting = deque[tuple[Future[Result], Callable[[], Result]]]()
        for thing in things:
            self._waiting.append((Future(), _bound(work, thing)))
        self.futures = tuple(future for future, _ in self._waiting)
        for _ in range(min(concurrent, len(self.futures))):
            _run(self._work)

    def drop(self) -> None:
        """Begin no more."""
        while self._waiting:
            self._waiting.popleft()[0].cancel()

    def _work(self) -> None:
        while True:
            try:
                job = self._waiting.popleft()
            except IndexError:
                return
            _answer(*job)


def in_order(
    work: Callable[[Given], Result], things: Iterable[Given], concurrent: int
) -> list[Result]:
    """The results of work for each item, in order; the first failure, or Ctrl-C, ends it.

    >>> in_order(str, [3, 1, 2], concurrent=2)
    ['3', '1', '2']
    """
    jobs = Jobs(work, things, concurrent)
    try:
        return [future.result() for future in jobs.futures]
    finally:
        jobs.drop()


def _bound(work: Callable[[Given], Result], thing: Given) -> Callable[[], Result]:
    context = copy_context()  # one each: a context cannot be entered twice at a time
    return lambda: context.run(work, thing)


def _run(target: Callable[[], None]) -> None:
    threading.Thread(target=target, daemon=True).start()


def _answer(future: Future[Result], work: Callable[[], Result]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)

"""What HTTP libraries log about our requests, without the query: that may hold a key."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from registry.secret import Secret

_query: ContextVar[Secret | None] = ContextVar("query", default=None)


class _WithoutQuery(logging.Filter):
    """Changes records of our own requests only: others may use the libraries, too."""

    def filter(self, record: logging.LogRecord) -> bool:
        query = _query.get()
        if query is not None and isinstance(record.args, tuple):
            record.args = tuple(_without(query, each) for each in record.args)
        return True


def _without(query: Secret, value: object) -> object:
    text = str(value)
    shown = query.redact(text)
    return value if shown == text else shown  # numbers are formatted as such


# Filters do not apply to records of loggers below them, so each logger gets it.
for _name in ("httpx2", "huggingface_hub.utils._http"):
    logging.getLogger(_name).addFilter(_WithoutQuery())


@contextmanager
def unlogged_query(request: Any) -> Generator[None]:  # of httpx2, which only extras bring
    """While the request is sent, its query appears in no log record."""
    sent: bytes = request.url.query
    token = _query.set(Secret(sent.decode("ascii")) if sent else None)
    try:
        yield
    finally:
        _query.reset(token)

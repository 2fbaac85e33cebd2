"""Responses of a server that are one JSON document, and optional pages."""

from __future__ import annotations

import json
from typing import Any

from registry.backends._openai_connection import OpenAIConnection
from registry.backends._refusal import NoJsonError, RefusedError, check_status
from registry.budgets import METADATA, VECTORS, Budget, Meter
from registry.errors import RegistryError

_MISSING = (404, 405, 501)


def ask(
    connection: OpenAIConnection,
    path: str,
    body: dict[str, Any],
    *,
    also_at_root: bool = False,
    budget: Budget = VECTORS,
) -> Any:
    """One response; if there is no such page, perhaps the one at the root, remembered from then on.

    Raises RefusedError, OverBudgetError, ValueError and what the library raises.
    """
    if path in connection.at_root:
        return _json(connection, "POST", path, body, budget, at_root=True)
    try:
        return _json(connection, "POST", path, body, budget)
    except RefusedError as error:
        if error.status != 404 or not also_at_root:
            raise
        missing = error
    try:
        answer = _json(connection, "POST", path, body, budget, at_root=True)
    except RefusedError as error:
        if error.status in (404, 405):  # the first one may say what is missing, such as a model
            raise missing from None
        raise
    connection.at_root.add(path)
    return answer


def look(connection: OpenAIConnection, path: str, *, at_root: bool = False) -> Any:
    """An optional page of a server: None if it is missing. Raises errors of this package."""
    failure: RegistryError | None = None
    try:
        return _json(connection, "GET", path, at_root=at_root)
    except RefusedError as error:
        if error.status not in _MISSING:  # a busy server may well have the page
            failure = connection.explain(error)
    except ValueError:  # a page of another kind
        return None
    except Exception as error:
        failure = connection.explain(error)
        if failure is None:
            raise
    if failure is not None:
        raise failure
    return None


def _json(
    connection: OpenAIConnection,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    budget: Budget = METADATA,
    *,
    at_root: bool = False,
) -> Any:
    pieces: list[bytes] = []
    with connection.open(method, path, body, at_root=at_root) as answer:
        check_status(answer)
        meter = Meter(budget)  # the time that a server computes before it answers is not measured
        for piece in answer.iter_bytes():
            meter.take(len(piece))
            pieces.append(piece)
    try:
        return json.loads(b"".join(pieces))
    except (ValueError, RecursionError):
        raise NoJsonError from None

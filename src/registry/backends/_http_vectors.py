"""Vectors and scores in servers' responses: several forms, one meaning."""

from __future__ import annotations

import base64
import binascii
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from registry.server_words import server_words
from registry_base.json_shapes import is_list

# Lists of lists are refused for their shape, whatever is in them.
_NUMBERS = {int, float, type(None), list}


class OddAnswerError(Exception):
    """A response without vectors or scores; the message says what is wrong with it.

    words: the server's error message, in a response that does not look like an error.
    """

    def __init__(self, reason: str, words: str = "") -> None:
        self.words = words
        super().__init__(reason)


def read_vectors(answer: object, count: int) -> list[NDArray[np.float32]]:
    """The vectors of `count` texts in their order, sent as floats or base64.

    Raises OddAnswerError.
    """
    fields = _fields(answer)
    data = fields.get("data")
    if not isinstance(data, list):
        raise OddAnswerError("it did not send a list of vectors", _error_in(fields))
    found = _by_index(cast("list[object]", data), count, "embedding")
    return [_numbers(each) for each in found]


def read_scores(answer: object, count: int) -> NDArray[np.float32]:
    """The scores of `count` documents in their order: from a bare list, or from `results`.

    Raises OddAnswerError.
    """
    fields = _fields(answer)
    rows = fields.get("results") if fields else answer
    if not isinstance(rows, list):
        raise OddAnswerError("it did not send a list of scores", _error_in(fields))
    found = _by_index(cast("list[object]", rows), count, "relevance_score", "score")
    try:
        scores = _floats(found)
    except (TypeError, ValueError, OverflowError):
        raise OddAnswerError("it sent scores that are not numbers") from None
    if scores.shape != (count,) or not np.isfinite(scores).all():
        raise OddAnswerError("it sent scores that are not numbers")
    return scores


def _fields(answer: object) -> dict[str, Any]:
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def _error_in(fields: dict[str, Any]) -> str:
    """Some servers, and proxies before them, send an error with the status 200."""
    error = any(fields.get(name) for name in ("error", "detail", "message"))
    return server_words(fields) if error else ""


def _by_index(rows: list[object], count: int, *names: str) -> list[Any]:
    """The value under one of the names in each row, in the order of the rows' indexes."""
    found: dict[int, Any] = {}
    for row in rows:
        fields = _fields(row)
        index = fields.get("index")
        value = next((fields[name] for name in names if fields.get(name) is not None), None)
        if type(index) is not int or value is None:
            raise OddAnswerError("it sent a row without an index or a value")
        if index in found:
            raise OddAnswerError(f"it sent {index} twice as the index of a row")
        found[index] = value
    if found.keys() != set(range(count)):
        raise OddAnswerError(f"it sent {len(found)} rows for {count} texts")
    return [found[index] for index in range(count)]


def _numbers(value: object) -> NDArray[np.float32]:
    try:
        if isinstance(value, str):
            return np.frombuffer(base64.b64decode(value, validate=True), dtype="<f4").copy()
        return _floats(value)
    except (TypeError, ValueError, OverflowError, binascii.Error):
        raise OddAnswerError("it sent vectors that are not numbers") from None


def _floats(value: object) -> NDArray[np.float32]:
    """A list as numbers; null becomes NaN, a number that is too large infinity."""
    # numpy would also read true as 1, and words such as "1.5".
    if not is_list(value) or not _NUMBERS.issuperset(map(type, value)):
        raise TypeError
    with np.errstate(over="ignore"):
        return np.asarray(value, dtype=np.float32)

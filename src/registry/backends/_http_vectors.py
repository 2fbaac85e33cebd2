"""Vectors and scores in the answers of servers: several forms, one meaning."""

from __future__ import annotations

import base64
import binascii
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray


class OddAnswerError(Exception):
    """An answer that holds no vectors, or no scores; the message says what is wrong with it."""


def read_vectors(answer: object, count: int) -> list[NDArray[np.float32]]:
    """The vectors of `count` texts in their order, as floats or base64, whichever was sent.

    Raises OddAnswerError.
    """
    data = cast("dict[str, Any]", answer).get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list):
        raise OddAnswerError("it sent no list of vectors")
    found = _by_index(cast("list[object]", data), count, "embedding")
    return [_numbers(each) for each in found]


def read_scores(answer: object, count: int) -> NDArray[np.float32]:
    """The scores of `count` documents in their order: of a bare list, or of `results`.

    Raises OddAnswerError.
    """
    rows = answer
    if isinstance(answer, dict):
        rows = cast("dict[str, Any]", answer).get("results")
    if not isinstance(rows, list):
        raise OddAnswerError("it sent no list of scores")
    found = _by_index(cast("list[object]", rows), count, "relevance_score", "score")
    try:
        scores = np.asarray(found, dtype=np.float32)
    except (TypeError, ValueError):
        raise OddAnswerError("it sent scores that are no numbers") from None
    if scores.shape != (count,) or not np.isfinite(scores).all():
        raise OddAnswerError("it sent scores that are no numbers")
    return scores


def used_tokens(answer: object) -> int | None:
    """The tokens that a server says it has read."""
    usage = cast("dict[str, Any]", answer).get("usage") if isinstance(answer, dict) else None
    tokens = cast("dict[str, Any]", usage).get("prompt_tokens") if isinstance(usage, dict) else None
    return tokens if isinstance(tokens, int) and not isinstance(tokens, bool) else None


def _by_index(rows: list[object], count: int, *names: str) -> list[Any]:
    """What stands under one of the names in each row, in the order of the rows' indexes."""
    found: dict[int, Any] = {}
    for row in rows:
        fields = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
        index = fields.get("index")
        value = next((fields[name] for name in names if fields.get(name) is not None), None)
        if not isinstance(index, int) or value is None or index in found:
            raise OddAnswerError("it sent a row without an index or a value")
        found[index] = value
    if found.keys() != set(range(count)):
        raise OddAnswerError(f"it sent {len(found)} rows for {count}")
    return [found[index] for index in range(count)]


def _numbers(value: object) -> NDArray[np.float32]:
    try:
        if isinstance(value, str):
            return np.frombuffer(base64.b64decode(value, validate=True), dtype="<f4").copy()
        return np.asarray(value, dtype=np.float32)
    except (TypeError, ValueError, binascii.Error):
        raise OddAnswerError("it sent vectors that are no numbers") from None

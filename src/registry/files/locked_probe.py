"""What a lock stores of a model's answers to the texts of a probe: see `registry.probes`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from registry_base.json_shapes import is_tuple

# An object of numbers and lists of them, under the names below.
_NAME = r'"(?:tokens|score|at|first|near)"'
_ANSWER = re.compile(rf"\{{\s+({_NAME}: [^{{}}\"]*(?:{_NAME}: [^{{}}\"]*)*)\}}")


@dataclass(frozen=True, kw_only=True)
class LockedAnswer:
    """A model's answer to one text.

    tokens: how many it reads. first: the first numbers of its vector of length 1, or those at the
    indexes `at` of a sparse one. near: its cosines with the texts before it. score: of the pair
    with the query.
    """

    tokens: int | None = None
    score: float | None = None
    at: tuple[int, ...] = ()
    first: tuple[float, ...] = ()
    near: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LockedProbe:
    """The answers of a model at its commit, by the names of the texts.

    texts: which version of the texts. reads: the tokens that the long ones were made for.
    tolerance: how far the same weights in float32 or float16 may be from it.
    """

    texts: int
    tolerance: float
    answers: Mapping[str, LockedAnswer]
    reads: int | None = None

    def data(self) -> dict[str, Any]:
        """As JSON data, without unknown values."""
        found: dict[str, Any] = {"texts": self.texts, "tolerance": self.tolerance}
        if self.reads is not None:
            found["reads"] = self.reads
        found["answers"] = {name: _known(each) for name, each in self.answers.items()}
        return found


def answer_lines(text: str) -> str:
    r"""JSON with every answer on one line.

    >>> answer_lines('{"query": {\n  "tokens": 9,\n  "first": [\n  0.1,\n  -1e-05\n]\n}}')
    '{"query": {"tokens": 9, "first": [0.1, -1e-05]}}'
    """
    return _ANSWER.sub(_on_one_line, text)


def _on_one_line(found: re.Match[str]) -> str:
    words = " ".join(found[1].split())
    return f"{{{words.replace('[ ', '[').replace(' ]', ']')}}}"


def _known(answer: LockedAnswer) -> dict[str, Any]:
    return {
        name: [*value] if is_tuple(value) else value
        for name, value in asdict(answer).items()
        if value not in (None, ())
    }

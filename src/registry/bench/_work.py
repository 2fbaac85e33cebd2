"""One run of a loaded model, by its kind: what is timed, its output, how it is checked."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Literal

from registry.bench import _cloze as cloze
from registry.bench import _retrieval as retrieval
from registry.bench.results import Check
from registry.errors import BackendError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry.encoders.generator import TextGenerator
    from registry.encoders.reranker import Reranker

# A run: this many calls one at a time, then this many texts at once.
_CALLS, _TEXTS = 5, 64
# Of a reranker's call.
_PASSAGES = 10
# Of an answer, in tokens.
_ANSWER = 64
_PROMPT = (
    "Tell a long story for children about a lighthouse keeper who finds a map in a bottle. "
    "Once upon a time, on an island far out in the sea,"
)
_SHOWN = 60  # characters of an answer


@dataclass(frozen=True)
class Sample:
    """One run: seconds of single calls, and how much was done in how many seconds."""

    latencies: list[float]
    amount: int
    seconds: float


class Work(ABC):
    """What a kind of model does. `quick` is a quarter of it."""

    unit: Literal["texts", "pairs", "tokens"]
    batch_size: int | None = None

    @abstractmethod
    def run(self, number: int) -> Sample:
        """Do it once; the number of the run chooses the queries."""

    @abstractmethod
    def output(self) -> Mapping[str, str | int | float]:
        """The output, in a few words and numbers."""

    @abstractmethod
    def check(self) -> Check:
        """Whether it does its job."""


def work_of(loaded: object, model: object, *, batch_size: int | None, quick: bool) -> Work:
    """The work for what `load` returned for a model."""
    untyped: Any = loaded  # its class follows from the kind
    kind = str(getattr(model, "kind", ""))
    if kind == "llm":
        return _Generation(untyped, quick=quick)
    size = batch_size or untyped.batch_size
    if kind == "cross-encoder":
        return _Reranking(untyped, batch_size=size, quick=quick)
    return _Encoding(untyped, kind, batch_size=size, quick=quick)


class _Encoding(Work):
    unit = "texts"

    def __init__(
        self,
        encoder: Any,  # the three kinds of encoders have no common type for their results
        kind: str,
        *,
        batch_size: int,
        quick: bool,
    ) -> None:
        self._encoder, self._kind, self.batch_size = encoder, kind, batch_size
        self._texts = _passages(_TEXTS // 4 if quick else _TEXTS)

    def run(self, number: int) -> Sample:
        encoder = self._encoder
        latencies = [
            _seconds(partial(encoder.encode_queries, [query], progress=False))
            for query in _queries(number)
        ]
        return Sample(latencies, len(self._texts), _seconds(self._encode))

    def _encode(self) -> Any:
        return self._encoder.encode_documents(
            self._texts, batch_size=self.batch_size, progress=False
        )

    def output(self) -> Mapping[str, str | int | float]:
        import numpy as np

        given = self._encode()
        if self._kind == "sparse":
            return {"vocabulary": given.shape[1], "nonzero": _number(given.nnz / given.shape[0])}
        if self._kind == "colbert":
            tokens = sum(map(len, given)) / len(given)
            return {"dim": given[0].shape[1], "tokens": _number(tokens)}
        length = np.linalg.norm(given.astype(np.float64), axis=1).mean()
        return {"dim": given.shape[1], "length": _number(length)}

    def check(self) -> Check:
        every = retrieval.examples()
        queries = self._encoder.encode_queries([each.query for each in every], progress=False)
        passages = self._encoder.encode_documents(
            [each.passage for each in every], batch_size=self.batch_size, progress=False
        )
        scores = self._encoder.similarity(queries, passages).tolist()
        ranks = [retrieval.rank(row, right) for right, row in enumerate(scores)]
        return retrieval.judge(ranks, self._encoder.model, retrieval.best(scores))


class _Reranking(Work):
    unit = "pairs"

    def __init__(self, reranker: Reranker, *, batch_size: int, quick: bool) -> None:
        self._reranker, self.batch_size = reranker, batch_size
        self._texts = _passages(_TEXTS // 4 if quick else _TEXTS)

    def run(self, number: int) -> Sample:
        latencies = [
            _seconds(partial(self._scores, query, self._texts[:_PASSAGES]))
            for query in _queries(number)
        ]
        query = _queries(number)[0]
        return Sample(
            latencies, len(self._texts), _seconds(partial(self._scores, query, self._texts))
        )

    def _scores(self, query: str, passages: list[str]) -> list[float]:
        scores: list[float] = self._reranker.scores(
            query, passages, batch_size=self.batch_size, progress=False
        ).tolist()
        return scores

    def output(self) -> Mapping[str, str | int | float]:
        scores = self._scores(_queries(0)[0], self._texts)
        return {"lowest": _number(min(scores)), "highest": _number(max(scores))}

    def check(self) -> Check:
        every = retrieval.examples()
        scores: list[list[float]] = []
        for index, example in enumerate(every):
            passages = [every[i].passage for i in retrieval.candidates(index)]
            scores.append(self._scores(example.query, passages))
        ranks = [retrieval.rank(row, right=0) for row in scores]
        return retrieval.judge(ranks, self._reranker.model, retrieval.best(scores))


class _Generation(Work):
    unit = "tokens"

    def __init__(self, generator: TextGenerator, *, quick: bool) -> None:
        self._generator = generator
        self._longest = _ANSWER // 4 if quick else _ANSWER
        self._said = ""

    def run(self, number: int) -> Sample:
        """One answer. A piece of the stream is a token, unless a character takes several."""
        from registry.encoders.generator import Sampling

        sampling = Sampling(temperature=0, max_tokens=self._longest)
        pieces: list[str] = []
        times: list[float] = []
        start = time.perf_counter()
        with closing(self._generator.stream(_PROMPT, sampling)) as stream:
            for piece in stream:
                times.append(time.perf_counter())
                pieces.append(piece)
        if len(pieces) < 2 or times[-1] <= times[0]:
            raise BackendError(
                f"its answer came as a whole ({''.join(pieces)[:_SHOWN]!r}), so its speed cannot "
                "be measured"
            )
        self._said = "".join(pieces)
        return Sample([times[0] - start], len(pieces) - 1, times[-1] - times[0])

    def output(self) -> Mapping[str, str | int | float]:
        return {"text": " ".join(self._said.split())[:_SHOWN]}

    def check(self) -> Check:
        return cloze.judge(self._generator)


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _queries(number: int) -> list[str]:
    every = [each.query for each in retrieval.examples()]
    return [every[(number * _CALLS + call) % len(every)] for call in range(_CALLS)]


def _passages(count: int) -> list[str]:
    return list(islice(cycle(each.passage for each in retrieval.examples()), count))


def _number(value: float) -> float | str:
    """Four digits of a number; as text if it is not finite, which JSON cannot express."""
    return float(f"{value:.4g}") if math.isfinite(value) else "no number"

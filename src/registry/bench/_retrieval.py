"""Does a retriever still find the right passage? Three dozen queries, each with one answer.

The examples are easy on purpose: they distinguish a working model from a broken one, not a
good one from a better one. all-MiniLM-L6-v2 puts 97% of the right passages first, a trained SPLADE
of two layers 94%, BM25 67%; with the weights of every third matrix shuffled MiniLM drops to 42%,
with all of them to 17%.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from registry.bench._floors import checked
from registry.bench.results import Check

_DEPTH = 10  # of nDCG@10
# Passages per query for a reranker: scoring all of them would take a large one minutes.
_CANDIDATES = 8


@dataclass(frozen=True)
class Example:
    """A query and the one passage that answers it; passages of a topic are easily confused."""

    topic: str
    query: str
    passage: str


@cache
def examples() -> tuple[Example, ...]:
    """The examples, topic by topic.

    >>> len(examples()), len({each.topic for each in examples()})
    (36, 12)
    """
    text = files("registry.bench").joinpath("retrieval.json").read_text("utf-8")
    return tuple(Example(**each) for each in json.loads(text))


def candidates(index: int) -> list[int]:
    """Passages for a reranker to put in order: the right one first, its topic, some others.

    >>> candidates(0)
    [0, 1, 2, 7, 14, 21, 28, 35]
    """
    every = examples()
    topic = [i for i, each in enumerate(every) if each.topic == every[index].topic and i != index]
    steps = ((index + 7 * step) % len(every) for step in range(1, len(every)))
    others = [i for i in steps if i not in topic]
    return [index, *topic, *others][:_CANDIDATES]


def rank(scores: Sequence[float], right: int) -> int:
    """The rank of one passage by its score, from 1; ties count against it.

    So a model that scores everything the same, or returns NaN, does not look good.

    >>> rank([0.1, 0.9, 0.5], 2), rank([1.0, 1.0], 0), rank([math.nan, 0.3], 0)
    (2, 2, 2)
    """
    numbers = [-math.inf if math.isnan(score) else score for score in scores]
    return sum(score >= numbers[right] for score in numbers)


def best(scores: Sequence[Sequence[float]]) -> tuple[tuple[int, ...], ...]:
    """The best passages of each query by their numbers: ten, or half of them.

    >>> best([[0.1, 0.9, 0.5, 0.2]])
    ((1, 2),)
    """

    def of(row: Sequence[float]) -> tuple[int, ...]:
        numbers = [-math.inf if math.isnan(score) else score for score in row]
        order = sorted(range(len(numbers)), key=lambda index: -numbers[index])
        return tuple(order[: min(_DEPTH, len(order) // 2)])

    return tuple(map(of, scores))


def judge(ranks: Sequence[int], model: object, ranking: tuple[tuple[int, ...], ...] = ()) -> Check:
    """The check of a model that gave the right passages these ranks.

    nDCG@10 with one right passage per query is the mean of 1 / log2(1 + rank), 0 beyond the tenth
    (Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418).
    """
    accuracy = sum(each == 1 for each in ranks) / len(ranks)
    gains = [1 / math.log2(1 + each) if each <= _DEPTH else 0.0 for each in ranks]
    found = checked("retrieval", model, accuracy=accuracy, ndcg=sum(gains) / len(gains))
    return replace(found, ranking=ranking)

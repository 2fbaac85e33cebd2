"""Compare a model's answers with its lock: which texts changed, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from registry.files.locked_probe import LockedAnswer, LockedProbe
from registry.probes.answering import Answers, Numbers
from registry.probes.counting import Counts, better_cause, compare_counts
from registry.probes.diagnosing import cause_of
from registry.probes.rows import Comparison, Row
from registry.probes.texts import ProbeText, few_texts, long_texts
from registry.probes.tolerances import tolerance_of

# A text has changed if it differs this many times as much as short texts do: low-bit noise is at
# most twice as large for some texts as for others.
_ABOVE_NOISE = 3.0
# This part of what a precision explains is never a change, however little short texts differ.
_USUAL_NOISE = 0.25
# The spread of scores over that in the lock: outside these it is another order of magnitude.
_ORDER = 0.4, 2.5


def compare(answers: Answers, lock: LockedProbe, precision: str | None) -> Comparison:
    """Compare answers with a probe. precision: as the server or engine names it."""
    texts = _texts(lock)
    kept = {name: each for name, each in lock.answers.items() if name in texts}
    there = {name: each for name, each in kept.items() if name in answers.found}
    tolerance = tolerance_of(precision)
    allowed = max(lock.tolerance, tolerance.difference)
    scored = any(each.score is not None for each in there.values())
    differences = (_of_scores if scored else _of_vectors)(answers.found, there)
    noise = min(allowed, _noise(differences, texts))
    usual = 0.0 if precision is None else _USUAL_NOISE * allowed
    least = max(lock.tolerance, usual, _ABOVE_NOISE * noise)
    rows = tuple(
        Row(name, texts[name].group, texts[name].role, value, value > least or value > allowed)
        for name, value in differences.items()
    )
    similarity = 0.0 if scored else _similarity(answers.found, there, texts)
    cause = cause_of(rows, related=similarity <= tolerance.similarity)
    if scored and cause is not None and _other_order(answers.found, there):
        cause = "scale"
    counts = compare_counts(answers.tokens, there, texts)
    if cause is None and all(row.difference <= lock.tolerance for row in rows):
        counts = Counts(counts.more)  # the same numbers come from the same tokens
    cause = better_cause(cause, counts.cause)
    rows = tuple(
        replace(
            row, changed=row.changed or row.name in counts.changed, tokens=counts.more.get(row.name)
        )
        for row in rows
    )
    refused = tuple(name for name in kept if name in answers.refused)
    return Comparison(rows, allowed, similarity, cause, refused)


def _texts(lock: LockedProbe) -> dict[str, ProbeText]:
    texts = {each.name: each for each in few_texts()}
    if lock.reads is not None:
        long = long_texts(lock.reads)
        texts |= {each.name: each for each in (long.limit, long.far) if each is not None}
    return texts


def _of_vectors(found: Mapping[str, Numbers], lock: Mapping[str, LockedAnswer]) -> dict[str, float]:
    usual = np.sqrt(np.mean([sum(x * x for x in each.first) for each in lock.values()])) or 1.0
    differences: dict[str, float] = {}
    for name, each in lock.items():
        unit = found[name] / (np.linalg.norm(found[name]) or 1)
        places = list(each.at) if each.at else list(range(len(each.first)))
        if max(places, default=0) >= len(unit):
            differences[name] = float("inf")
            continue
        differences[name] = float(np.linalg.norm(unit[places] - np.array(each.first)) / usual)
    return differences


def _of_scores(found: Mapping[str, Numbers], lock: Mapping[str, LockedAnswer]) -> dict[str, float]:
    scores = np.array([each.score for each in lock.values()], np.float64)
    usual = max(float(np.ptp(scores)), float(np.abs(scores).mean())) or 1.0
    return {
        name: abs(float(found[name]) - float(score)) / usual
        for name, score in zip(lock, scores, strict=True)
    }


def _noise(differences: Mapping[str, float], texts: Mapping[str, ProbeText]) -> float:
    """How much short texts differ, in the role in which they differ less."""
    roles: dict[str, list[float]] = {}
    for name, value in differences.items():
        if texts[name].group == "short":
            roles.setdefault(texts[name].role, []).append(value)
    return min((float(np.median(values)) for values in roles.values()), default=0.0)


def _similarity(
    found: Mapping[str, Numbers],
    lock: Mapping[str, LockedAnswer],
    texts: Mapping[str, ProbeText],
) -> float:
    names = list(lock)
    units = [found[name] / (np.linalg.norm(found[name]) or 1) for name in names]
    short = [index for index, name in enumerate(names) if texts[name].group == "short"]
    changes = [
        abs(float(units[one] @ units[other]) - lock[names[one]].near[other])
        for one in short
        for other in short
        if other < min(one, len(lock[names[one]].near))
    ]
    return max(changes, default=0.0)


def _other_order(found: Mapping[str, Numbers], lock: Mapping[str, LockedAnswer]) -> bool:
    before = np.array([each.score for each in lock.values()], np.float64)
    now = np.array([float(found[name]) for name in lock])
    if np.ptp(before) == 0 or np.ptp(now) == 0:
        return True
    ratio = float(np.ptp(now) / np.ptp(before))
    return not _ORDER[0] < ratio < _ORDER[1]

"""Get a loaded model's answers to the texts of a probe."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.encoders.base import Role, TextEncoder
from registry.encoders.dense import DenseEncoder
from registry.encoders.multi_vector import MultiVectorEncoder
from registry.encoders.reranker import Reranker
from registry.errors import BackendError, InputError
from registry.files.locked_probe import LockedAnswer
from registry.models.lengths import own_length
from registry.probes.texts import QUERY, LongTexts, ProbeText, few_texts, long_texts
from registry.server_words import refuses_length

Encoder = TextEncoder[Any, Any] | Reranker
Numbers = NDArray[np.float64]
_FIRST, _DIGITS = 8, 4


@dataclass(frozen=True)
class Answers:
    """What came back, by name of text: a vector (width,) or a score ().

    reads: the length in tokens that the long texts were made for. refused: long texts that the
    model or its server rejected for their length, which is neither an answer nor a fault. tokens:
    how many were read, where requested.
    """

    found: dict[str, Numbers]
    reads: int | None
    refused: frozenset[str] = frozenset()
    tokens: dict[str, int] = field(default_factory=dict[str, int])


def ask(
    encoder: Encoder, *, short: bool = True, twins: bool = True, counting: bool = False
) -> Answers:
    """Ask an encoder or a reranker for its answers.

    short: include short texts. twins: include those that differ from a long one only at the end.
    counting: request token counts; from a server, only those of short texts. Raises what the texts
    raise, except for refusals of long ones.
    """
    reads = own_length(encoder.model)
    texts = few_texts() if short else ()
    long = [] if reads is None else list(_in_order(long_texts(reads), twins))
    found: dict[str, Numbers] = {}
    refused: set[str] = set()
    with _at_full_width(encoder):
        if texts:
            found |= _answers(encoder, texts)
        for each in long:  # alone, so that a refusal concerns this one
            try:
                found |= _answers(encoder, (each,))
            except InputError:
                refused.add(each.name)
            except BackendError as error:  # a server that is busy has not refused the text
                if not refuses_length(error.status, str(error)):
                    raise
                refused.add(each.name)
    tokens: dict[str, int] = {}
    if counting and isinstance(encoder, TextEncoder):
        asked = encoder.serving is not None and encoder.serving.cuts
        for each in texts if asked else (*texts, *long):
            if each.name in found and (count := encoder.tokens_read(each.text, each.role)):
                tokens[each.name] = count
    return Answers(found, reads, frozenset(refused), tokens)


def locked_answers(answers: Answers, *, sparse: bool) -> dict[str, LockedAnswer]:
    """Answers as the lock keeps them. sparse: the largest numbers, with their places."""
    kept: dict[str, LockedAnswer] = {}
    before: list[Numbers] = []
    for name, each in answers.found.items():
        tokens = answers.tokens.get(name)
        if each.ndim == 0:
            kept[name] = LockedAnswer(tokens=tokens, score=float(f"{float(each):.5g}"))
            continue
        unit = each / (np.linalg.norm(each) or 1)
        largest: list[int] = np.argsort(-unit, kind="stable")[:_FIRST].tolist()
        at = tuple(sorted(largest)) if sparse else ()
        kept[name] = LockedAnswer(
            tokens=tokens,
            at=at,
            first=tuple(map(_rounded, unit[list(at)] if sparse else unit[:_FIRST])),
            near=tuple(_rounded(unit @ other) for other in before),
        )
        before.append(unit)
    return kept


def _in_order(texts: LongTexts, twins: bool) -> Iterator[ProbeText]:
    yield texts.limit
    if texts.far is not None:
        yield texts.far
    if twins:
        yield texts.limit_twin
        if texts.far_twin is not None:
            yield texts.far_twin


def _answers(encoder: Encoder, texts: Sequence[ProbeText]) -> dict[str, Numbers]:
    if isinstance(encoder, Reranker):
        query = next(each.text for each in few_texts() if each.name == QUERY)
        read = [each for each in texts if each.role == "document"]
        scores = encoder.scores(query, [each.text for each in read], progress=False)
        pairs = zip(read, scores, strict=True)
        return {each.name: np.asarray(score, np.float64) for each, score in pairs}
    found: dict[str, Numbers] = {}
    for role in ("query", "document"):
        if of_role := [each for each in texts if each.role == role]:
            vectors = _vectors(encoder, [each.text for each in of_role], role)
            found |= zip([each.name for each in of_role], vectors, strict=True)
    return {each.name: found[each.name] for each in texts}


def _vectors(encoder: TextEncoder[Any, Any], texts: list[str], role: Role) -> list[Numbers]:
    """A vector per text; for a late-interaction model, the mean of its vectors."""
    method = encoder.encode_queries if role == "query" else encoder.encode_documents
    found: Any = method(texts, progress=False)
    if isinstance(encoder, MultiVectorEncoder):
        return [np.asarray(each, np.float64).mean(axis=0) for each in found]
    # By kind: the class of sparse encoders imports scipy, which others do not need.
    if getattr(encoder.model, "kind", None) == "sparse":
        found = found.toarray()
    return list(np.asarray(found, np.float64))


@contextmanager
def _at_full_width(encoder: Encoder) -> Generator[None]:
    """The lock has the first numbers of whole unit vectors; in truncated ones they are larger."""
    if not isinstance(encoder, (DenseEncoder, MultiVectorEncoder)):
        yield
        return
    dim, encoder.dim = encoder.dim, encoder.model.embedding_dim
    try:
        yield
    finally:
        encoder.dim = dim


def _rounded(value: Any) -> float:  # a numpy number
    return round(float(value), _DIGITS) + 0.0  # no minus zero

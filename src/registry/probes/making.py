"""A probe for the lock, from the pinned weights."""

from __future__ import annotations

from registry.encoders.sparse import SparseEncoder
from registry.files.locked_probe import LockedProbe
from registry.probes.answering import Encoder, ask, locked_answers
from registry.probes.comparing import compare
from registry.probes.texts import VERSION
from registry.probes.tolerances import EXACT


def make_probe(encoder: Encoder, before: LockedProbe | None = None) -> LockedProbe:
    """What the lock should say about an encoder that runs the pinned weights in float32.

    before: the lock's present probe; it stays byte for byte if the encoder agrees with it.
    """
    answers = ask(encoder, twins=False, counting=True)
    if before is not None and before.texts == VERSION and before.reads == answers.reads:
        found = compare(answers, before, "float32")
        if found.cause is None and len(found.rows) == len(answers.found):
            return before
    return LockedProbe(
        texts=VERSION,
        tolerance=EXACT.difference,
        answers=locked_answers(answers, sparse=isinstance(encoder, SparseEncoder)),
        reads=answers.reads,
    )

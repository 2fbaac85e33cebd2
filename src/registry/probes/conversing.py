"""A language model in the lock: the tokens of a fixed conversation in its chat template.

A lost or changed template, or another tokenizer, gives a different number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import CheckpointError
from registry.files.locked_probe import LockedAnswer, LockedProbe
from registry.probes.in_lock import locked_probe
from registry.probes.rows import Comparison, Row
from registry.probes.texts import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.encoders.generator import Message, TextGenerator

NAME = "conversation"
# Some templates reject the system role, so there is none.
CONVERSATION: Sequence[Message] = (
    {"role": "user", "content": "What causes the tides? Und was heißt «Flut» auf Französisch?"},
    {"role": "assistant", "content": "The moon and the sun; it is « marée haute » (潮)."},
    {"role": "user", "content": "def add(a, b):\n    return a + b  # what does this do?"},
)
# A leading token that one tokenizer adds and another does not, and a line break.
_ALLOWED = 2


def conversation_probe(tokens: int) -> LockedProbe:
    """What the lock should hold for a language model."""
    answers = {NAME: LockedAnswer(tokens=tokens)}
    return LockedProbe(texts=VERSION, tolerance=_ALLOWED, answers=answers)


def compare_conversation(tokens: int | None, probe: LockedProbe) -> Comparison | None:
    """Compare a number of tokens with the lock's; None if one of the two is unknown."""
    kept = probe.answers.get(NAME)
    if tokens is None or kept is None or kept.tokens is None:
        return None
    difference = abs(tokens - kept.tokens)
    changed = difference > probe.tolerance
    row = Row(NAME, NAME, "", float(difference), changed)
    return Comparison((row,), probe.tolerance, 0.0, "template" if changed else None)


def prove_conversation(generator: TextGenerator, revision: str | None = None) -> None:
    """Have a language model's server count the conversation's tokens, if the lock has their number.

    Raises CheckpointError if the count differs.
    """
    probe = locked_probe(generator.model, revision)
    if probe is None or generator.serving is None:
        return
    tokens = generator.conversation_tokens(CONVERSATION)
    found = compare_conversation(tokens, probe)
    if found is not None and found.cause is not None:
        where = f"{generator.model.id}: {generator.serving.by}"
        raise CheckpointError(
            f"{where} is not the model in the lock: it reads a "
            f"conversation as {tokens} tokens, the lock has {probe.answers[NAME].tokens}: another "
            "chat template or tokenizer; pass probe=False to load it all the same"
        )

"""What it means that some texts changed and others did not."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from registry.probes.rows import Cause, Row
from registry.probes.texts import LANGUAGES

# Other weights change every text, and the smallest change is more than this part of the largest;
# another tokenizer leaves some texts as they are. Measured: 0.25 and more, and 0.
_SPARED = 0.1
# The share of the texts that other weights change beyond what is allowed.
_MOST = 0.8


def cause_of(rows: Sequence[Row], *, related: bool) -> Cause | None:
    """Why texts changed; None if none did.

    related: whether short texts are as similar to each other as they were.
    """
    long = [row for row in rows if row.group in ("limit", "far")]
    # What a tokenizer makes of vowel signs says nothing about the other texts.
    marks = [row for row in rows if row.group == "marks"]
    rest = [row for row in rows if row.group not in ("limit", "far", "marks")]
    changed = [row for row in rest if row.changed]
    if not changed and related:
        if any(row.changed for row in long):
            return "window"
        return "marks" if any(row.changed for row in marks) else None
    queries = [row for row in rest if row.role == "query"]
    documents = [row for row in rest if row.role == "document"]
    if queries and all(row.changed for row in queries) and not any(r.changed for r in documents):
        return "query prompt"
    if queries and all(row.changed for row in documents) and not any(r.changed for r in queries):
        return "document prompt"
    differences = [row.difference for row in rest]
    if min(differences) < _SPARED * max(differences):
        return "tokenizer"
    if not related or len(changed) >= _MOST * len(rest):
        return "weights"
    return "tokenizer"


_MEANS: dict[Cause, str] = {
    "window": "only long texts differ: it reads further, or less far, than the checkpoint",
    "tokenizer": "texts of some kinds alone differ: it has another tokenizer",
    "marks": "text in scripts such as Devanagari alone differs: its tokenizer drops vowel signs",
    "prompt": "every text has more or fewer tokens: it puts a different prompt before every text",
    "query prompt": "queries alone differ: it has another prompt for them",
    "document prompt": "documents alone differ: it has another prompt for them",
    "scale": "its scores are of another order of size: another activation, or a lost pooler",
    "template": "it reads a conversation as another number of tokens: another chat template",
    "weights": "texts of all kinds differ: other weights, another pooling, or a prompt before all",
}


def excused(cause: Cause | None, languages: Collection[str]) -> bool:
    """Whether the difference concerns only languages that the entry does not name.

    In such scripts, llama.cpp reads an uncased BERT unlike its checkpoint (measured in b11549).

    >>> excused("marks", ["en"]), excused("marks", ["en", "hi"]), excused("marks", [])
    (True, False, False)
    """
    return cause == "marks" and bool(languages) and LANGUAGES.issuperset(languages)


def meaning(cause: Cause) -> str:
    """A cause in words that follow the name of what differs."""
    return _MEANS[cause]

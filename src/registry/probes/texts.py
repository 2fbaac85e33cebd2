"""The texts of probes: a few that distinguish mistakes, many that measure how close a model is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle, islice
from pathlib import Path
from typing import Literal

Group = Literal["short", "scripts", "marks", "shape", "limit", "far"]

LONGEST = 4_096
"""Tokens in the longest text tried; longer ones would take minutes on a CPU."""

# Words that are one token each in nearly every vocabulary, so that their count is a length.
_ONE, _OTHER = ("the", "of", "and", "in", "to"), ("you", "is", "for", "with", "on")
# Fractions of the length: where a text that fits begins to differ, where it ends, and where what
# follows is certainly beyond, because a word is at least one token.
_START, _WITHIN, _BEYOND = 0.7, 0.85, 1.1


@dataclass(frozen=True)
class ProbeText:
    """A text with its name in the lock; its group says what it detects."""

    name: str
    group: Group
    text: str
    role: Literal["query", "document"] = "document"


# Changing these changes every lock: raise VERSION.
VERSION = 1
_FEW = (
    ProbeText("query", "short", "what causes the tides of the sea", "query"),
    ProbeText("query of a word", "short", "photosynthesis", "query"),
    ProbeText("query in German", "scripts", "Öffnungszeiten für Gäste: müssen wir früh?", "query"),
    ProbeText("sentence", "short", "The tides are caused by the pull of the moon and of the sun."),
    ProbeText("another sentence", "short", "A lock file names every dependency in one version."),
    ProbeText("French", "scripts", "Été comme hiver, la forêt brûlée reçoit très tôt la rosée."),
    ProbeText("Russian", "scripts", "Приливы вызваны притяжением Луны и Солнца."),
    ProbeText("Chinese", "scripts", "潮汐是由月亮和太阳的引力引起的。"),
    ProbeText("Hindi", "marks", "ज्वार-भाटा चंद्रमा के गुरुत्वाकर्षण से आता है।"),
    ProbeText("code", "shape", "def add(a: int, bB: int) -> int:\n    return a + bB  # SUM_2"),
    ProbeText("blanks", "shape", "  two  blanks,\ta tab,\n\nan empty line\u00a0and this "),
)
LANGUAGES = frozenset({"en", "de", "fr", "ru", "zh"})
"""Those of the texts outside the group "marks", whose scripts write vowels as separate signs."""

QUERY = "query"
"""The name of the query that a cross-encoder reads with each document."""


@dataclass(frozen=True)
class LongTexts:
    """Pairs of texts around a length; the two of a pair differ only at the end.

    limit: just within it, so that a model sees the difference. far: far beyond it, so that it does
    not; None where that is longer than LONGEST.
    """

    limit: ProbeText
    limit_twin: ProbeText
    far: ProbeText | None = None
    far_twin: ProbeText | None = None


def few_texts() -> tuple[ProbeText, ...]:
    """The short texts that a lock knows a model by.

    >>> len(few_texts())
    11
    """
    return _FEW


def long_texts(length: int) -> LongTexts:
    """The texts that show how far a model reads.

    length: how many tokens of a text it should read.

    >>> long_texts(256).limit.name, long_texts(8192).far
    ('at the limit', None)
    """
    tried = min(length, LONGEST)
    start = "Of this text the end counts: " + _words(_ONE, round(_START * tried))
    rest = round((_WITHIN - _START) * tried)
    limit, twin = f"{start} {_words(_ONE, rest)}", f"{start} {_words(_OTHER, rest)}"
    within = (
        ProbeText("at the limit", "limit", limit),
        ProbeText("at the limit, ends otherwise", "limit", twin),
    )
    if length > LONGEST:
        return LongTexts(*within)
    start = f"{limit} {_words(_ONE, round((_BEYOND - _WITHIN) * length))}"
    ends = _words(_ONE, length // 2), _words(_OTHER, length // 2)
    return LongTexts(
        *within,
        ProbeText("far beyond it", "far", f"{start} {ends[1]}"),
        ProbeText("far beyond it, ends otherwise", "far", f"{start} {ends[0]}"),
    )


@lru_cache(maxsize=1)
def many_texts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Queries and documents: 36 and 240, from a few words to over 300.

    >>> queries, documents = many_texts()
    >>> len(queries), len(documents), len(set(documents))
    (36, 240, 240)
    """
    data = json.loads(Path(__file__).with_name("texts.json").read_text("utf-8"))
    sentences: list[str] = [each for group in data.values() for each in group]
    queries = [sentence for group in data.values() for sentence in group[:3]]
    documents = list(sentences)
    count, width = len(sentences), 2
    while len(documents) < 240:  # longer and longer, in one language and in several
        for start in range(0, count, 2):
            step = 1 if (start // 2) % 2 else 7
            joined = " ".join(sentences[(start + step * i) % count] for i in range(width))
            documents.append(joined)
        width *= 2
    return tuple(queries), tuple(documents[:240])


def _words(words: tuple[str, ...], count: int) -> str:
    return " ".join(islice(cycle(words), count))

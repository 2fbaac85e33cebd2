"""Does a language model still know how a sentence ends? A dozen beginnings anyone can end.

A model whose weights are damaged, or read in the wrong order, ends none of them.
"""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from registry.bench._floors import checked
from registry.bench.results import Check

if TYPE_CHECKING:
    from registry.encoders.generator import TextGenerator

# Models that think aloud, or chat, take a while to get to the point.
_LONGEST = 32  # tokens


@dataclass(frozen=True)
class Beginning:
    """The beginning of a sentence, and words of which one should follow."""

    prompt: str
    expected: tuple[str, ...]


@cache
def beginnings() -> tuple[Beginning, ...]:
    """The beginnings.

    >>> beginnings()[0]
    Beginning(prompt='The capital of France is', expected=('Paris',))
    """
    text = files("registry.bench").joinpath("cloze.json").read_text("utf-8")
    return tuple(Beginning(each["prompt"], tuple(each["expected"])) for each in json.loads(text))


def judge(generator: TextGenerator) -> Check:
    """Let a model complete every beginning."""
    every = beginnings()
    accuracy = sum(_ends(generator, each) for each in every) / len(every)
    return checked("cloze", generator.model, accuracy=accuracy)


def _ends(generator: TextGenerator, beginning: Beginning) -> bool:
    """Whether an expected word comes, as a word of its own."""
    from registry.encoders.generator import Sampling

    tuned = getattr(generator.model, "instruction_tuned", None) is True
    prompt = f"Continue the sentence: {beginning.prompt}" if tuned else beginning.prompt
    words = re.compile(rf"\b({'|'.join(map(re.escape, beginning.expected))})\b", re.IGNORECASE)
    said = ""
    with closing(generator.stream(prompt, Sampling(temperature=0, max_tokens=_LONGEST))) as pieces:
        for piece in pieces:
            said += piece
            found = words.search(said)
            if found and found.end() < len(said):  # else the word may continue
                return True
    return words.search(said) is not None

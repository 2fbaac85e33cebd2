"""The models of the embedding and reranking servers, which they have in common.

Vectors and scores are derived from words, as in the simulated Ollama. Each word and each sign is
a token, plus two or three special tokens.
"""

from __future__ import annotations

import base64
import json
import math
import re
import struct
from collections.abc import Callable
from typing import Any, Literal

from servers.faults import Json
from servers.language import vector
from servers.loopback import Handler

Kind = Literal["dense", "cross-encoder"]
_TOKEN = re.compile(r"\w+|[^\w\s]")
_AROUND, _AROUND_PAIR = 2, 3  # [CLS] and [SEP]


class EmbeddingModel:
    """The models of a server, and its deliberate faults.

    models: kinds by name; single-model servers have the first. reads: the tokens of a text that
    are read. most: the maximum number of texts per request. info: further details that it reports.
    packed: sends base64 whatever was asked for. shuffled: sends the last vector first, which is
    allowed although no real server does it. bad: a text that fails the whole request. embed: makes
    a vector from the part of a text that is read and a width; may be replaced by a real model.
    """

    def __init__(self, models: dict[str, Kind], width: int, *, reads: int, most: int) -> None:
        self.models = models
        self.width = width
        self.reads = reads
        self.most = most
        self.info: Json = {}
        self.packed = False
        self.shuffled = False
        self.bad: str | None = None
        self.embed: Callable[[str, int], list[float]] = vector

    @property
    def name(self) -> str:
        """The name of the first model."""
        return next(iter(self.models))

    @property
    def kind(self) -> Kind:
        """The kind of the first model."""
        return self.models[self.name]

    def vector(self, text: str, dimensions: int | None = None, *, unit: bool = True) -> list[float]:
        """The vector of what is read of a text, cut to a width, and renormalized if `unit`."""
        read = " ".join(text.split()[: self.reads - _AROUND])
        found = self.embed(read, self.width)[:dimensions]
        length = math.sqrt(sum(each * each for each in found)) if unit else 1.0
        return [each / length for each in found]

    def score(self, query: str, text: str) -> float:
        """A logit: the number of common words."""
        asked = query.lower().split()
        read = text.lower().split()[: max(self.reads - len(asked) - _AROUND_PAIR, 0)]
        return len(set(asked) & set(read)) - 1.5


def tokens_of(text: str, query: str | None = None) -> int:
    """The tokens of a text or pair, without truncation."""
    if query is None:
        return len(_TOKEN.findall(text)) + _AROUND
    return len(_TOKEN.findall(query)) + len(_TOKEN.findall(text)) + _AROUND_PAIR


def texts_of(given: Any) -> list[str]:
    """The texts in `input`: a text, texts, or lists of tokens, which are words here."""
    several = given if isinstance(given, list) else [given]
    return [" ".join(map(str, each)) if isinstance(each, list) else each for each in several]


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


class EmbeddingHandler(Handler):
    """The rows of an answer, the same on all servers."""

    content_type = "application/json"
    owner: EmbeddingModel

    def send(
        self, status: int, body: bytes, content_type: str | None, *, sent: int | None = None
    ) -> None:
        """Send an answer, but only half of it if a fault is "cut" or "reset"."""
        if self.fault is None or self.fault.kind == "status":
            super().send(status, body, content_type, sent=sent)
            return
        super().send(status, body, content_type, sent=len(body) // 2)
        self.hang_up(reset=self.fault.kind == "reset")

    def send_json(self, status: int, content: object) -> None:
        self.send(status, json.dumps(content).encode(), self.content_type)

    def rows(self, texts: list[str], request: Json, **how: Any) -> list[Json]:
        """A row per text, with the extra fields of that server's rows."""
        packed = self.owner.packed or request.get("encoding_format") == "base64"
        found: list[Json] = []
        for index, text in enumerate(texts):
            numbers = self.owner.vector(text, **how)
            raw = struct.pack(f"<{len(numbers)}f", *numbers)
            sent = base64.b64encode(raw).decode() if packed else numbers
            found.append({"object": "embedding", "embedding": sent, "index": index})
        return found[::-1] if self.owner.shuffled else found

    def ranked(self, query: str, texts: list[str], *, raw: bool) -> list[tuple[int, float]]:
        """(index, score) pairs, the best first."""
        logits = [self.owner.score(query, text) for text in texts]
        scores = logits if raw else [sigmoid(each) for each in logits]
        return sorted(enumerate(scores), key=lambda each: -each[1])


def usage(tokens: int) -> Json:
    return {"prompt_tokens": tokens, "total_tokens": tokens}

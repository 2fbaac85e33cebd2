"""Vectors of an Ollama server: its own API, and OpenAI's."""

from __future__ import annotations

import base64
import math
import struct
import time
from typing import Any

from servers.faults import Json
from servers.loopback import Handler
from servers.ollama_store import RefusedError, StoredModel
from servers.ollama_window import cut, embedding_window, token_count

SECOND = 1_000_000_000  # in nanoseconds
PULL_FIRST = 'model "{}" not found, try pulling it first'


class VectorAnswers(Handler):
    """The part of a handler that answers with vectors; its owner is an OllamaServer."""

    owner: Any

    def keep_loaded(self, name: str, model: StoredModel, window: int) -> None:
        self.owner.loaded[self.owner.store.name_of(name) or name] = (model, window)

    def answer_embed(self, request: Json) -> None:
        start = time.monotonic_ns()
        vectors, count = self._vectors(request)
        answer: Json = {"model": request["model"], "embeddings": vectors}
        if vectors:
            times = {"total_duration": time.monotonic_ns() - start, "load_duration": SECOND}
            answer |= times | {"prompt_eval_count": count}
        self.send_json(200, answer)

    def _vectors(self, request: Json) -> tuple[list[list[float]], int]:
        """The vectors of the texts, and the number of tokens read."""
        name, given = name_of(request), request.get("input") or []
        model = self.owner.store.find(name, PULL_FIRST)
        texts = [given] if isinstance(given, str) else given
        if not all(isinstance(text, str) for text in texts):
            raise RefusedError(400, "invalid input type")
        if "embedding" not in model.capabilities:
            raise RefusedError(
                501, "This server does not support embeddings. Start it with `--embeddings`"
            )
        window = embedding_window(model.context_length, options_of(request))
        self.keep_loaded(name, model, model.context_length)
        counts = [token_count(text) for text in texts]
        if request.get("truncate") is False and any(count > window for count in counts):
            raise RefusedError(400, "the input length exceeds the context length")
        width = model.embedding_length
        vectors = [self.owner.embed(cut(text, window), width) for text in texts]
        if dimensions := request.get("dimensions"):
            vectors = [_unit(vector[:dimensions]) for vector in vectors]
        return vectors, sum(min(count, window) for count in counts)

    def answer_openai_models(self, _: Json) -> None:
        data = [
            {"id": name, "object": "model", "created": 1_795_870_161, "owned_by": "library"}
            for name in self.owner.store.models
        ]
        self.send_json(200, {"object": "list", "data": data})

    def answer_openai_embed(self, request: Json) -> None:
        try:
            if not request.get("input"):
                raise RefusedError(400, "invalid input")
            vectors, count = self._vectors({k: v for k, v in request.items() if k != "dimensions"})
        except RefusedError as error:
            kinds = {400: "invalid_request_error", 404: "not_found_error"}
            kind = kinds.get(error.status, "api_error")
            said = {"message": error.message, "type": kind, "param": None, "code": None}
            self.send_json(error.status, {"error": said})
            return
        packed = request.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "embedding": _packed(vector) if packed else vector,
                "index": index,
            }
            for index, vector in enumerate(vectors)
        ]
        usage = {"prompt_tokens": count, "total_tokens": count}
        found = {"object": "list", "data": data, "model": request["model"], "usage": usage}
        self.send_json(200, found)


def options_of(request: Json) -> Json:
    return request.get("options") or {}


def name_of(request: Json) -> str:
    return request.get("model") or request.get("name") or ""


def _unit(vector: list[float]) -> list[float]:
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()

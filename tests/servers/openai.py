"""A chat completions server that refuses, breaks off and stalls, which real ones rarely do.

Answers as OpenAI's server does (https://platform.openai.com/docs/api-reference/chat), with the
small model that babbles. With `key` set it requires that key, and a wrong one is repeated in the
refusal, as some servers do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from servers.faults import Json
from servers.language import babble, until
from servers.loopback import Handler, LoopbackServer


class OpenAIServer(LoopbackServer):
    """A server of one model."""

    def __init__(self, *, key: str | None = None, model: str | None = None) -> None:
        super().__init__(_Handler)
        self.key = key
        self.model = model
        self._said: list[tuple[bytes, ...]] = []

    def says(self, *pieces: bytes) -> None:
        """Make the next stream send exactly these pieces, whatever was asked."""
        self._said.append(pieces)

    def take_said(self) -> tuple[bytes, ...] | None:
        """The pieces set by `says`, once."""
        return self._said.pop(0) if self._said else None


class _Handler(Handler):
    owner: OpenAIServer

    def error(self, message: str) -> Json:
        return {"error": {"message": message, "type": "server_error", "param": None, "code": None}}

    def answer(self, method: str, path: str, body: bytes) -> None:
        given = self.headers.get("Authorization", "")
        if self.owner.key is not None and given != f"Bearer {self.owner.key}":
            self.send_json(401, self.error(f"Incorrect API key provided: {given[7:]}."))
        elif (method, path) == ("GET", "/v1/models"):
            self.send_json(200, {"object": "list", "data": [{"id": self.owner.model}]})
        elif (method, path) == ("POST", "/v1/chat/completions"):
            self._complete(json.loads(body))
        else:
            self.send_json(404, self.error(f"Invalid URL ({method} {path})"))

    def _complete(self, request: Json) -> None:
        if self.owner.model not in (None, request["model"]):
            message = f"The model `{request['model']}` does not exist"
            self.send_json(404, self.error(message))
            return
        failure = self.error(str(self.fault.message)) if self.fault else {}
        said = self.owner.take_said()
        pieces = _chunks(request) if said is None else iter(said)
        self.stream(pieces, "text/event-stream", _event(failure))


def _chunks(request: Json) -> Iterator[bytes]:
    prompt = "\n".join(f"{m['role']}: {m['content']}" for m in request["messages"])
    stop = request.get("stop") or []
    words = babble(prompt, temperature=request.get("temperature", 1), seed=request.get("seed"))
    yield _event(_chunk(request, {"role": "assistant", "content": ""}, None))
    for text, ended in until(words, limit=request.get("max_tokens"), stop=stop):
        if text:
            yield _event(_chunk(request, {"content": text}, None))
        if ended:
            yield _event(_chunk(request, {}, ended))
    # vLLM and OpenAI itself end like this when asked for the usage.
    yield _event({**_chunk(request, {}, None), "choices": [], "usage": {"total_tokens": 1}})
    yield b"data: [DONE]\n\n"


def _chunk(request: Json, delta: dict[str, str], reason: str | None) -> Json:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_793_000_000,
        "model": request["model"],
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }


def _event(content: Json) -> bytes:
    return f"data: {json.dumps(content)}\n\n".encode()

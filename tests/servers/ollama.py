"""An Ollama server: its HTTP protocol, faithfully, over a small model that babbles.

    with OllamaServer() as server:
        server.store.add("tinyllama:1.1b", StoredModel())
        server.store.add("all-minilm:l6", embedding_model(384))
        server.fails("cut", after=3, path="/api/generate")
        client = ollama.Client(server.url)

Compared with a recording of a real one (tests/functional/recorded/ollama.jsonl): streams are
newline-delimited JSON, durations are in nanoseconds, an error is `{"error": ...}` with a status,
or a line once the stream has begun.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from servers.faults import Json
from servers.language import babble, until, vector
from servers.loopback import LoopbackServer
from servers.ollama_lines import line_of, now, times_of
from servers.ollama_store import RefusedError, Store, StoredModel, full
from servers.ollama_vectors import PULL_FIRST, VectorAnswers, name_of, options_of
from servers.ollama_window import (
    conversation_tokens,
    prompt_window,
    token_count,
    too_long,
)

VERSION = "0.33.0"
_LOADED = ("name", "model", "size", "digest", "details")  # fields of /api/tags that /api/ps repeats


class OllamaServer(LoopbackServer):
    """A server with a store of models.

    `embed` makes a vector from a text and a width, and may be replaced by a real model.
    """

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.store = Store()
        self.loaded: dict[str, tuple[StoredModel, int]] = {}  # with its context window
        self.embed: Callable[[str, int], list[float]] = vector


class _Handler(VectorAnswers):
    owner: OllamaServer

    def answer(self, method: str, path: str, body: bytes) -> None:
        try:
            self._route(method, path, body)
        except RefusedError as error:
            self.send_json(error.status, self.error(error.message))

    def _route(self, method: str, path: str, body: bytes) -> None:
        if path.startswith("/api/blobs/"):
            self._blob(method, path.removeprefix("/api/blobs/"), body)
            return
        route = _ROUTES.get((("GET" if method == "HEAD" else method), path))
        if route is None:
            known = any(path == other for _, other in _ROUTES)
            self.send(405 if known else 404, b"404 page not found", "text/plain")
            return
        request: Json = {}
        if method in ("POST", "DELETE"):
            try:
                request = json.loads(body)
            except ValueError as error:
                raise RefusedError(400, str(error) if body else "missing request body") from None
        route(self, request)

    def _root(self, _: Json) -> None:
        self.send(200, b"Ollama is running", "text/plain; charset=utf-8")

    def _version(self, _: Json) -> None:
        self.send_json(200, {"version": VERSION})

    def _tags(self, _: Json) -> None:
        models = self.owner.store.models
        self.send_json(200, {"models": [m.listed(name) for name, m in models.items()]})

    def _ps(self, _: Json) -> None:
        soon = f"{datetime.now(UTC) + timedelta(minutes=5):%Y-%m-%dT%H:%M:%S.%f}Z"
        models = [
            {
                k: v
                for k, v in model.listed(name).items()
                if k not in ("modified_at", "capabilities")
            }
            | {"expires_at": soon, "size_vram": 0, "context_length": window}
            for name, (model, window) in self.owner.loaded.items()
        ]
        self.send_json(200, {"models": models})

    def _show(self, request: Json) -> None:
        name = full(name_of(request)) if name_of(request) else ""
        found = self.owner.store.find(name)
        self.send_json(200, found.shown(self.owner.store.name_of(name) or name))

    def _generate(self, request: Json) -> None:
        model = self._load(request, "generate")
        prompt = request.get("prompt") or ""
        if not prompt:
            line = {"model": request["model"], "created_at": now(), "response": ""}
            self.send_json(200, line | {"done": True, "done_reason": "load"})
            return
        window = prompt_window(model.context_length, options_of(request))
        count = token_count(prompt)
        if count > window:
            if request.get("truncate") is False:
                raise RefusedError(400, too_long(count, window))
            count = window // 2 + 3  # its middle is dropped silently
        last = {"context": [1, 2], "prompt_eval_count": count}
        self._answer(request, model, prompt, lambda text: {"response": text}, last)

    def _chat(self, request: Json) -> None:
        model = self._load(request, "chat")
        messages = request.get("messages") or []

        def said(text: str) -> Json:
            return {"message": {"role": "assistant", "content": text}}

        if not messages:
            line = {"model": request["model"], "created_at": now(), **said("")}
            self.send_json(200, line | {"done": True, "done_reason": "load"})
            return
        prompt = "\n".join(f"{m['role']}: {m['content']}" for m in messages)
        window = prompt_window(model.context_length, options_of(request))
        count = conversation_tokens(prompt, [m["role"] for m in messages])
        if count > window:
            raise RefusedError(400, too_long(count, window))
        self._answer(request, model, prompt, said, {"prompt_eval_count": count})

    def _load(self, request: Json, purpose: str) -> StoredModel:
        name = name_of(request)
        missing = PULL_FIRST if purpose == "generate" else "model '{}' not found"
        model = self.owner.store.find(name, missing)
        if "completion" not in model.capabilities:
            raise RefusedError(400, f'"{name}" does not support {purpose}')
        if request.get("think") and "thinking" not in model.capabilities:
            raise RefusedError(400, f'"{name}" does not support thinking')
        self.keep_loaded(name, model, prompt_window(model.context_length, options_of(request)))
        return model

    def _answer(
        self,
        request: Json,
        model: StoredModel,
        prompt: str,
        said: Callable[[str], Json],
        last: Json,
    ) -> None:
        options = model.parameters | options_of(request)
        limit = options.get("num_predict", -1)
        words = babble(
            prompt, temperature=options.get("temperature", 0.8), seed=options.get("seed")
        )

        def lines() -> Iterator[Json]:
            start = time.monotonic_ns()
            stop = options.get("stop") or ()
            pieces = until(words, limit=None if limit < 0 else limit, stop=stop)
            for count, (text, ended) in enumerate(pieces, 1):
                line = {"model": request["model"], "created_at": now()}
                if text:
                    yield line | said(text) | {"done": False}
                if ended:
                    times = times_of(time.monotonic_ns() - start, prompt, count)
                    end = {"done": True, "done_reason": ended}
                    yield line | said("") | end | times | last

        if request.get("stream", True):
            self._stream(lines())
            return
        all_lines = list(lines())
        whole = "".join(
            line.get("response") or line.get("message", {}).get("content") or ""
            for line in all_lines
        )
        self.send_json(200, all_lines[-1] | said(whole))

    def _pull(self, request: Json) -> None:
        self._progress(request, self.owner.store.pull(name_of(request)))

    def _create(self, request: Json) -> None:
        lines = self.owner.store.create(request | {"model": name_of(request)})
        self._progress(request, lines)

    def _progress(self, request: Json, lines: Iterator[Json]) -> None:
        if request.get("stream", True):
            self._stream(lines)
        else:
            self.send_json(200, list(lines)[-1])

    def _delete(self, request: Json) -> None:
        self.owner.store.delete(name_of(request))
        self.send(200, b"", None)

    def _copy(self, request: Json) -> None:
        self.owner.store.copy(request["source"], request["destination"])
        self.send(200, b"", None)

    def _blob(self, method: str, digest: str, body: bytes) -> None:
        if method == "POST":
            self.send(self.owner.store.put_blob(digest, body), b"", None)
        elif self.owner.store.holds(digest):
            self.send(200, b"", None)
        else:
            self.send_json(404, {})

    def _stream(self, lines: Iterator[Json]) -> None:
        # An error before the first line has a status; later, or if creating a model begins with
        # one, it is a line of the stream.
        first = next(lines)

        def pieces() -> Iterator[bytes]:
            yield line_of(first)
            try:
                for line in lines:
                    yield line_of(line)
            except RefusedError as error:
                yield line_of(self.error(error.message))

        message = self.fault.message if self.fault else ""
        self.stream(pieces(), "application/x-ndjson", line_of(self.error(str(message))))


_ROUTES: dict[tuple[str, str], Callable[[_Handler, Json], None]] = {
    ("GET", "/"): _Handler._root,
    ("GET", "/api/version"): _Handler._version,
    ("GET", "/api/tags"): _Handler._tags,
    ("GET", "/api/ps"): _Handler._ps,
    ("POST", "/api/show"): _Handler._show,
    ("POST", "/api/generate"): _Handler._generate,
    ("POST", "/api/chat"): _Handler._chat,
    ("POST", "/api/embed"): _Handler.answer_embed,
    ("POST", "/api/pull"): _Handler._pull,
    ("POST", "/api/create"): _Handler._create,
    ("POST", "/api/copy"): _Handler._copy,
    ("DELETE", "/api/delete"): _Handler._delete,
    ("GET", "/v1/models"): _Handler.answer_openai_models,
    ("POST", "/v1/embeddings"): _Handler.answer_openai_embed,
}

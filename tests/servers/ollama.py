"""An Ollama server: its HTTP protocol, faithfully, over a small model that babbles.

    with OllamaServer() as server:
        server.store.add("tinyllama:1.1b", StoredModel())
        server.store.add("all-minilm:l6", embedding_model(384))
        server.fails("cut", after=3, path="/api/generate")
        client = ollama.Client(server.url)

Written against the HTTP API of Ollama 0.33: streams are newline-delimited JSON, durations
nanoseconds, an error is `{"error": ...}` with a status, or a line once the stream has begun.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from servers.faults import Json
from servers.language import babble, until, vector
from servers.loopback import Handler, LoopbackServer
from servers.ollama_store import RefusedError, Store, StoredModel

VERSION = "0.33.0"
_SECOND = 1_000_000_000


class OllamaServer(LoopbackServer):
    """A server with a store of models.

    `embed` makes a vector of a text and a width, and may be replaced by a real model.
    """

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.store = Store()
        self.loaded: dict[str, StoredModel] = {}
        self.embed: Callable[[str, int], list[float]] = vector


class _Handler(Handler):
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
            model.listed(name)
            | {"expires_at": soon, "size_vram": 0, "context_length": model.context_length}
            for name, model in self.owner.loaded.items()
        ]
        self.send_json(200, {"models": models})

    def _show(self, request: Json) -> None:
        name = _name(request)
        self.send_json(200, self.owner.store.find(name).shown(name))

    def _generate(self, request: Json) -> None:
        model = self._load(request, "generate")
        prompt = request.get("prompt") or ""
        if not prompt:
            line = {"model": request["model"], "created_at": _now(), "response": ""}
            self.send_json(200, line | {"done": True, "done_reason": "load"})
            return
        self._answer(request, model, prompt, lambda text: {"response": text}, {"context": [1, 2]})

    def _chat(self, request: Json) -> None:
        model = self._load(request, "chat")
        messages = request.get("messages") or []

        def said(text: str) -> Json:
            return {"message": {"role": "assistant", "content": text}}

        if not messages:
            line = {"model": request["model"], "created_at": _now(), **said("")}
            self.send_json(200, line | {"done": True, "done_reason": "load"})
            return
        prompt = "\n".join(f"{m['role']}: {m['content']}" for m in messages)
        self._answer(request, model, prompt, said, {})

    def _load(self, request: Json, purpose: str) -> StoredModel:
        name = _name(request)
        model = self.owner.store.find(name)
        if "completion" not in model.capabilities:
            raise RefusedError(400, f'"{name}" does not support {purpose}')
        self.owner.loaded[name] = model
        return model

    def _answer(
        self,
        request: Json,
        model: StoredModel,
        prompt: str,
        said: Callable[[str], Json],
        last: Json,
    ) -> None:
        options = model.parameters | (request.get("options") or {})
        limit = options.get("num_predict", -1)
        words = babble(
            prompt, temperature=options.get("temperature", 0.8), seed=options.get("seed")
        )

        def lines() -> Iterator[Json]:
            start = time.monotonic_ns()
            stop = options.get("stop") or ()
            pieces = until(words, limit=None if limit < 0 else limit, stop=stop)
            for count, (text, ended) in enumerate(pieces, 1):
                line = {"model": request["model"], "created_at": _now()}
                if text:
                    yield line | said(text) | {"done": False}
                if ended:
                    times = _times(time.monotonic_ns() - start, prompt, count)
                    end = {"done": True, "done_reason": ended}
                    yield line | said("") | end | last | times

        if request.get("stream", True):
            self._stream(lines())
            return
        all_lines = list(lines())
        whole = "".join(
            line.get("response") or line.get("message", {}).get("content") or ""
            for line in all_lines
        )
        self.send_json(200, all_lines[-1] | said(whole))

    def _embed(self, request: Json) -> None:
        model = self.owner.store.find(_name(request))
        given = request.get("input") or []
        texts = [given] if isinstance(given, str) else given
        if not all(isinstance(text, str) for text in texts):
            raise RefusedError(400, "invalid input type")
        start = time.monotonic_ns()
        vectors = [self.owner.embed(text, model.embedding_length) for text in texts]
        answer = {"model": request["model"], "embeddings": vectors}
        times = {"total_duration": time.monotonic_ns() - start, "load_duration": _SECOND}
        count = sum(len(text.split()) for text in texts)
        self.send_json(200, answer | times | {"prompt_eval_count": count})

    def _pull(self, request: Json) -> None:
        self._progress(request, self.owner.store.pull(_name(request)))

    def _create(self, request: Json) -> None:
        self._progress(request, self.owner.store.create(request | {"model": _name(request)}))

    def _progress(self, request: Json, lines: Iterator[Json]) -> None:
        if request.get("stream", True):
            self._stream(lines)
        else:
            self.send_json(200, list(lines)[-1])

    def _delete(self, request: Json) -> None:
        self.owner.store.delete(_name(request))
        self.send(200, b"", "text/plain")

    def _copy(self, request: Json) -> None:
        self.owner.store.copy(request["source"], request["destination"])
        self.send(200, b"", "text/plain")

    def _blob(self, method: str, digest: str, body: bytes) -> None:
        if method == "POST":
            self.send(self.owner.store.put_blob(digest, body), b"", "text/plain")
        else:
            self.send(200 if self.owner.store.holds(digest) else 404, b"", "text/plain")

    def _stream(self, lines: Iterator[Json]) -> None:
        # An error before the first line has a status; later it is a line itself.
        first = next(lines)

        def pieces() -> Iterator[bytes]:
            yield _line(first)
            try:
                for line in lines:
                    yield _line(line)
            except RefusedError as error:
                yield _line(self.error(error.message))

        message = self.fault.message if self.fault else ""
        self.stream(pieces(), "application/x-ndjson", _line(self.error(str(message))))


_ROUTES: dict[tuple[str, str], Callable[[_Handler, Json], None]] = {
    ("GET", "/"): _Handler._root,
    ("GET", "/api/version"): _Handler._version,
    ("GET", "/api/tags"): _Handler._tags,
    ("GET", "/api/ps"): _Handler._ps,
    ("POST", "/api/show"): _Handler._show,
    ("POST", "/api/generate"): _Handler._generate,
    ("POST", "/api/chat"): _Handler._chat,
    ("POST", "/api/embed"): _Handler._embed,
    ("POST", "/api/pull"): _Handler._pull,
    ("POST", "/api/create"): _Handler._create,
    ("POST", "/api/copy"): _Handler._copy,
    ("DELETE", "/api/delete"): _Handler._delete,
}


def _name(request: Json) -> str:
    return request.get("model") or request.get("name") or ""


def _times(elapsed: int, prompt: str, count: int) -> dict[str, int]:
    return {
        "total_duration": elapsed + _SECOND,
        "load_duration": _SECOND,
        "prompt_eval_count": len(prompt.split()),
        "prompt_eval_duration": 1_000_000,
        "eval_count": count,
        "eval_duration": elapsed,
    }


def _line(content: Json) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"

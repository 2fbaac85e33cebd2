"""An embedding server that runs the real network with a mistake.

It speaks the protocol of text-embeddings-inference; a function provides the answers for texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from servers.faults import Json
from servers.loopback import Handler, LoopbackServer

Embed = Callable[[list[str]], Sequence[Sequence[float]]]
Score = Callable[[str, list[str]], Sequence[float]]


class MistakenServer(LoopbackServer):
    """A server of one model for vectors or scores, under any name.

    precision: the reported precision of its weights; None reports nothing. count: the tokens of
    a text for the reported usage; without it there is none.
    """

    def __init__(self, embed: Embed | None = None, score: Score | None = None) -> None:
        super().__init__(_Handler)
        self.embed = embed
        self.score = score
        self.precision: str | None = "float32"
        self.count: Callable[[str], int] | None = None


class _Handler(Handler):
    owner: MistakenServer

    def answer(self, method: str, path: str, body: bytes) -> None:
        owner = self.owner
        request: Json = json.loads(body) if body else {}
        if path == "/info" and owner.precision is not None:
            said: Json = {"model_id": "/model", "max_client_batch_size": 32, "model_type": {}}
            self.send_json(200, said | {"model_dtype": owner.precision})
        elif path == "/v1/embeddings" and owner.embed is not None:
            vectors: list[Any] = [list(map(float, each)) for each in owner.embed(request["input"])]
            rows = [{"index": n, "embedding": each} for n, each in enumerate(vectors)]
            answer: Json = {"object": "list", "data": rows}
            if owner.count is not None:
                answer["usage"] = {"prompt_tokens": sum(map(owner.count, request["input"]))}
            self.send_json(200, answer)
        elif path == "/rerank" and owner.score is not None:
            scores = owner.score(request["query"], request["texts"])
            self.send_json(200, [{"index": n, "score": float(s)} for n, s in enumerate(scores)])
        else:
            self.send(404, b"", "text/plain")

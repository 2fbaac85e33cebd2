"""Servers of embeddings and reranking: TEI, llama.cpp and infinity, by what they answer and how.

Written against what the real ones answered in November 2026. Vectors and scores are made up of
words, as the Ollama of these tests makes them.
"""

from __future__ import annotations

import base64
import json
import math
import struct
from typing import Literal

from servers.faults import Json
from servers.language import vector
from servers.loopback import Handler, LoopbackServer

Flavour = Literal["tei", "llama.cpp", "infinity"]
MINILM = "sentence-transformers/all-MiniLM-L6-v2"


class EmbeddingServer(LoopbackServer):
    """A server of one model for vectors or for scores.

    info: more that it says of itself. packed: it sends base64 whatever was asked for. bad: a text
    that fails the whole request. reads: the tokens of a text that it reads.
    """

    def __init__(self, flavour: Flavour, *, name: str = MINILM, width: int = 384) -> None:
        super().__init__(_Handler)
        self.flavour: Flavour = flavour
        self.name = name
        self.width = width
        self.info: Json = {}
        self.packed = False
        self.bad: str | None = None
        self.most = 32 if flavour == "tei" else 2048


class _Handler(Handler):
    owner: EmbeddingServer

    def answer(self, method: str, path: str, body: bytes) -> None:
        flavour = self.owner.flavour
        vectors = "/embeddings" if flavour == "infinity" else "/v1/embeddings"
        scores = {"/v1/rerank", "/rerank"} if flavour == "llama.cpp" else {"/rerank"}
        if method == "GET":
            self._look(path)
        elif path == vectors:
            self._embed(json.loads(body))
        elif path in scores:
            self._rerank(json.loads(body))
        else:
            self.send(404, b"", "text/plain")

    def _look(self, path: str) -> None:
        owner = self.owner
        if owner.flavour == "tei" and path == "/info":
            info = {"model_id": "/models/x", "max_client_batch_size": owner.most}
            self.send_json(200, info | owner.info)
        elif owner.flavour == "llama.cpp" and path == "/v1/models":
            row: Json = {"id": owner.name, "meta": {"n_embd": owner.width} | owner.info}
            self.send_json(200, {"object": "list", "data": [row]})
        elif owner.flavour == "infinity" and path == "/models":
            usual: Json = {"owned_by": "infinity", "capabilities": ["embed", "rerank"]}
            row = {"id": owner.name} | usual | owner.info
            self.send_json(200, {"object": "list", "data": [row]})
        else:
            self.send(404, b"", "text/plain")

    def _refuse(self, message: str, status: int = 422) -> None:
        if self.owner.flavour == "infinity":
            self.send_json(status, {"detail": [{"loc": ["body"], "msg": message}]})
        else:
            self.send_json(status, {"message": message, "code": status, "type": "Validation"})

    def _refused(self, texts: list[str]) -> bool:
        owner = self.owner
        if len(texts) > owner.most:
            self._refuse(f"batch size {len(texts)} > maximum allowed batch size {owner.most}")
        elif owner.flavour == "tei" and "" in texts:
            self._refuse("Input validation error: `inputs` cannot be empty", 400)
        elif owner.bad in texts:
            self._refuse("unsupported value: NaN", 500)
        else:
            return False
        return True

    def _embed(self, request: Json) -> None:
        texts = request["input"]
        if self._refused(texts):
            return
        rows = []
        for index, text in enumerate(texts):
            found = vector(text, self.owner.width)
            packed = base64.b64encode(struct.pack(f"<{len(found)}f", *found)).decode()
            rows.append({"index": index, "embedding": packed if self.owner.packed else found})
        tokens = sum(len(text.split()) + 2 for text in texts)
        if self.owner.flavour == "infinity":
            tokens = sum(map(len, texts))
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        # The order is by index on the real ones; nothing promises it.
        self.send_json(200, {"object": "list", "data": rows[::-1], "usage": usage})

    def _rerank(self, request: Json) -> None:
        flavour = self.owner.flavour
        texts = request.get("texts") if flavour == "tei" else request.get("documents")
        if texts is None:
            self._refuse("missing field", 422)
            return
        if self._refused(texts):
            return
        query = set(request["query"].lower().split())
        logits = [len(query & set(text.lower().split())) - 1.5 for text in texts]
        sigmoid = flavour != "llama.cpp" and not request.get("raw_scores")
        scores = [1 / (1 + math.exp(-logit)) if sigmoid else logit for logit in logits]
        order = sorted(range(len(texts)), key=lambda index: -scores[index])
        if flavour == "infinity":
            rows = [{"index": i, "relevance_score": scores[i], "document": None} for i in order]
            self.send_json(200, {"object": "rerank", "results": rows})
        else:
            self.send_json(200, [{"index": i, "score": scores[i]} for i in order])

"""text-embeddings-inference 1.9.3, as it answered in November 2026: one model under any name."""

from __future__ import annotations

import json

from servers.embedding_model import EmbeddingHandler, texts_of, tokens_of, usage
from servers.faults import Json


class TeiHandler(EmbeddingHandler):
    """Truncates texts silently, refuses too many, fails the whole request for an empty one."""

    def answer(self, method: str, path: str, body: bytes) -> None:
        owner = self.owner
        if (method, path) == ("GET", "/info"):
            self.send_json(200, self._info())
        elif (method, path) == ("GET", "/health"):
            self.send(200, b"", None)
        elif (method, path) == ("POST", "/v1/embeddings"):
            self._embed(body, "input")
        elif (method, path) == ("POST", "/embed"):
            self._embed(body, "inputs")
        elif (method, path) == ("POST", "/rerank"):
            if owner.kind == "dense":
                self._refuse(424, "Backend", "Backend error: model is not a re-ranker model")
            else:
                self._rerank(body)
        else:
            self.send(404, b"", None)

    def _info(self) -> Json:
        owner = self.owner
        reranker = {"reranker": {"id2label": {"0": "LABEL_0"}, "label2id": {"LABEL_0": 0}}}
        usual: Json = {
            "model_id": "/models/x",
            "model_sha": None,
            "model_dtype": "float32",
            "served_model_name": owner.name,
            "model_type": {"embedding": {"pooling": "mean"}} if owner.kind == "dense" else reranker,
            "max_concurrent_requests": 512,
            "max_input_length": owner.reads,
            "max_batch_tokens": 16384,
            "max_batch_requests": 4,
            "max_client_batch_size": owner.most,
            "auto_truncate": True,
            "tokenization_workers": 1,
            "version": "1.9.3",
            "sha": "x",
            "docker_label": None,
        }
        return usual | owner.info

    def _refuse(self, status: int, kind: str, message: str) -> None:
        if self.path.startswith("/v1/"):
            self.send_json(status, {"message": message, "code": status, "type": kind})
        else:
            self.send_json(status, {"error": message, "error_type": kind})

    def _request(self, body: bytes, wanted: str) -> Json | None:
        """The parsed request; None, after answering with serde's error, if it is invalid."""
        try:
            request: Json = json.loads(body)
        except ValueError:
            where = f"EOF while parsing an object at line 1 column {len(body)}"
            self._say(400, f"Failed to parse the request body as JSON: {where}")
            return None
        if wanted not in request:
            where = f"missing field `{wanted}` at line 1 column {len(body)}"
            self._say(422, f"Failed to deserialize the JSON body into the target type: {where}")
            return None
        return request

    def _say(self, status: int, text: str) -> None:
        self.send(status, text.encode(), "text/plain; charset=utf-8")

    def _refused(self, texts: list[str]) -> bool:
        owner = self.owner
        if len(texts) > owner.most:
            message = f"batch size {len(texts)} > maximum allowed batch size {owner.most}"
            self._refuse(422, "Validation", message)
        elif owner.bad in texts:
            self._refuse(424, "Backend", "unsupported value: NaN")
        else:
            return False
        return True

    def _embed(self, body: bytes, field: str) -> None:
        owner = self.owner
        request = self._request(body, field)
        if request is None:
            return
        texts = texts_of(request[field])
        if owner.kind != "dense":
            self._refuse(424, "Backend", "Backend error: Model is not an embedding model")
        elif not texts or "" in texts:
            self._refuse(400, "Empty", "Input validation error: `inputs` cannot be empty")
        elif self._refused(texts):
            return
        elif request.get("truncate") is False and max(map(tokens_of, texts)) > owner.reads:
            given = f"must have less than {owner.reads} tokens. Given: {max(map(tokens_of, texts))}"
            self._refuse(422, "Validation", f"Input validation error: `inputs` {given}")
        else:
            unit = request.get("normalize", True) or field == "input"
            rows = self.rows(texts, request, dimensions=request.get("dimensions"), unit=unit)
            if field == "inputs":
                self.send_json(200, [row["embedding"] for row in rows])
                return
            counted = usage(sum(min(tokens_of(text), owner.reads) for text in texts))
            answer = {"object": "list", "data": rows, "model": owner.name, "usage": counted}
            self.send_json(200, answer)

    def _rerank(self, body: bytes) -> None:
        request = self._request(body, "texts")
        if request is None:
            return
        texts: list[str] = request["texts"]
        if not texts:
            self._refuse(400, "Empty", "`texts` cannot be empty")
        elif not self._refused(texts):
            found: list[Json] = []
            ranked = self.ranked(request["query"], texts, raw=bool(request.get("raw_scores")))
            for index, score in ranked:
                text: Json = {"text": texts[index]} if request.get("return_text") else {}
                found.append({"index": index, **text, "score": score})
            self.send_json(200, found)

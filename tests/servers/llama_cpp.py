"""llama.cpp's server (b11549), as it answered in November 2026: one model, under any name.

Its properties are long and always the same, so they are taken from the recording.
"""

from __future__ import annotations

import json
from pathlib import Path

from servers.embedding_model import EmbeddingHandler, texts_of, tokens_of, usage
from servers.faults import Json
from servers.recordings import recorded

RECORDED = Path(__file__).parents[1] / "functional" / "recorded" / "llama-cpp.jsonl"


class LlamaCppHandler(EmbeddingHandler):
    """Refuses texts longer than its batch; ignores `dimensions` and `raw_scores`."""

    content_type = "application/json; charset=utf-8"

    def answer(self, method: str, path: str, body: bytes) -> None:
        if (method, path) == ("GET", "/health"):
            self.send_json(200, {"status": "ok"})
        elif (method, path) == ("GET", "/props"):
            self.send_json(200, said("/props"))
        elif (method, path) == ("GET", "/v1/models"):
            self.send_json(200, self._models())
        elif method == "POST" and path in ("/v1/embeddings", "/v1/rerank", "/rerank"):
            try:
                request: Json = json.loads(body)
            except ValueError:
                self._refuse(400, _syntax_error(len(body) + 1))
                return
            self._embed(request) if path == "/v1/embeddings" else self._rerank(request)
        else:
            self._refuse(404, "File Not Found", "not_found_error")

    def _models(self) -> Json:
        owner = self.owner
        answer = said("/v1/models")
        (row,) = answer["data"]
        row["id"] = owner.name
        row["aliases"] = [owner.name]
        if owner.width != row["meta"]["n_embd"]:
            del row["meta"]["n_params"]  # that of the recorded model
        row["meta"] |= {"n_embd": owner.width, "n_ctx": owner.reads} | owner.info
        return answer

    def _refuse(self, status: int, message: str, kind: str = "invalid_request_error") -> None:
        error = {"code": status, "message": message, "type": kind}
        self.send_json(status, {"error": error})

    def _refused(self, texts: list[str], query: str | None = None) -> bool:
        owner = self.owner
        longest = max(tokens_of(text, query) for text in texts)
        if len(texts) > owner.most:
            self._refuse(500, f"{len(texts)} are too many", "server_error")
        elif longest > owner.reads:
            cure = f"increase the physical batch size (current batch size: {owner.reads})"
            message = f"input ({longest} tokens) is too large to process. {cure}"
            self._refuse(500, message, "server_error")
        elif owner.bad in texts:
            self._refuse(500, "unsupported value: NaN", "server_error")
        else:
            return False
        return True

    def _embed(self, request: Json) -> None:
        owner = self.owner
        if "input" not in request:
            self._refuse(400, '"input" or "content" must be provided')
            return
        texts = texts_of(request["input"])
        if owner.kind != "dense":
            message = "This server does not support embeddings. Start it with `--embeddings`"
            self._refuse(501, message, "not_supported_error")
        elif not texts:
            self._refuse(400, '"input" must not be empty')
        elif not self._refused(texts):
            rows = self.rows(texts, request, unit=request.get("embd_normalize") != -1)
            if request.get("encoding_format") == "base64":
                rows = [row | {"encoding_format": "base64"} for row in rows]
            self.send_json(
                200,
                {
                    "model": request.get("model", owner.name),
                    "object": "list",
                    "usage": usage(sum(map(tokens_of, texts))),
                    "data": rows,
                },
            )

    def _rerank(self, request: Json) -> None:
        owner = self.owner
        as_tei = "texts" in request
        texts: list[str] = request.get("documents") or request.get("texts") or []
        query: str = request.get("query", "")
        if owner.kind == "dense":
            message = "This server does not support reranking. Start it with `--reranking`"
            self._refuse(501, message, "not_supported_error")
        elif not texts:
            self._refuse(400, '"documents" must be a non-empty string array')
        elif not self._refused(texts, query):
            ranked = self.ranked(query, texts, raw=True)[: request.get("top_n")]
            if not as_tei:
                self.send_json(
                    200,
                    {
                        "model": request.get("model", owner.name),
                        "object": "list",
                        "usage": usage(sum(tokens_of(text, query) for text in texts)),
                        "results": [{"index": i, "relevance_score": s} for i, s in ranked],
                    },
                )
                return
            found: list[Json] = []
            for index, score in ranked:
                text: Json = {"text": texts[index]} if request.get("return_text") else {}
                found.append({"index": index, "score": score, **text})
            self.send_json(200, found)


def said(path: str) -> Json:
    """A real server's answer on a page that takes no input."""
    return next(line["body"] for line in recorded(RECORDED) if line["path"] == path)


def _syntax_error(column: int) -> str:
    place = f"[json.exception.parse_error.101] parse error at line 1, column {column}"
    return (
        f"{place}: syntax error while parsing object key - unexpected end of input; expected "
        "string literal"
    )

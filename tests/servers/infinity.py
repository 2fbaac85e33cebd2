"""infinity 0.0.78, as it answered in November 2026: several models by name, no `/v1`."""

from __future__ import annotations

import json
from typing import Any

from servers.embedding_model import EmbeddingHandler, Kind, usage
from servers.faults import Json

_CREATED = 1_795_866_885
_INPUT = ["body", "text", "input"]
_LIST, _ONE = [*_INPUT, "list[constrained-str]"], [*_INPUT, "constrained-str"]
_CAN: dict[Kind, str] = {"dense": "embed", "cross-encoder": "rerank"}


class InfinityHandler(EmbeddingHandler):
    """Truncates texts silently; cuts vectors to a width without renormalizing them."""

    def answer(self, method: str, path: str, body: bytes) -> None:
        if (method, path) == ("GET", "/health"):
            self.send_json(200, {"unix": 1_795_870_000.0})
        elif (method, path) == ("GET", "/models"):
            rows = [self._model(name) for name in self.owner.models]
            self.send_json(200, {"data": rows, "object": "list"})
        elif method == "POST" and path in ("/embeddings", "/rerank"):
            try:
                request: Json = json.loads(body)
            except ValueError:
                why = "Expecting property name enclosed in double quotes"
                self._detail(
                    _wrong("json_invalid", ["body", len(body)], "JSON decode error", {}, error=why)
                )
                return
            self._embed(request) if path == "/embeddings" else self._rerank(request)
        else:
            self.send_json(404, {"detail": "Not Found"})

    def _model(self, name: str) -> Json:
        stats: Json = dict.fromkeys(("queue_fraction", "queue_absolute", "results_pending"), 0)
        usual: Json = {
            "id": name,
            "stats": stats | {"queue_fraction": 0.0, "batch_size": 32},
            "object": "model",
            "owned_by": "infinity",
            "created": _CREATED,
            "backend": "torch",
            "capabilities": [_CAN[self.owner.models[name]]],
        }
        return usual | self.owner.info

    def _detail(self, *wrong: Json) -> None:
        self.send_json(422, {"detail": list(wrong)})

    def _refuse(self, message: str, status: int = 400) -> None:
        error = {"message": message, "type": None, "param": None, "code": status}
        self.send_json(status, {"error": error})

    def _refused(self, request: Json, texts: list[str], kind: Kind) -> bool:
        """Send an error if no model fits or a text fails; whether that was so."""
        name = request.get("model", "default/not-specified")
        found = self.owner.models.get(name)
        if found is None:
            there = f"Available model names are {list(self.owner.models)}"
            self._refuse(f"Invalid model: Engine for model name `{name}` not found. {there}")
        elif found != kind:
            why = f"the loaded moded cannot fullyfill `{_CAN[kind]}`"
            self._refuse(
                f"ModelNotDeployedError: model=`{name}` does not support `{_CAN[kind]}` for "
                f"modality `text`. Reason: {why}. Options are {{{_CAN[found]!r}}}."
            )
        elif self.owner.bad in texts:
            self._refuse("unsupported value: NaN", 500)
        else:
            return False
        return True

    def _wrong_input(self, given: Any) -> list[Json]:
        """pydantic's errors unless `input` is a text or a list of texts."""
        if isinstance(given, str):
            return []
        found = _wrong_length(given, self.owner.most, _LIST)
        for index, each in enumerate(given):
            if not isinstance(each, str):
                found.append(_wrong("string_type", [*_LIST, index], _NO_STRING, each))
        return [*found, _wrong("string_type", _ONE, _NO_STRING, given)] if found else []

    def _embed(self, request: Json) -> None:
        if "input" not in request:
            self._detail(_wrong("missing", _INPUT, "Field required", request))
            return
        given = request["input"]
        if wrong := self._wrong_input(given):
            self._detail(*wrong)
            return
        texts = [given] if isinstance(given, str) else given
        if self._refused(request, texts, "dense"):
            return
        rows = self.rows(texts, request, dimensions=request.get("dimensions"), unit=False)
        self._send("list", request, sum(map(len, texts)), data=rows)

    def _rerank(self, request: Json) -> None:
        where = ["body", "documents"]
        if "documents" not in request:
            self._detail(_wrong("missing", where, "Field required", request))
            return
        texts: list[str] = request["documents"]
        if wrong := _wrong_length(texts, self.owner.most, where):
            self._detail(*wrong)
            return
        if self._refused(request, texts, "cross-encoder"):
            return
        query: str = request["query"]
        ranked = self.ranked(query, texts, raw=bool(request.get("raw_scores")))
        shown = bool(request.get("return_documents"))
        rows = [
            {"relevance_score": s, "index": i, "document": texts[i] if shown else None}
            for i, s in ranked[: request.get("top_n")]
        ]
        characters = sum(len(query) + len(text) for text in texts)
        self._send("rerank", request, characters, results=rows)

    def _send(self, kind: str, request: Json, characters: int, **rows: list[Json]) -> None:
        self.send_json(
            200,
            {
                "object": kind,
                **rows,
                "model": request["model"],
                "usage": usage(characters),  # it counts characters, and calls them tokens
                "id": "infinity-1",
                "created": _CREATED,
            },
        )


_NO_STRING = "Input should be a valid string"


def _wrong(kind: str, place: list[Any], message: str, given: Any, **why: Any) -> Json:
    more: Json = {"ctx": why} if why else {}
    return {"type": kind, "loc": place, "msg": message, "input": given, **more}


def _wrong_length(given: list[Any], most: int, place: list[Any]) -> list[Json]:
    count = len(given)
    field: Json = {"field_type": "List"}
    if count == 0:
        message = "List should have at least 1 item after validation, not 0"
        limit: Json = {"min_length": 1}
        return [_wrong("too_short", place, message, given, **field, **limit, actual_length=0)]
    if count > most:
        message = f"List should have at most {most} items after validation, not {count}"
        limit = {"max_length": most}
        return [_wrong("too_long", place, message, given, **field, **limit, actual_length=count)]
    return []

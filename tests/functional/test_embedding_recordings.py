"""The simulated TEI, llama.cpp and infinity answer as real ones did (November 2026)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest

from servers.embedding import EmbeddingServer
from servers.recordings import differences, recorded, request_of

FOLDER = Path(__file__).parent / "recorded"
# Request -> why its answer may differ.
EXCEPTIONS: dict[str, str] = {}


CE: Final = "cross-encoder"
# The recorded servers and their numbers of lines, in the order of the recording.
ASKED: dict[str, list[tuple[Callable[[], EmbeddingServer], int]]] = {
    "tei": [
        (partial(EmbeddingServer, "tei"), 21),
        (partial(EmbeddingServer, "tei", name="acme/ce", kind=CE), 12),
    ],
    "llama-cpp": [
        (partial(EmbeddingServer, "llama.cpp", name="/models/minilm-f16.gguf"), 18),
        (partial(EmbeddingServer, "llama.cpp", name="/models/ce.gguf", kind=CE), 9),
    ],
    "infinity": [(partial(EmbeddingServer, "infinity", name="minilm", also={"ce": CE}), 28)],
}


@pytest.mark.parametrize("flavour", ASKED)
def test_every_answer_is_as_recorded(flavour: str) -> None:
    lines = iter(recorded(FOLDER / f"{flavour}.jsonl"))
    found: dict[str, list[str]] = {}
    for make, count in ASKED[flavour]:
        with make() as server:
            for line in islice(lines, count):
                if problems := differences(server.url, line, deep=True):
                    found[request_of(line)] = problems
    assert not list(lines), "lines that nobody was asked"
    assert {request: found[request] for request in found if request not in EXCEPTIONS} == {}


@pytest.mark.parametrize("flavour", ASKED)
def test_another_answer_is_seen(flavour: str) -> None:
    line = recorded(FOLDER / f"{flavour}.jsonl")[1]
    make, _ = ASKED[flavour][0]
    with make() as server:
        assert not differences(server.url, line, deep=True)
        body, rows = line["body"], line["body"]["data"]
        short = [{**row, "embedding": [*row["embedding"][:3], {"...": 61}]} for row in rows]
        others: list[dict[str, Any]] = [  # JSON
            {"status": 404},
            {"content_type": "text/html"},
            {"body": {}},
            {"body": {**body, "data": rows[:1]}},
            {"body": {**body, "data": short}},
            {"body": {**body, "data": [{**row, "name": "x"} for row in rows]}},
        ]
        for other in others:
            assert differences(server.url, {**line, **other}, deep=True), other

"""The simulated Ollama answers as a real one did (August 2026), request by request."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from checkpoints import minilm_folder

from servers.ollama import OllamaServer
from servers.ollama_create import from_safetensors
from servers.ollama_model import StoredModel, embedding_model, sha256
from servers.recordings import differences, recorded, request_of

RECORDED = recorded(Path(__file__).parent / "recorded" / "ollama.jsonl")
# Request -> why its answer may differ.
EXCEPTIONS: dict[str, str] = {}


def prepared(server: OllamaServer) -> None:
    """A server with the models that the real one had."""
    create = next(line for line in RECORDED if line.get("request", {}).get("model") == "minilm-all")
    files = {name: (minilm_folder() / name).read_bytes() for name in create["request"]["files"]}
    for name, content in files.items():
        digest = f"sha256:{sha256(content)}"
        assert create["request"]["files"][name] == digest, f"{name} is another than was recorded"
        server.store.blobs[digest] = content
    steps = from_safetensors(files)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            minilm = stop.value
            break
    writer = StoredModel(family="gemma3", context_length=32_768, layers=(b"GGUF gemma",))
    store = server.store
    store.add("all-minilm:l6", replace(minilm, layers=(*minilm.layers, b"t" * 148)))
    store.add("Acme/MiniLM:Q4_K_M", minilm)
    store.add("gemma3:270m-it-q8_0", writer)
    store.add("longbert", embedding_model(64, context_length=8192))
    store.add("tf", replace(writer, template="{{ .Prompt }} ;;"))
    store.library["all-minilm:l6"] = store.models["all-minilm:l6"]


def test_every_answer_is_as_recorded() -> None:
    with OllamaServer() as server:
        prepared(server)
        server.store.blobs |= {f"sha256:{sha256(c)}": c for c in (b"GGUF gemma", b"t" * 148)}
        found = {
            request_of(line): problems
            for line in RECORDED
            if (problems := differences(server.url, line))
        }
    assert len(RECORDED) == 70
    assert {request: found[request] for request in found if request not in EXCEPTIONS} == {}
    assert not EXCEPTIONS.keys() - found.keys(), "an exception that is none any more"


@pytest.mark.parametrize("line", RECORDED[:1])
def test_another_answer_is_seen(line: dict[str, object]) -> None:
    with OllamaServer() as server:
        assert differences(server.url, {**line, "status": 404})
        assert differences(server.url, {**line, "content_type": "text/html"})
        assert differences(server.url, {**line, "body": {}})

"""The simulated Ollama server, as seen by the `ollama` client and plain HTTP."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import ollama
import pytest

from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel, embedding_model

T = TypeVar("T")


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        server.store.add("tinyllama", StoredModel(parameters={"temperature": 0}))
        yield server


@pytest.fixture
def client(server: OllamaServer) -> Iterator[ollama.Client]:
    with closing(ollama.Client(server.url)) as client:
        yield client


def test_what_it_is(server: OllamaServer) -> None:
    assert _get(server, "/") == (200, b"Ollama is running")
    assert _get(server, "/", "HEAD") == (200, b"")
    assert json.loads(_get(server, "/api/version")[1]) == {"version": "0.33.0"}
    assert _get(server, "/nothing")[0] == 404
    assert _get(server, "/api/show")[0] == 405


def test_what_it_has(server: OllamaServer, client: ollama.Client) -> None:
    server.store.add("all-minilm:l6", embedding_model(384))
    listed = {model.model: model for model in client.list().models}
    assert listed.keys() == {"tinyllama:latest", "all-minilm:l6"}
    assert _sent(listed["all-minilm:l6"].details).family == "bert"
    assert len(_sent(listed["all-minilm:l6"].digest)) == 64
    shown = client.show("ALL-MINILM:l6")
    assert shown.capabilities == ["embedding"]
    assert _sent(shown.modelinfo)["bert.embedding_length"] == 384
    assert client.ps().models == []
    client.generate("tinyllama", "")
    assert [model.model for model in client.ps().models] == ["tinyllama:latest"]


def test_whole_and_streamed_answers(client: ollama.Client) -> None:
    whole = client.generate("tinyllama", "Once", options={"num_predict": 5})
    parts = list(client.generate("tinyllama", "Once", options={"num_predict": 5}, stream=True))
    assert "".join(_sent(part.response) for part in parts) == whole.response
    assert [part.done for part in parts] == [False] * 5 + [True]
    assert parts[-1].done_reason == whole.done_reason == "length"
    assert parts[-1].eval_duration
    assert parts[-1].context
    said = client.chat("tinyllama", [{"role": "user", "content": "x"}], options={"num_predict": 5})
    assert said.message.role == "assistant"
    assert len(_sent(said.message.content).split()) == 5


def test_a_stop_is_not_part_of_the_answer(client: ollama.Client) -> None:
    whole = _sent(client.generate("tinyllama", "Once", options={"num_predict": 9}).response)
    stop = whole[len(whole) // 2 :][:4]
    stopped = client.generate("tinyllama", "Once", options={"num_predict": 9, "stop": [stop]})
    assert stopped.response == whole[: whole.index(stop)]
    assert stopped.done_reason == "stop"


def test_pulling(server: OllamaServer, client: ollama.Client) -> None:
    weights = b"GGUF" + bytes(200_000)
    server.store.library["qwen3:0.6b"] = StoredModel(layers=(weights, b"small"))
    lines = list(client.pull("qwen3:0.6b", stream=True))
    digest = f"sha256:{hashlib.sha256(weights).hexdigest()}"
    said = [line.status for line in lines]
    assert said[0] == "pulling manifest"
    assert said[-3:] == ["verifying sha256 digest", "writing manifest", "success"]
    # As in Ollama, the first line counts what has arrived by then, the last stays below the total,
    # and a tiny layer has no progress lines.
    progress = [_sent(line.completed) for line in lines if line.digest == digest]
    assert progress[0] > 0
    assert progress[-1] < len(weights)
    assert progress == sorted(progress)
    assert len(progress) > 2
    assert {line.digest for line in lines} == {None, digest}
    assert client.show("qwen3:0.6b").capabilities == ["completion"]
    assert client.pull("qwen3:0.6b").status == "success"


def test_pulling_what_is_nowhere(client: ollama.Client) -> None:
    lines = client.pull("acme/nothing", stream=True)
    assert next(lines).status == "pulling manifest"
    with pytest.raises(ollama.ResponseError, match="pull model manifest: file does not exist"):
        next(lines)
    with pytest.raises(ollama.ResponseError, match="status code: 500"):
        client.pull("acme/nothing")


def test_pulling_that_is_cut_goes_on_later(server: OllamaServer, client: ollama.Client) -> None:
    import httpx

    server.store.library["qwen3:0.6b"] = StoredModel(layers=(b"GGUF" + bytes(200_000),))
    server.fails("cut", after=3, path="/api/pull")
    with pytest.raises(httpx.RemoteProtocolError):
        list(client.pull("qwen3:0.6b", stream=True))
    with pytest.raises(ollama.ResponseError, match="not found"):
        client.show("qwen3:0.6b")
    assert client.pull("qwen3:0.6b").status == "success"


@pytest.mark.parametrize(
    ("name", "content", "steps", "quantization"),
    [
        ("model.gguf", b"GGUF and weights", ["parsing GGUF", "using"], "Q4_0"),
        (
            "model.safetensors",
            b"w",
            ["converting model", "verifying conversion", "creating"],
            "F16",
        ),
    ],
)
def test_creating_from_files(
    server: OllamaServer,
    client: ollama.Client,
    tmp_path: Path,
    name: str,
    content: bytes,
    steps: list[str],
    quantization: str,
) -> None:
    (tmp_path / name).write_bytes(content)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert _get(server, f"/api/blobs/{digest}", "HEAD")[0] == 404
    assert client.create_blob(tmp_path / name) == digest
    assert _get(server, f"/api/blobs/{digest}", "HEAD")[0] == 200
    lines = [line.status for line in client.create("mine", files={name: digest}, stream=True)]
    *before, layer, manifest, success = map(str, lines)
    assert [*before, layer.partition(" ")[0]] == steps
    assert (manifest, success) == ("writing manifest", "success")
    assert _sent(client.show("mine").details).quantization_level == quantization


def test_creating_from_another_model(client: ollama.Client) -> None:
    client.create("mine", from_="tinyllama", system="Be brief.", parameters={"seed": 7})
    shown = client.show("mine")
    assert _sent(shown.details).parent_model == "tinyllama"
    assert _sent(shown.parameters).split() == ["temperature", "0", "seed", "7"]


def test_what_it_refuses_to_create(client: ollama.Client, server: OllamaServer) -> None:
    with pytest.raises(ollama.ResponseError, match=r"neither 'from' or 'files'.*400"):
        client.create("mine")
    with pytest.raises(ollama.ResponseError, match="no such file or directory"):
        list(client.create("mine", files={"a.gguf": "sha256:" + "0" * 64}, stream=True))
    with pytest.raises(ollama.ResponseError, match=r"no such file or directory.*400"):
        client.create("mine", files={"a.gguf": "sha256:" + "0" * 64})
    request = urllib.request.Request(
        f"{server.url}/api/blobs/sha256:{'0' * 64}", b"something else", method="POST"
    )
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request)


def test_copying_and_deleting(client: ollama.Client) -> None:
    client.copy("tinyllama", "another")
    client.delete("tinyllama")
    assert [model.model for model in client.list().models] == ["another:latest"]
    with pytest.raises(ollama.ResponseError, match=r"'tinyllama' not found.*404"):
        client.delete("tinyllama")
    with pytest.raises(ollama.ResponseError, match="404"):
        client.copy("tinyllama", "another")


def _sent(value: T | None) -> T:
    """A field that is present: in the client's types all fields are optional."""
    assert value is not None
    return value


def _get(server: OllamaServer, path: str, method: str = "GET") -> tuple[int, bytes]:
    request = urllib.request.Request(server.url + path, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()

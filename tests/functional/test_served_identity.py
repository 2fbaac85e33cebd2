"""Whether an Ollama tag is the right model: by the server's report, the lock, where it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from registry import ALL_MINILM_L6_V2, BGE_LARGE_EN_V1_5, NOMIC_EMBED_TEXT_V1_5, QWEN3_0_6B
from registry.errors import BackendError, CheckpointError, InputError, LoadError, UnsupportedError
from registry.loading.load import load
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel, embedding_model

TAG = "qwen3:0.6b-q4_K_M"
# A real server's description of the six-layer MiniLM.
L6: dict[str, Any] = {
    "block_count": 6,
    "parameter_count": 22_565_376,
    "pooling_type": 1,
    "normalize": True,
}


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        server.store.add("all-minilm:l6", embedding_model(384, **L6))
        server.store.add(TAG, StoredModel(family="qwen3", block_count=28))
        yield server


def test_a_model_that_agrees(server: OllamaServer) -> None:
    assert load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url).dim == 384
    assert load(QWEN3_0_6B, backend="ollama", base_url=server.url).generate("Once")


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"block_count": 12}, ("12 layers", "states 6")),
        ({"parameter_count": 33_360_000}, ("33,360,000 parameters", "22,713,216")),
        ({"pooling_type": 2}, ("pools by cls", "states mean")),
        ({"normalize": False}, ("normalize",)),
    ],
)
def test_another_model_under_the_tag(
    server: OllamaServer, details: dict[str, Any], told: tuple[str, ...]
) -> None:
    server.store.add("all-minilm:l6", embedding_model(384, **(L6 | details)))
    with pytest.raises(CheckpointError) as caught:
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)
    for words in ("all-minilm:l6", *told):
        assert words in str(caught.value)
    assert not server.asked("/api/embed"), "what contradicts is not asked for vectors"


def test_a_tag_that_normalizes_under_an_entry_that_does_not(server: OllamaServer) -> None:
    raw = replace(ALL_MINILM_L6_V2, normalize=False)
    with pytest.raises(CheckpointError, match="normalizes vectors, the registry states that it d"):
        load(raw, backend="ollama", base_url=server.url)
    assert not server.asked("/api/embed")


def test_another_language_model_under_the_tag(server: OllamaServer) -> None:
    server.store.add(TAG, StoredModel(family="qwen3", block_count=36))
    with pytest.raises(CheckpointError, match=r"36 layers, the registry states 28"):
        load(QWEN3_0_6B, backend="ollama", base_url=server.url)


def test_what_is_not_said_agrees(server: OllamaServer) -> None:
    server.store.add("bge-large:335m", embedding_model(1024))
    assert load(BGE_LARGE_EN_V1_5, backend="ollama", base_url=server.url).dim == 1024


def test_a_model_that_reads_less_cuts_no_text(server: OllamaServer) -> None:
    short = embedding_model(768, family="nomic-bert", context_length=2048)
    server.store.add("nomic-embed-text:v1.5", short)
    encoder = load(NOMIC_EMBED_TEXT_V1_5, backend="ollama", base_url=server.url)
    assert encoder.encode_documents(["short"]).shape == (1, 768)
    with pytest.raises((BackendError, InputError), match="exceeds the context length"):
        encoder.encode_documents(["word " * 3000])


def lock(folder: Path, digest: str, tag: str = "all-minilm:l6") -> None:
    model = ALL_MINILM_L6_V2
    locked = {
        "huggingface_id": model.huggingface_id,
        "revision": model.revision,
        "files": {},
        "ollama": {"tag": tag, "digest": f"sha256:{digest}"},
    }
    text = json.dumps({"version": 1, "models": {model.id: locked}})
    (folder / "models.lock.json").write_text(text, "utf-8")


def test_the_lock_of_a_tag(
    server: OllamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()
    digest = server.store.models["all-minilm:l6"].digest
    lock(tmp_path, digest)
    load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)
    moved = embedding_model(384, **L6, layers=(b"GGUF others",))
    server.store.add("all-minilm:l6", moved)
    with pytest.raises(LoadError) as caught:
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)
    for each in (digest, moved.digest):
        assert each[:12] in str(caught.value)
    # Under another name it is not compared with the lock.
    server.store.add("mine", moved)
    load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url, server_model="mine")


def test_a_tag_that_runs_elsewhere(server: OllamaServer) -> None:
    cloud = StoredModel(family="qwen3", remote_host="https://ollama.com:443", remote_model="q")
    server.store.add(TAG, cloud)
    with pytest.raises(LoadError, match=r"ollama\.com.* allow_remote=True"):
        load(QWEN3_0_6B, backend="ollama", base_url=server.url)
    assert not server.asked("/api/generate")
    model = load(QWEN3_0_6B, backend="ollama", base_url=server.url, allow_remote=True)
    assert model.generate("Once")


def test_who_has_no_use_for_it_refuses_it() -> None:
    with pytest.raises(UnsupportedError, match="allow_remote"):
        load(replace(ALL_MINILM_L6_V2), allow_remote=True)
    with pytest.raises(UnsupportedError, match="allow_remote"):
        load(QWEN3_0_6B, backend="openai", base_url="http://127.0.0.1:9", allow_remote=True)

"""`registry lock --probe` and `registry check --served`, on the real MiniLM."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from checkpoints import minilm_folder
from hub_project import HubProject, entry, project

from goldens import Golden
from registry import QWEN3_0_6B, load
from registry.backends.ollama import OllamaGenerator
from registry.errors import CheckpointError
from registry.files.lock_file import Lock, LockedModel, read_lock
from registry.loading.probing import check_served
from registry.probes.conversing import CONVERSATION, conversation_probe
from servers.embedding import EmbeddingServer
from servers.mistaken import MistakenServer
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel
from servers.refusing import refuse_long_texts

__all__ = ["project"]  # a fixture that pytest finds by name


@pytest.fixture
def minilm(project: HubProject) -> HubProject:
    folder = minilm_folder()
    files: dict[str, Any] = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    repository = project.hub.store.add("acme/minilm", files)
    specs = {"parameters": "22.7M", "embedding_dim": 384, "max_sequence_length": 256}
    project.catalogue(
        entry("minilm", "acme/minilm", revision=repository.head, specs=specs, normalize=True)
    )
    return project


def test_the_probe(minilm: HubProject, golden: Golden) -> None:
    from sentence_transformers import SentenceTransformer

    assert minilm.run("lock", "minilm").status == 0
    path = minilm.folder / "models.lock.json"
    without = path.read_text()
    result = minilm.run("lock", "--probe")
    assert result.status == 0, result.output
    text = path.read_text()
    assert read_lock(path).models["minilm"].probe is not None
    assert len(text) - len(without) < 3_000
    assert minilm.run("lock", "--probe", "minilm").status == 0
    assert minilm.run("lock").status == 0
    assert path.read_text() == text

    network = SentenceTransformer(str(minilm_folder()), device="cpu")
    with MistakenServer(lambda texts: network.encode(texts).tolist()) as server:
        asked = "check", "minilm", "--served", "--base-url", server.url
        result = minilm.run(*asked)
        assert result.status == 0, result.output
        golden(re.sub(r"0\.000\d", "0.000", result.output.replace(server.url, "URL")))
        network.max_seq_length = 128
        found = minilm.json(*asked, status=1)
        assert found[0]["limits"]
        changed = [row["name"] for row in found[0]["comparison"]["rows"] if row["changed"]]
        assert changed == ["at the limit", "far beyond it"]
        refuse_long_texts(server, 413, "too long")
        result = minilm.run(*asked)
        assert result.status == 0, result.output
        rows = [line.split("\t") for line in result.output.splitlines()]
        unanswered = [row[1:4] for row in rows if row[-1] == "not answered"]
        assert unanswered == [["at the limit", "limit", "-"], ["far beyond it", "far", "-"]]


def test_what_cannot_be_asked(minilm: HubProject) -> None:
    assert minilm.run("check", "--served").status == 2
    assert minilm.run("check", "minilm", "--served", "--base-url", "http://127.0.0.1:9").status == 1


def test_a_model_without_a_probe(minilm: HubProject, golden: Golden) -> None:
    assert minilm.run("lock", "minilm").status == 0
    with EmbeddingServer("tei", name="acme/minilm") as server:
        asked = "check", "minilm", "--served", "--base-url", server.url
        result = minilm.run(*asked)
        assert result.status == 1
        golden(result.output.replace(server.url, "URL"))
        (found,) = minilm.json(*asked, status=1)
        assert (found["comparison"], found["wrong"]) == (None, None)
        assert "no probe" in found["failure"]


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Write a lock that says how many tokens the conversation has for QWEN3_0_6B."""
    path = tmp_path / "models.lock.json"
    path.write_text(Lock().text())
    monkeypatch.setenv("REGISTRY_LOCK", str(path))
    name, revision = str(QWEN3_0_6B.huggingface_id), str(QWEN3_0_6B.revision)

    def write(tokens: int) -> None:
        model = LockedModel(name, revision, {}, probe=conversation_probe(tokens))
        path.write_text(Lock({QWEN3_0_6B.id: model}).text())

    return write


def test_a_conversation(lock: Callable[[int], None]) -> None:
    with OllamaServer() as server:
        assert QWEN3_0_6B.ollama_tag is not None
        server.store.add(QWEN3_0_6B.ollama_tag, StoredModel())
        with load(QWEN3_0_6B, backend="ollama", base_url=server.url) as generator:
            assert not server.asked("/api/chat")  # nothing to compare
            tokens = generator.conversation_tokens(CONVERSATION)
        assert tokens is not None
        lock(tokens + 1)
        load(QWEN3_0_6B, backend="ollama", base_url=server.url).close()
        served = check_served(QWEN3_0_6B, backend="ollama", base_url=server.url)
        assert served.wrong is None
        assert served.comparison is not None
        lock(tokens + 20)
        with pytest.raises(CheckpointError, match="chat template"):
            load(QWEN3_0_6B, backend="ollama", base_url=server.url)
        load(QWEN3_0_6B, backend="ollama", base_url=server.url, probe=False).close()
        assert check_served(QWEN3_0_6B, backend="ollama", base_url=server.url).wrong


def test_a_server_that_does_not_count(
    lock: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(20)
    with OllamaServer() as server:
        assert QWEN3_0_6B.ollama_tag is not None
        server.store.add(QWEN3_0_6B.ollama_tag, StoredModel())
        monkeypatch.setattr(OllamaGenerator, "conversation_tokens", lambda self, messages: None)
        served = check_served(QWEN3_0_6B, backend="ollama", base_url=server.url)
    assert served.failure is not None
    assert "does not count" in served.failure

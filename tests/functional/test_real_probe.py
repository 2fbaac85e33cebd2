"""The probe of real weights, compared with the real llama.cpp running them, or other weights."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alone import alone
from caches import put_in_cache
from checkpoints import TINY_CROSS_ENCODER, build_cross_encoder, minilm_folder
from gguf_fixtures import build_idle_reranker, to_gguf
from in_process import run_here
from llama_quantizing import quantized, tuned
from llm_fixtures import GEMMA_BASE, GEMMA_TEMPLATE, gemma_gguf
from safetensors.torch import load_file, save_file

from registry import ALL_MINILM_L6_V2, ALL_MINILM_L12_V2, load
from registry.errors import CheckpointError
from registry.files.lock_file import Lock, LockedModel
from registry.loading.probing import check_served, probe_model
from registry.probes.conversing import conversation_probe
from servers.own_process import OwnProcess
from servers.real_llama_cpp import command

__all__ = ["alone", "gemma_gguf"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.heavy
PROMPTED = replace(ALL_MINILM_L6_V2, query_prompt="query: ", document_prompt="")
TINY = replace(TINY_CROSS_ENCODER, hidden_dim=32, revision="0" * 40)
# The tokens of CONVERSATION in GEMMA_TEMPLATE, by the checkpoint's tokenizer: see the last test.
GEMMA_TOKENS, OF_ANOTHER = 72, 105


def write_lock(path: Path, model: Any, probe: Any) -> None:
    locked = LockedModel(model.huggingface_id, model.revision or "0" * 40, {}, probe=probe)
    path.write_text(Lock({model.id: locked}).text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("llama.cpp")


@pytest.fixture(scope="module")
def gguf(folder: Path) -> Path:
    return to_gguf(ALL_MINILM_L6_V2, minilm_folder(), folder)


@pytest.fixture(scope="module")
def probed(folder: Path) -> Path:
    """A lock with what `registry lock --probe` records of the pinned weights."""
    path = folder / "models.lock.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(folder / "hub"))
        put_in_cache(ALL_MINILM_L6_V2, minilm_folder(), folder / "hub")
        write_lock(path, ALL_MINILM_L6_V2, probe_model(ALL_MINILM_L6_V2))
    return path


@pytest.fixture
def lock(probed: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REGISTRY_LOCK", str(probed))
    return probed


def served(server: OwnProcess, name: Path, model: Any = ALL_MINILM_L6_V2, **more: Any) -> Any:
    untyped: Any = load  # its overloads need the kind
    where = {"backend": "openai", "base_url": server.url, "server_model": str(name)}
    return untyped(model, **where, **more)


LATER = pytest.mark.exhaustive


@pytest.mark.parametrize("kind", ["F16", pytest.param("Q8_0", marks=LATER), "Q4_0"])
def test_it_is_the_model(lock: Path, gguf: Path, tmp_path: Path, kind: str) -> None:
    file = gguf if kind == "F16" else quantized(gguf, kind, tmp_path / f"{kind}.gguf")
    with OwnProcess(command(file, "vectors"), tmp_path) as server:
        served(server, file).close()
        where = "--backend", "openai", "--base-url", server.url, "--server-model", str(file)
        asked = "check", "all-minilm-l6-v2", "--served", *where, "--json"
        result = run_here(asked, tmp_path, {"REGISTRY_LOCK": str(lock)})
        assert result.status == 0, result.output
        # Its tokenizer drops Hindi vowel signs, but the entry only promises English.
        hindi = replace(ALL_MINILM_L6_V2, languages=("en", "hi"))
        with pytest.raises(CheckpointError, match="drops vowel signs"):
            served(server, file, hindi)
    (found,) = json.loads(result.stdout)
    assert found["precision"] == kind
    assert found["wrong"] is None
    assert found["excused"]
    rows = {row["name"]: row for row in found["comparison"]["rows"]}
    assert [name for name, row in rows.items() if row["changed"]] == ["Hindi"]
    counted = {
        row["tokens"] for name, row in rows.items() if row["group"] not in ("marks", "limit")
    }
    assert counted == {0}
    assert rows["Hindi"]["tokens"] == -6


def test_another_pooling(lock: Path, gguf: Path, tmp_path: Path) -> None:
    with OwnProcess(command(gguf, "vectors of the first token"), tmp_path) as server:
        with pytest.raises(CheckpointError, match="texts of all kinds differ"):
            served(server, gguf)
        served(server, gguf, probe=False).close()


def test_other_weights(lock: Path, gguf: Path, tmp_path: Path) -> None:
    """Different weights of the same number and width."""
    file = tuned(gguf, tmp_path / "tuned.gguf")
    with (
        OwnProcess(command(file, "vectors"), tmp_path) as server,
        pytest.raises(CheckpointError, match="texts of all kinds differ"),
    ):
        served(server, file)


def test_another_prompt(lock: Path, gguf: Path, tmp_path: Path) -> None:
    """The same weights, but entries with other prompts."""
    with OwnProcess(command(gguf, "vectors"), tmp_path) as server:
        with pytest.raises(CheckpointError, match="queries alone differ"):
            served(server, gguf, PROMPTED)
        every = replace(ALL_MINILM_L6_V2, query_prompt="read: ", document_prompt="read: ")
        with pytest.raises(CheckpointError, match="prompt before all"):
            served(server, gguf, every)
        with pytest.raises(CheckpointError, match=r"22,565,376 parameters.* 33,360,000"):
            served(server, gguf, ALL_MINILM_L12_V2)


@pytest.mark.parametrize("pooler", [True, pytest.param(False, marks=LATER)])
def test_a_reranker_that_lost_its_pooler(
    pooler: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = (build_cross_encoder if pooler else build_idle_reranker)(tmp_path / "reranker")
    if pooler:
        weights = load_file(checkpoint / "model.safetensors")
        weights["classifier.weight"] *= 200  # untrained weights score all pairs alike
        save_file(weights, checkpoint / "model.safetensors", {"format": "pt"})
    put_in_cache(TINY, checkpoint, tmp_path / "hub")
    write_lock(tmp_path / "models.lock.json", TINY, probe_model(TINY))
    monkeypatch.setenv("REGISTRY_LOCK", str(tmp_path / "models.lock.json"))
    file = to_gguf(TINY, checkpoint, tmp_path)
    with OwnProcess(command(file, "scores"), tmp_path) as server:
        if not pooler:
            served(server, file, TINY).close()
            return
        with pytest.raises(CheckpointError, match=r"another order of size.* a lost pooler"):
            served(server, file, TINY)
        found: Any = check_served(
            TINY, backend="openai", base_url=server.url, server_model=str(file)
        )
        assert found.comparison.cause == "scale"
        assert found.wrong


@pytest.mark.parametrize("lost", [False, pytest.param(True, marks=LATER)])
def test_a_chat_template(
    lost: bool, gemma_gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the model's template, llama.cpp uses another one."""
    lock = tmp_path / "models.lock.json"
    monkeypatch.setenv("REGISTRY_LOCK", str(lock))
    right, wrong = (OF_ANOTHER, GEMMA_TOKENS) if lost else (GEMMA_TOKENS, OF_ANOTHER)
    template = None if lost else GEMMA_TEMPLATE
    run = command(gemma_gguf, "chat", context=512, template=template)
    with OwnProcess(run, tmp_path) as server:
        write_lock(lock, GEMMA_BASE, conversation_probe(right))
        served(server, gemma_gguf, GEMMA_BASE).close()
        write_lock(lock, GEMMA_BASE, conversation_probe(wrong))
        with pytest.raises(CheckpointError, match="another chat template or tokenizer"):
            served(server, gemma_gguf, GEMMA_BASE)


@pytest.mark.exhaustive
def test_the_tokenizer_counts_that(gemma_gguf: Path) -> None:
    from transformers import AutoTokenizer

    from registry.probes.conversing import CONVERSATION

    untyped: Any = AutoTokenizer  # has no types
    tokenizer = untyped.from_pretrained(gemma_gguf.parent, gguf_file=gemma_gguf.name)
    tokenizer.chat_template = GEMMA_TEMPLATE
    found = tokenizer.apply_chat_template(list(CONVERSATION), add_generation_prompt=True)
    assert len(found["input_ids"]) == GEMMA_TOKENS

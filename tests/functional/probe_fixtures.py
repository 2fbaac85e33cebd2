"""The real MiniLM in the lock, and servers that run it with a change."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from checkpoints import MINILM, minilm_folder
from huggingface_hub import constants

from registry import load
from registry.files.lock_file import Lock, LockedModel
from registry.files.locked_probe import LockedProbe
from registry.probes.making import make_probe
from servers.mistaken import Embed, MistakenServer

Network = Any  # a SentenceTransformer, which is partially typed
PROMPTED = dataclasses.replace(MINILM, query_prompt="query: ", document_prompt="")


@pytest.fixture(scope="module")
def encoder() -> Iterator[Any]:
    with load(PROMPTED, local_path=minilm_folder(), device="cpu") as encoder:
        yield encoder


@pytest.fixture(scope="module")
def probe(encoder: Any) -> LockedProbe:
    return make_probe(encoder)


@pytest.fixture
def locked(probe: LockedProbe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert MINILM.huggingface_id is not None
    assert MINILM.revision is not None
    model = LockedModel(MINILM.huggingface_id, MINILM.revision, {}, probe=probe)
    path = tmp_path / "models.lock.json"
    path.write_text(Lock({MINILM.id: model}).text())
    monkeypatch.setenv("REGISTRY_LOCK", str(path))
    for name in ("HF_TOKEN", "REGISTRY_OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return path


def weights(change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Network], None]:
    def changed(network: Network) -> None:
        for parameter in network.parameters():
            parameter.data = change(parameter.data)

    return changed


def blocks(bits: int) -> Callable[[torch.Tensor], torch.Tensor]:
    """Weights rounded in blocks of 32, as in llama.cpp's Q8_0 and Q4_0."""
    most = 2 ** (bits - 1) - 1

    def change(data: torch.Tensor) -> torch.Tensor:
        if data.ndim != 2:
            return data
        block = data.reshape(-1, 32)
        scale = (block.abs().amax(1, keepdim=True) / most).clamp(min=1e-12)
        rounded: torch.Tensor = torch.round(block / scale) * scale
        return rounded.reshape(data.shape)

    return change


def served(encoder: Any, change: Callable[[Network], None], prompt: str = "") -> MistakenServer:
    """A server that runs the same network with a change."""
    return MistakenServer(changed(encoder, change, prompt))


def changed(encoder: Any, change: Callable[[Network], None], prompt: str = "") -> Embed:
    """Embeds with a changed copy of the network; the vectors of a text are cached."""
    network = copy.deepcopy(encoder.network)
    change(network)

    known: dict[str, Any] = {}

    def embed(texts: list[str]) -> list[Any]:
        new = [text for text in texts if text not in known]
        if new:
            put = [prompt + text for text in new]
            known.update(zip(new, network.encode(put, show_progress_bar=False), strict=True))
        return [known[text] for text in texts]

    return embed

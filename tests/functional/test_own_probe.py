"""The probe shipped with the package, of the real MiniLM, whose weights are in a package too."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alone import alone
from checkpoints import MINILM, minilm_folder

from registry import load
from registry.errors import CheckpointError
from registry.files.lock_file import Lock, LockedFile, LockedModel, read_lock
from registry.loading.probing import check_served
from registry.probes.making import make_probe
from registry.probes.own import OWN, own_probe
from servers.mistaken import MistakenServer

__all__ = ["alone"]  # a fixture that pytest finds by name

pytestmark = pytest.mark.heavy
WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def encoder() -> Iterator[Any]:
    with load(MINILM, local_path=minilm_folder(), device="cpu") as encoder:
        yield encoder


@pytest.fixture
def server(encoder: Any) -> Iterator[MistakenServer]:
    """A server of the right weights that negates every vector."""
    network = encoder.network

    def embed(texts: list[str]) -> Any:
        return [-each for each in network.encode(texts, show_progress_bar=False)]

    with MistakenServer(embed) as server:
        yield server


def lock(folder: Path, weights: LockedFile, patch: pytest.MonkeyPatch) -> None:
    name, revision = str(MINILM.huggingface_id), str(MINILM.revision)
    model = LockedModel(name, revision, {WEIGHTS: weights})
    (folder / "models.lock.json").write_text(Lock({MINILM.id: model}).text())
    patch.setenv("REGISTRY_LOCK", str(folder / "models.lock.json"))


def test_it_is_of_the_weights_in_the_package(encoder: Any) -> None:
    (own,) = read_lock(OWN).models.values()
    content = (minilm_folder() / WEIGHTS).read_bytes()
    assert own.files == {WEIGHTS: LockedFile(len(content), hashlib.sha256(content).hexdigest())}
    assert own.revision == MINILM.revision
    assert make_probe(encoder, own.probe) is own.probe
    assert OWN.stat().st_size < 3_000


def test_a_model_that_is_locked_without_a_probe_has_it(
    server: MistakenServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = read_lock(OWN).models[MINILM.id].files[WEIGHTS]
    lock(tmp_path, weights, monkeypatch)
    with pytest.raises(CheckpointError, match="not the model in the lock"):
        load(MINILM, backend="openai", base_url=server.url)
    lock(tmp_path, dataclasses.replace(weights, sha256="0" * 64), monkeypatch)
    load(MINILM, backend="openai", base_url=server.url).close()


def test_without_a_lock_it_is_asked_for_alone(
    server: MistakenServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.json").write_text(Lock().text())
    monkeypatch.setenv("REGISTRY_LOCK", str(tmp_path / "empty.json"))
    load(MINILM, backend="openai", base_url=server.url).close()
    assert check_served(MINILM, backend="openai", base_url=server.url).wrong
    other = dataclasses.replace(MINILM, revision="0" * 40)
    assert check_served(other, backend="openai", base_url=server.url).comparison is None
    assert own_probe(other) is None

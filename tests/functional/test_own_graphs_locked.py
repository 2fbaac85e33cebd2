"""A repository's own graph, loaded without torch if the lock has its hashes and a probe."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import command_line
import numpy as np
import pytest
from checkpoints import MINILM, TINY_CROSS_ENCODER, build_cross_encoder
from engine_fixtures import exported, shallow
from hub_project import HubProject, entry, project
from test_own_graphs import FILE, TEXTS, named, published, write_own

from registry import load
from registry.errors import CheckpointError, LoadError
from registry.files.digests import sha256
from registry.files.lock_file import Lock, LockedFile, LockedModel
from registry.probes.making import make_probe

__all__ = ["exported", "project", "published", "shallow"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.heavy

COMMIT = "0" * 40
# A model of the catalogue in a process of its own, which cannot import torch.
PROGRAM = """
import dataclasses, json, sys
sys.modules["torch"] = sys.modules["transformers"] = sys.modules["sentence_transformers"] = None
from registry import ALL_MINILM_L6_V2, load
from registry.errors import RegistryError
try:
    encoder = load(dataclasses.replace(ALL_MINILM_L6_V2, revision=None, exports=()), backend="onnx")
    print(json.dumps(encoder.encode_documents(sys.argv[1:]).tolist()))
except RegistryError as error:
    print(json.dumps({type(error).__name__: str(error)}))
"""


def lock(model: Any, folder: Path, file: Path, probe: Any = None, *but: str) -> None:
    """Write a lock of everything in a folder except these files."""
    files = {
        path.relative_to(folder).as_posix(): LockedFile(path.stat().st_size, sha256(path))
        for path in folder.rglob("*")
        if path.is_file()
    }
    kept = {name: each for name, each in files.items() if name not in but}
    locked = LockedModel(model.huggingface_id, COMMIT, kept, probe=probe)
    file.write_text(Lock({model.id: locked}).text())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of the lock in use."""
    monkeypatch.setenv("REGISTRY_LOCK", str(tmp_path / "lock.json"))
    return tmp_path / "lock.json"


def probed(model: Any, folder: Path) -> Any:
    with load(model, local_path=folder, device="cpu") as encoder:
        return make_probe(encoder)


def test_it_gives_what_torch_gives(published: Path, here: Path) -> None:
    lock(MINILM, published, here, probed(MINILM, published))
    right = load(MINILM, local_path=published, device="cpu")
    found = load(named(MINILM), local_path=published, backend="onnx")
    for method in ("encode_documents", "encode_queries"):
        wanted = getattr(right, method)(TEXTS)
        np.testing.assert_allclose(getattr(found, method)(TEXTS), wanted, atol=1e-5)
    assert found.made_with.revision is None  # not the lock's commit
    # If the lock has exactly one such file, the entry need not name it.
    assert load(MINILM, local_path=published, backend="onnx").dim == MINILM.embedding_dim


def test_scores(tmp_path: Path, here: Path) -> None:
    from transformers import BertForSequenceClassification as Bert

    weights = build_cross_encoder(tmp_path / "model")
    network: Any = Bert
    write_own(weights, network.from_pretrained(weights), "logits")
    model = dataclasses.replace(named(TINY_CROSS_ENCODER), score_scale="sigmoid")
    lock(model, weights, here, probed(model, weights))
    torch_scores = load(model, local_path=weights, device="cpu")
    found_scores = load(model, local_path=weights, backend="onnx")
    right, found = (each.scores("where is the cat", TEXTS) for each in (torch_scores, found_scores))
    np.testing.assert_allclose(found, right, atol=1e-5)
    with pytest.raises(CheckpointError):  # the probe is of other scores
        load(dataclasses.replace(model, score_scale="logit"), local_path=weights, backend="onnx")
    with pytest.raises(LoadError):
        load(dataclasses.replace(model, score_scale=None), local_path=weights, backend="onnx")


def test_nothing_is_taken_that_nobody_vouches_for(published: Path, here: Path) -> None:
    probe = probed(MINILM, published)
    model = named(MINILM)

    def refused() -> str:
        with pytest.raises(LoadError) as caught:
            load(model, local_path=published, backend="onnx")
        return str(caught.value)

    lock(model, published, here)
    assert "no probe" in refused()
    lock(model, published, here, probe, FILE)
    assert "SHA-256" in refused()
    lock(model, published, here, probe)
    assert load(model, local_path=published, backend="onnx").dim == MINILM.embedding_dim
    text = here.read_text()
    here.write_text(text.replace(sha256(published / FILE), "1" * 64))
    assert FILE in refused()
    others = dataclasses.replace(model, pooling="cls")  # its vectors differ from the lock's
    here.write_text(text)
    with pytest.raises(CheckpointError):
        load(others, local_path=published, backend="onnx")


def test_from_the_hub_without_torch(
    published: Path, project: HubProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = str(MINILM.huggingface_id)
    files = {
        path.relative_to(published).as_posix(): path
        for path in published.rglob("*")
        if path.is_file()
    }
    project.hub.store.add(name, files)
    project.catalogue(entry(MINILM.id, name))
    assert project.run("lock").status == 0
    locked = json.loads((project.folder / "models.lock.json").read_text())
    assert FILE not in locked["models"][MINILM.id]["files"]
    runs = {"runtime": "onnx", "file": FILE}
    project.catalogue({**entry(MINILM.id, name), "exports": [runs]})
    assert project.run("lock", "--check").status == 1
    assert project.run("lock").status == 0
    locked = json.loads((project.folder / "models.lock.json").read_text())
    model = locked["models"][MINILM.id]
    assert FILE in model["files"]
    model["probe"] = probed(MINILM, published).data()
    (project.folder / "models.lock.json").write_text(json.dumps(locked))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *TEXTS],
        cwd=project.folder,
        env=command_line.environment(**project.settings),
        capture_output=True,
        text=True,
        check=True,
    )
    right = load(MINILM, local_path=published, device="cpu").encode_documents(TEXTS)
    np.testing.assert_allclose(json.loads(done.stdout), right, atol=1e-5)
    fetched = [path.name for path in project.cache.rglob("*") if path.is_file()]
    assert "model.onnx" in fetched
    assert "model.safetensors" not in fetched

"""A checkpoint's modules.json is read only once."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from registry import ALL_MINILM_L6_V2
from registry.checkpoints.checkpoint import Checkpoint, NetworkModule, check_files
from registry_base.regular_file import read_regular

MODULES = [
    {"type": "sentence_transformers.models.Transformer", "path": ""},
    {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"},
]


def test_modules_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "modules.json").write_text(json.dumps(MODULES), "utf-8")
    save_file({"weight": np.zeros((2, 2), np.float32)}, tmp_path / "model.safetensors")
    read: list[str] = []

    def counting(path: Path) -> bytes:
        read.append(path.name)
        return read_regular(path)

    monkeypatch.setattr("registry.checkpoints.checkpoint.read_regular", counting)
    checkpoint = Checkpoint("m", tmp_path)
    check_files(checkpoint, ALL_MINILM_L6_V2, allow_pickle=False)
    assert checkpoint.parts == [tmp_path, tmp_path / "1_Pooling"]
    assert checkpoint.modules == [NetworkModule(**each) for each in MODULES]
    assert read == ["modules.json"]
    assert checkpoint == Checkpoint("m", tmp_path)  # its cache does not count for equality

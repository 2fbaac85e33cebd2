"""Checkpoints that break the registry's promises: refused by name, missing parts not invented."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import (
    MINILM,
    TINY_COLBERT,
    TINY_CROSS_ENCODER,
    TINY_SPLADE,
    build_colbert,
    build_cross_encoder,
    copy_without,
    minilm_folder,
    splade_folder,
    without_weights,
)
from safetensors.torch import load_file, save_file

from registry import load
from registry.backends._weight_loading import loading_weights
from registry.checkpoints.checkpoint import Checkpoint
from registry.errors import CheckpointError, DeviceError


def test_a_checkpoint_of_another_width_is_refused() -> None:
    wide = dataclasses.replace(MINILM, embedding_dim=768)
    with pytest.raises(CheckpointError, match=r"all-minilm-l6-v2: .* 384 .* states 768"):
        load(wide, local_path=minilm_folder(), device="cpu")


def test_vectors_that_are_not_normalised_are_refused(tmp_path: Path) -> None:
    folder = copy_without(minilm_folder(), tmp_path / "model")
    modules = json.loads((folder / "modules.json").read_text())
    kept = [module for module in modules if not module["type"].endswith("Normalize")]
    assert len(kept) == len(modules) - 1
    (folder / "modules.json").write_text(json.dumps(kept))

    with pytest.raises(CheckpointError, match="states normalized vectors"):
        load(dataclasses.replace(MINILM, normalize=True), local_path=folder, device="cpu")


def test_a_missing_projection_is_refused_not_made_up() -> None:
    with pytest.raises(CheckpointError, match="tiny-colbert: no projection"):
        load(TINY_COLBERT, local_path=minilm_folder(), device="cpu")


def test_a_bare_bert_is_no_late_interaction_model(tmp_path: Path) -> None:
    folder = copy_without(minilm_folder(), tmp_path / "model", "modules.json")
    bare = dataclasses.replace(TINY_COLBERT, has_projection=False, projection_dims=None)
    with pytest.raises(CheckpointError, match="no projection"):
        load(bare, local_path=folder, device="cpu")


def test_a_projection_of_another_width_is_refused(tmp_path: Path) -> None:
    folder = build_colbert(tmp_path / "model", dims=96)
    with pytest.raises(CheckpointError, match="projection gives 96 dimensions"):
        load(TINY_COLBERT, local_path=folder, device="cpu")


@pytest.mark.parametrize("part", ["classifier", "bert.pooler.dense"])
def test_weights_that_would_be_random_are_refused(tmp_path: Path, part: str) -> None:
    folder = build_cross_encoder(tmp_path / "model")
    assert len(list(without_weights(folder, f"{part}."))) == 2
    with pytest.raises(CheckpointError, match=rf"lacks {part}\.bias, {part}\.weight"):
        load(TINY_CROSS_ENCODER, local_path=folder, device="cpu")


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    folder = build_cross_encoder(tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"intermediate_size": 48}))
    with pytest.raises(CheckpointError, match=r"tiny-cross-encoder: .* and 3 more, or has other"):
        load(TINY_CROSS_ENCODER, local_path=folder, device="cpu")


def test_an_encoder_needs_no_pooler(tmp_path: Path) -> None:
    folder = copy_without(minilm_folder(), tmp_path / "model")
    assert len(list(without_weights(folder, "pooler."))) == 2
    whole, encoder = (
        load(MINILM, local_path=each, device="cpu") for each in (minilm_folder(), folder)
    )
    texts = ["a cat sits on the mat"]
    np.testing.assert_array_equal(encoder.encode_queries(texts), whole.encode_queries(texts))


def test_loads_at_the_same_time_leave_nothing_behind(tmp_path: Path) -> None:
    from transformers import modeling_utils

    watched: Any = modeling_utils  # loading replaces a private name in it
    before = watched.log_state_dict_report
    checkpoint = Checkpoint("some-model", tmp_path)

    def load_something() -> bool:
        with loading_weights(checkpoint):
            time.sleep(0.02)
            return bool(watched.log_state_dict_report is not before)

    with ThreadPoolExecutor(4) as pool:
        tasks = [pool.submit(load_something) for _ in range(8)]
    assert all(task.result() for task in tasks)
    assert watched.log_state_dict_report is before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[{"type": "x", "path": "/etc"}]', "names the folder '/etc', outside this one"),
        ('[{"type": "x", "path": "1/../.."}]', "outside this one"),
        (r'[{"type": "x", "path": "..\\other"}]', "outside this one"),
        (r'[{"type": "x", "path": "C:\\other"}]', "outside this one"),
        (r'[{"type": "x", "path": "\u0000"}]', "outside this one"),
        ('[["path", "x"]]', "modules.json should be a list of objects"),
        ('{"type": "x", "path": ""}', "modules.json should be a list of objects"),
        ("[", "modules.json is damaged"),
        ("[" * 100_000, "modules.json is damaged"),
        ('[{"type": "os.system", "path": ""}]', "not part of Sentence Transformers"),
    ],
)
def test_a_hostile_list_of_modules_is_refused(tmp_path: Path, text: str, says: str) -> None:
    folder = copy_without(minilm_folder(), tmp_path / "model", "modules.json")
    (folder / "modules.json").write_text(text)
    with pytest.raises(CheckpointError, match=re.escape(says)):
        load(MINILM, local_path=folder, device="cpu")


@pytest.mark.parametrize("text", ["[1]", '"x"', '{"architectures": 5}', '{"architectures": [5]}'])
def test_a_config_without_sense_is_refused(tmp_path: Path, text: str) -> None:
    folder = copy_without(minilm_folder(), tmp_path / "model", "modules.json")
    (folder / "config.json").write_text(text)
    with pytest.raises(CheckpointError, match="tiny-colbert: no projection"):
        load(TINY_COLBERT, local_path=folder, device="cpu")


def test_a_classifier_is_no_reranker(tmp_path: Path) -> None:
    folder = build_cross_encoder(tmp_path / "model", labels=3)
    with pytest.raises(CheckpointError, match="3 scores per pair"):
        load(TINY_CROSS_ENCODER, local_path=folder, device="cpu")


@pytest.mark.parametrize("size", [4, 100, 1_000_000])
def test_truncated_weights_are_refused(tmp_path: Path, size: int) -> None:
    folder = copy_without(minilm_folder(), tmp_path / "model")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:size])
    with pytest.raises(CheckpointError, match=r"model\.safetensors is truncated, damaged"):
        load(MINILM, local_path=folder, device="cpu")


def test_a_pickle_where_safetensors_were_promised_is_never_loaded(tmp_path: Path) -> None:
    folder = copy_without(minilm_folder(), tmp_path / "model", "model.safetensors")
    torch.save({"weight": torch.zeros(1)}, folder / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"pytorch_model\.bin is pickled"):
        load(MINILM, local_path=folder, device="cpu")

    shutil.move(folder / "pytorch_model.bin", folder / "model.safetensors")
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        load(MINILM, local_path=folder, device="cpu")


def test_a_missing_tokenizer_is_refused_not_made_up(tmp_path: Path) -> None:
    """transformers would invent one with five special tokens and no words."""
    folder = copy_without(minilm_folder(), tmp_path / "model", "tokenizer.json", "vocab.txt")
    with pytest.raises(CheckpointError, match="all-minilm-l6-v2: the checkpoint has no tokenizer"):
        load(MINILM, local_path=folder, device="cpu")


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    colbert = build_colbert(tmp_path / "colbert")
    cross_encoder = build_cross_encoder(tmp_path / "cross-encoder")
    splade = copy_without(splade_folder(), tmp_path / "splade")
    for model, folder in (
        (TINY_COLBERT, colbert),
        (TINY_CROSS_ENCODER, cross_encoder),
        (TINY_SPLADE, splade),
    ):
        weights = load_file(folder / "model.safetensors")
        for tensor in filter(torch.is_floating_point, weights.values()):
            tensor.fill_(torch.nan)
        save_file(weights, folder / "model.safetensors", {"format": "pt"})
        with pytest.raises(CheckpointError, match=f"{model.id}: .* values that are not numbers"):
            load(model, local_path=folder, device="cpu")


def test_what_is_asked_for_in_vain_is_said_before_anything_is_looked_for() -> None:
    with pytest.raises(DeviceError, match="not one of auto, cpu"):
        load(MINILM, local_path="no/such/folder", device="gpu")


def test_no_weights_at_all(tmp_path: Path) -> None:
    folder = copy_without(minilm_folder(), tmp_path / "model", "model.safetensors")
    with pytest.raises(CheckpointError, match="no weights; expected a safetensors file"):
        load(MINILM, local_path=folder, device="cpu")

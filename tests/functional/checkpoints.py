"""Checkpoints for tests: real weights from packages, and constructed ones that prove wiring."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import offline_weights
import torch
from offline_weights import TOKENIZER_FILES
from safetensors.torch import load_file, save_file

from registry import (
    ALL_MINILM_L6_V2,
    COLBERT_V2,
    MS_MARCO_MINILM_L6_V2,
    SPLADE_V3,
    ColbertModel,
    CrossEncoderModel,
    SparseModel,
)

# Registry entries for the constructed checkpoints; made-up names avoid confusion with real models.
TINY_COLBERT: ColbertModel = dataclasses.replace(
    COLBERT_V2, id="tiny-colbert", huggingface_id="tests/tiny-colbert", revision=None
)
TINY_CROSS_ENCODER: CrossEncoderModel = dataclasses.replace(
    MS_MARCO_MINILM_L6_V2, id="tiny-cross-encoder", huggingface_id="tests/tiny", revision=None
)
TINY_SPLADE: SparseModel = dataclasses.replace(
    SPLADE_V3, id="tiny-splade", huggingface_id="tests/tiny-splade", revision=None
)
NARROW_SPLADE: SparseModel = dataclasses.replace(
    TINY_SPLADE, id="narrow-splade", embedding_dim=4000, vocab_size=4000
)
MINILM = ALL_MINILM_L6_V2


def minilm_folder() -> Path:
    """The real all-MiniLM-L6-v2."""
    folder = offline_weights.minilm_folder()
    assert folder is not None
    return folder


def splade_folder() -> Path:
    """A trained two-layer SPLADE."""
    folder = offline_weights.splade_folder()
    assert folder is not None
    return folder


def build_colbert(folder: Path, *, dims: int = 128, on: Path | None = None) -> Path:
    """MiniLM, or a similar network, with an orthogonal projection, in the Stanford layout."""
    return offline_weights.build_colbert(folder, on or minilm_folder(), dims=dims)


def shallow_minilm(folder: Path) -> Path:
    """MiniLM with the first of its six layers: real weights at a sixth of the cost."""
    shutil.copytree(minilm_folder(), folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 1}))
    weights = load_file(folder / "model.safetensors")
    kept = {key: value for key, value in weights.items() if ".layer." not in key}
    kept |= {key: value for key, value in weights.items() if ".layer.0." in key}
    save_file(kept, folder / "model.safetensors", {"format": "pt"})
    return folder


def build_splade(folder: Path) -> Path:
    """A SPLADE with a narrow network of random but fixed weights, for NARROW_SPLADE.

    Torch computes a number per token and word: with all words, gigabytes for some long texts.
    """
    from transformers import BertConfig, BertForMaskedLM

    shutil.copytree(splade_folder(), folder)
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    words = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = {
        word: number for word, number in words.items() if number < NARROW_SPLADE.embedding_dim
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    torch.manual_seed(0)
    config = BertConfig.from_pretrained(
        folder,
        vocab_size=NARROW_SPLADE.embedding_dim,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    return folder


def build_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """A tiny BERT with random but fixed weights: wiring, not quality."""
    from transformers import BertConfig, BertForSequenceClassification

    folder.mkdir(parents=True)
    for name in TOKENIZER_FILES:
        shutil.copy(minilm_folder() / name, folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def copy_without(source: Path, target: Path, *names: str) -> Path:
    """A copy of a checkpoint that lacks some files."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*names))
    return target


def without_weights(folder: Path, *prefixes: str) -> Iterator[str]:
    """Remove weights from model.safetensors in place; returns their names."""
    path = folder / "model.safetensors"
    weights = load_file(path)
    gone = [name for name in weights if name.startswith(prefixes)]
    save_file({k: v for k, v in weights.items() if k not in gone}, path, {"format": "pt"})
    yield from gone

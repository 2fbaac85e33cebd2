"""Which files of a repository are fetched, locked and checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.files.needed_files import needed_files

MINILM = """
    .gitattributes 1_Pooling/config.json README.md config.json
    config_sentence_transformers.json data_config.json model.safetensors modules.json
    onnx/model.onnx onnx/model_O1.onnx openvino/openvino_model.bin openvino/openvino_model.xml
    pytorch_model.bin rust_model.ot sentence_bert_config.json special_tokens_map.json tf_model.h5
    tokenizer.json tokenizer_config.json train_script.py vocab.txt
"""


def test_one_set_of_weights_of_many() -> None:
    assert needed_files(MINILM.split()) == (
        "1_Pooling/config.json",
        "config.json",
        "config_sentence_transformers.json",
        "model.safetensors",
        "modules.json",
        "sentence_bert_config.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "vocab.txt",
    )


@pytest.mark.parametrize(
    ("weights", "kept"),
    [
        ("model.safetensors model.fp16.safetensors", "model.safetensors"),
        (
            "model-00001-of-00002.safetensors model-00002-of-00002.safetensors "
            "model.safetensors.index.json consolidated.safetensors original/consolidated.00.pth",
            "model-00001-of-00002.safetensors model-00002-of-00002.safetensors "
            "model.safetensors.index.json",
        ),
        (
            "model.safetensors model-00001-of-00001.safetensors model.safetensors.index.json",
            "model.safetensors",
        ),
        (
            "model.safetensors adapter_model.safetensors",
            "adapter_model.safetensors model.safetensors",
        ),
        ("pytorch_model.bin", "pytorch_model.bin"),
        (
            "pytorch_model-00001-of-00002.bin pytorch_model-00002-of-00002.bin "
            "pytorch_model.bin.index.json training_args.bin",
            "pytorch_model-00001-of-00002.bin pytorch_model-00002-of-00002.bin "
            "pytorch_model.bin.index.json",
        ),
        (
            "model.safetensors 2_Dense/pytorch_model.bin",
            "2_Dense/pytorch_model.bin model.safetensors",
        ),
        ("2_Dense/model.safetensors 2_Dense/pytorch_model.bin", "2_Dense/model.safetensors"),
        ("model.safetensors pytorch_model.bin.index.json", "model.safetensors"),
    ],
)
def test_variants(weights: str, kept: str) -> None:
    assert needed_files(weights.split()) == tuple(kept.split())


def test_pickles_and_code_only_if_wanted() -> None:
    paths = ["config.json", "modeling_x.py", "pytorch_model.bin"]
    assert needed_files(paths, pickles=False) == ("config.json",)
    assert needed_files(paths, remote_code=True) == tuple(paths)


def test_the_weights_that_modules_json_uses() -> None:
    paths = [
        "0_Transformer/config.json",
        "0_Transformer/model.safetensors",
        "config.json",
        "model.safetensors",
        "model.safetensors.index.json",
        "modules.json",
        "other/config.json",
        "other/model.safetensors",
    ]
    root, folder = ["config.json", "model.safetensors", "modules.json"], paths[:2]
    assert needed_files(paths, folders=("0_Transformer",)) == (*folder, "config.json", root[2])
    assert needed_files(paths, folders=("", "0_Transformer")) == (*folder, *root)


@given(st.sets(st.text("abcdem./-0123456789_", min_size=1, max_size=30), max_size=20))
def test_gives_some_of_what_is_there_and_nothing_else(paths: set[str]) -> None:
    found = needed_files(paths)
    assert set(found) <= paths
    assert list(found) == sorted(found)
    assert needed_files(found) == found

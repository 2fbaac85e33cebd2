"""Encoders of the architectures that transformers has itself: their graphs agree with torch."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from checkpoints import MINILM, minilm_folder
from engine_fixtures import fewer_texts
from sentence_transformers import SentenceTransformer, base
from sentence_transformers.sentence_transformer import modules as dense

from registry.backends.interface import LoadOptions
from registry.exporting.export_model import export_model

pytestmark = pytest.mark.heavy

# Windows are shorter than texts, and longer than what is traced.
_WINDOW = {"sliding_window": 16}
_GROUPED = {"num_key_value_heads": 2}
_SHIFTED = {"max_position_embeddings": 516, "pad_token_id": 1}
MORE: dict[str, dict[str, Any]] = {
    "albert": {"embedding_size": 64},
    "bert": {},
    "deberta-v2": {"relative_attention": True, "pos_att_type": ["p2c", "c2p"]},
    "distilbert": {"dim": 64, "n_layers": 3, "n_heads": 4, "hidden_dim": 128},
    "electra": {"embedding_size": 64},
    "gemma": {**_GROUPED, "head_dim": 16},
    "gemma2": {**_GROUPED, **_WINDOW, "head_dim": 16},
    # As EmbeddingGemma, whose mask is a causal one to which later tokens are added.
    "gemma3_text": {
        **_GROUPED, **_WINDOW, "head_dim": 16, "use_bidirectional_attention": True,
    },
    "lfm2": _GROUPED,
    "llama": _GROUPED,
    "mistral": {**_GROUPED, **_WINDOW},
    "modernbert": {"local_attention": 16},
    "mpnet": _SHIFTED,
    "nomic_bert": {},
    "qwen2": _GROUPED,
    "qwen3": {**_GROUPED, "head_dim": 16},
    "roberta": _SHIFTED,
    "t5": {"d_model": 64, "d_kv": 16, "d_ff": 128, "num_layers": 3, "num_heads": 4},
    "xlm-roberta": _SHIFTED,
    "xmod": {**_SHIFTED, "languages": ("en_XX",), "default_language": "en_XX"},
}  # fmt: skip
FEW = ("gemma3_text", "modernbert")


def build(folder: Path, architecture: str) -> Path:
    """A tiny network of that architecture with random weights and the tokenizer of MiniLM."""
    library: Any = transformers  # partially typed
    sizes: dict[str, Any] = {
        "vocab_size": 30_522, "hidden_size": 64, "num_hidden_layers": 3, "intermediate_size": 128,
        "num_attention_heads": 4, "max_position_embeddings": 512,
        "pad_token_id": 0, "bos_token_id": 101, "eos_token_id": 102,
    }  # fmt: skip
    torch.manual_seed(0)
    config = library.AutoConfig.for_model(architecture, **{**sizes, **MORE[architecture]})
    make = library.T5EncoderModel if architecture == "t5" else library.AutoModel.from_config
    make(config).eval().save_pretrained(folder / "network")
    library.AutoTokenizer.from_pretrained(minilm_folder()).save_pretrained(folder / "network")
    untyped: Any = base.modules.Transformer
    network = untyped(str(folder / "network"), max_seq_length=128)
    modules: list[Any] = [network, dense.Pooling(64, "mean"), dense.Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.mark.parametrize(
    "architecture",
    [name if name in FEW else pytest.param(name, marks=pytest.mark.exhaustive) for name in MORE],
)
def test_its_graphs_agree(architecture: str, tmp_path: Path) -> None:
    weights = build(tmp_path, architecture)
    model = dataclasses.replace(MINILM, embedding_dim=64)
    options = LoadOptions(local_path=weights)
    for engine in ("onnx", "openvino"):
        with fewer_texts():
            export, new = export_model(model, engine, output=tmp_path / engine, options=options)
        assert new
        assert export.probe.difference < 1e-6

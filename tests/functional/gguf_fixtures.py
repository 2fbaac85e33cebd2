"""Checkpoints that llama.cpp's converter accepts, and the GGUF files that it makes of them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from checkpoints import build_cross_encoder

from registry.checkpoints.checkpoint import Checkpoint
from registry.ollama._gguf_converter import converter_version, made_gguf

JINJA = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


def build_tiny_mistral(folder: Path, template: str = JINJA) -> Path:
    """A Mistral with random weights and a real vocabulary; Ollama's own converter refuses it."""
    import torch
    from transformers import MistralConfig, MistralForCausalLM

    folder.mkdir(parents=True)
    sentences = [f"a man number {n} is eating food {n * 7}" for n in range(200)]
    trainer: Any = import_module("sentencepiece").SentencePieceTrainer
    trainer.train(
        sentence_iterator=iter(sentences),
        model_prefix=str(folder / "tokenizer"),
        vocab_size=300,
        model_type="bpe",
        byte_fallback=True,
        minloglevel=2,
    )
    (folder / "tokenizer.vocab").unlink()
    torch.manual_seed(0)
    config = MistralConfig(
        vocab_size=300,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        bos_token_id=1,
        eos_token_id=2,
    )
    MistralForCausalLM(config).save_pretrained(folder)
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "LlamaTokenizer"}')
    (folder / "chat_template.jinja").write_text(template, "utf-8")
    return folder


def build_idle_reranker(folder: Path) -> Path:
    """A BERT whose pooler and token types have no effect: llama.cpp's converter drops both."""
    import torch
    from transformers import BertForSequenceClassification

    build_cross_encoder(folder)
    untyped: Any = BertForSequenceClassification
    network: Any = untyped.from_pretrained(folder)
    with torch.no_grad():
        last = network.bert.encoder.layer[-1].output.LayerNorm
        last.weight.fill_(0.02)  # so small that the pooler's tanh is close to the identity
        last.bias.zero_()
        network.bert.pooler.dense.weight.copy_(torch.eye(32))
        network.bert.pooler.dense.bias.zero_()
        types = network.bert.embeddings.token_type_embeddings.weight
        types[1] = types[0]
        network.bert.embeddings.word_embeddings.weight.mul_(50)
        for weight in network.bert.encoder.parameters():
            if weight.dim() == 2:
                weight.mul_(10)  # so that different texts get different scores
        network.classifier.weight.mul_(1000)
    identity = {"activation_fn": "torch.nn.modules.linear.Identity", "version": "6.2.0"}
    network.config.sentence_transformers = identity
    network.save_pretrained(folder)
    return folder


def to_gguf(model: Any, folder: Path, cache: Path) -> Path:
    """The file that `registry share` would make of a checkpoint for a server."""
    version = converter_version()
    assert version is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_CACHE_DIR", str(cache))
        return made_gguf(model, Checkpoint(model.id, folder), version, cached=False)

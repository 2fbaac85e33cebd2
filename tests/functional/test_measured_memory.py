"""Memory estimates compared with real models in processes of their own, on a CPU.

To see the figures: pytest -s tests/functional/test_measured_memory.py
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from checkpoints import build_colbert, minilm_folder, splade_folder
from command_line import environment
from llm_fixtures import gemma_gguf
from measured_memory import MODELS
from offline_weights import TOKENIZER_FILES

from registry import estimate_memory
from registry.fit import MemoryEstimate
from registry.fit._formats import number_format
from registry.fit._network import network_of
from registry.fit._overhead import LIBRARIES
from registry.fit._weight_bytes import weight_bytes

__all__ = ["gemma_gguf"]  # a fixture that pytest finds by name

MIB = 2**20
GEMMA_TENSORS = 246_587_904  # bytes, in the .gguf file of the tests
# The tolerance of the whole estimate, and that of the model's own share without the libraries:
# tokenizers differ that much in their memory per vocabulary entry.
WHOLE, ITSELF = 0.15, 0.25
PROGRAM = Path(__file__).with_name("measured_memory.py")


def more(*values: object) -> Any:  # pytest does not export its class
    """A case that takes minutes of CPU time."""
    return pytest.param(*values, marks=pytest.mark.exhaustive)


def measure(model: str, folder: Path, **asked: int) -> dict[str, int]:
    """The output of the measuring program."""
    argument = json.dumps({"model": model, "folder": str(folder), **asked})
    done = subprocess.run(
        [sys.executable, PROGRAM, argument],
        env={name: value for name, value in environment().items() if "MALLOC" not in name},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(need: MemoryEstimate, measured: dict[str, int]) -> None:
    """Within 15 %, and the part that the model decides within 25 %."""
    itself, estimated = measured["peak"] - measured["baseline"], need.total - LIBRARIES
    peak = measured["peak"] - measured["foreign"]
    print(
        f"{need.model_id}, {need.batch_size} x {need.context}: "
        f"{peak / MIB:.0f} MiB measured, {need.total / MIB:.0f} estimated, "
        f"{need.total / peak - 1:+.1%}; without libraries {itself / MIB:.0f} and "
        f"{estimated / MIB:.0f}, {estimated / itself - 1:+.1%}"
    )
    assert need.total == pytest.approx(peak, rel=WHOLE)
    assert estimated == pytest.approx(itself, rel=ITSELF)


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The checkpoint of each kind of encoder."""
    built: dict[str, Path] = {"dense": minilm_folder(), "sparse": splade_folder()}
    makers = {"colbert": build_colbert, "cross-encoder": build_minilm_cross_encoder}

    def find(kind: str) -> Path:
        if kind not in built:
            built[kind] = makers[kind](tmp_path_factory.mktemp(kind) / "checkpoint")
        return built[kind]

    return find


def build_minilm_cross_encoder(folder: Path) -> Path:
    """A network as large as the real ms-marco-MiniLM-L6-v2; its weights are random."""
    from transformers import BertConfig, BertForSequenceClassification

    folder.mkdir()
    for name in TOKENIZER_FILES:
        (folder / name).write_bytes((minilm_folder() / name).read_bytes())
    torch.manual_seed(0)
    config = BertConfig.from_pretrained(minilm_folder(), num_labels=1)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_the_real_minilm(folder_of: Callable[[str], Path]) -> None:
    measured = measure("dense", folder_of("dense"), batch_size=16)
    compare(estimate_memory(MODELS["dense"], batch_size=16), measured)


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("kind", "batch_size"),
    [
        # glibc frees hidden states above 32 MiB at once (dense from 86 texts on, ColBERT from 122).
        *(("sparse", 2), more("dense", 8), more("colbert", 8), more("cross-encoder", 4)),
        *(more("dense", 1), more("dense", 32), more("dense", 96), more("dense", 256)),
        *(more("colbert", 32), more("colbert", 128)),
        *(more("cross-encoder", 32), more("sparse", 8)),
    ],
)
def test_encoders(kind: str, batch_size: int, folder_of: Callable[[str], Path]) -> None:
    measured = measure(kind, folder_of(kind), batch_size=batch_size)
    compare(estimate_memory(MODELS[kind], batch_size=batch_size), measured)


@pytest.mark.heavy
@pytest.mark.parametrize("words", [more(8), more(2000)])
def test_gemma(words: int, gemma_gguf: Path) -> None:
    # Transformers unpacks a .gguf file to 32 bits.
    measured = measure("llm", gemma_gguf, words=words)
    need = estimate_memory(MODELS["llm"], quantization="fp32", context=measured["tokens"])
    compare(need, measured)


def test_the_tensors_of_a_gguf_file() -> None:
    model = MODELS["llm"]
    reckoned = weight_bytes(model, network_of(model), number_format("q4_K_M"))
    assert reckoned == pytest.approx(GEMMA_TENSORS, rel=0.01)


@pytest.mark.heavy
@pytest.mark.exhaustive  # gguf takes ten seconds to read a vocabulary
def test_these_tensors_are_in_the_file(gemma_gguf: Path) -> None:
    from gguf import GGUFReader

    assert sum(int(tensor.n_bytes) for tensor in GGUFReader(gemma_gguf).tensors) == GEMMA_TENSORS

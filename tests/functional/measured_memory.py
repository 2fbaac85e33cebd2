"""Measure a model's memory: a program that loads it, runs it, and reads its own usage.

    python measured_memory.py '{"model": "dense", "folder": "...", "batch_size": 32}'

It prints bytes of resident memory (RSS), on a CPU, in a process of its own, as JSON:

baseline    after the import of torch, transformers and sentence-transformers
peak        the most during the second of two runs (VmHWM, reset before it), because what the
            first run leaves behind is always there in practice
foreign     the share of the package datasets, which sentence-transformers imports if it is
            installed (here for mteb); no model needs it, and estimates leave it out
tokens      for a language model: those of the prompt plus those generated
"""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import re
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from registry import (
    ALL_MINILM_L6_V2,
    COLBERT_V2,
    GEMMA_3_270M_IT,
    MS_MARCO_MINILM_L6_V2,
    SPLADE_V3,
    AnyModel,
    Sampling,
    estimate_memory,
    load,
)

# The loaded models as catalogue entries: numbers from each config.json, weights counted in the
# files, and no size, so that the estimate has to compute it.
_RECKONED: dict[str, Any] = {"revision": None, "memory_mb": None, "variants": ()}
_BERT = _RECKONED | {
    "architecture_type": "bert",
    "vocab_size": 30522,
    "max_position_embeddings": 512,
}
_MINILM = _BERT | {"hidden_dim": 384, "num_layers": 6, "num_attention_heads": 12}
MODELS: dict[str, AnyModel] = {
    "dense": dataclasses.replace(ALL_MINILM_L6_V2, **_RECKONED),
    "cross-encoder": dataclasses.replace(MS_MARCO_MINILM_L6_V2, **_RECKONED),
    # MiniLM's weights and a projection to 128 dimensions.
    "colbert": dataclasses.replace(COLBERT_V2, **_MINILM, parameter_count=22_762_368),
    "sparse": dataclasses.replace(
        SPLADE_V3,
        **_BERT,
        parameter_count=4_416_698,
        hidden_dim=128,
        num_layers=2,
        num_attention_heads=2,
    ),
    # The weights of the base model, which has no chat template.
    "llm": dataclasses.replace(
        GEMMA_3_270M_IT, **_RECKONED, instruction_tuned=False, ollama_tag=None
    ),
}
_GENERATED = 8


def main(argument: str) -> dict[str, int]:
    """Load the model, run it twice, and return the measured memory."""
    asked = json.loads(argument)
    foreign = _import_libraries()
    baseline = _read("VmRSS")
    model: Any = MODELS[asked["model"]]
    running: Any = load(model, local_path=asked["folder"], device="cpu")
    for parameter in running._network.parameters():
        parameter.detach().sum()  # mapped pages of a file only count once read
    tokens = 0
    for _ in range(2):
        gc.collect()
        _set_back()
        if model.kind == "llm":
            prompt = "fish " * asked["words"]
            tokens = len(running._tokenizer(prompt)["input_ids"]) + _GENERATED
            running.generate(prompt, Sampling(max_tokens=_GENERATED, temperature=0))
            continue
        texts = _texts(estimate_memory(model).context, 4 * asked["batch_size"])
        if model.kind == "cross-encoder":
            running.rerank("fish", texts, batch_size=asked["batch_size"])
        else:
            running.encode_documents(texts, batch_size=asked["batch_size"])
    peak = _read("VmHWM")
    return {"baseline": baseline, "peak": peak, "foreign": foreign, "tokens": tokens}


def _texts(longest: int, count: int) -> list[str]:
    """Texts of varying length, as in a corpus; a word is one token."""
    return ["fish " * (longest * number // count) for number in range(1, count + 1)]


def _import_libraries() -> int:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch

    import_module("transformers")
    before = _read("VmRSS")
    if find_spec("datasets") is not None:
        import_module("datasets")
    foreign = _read("VmRSS") - before
    import_module("sentence_transformers")
    torch.set_num_threads(1)
    gc.collect()
    return foreign


def _read(name: str) -> int:
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    assert found
    return int(found[1]) * 1024


def _set_back() -> None:
    """Reset VmHWM to the memory that is resident now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))

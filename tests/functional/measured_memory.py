"""What a model really takes: a program that loads one, runs it, and reads its own memory.

    python measured_memory.py '{"model": "dense", "folder": "...", "batch_size": 32}'

It prints bytes of resident memory (RSS), on a CPU, in a process of its own, as JSON:

baseline    after the import of torch, transformers and sentence-transformers
peak        the most during the second of two runs (VmHWM, set back before it), for what the
            first leaves behind is there in any use
tokens      of a language model: those of the prompt and of what was generated
"""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import re
import sys
from importlib import import_module
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

# What is loaded, as a catalogue would describe it: numbers from the config.json of each, weights
# counted in its files, and no size, so that all of it is reckoned.
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
    """Load the model, run it twice, and say what it took."""
    asked = json.loads(argument)
    _import_libraries()
    baseline = _read("VmRSS")
    model: Any = MODELS[asked["model"]]
    running: Any = load(model, local_path=asked["folder"], device="cpu")
    for parameter in running._network.parameters():
        parameter.detach().sum()  # what is mapped from a file counts once it has been read
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
    return {"baseline": baseline, "peak": _read("VmHWM"), "tokens": tokens}


def _texts(longest: int, count: int) -> list[str]:
    """Texts of all lengths, as a corpus has them; a word is one token."""
    return ["fish " * (longest * number // count) for number in range(1, count + 1)]


def _import_libraries() -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch

    for name in ("transformers", "sentence_transformers"):
        import_module(name)
    torch.set_num_threads(1)
    gc.collect()


def _read(name: str) -> int:
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    assert found
    return int(found[1]) * 1024


def _set_back() -> None:
    """VmHWM falls to what is resident now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))

"""The files that fastembed needs to run one of our graphs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any


def prepare(kind: str, weights: Path, target: Path) -> None:
    """A folder for fastembed: the graph for ONNX Runtime, the tokenizer, the same length.

    fastembed pools sparse weights itself, so that graph ends before pooling; for late interaction
    it provides no segments.
    """
    folder = target / "fastembed"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json", "special_tokens_map.json"):
        if (weights / name).is_file():
            shutil.copyfile(weights / name, folder / name)
    export = json.loads((target / "onnx-f32" / "export.json").read_text("utf-8"))
    routes = export["routes"]
    route = routes.get("document", next(iter(routes.values())))  # queries may have a shorter limit
    config = json.loads((weights / "tokenizer_config.json").read_text("utf-8"))
    config["model_max_length"] = config["max_length"] = route["length"]
    (folder / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    if kind == "sparse":
        _bare_words(weights, folder / "model.onnx")
        return
    shutil.copyfile(target / "onnx-f32" / route["graph"], folder / "model.onnx")
    if kind == "colbert":
        _without_types(folder / "model.onnx")


def _without_types(path: Path) -> None:
    """Make segments inside the graph: fastembed prepends a token without a segment."""
    import onnx

    library: Any = onnx
    model = library.load(str(path))
    (types,) = (each for each in model.graph.input if each.name == "token_type_ids")
    model.graph.input.remove(types)
    zeros = library.helper.make_node("Sub", ["input_ids", "input_ids"], ["token_type_ids"])
    model.graph.node.insert(0, zeros)
    library.save(model, str(path))


def _bare_words(weights: Path, path: Path) -> None:
    import torch
    import transformers

    class Words(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            untyped: Any = transformers.AutoModelForMaskedLM
            self.network = untyped.from_pretrained(weights, dtype=torch.float32)

        def forward(self, ids: Any, mask: Any, types: Any) -> Any:
            return self.network(input_ids=ids, attention_mask=mask, token_type_ids=types).logits

    batch = torch.tensor([[101, 6, 7, 8, 102], [101, 6, 102, 0, 0]])
    mask = (batch > 0).long()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "sequence"} for name in [*names, "logits"]}
    onnx: Any = torch.onnx
    with torch.inference_mode():
        onnx.export(
            Words().eval(), (batch, mask, mask * 0), str(path), input_names=names,
            output_names=["logits"], opset_version=18, dynamo=False, dynamic_axes=axes,
        )  # fmt: skip

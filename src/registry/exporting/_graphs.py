"""The network of one role as an ONNX graph: pooling, projection, normalizing and all."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

OUTPUT = "output"


class RoleGraph(nn.Module):
    """Tokens in, the numbers that count out.

    key: where the modules put them. A Router chooses between queries and documents by `task`. The
    mask of a late-interaction model is not applied: which vectors count depends on the token ids.
    """

    def __init__(
        self,
        modules: list[Any],  # of sentence-transformers, typed in part
        names: list[str],
        key: str,
        task: str | None,
        activation: Any = None,  # a module, or None
    ) -> None:
        super().__init__()
        self.parts = nn.ModuleList(modules)
        self.names, self.key, self.task, self.activation = names, key, task, activation

    def forward(self, *inputs: Tensor) -> Tensor:
        """From tokens (n, t), a mask of that shape and perhaps segments."""
        features: Any = dict(zip(self.names, inputs, strict=True))
        for part in self.parts:
            if type(part).__name__ == "StaticEmbedding":
                features["sentence_embedding"] = _mean_of_table(part, features)
                continue
            if type(part).__name__ == "SpladePooling" and part.pooling_strategy == "max":
                features["sentence_embedding"] = _largest_weights(part, features)
                continue
            wanted = getattr(part, "forward_kwargs", ())
            features = part(features, **({"task": self.task} if "task" in wanted else {}))
        found: Tensor = features[self.key]
        return found if self.activation is None else self.activation(found)


def _mean_of_table(part: Any, features: dict[str, Tensor]) -> Tensor:
    """The result of an EmbeddingBag for padded rows; zero without tokens, as there."""
    mask = features["attention_mask"].unsqueeze(-1).to(torch.float32)
    rows = nn.functional.embedding(features["input_ids"], part.embedding.weight.float())
    return (rows * mask).sum(1) / mask.sum(1).clamp(min=1)


def _largest_weights(part: Any, features: dict[str, Tensor]) -> Tensor:
    """The same as SpladePooling: the logarithm grows with the logit, so the largest one is enough.

    Over every token it takes longer than the network does.
    """
    mask = features["attention_mask"].unsqueeze(-1).to(torch.float32)
    largest = torch.log1p(torch.relu((features["token_embeddings"] * mask).amax(dim=1)))
    return torch.log1p(largest) if part.activation_function == "log1p_relu" else largest


def write_onnx(graph: RoleGraph, path: Path) -> None:
    """Trace the graph on a batch of two texts of different lengths; any size runs afterwards."""
    tokens = torch.tensor([[5, 6, 7, 8, 9, 10, 11], [5, 6, 7, 8, 0, 0, 0]])
    mask = torch.tensor([[1] * 7, [1, 1, 1, 1, 0, 0, 0]])
    given = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": mask * 0}
    sizes = {0: "texts", 1: "tokens"}
    untyped: Any = torch.onnx  # typed in part
    with warnings.catch_warnings(), torch.inference_mode():
        # The newer exporter takes ten times as long, and does not report more of what it could not
        # trace: the probe covers that.
        warnings.simplefilter("ignore")
        untyped.export(
            graph.eval(),
            tuple(given[name] for name in graph.names),
            str(path),
            input_names=graph.names,
            output_names=[OUTPUT],
            dynamic_axes={**dict.fromkeys(graph.names, sizes), OUTPUT: {0: "texts"}},
            opset_version=18,
            dynamo=False,
        )

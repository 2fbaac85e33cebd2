"""A repository's own ONNX file as an export's graph: used if it agrees, else reported why not."""

from __future__ import annotations

import dataclasses
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import MINILM, TINY_CROSS_ENCODER, build_cross_encoder
from engine_fixtures import exported, fewer_texts, shallow
from safetensors.torch import load_file, save_file

from registry import load
from registry._generated import Export as Named
from registry.backends.interface import LoadOptions
from registry.exporting.export_model import export_model
from registry.exports.export import Export

__all__ = ["exported", "shallow"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.heavy

FILE = "onnx/model.onnx"
NAMES = ["input_ids", "attention_mask", "token_type_ids"]
TEXTS = ["a cat sits on the mat", "Straßenbahn", "", "rain " * 300]


def named(model: Any, file: str = FILE) -> Any:
    """The entry, stating that the repository has a file for ONNX Runtime."""
    own = Named(runtime="onnx", name=None, huggingface_id=None, revision=None, file=file)
    return dataclasses.replace(model, exports=(own,))


class Alone(torch.nn.Module):
    """A transformers network that takes positional inputs and returns one tensor."""

    def __init__(self, network: Any, *, pooled: bool) -> None:
        super().__init__()
        self.network, self.pooled = network, pooled

    def forward(self, *inputs: torch.Tensor) -> Any:
        found = self.network(**dict(zip(NAMES, inputs, strict=True)))
        return found.logits if self.pooled else found.last_hidden_state


def write_own(folder: Path, network: Any, output: str) -> None:
    """Export as publishers do: the network alone, up to its token states or its logits."""
    (folder / "onnx").mkdir()
    batch = torch.tensor([[5, 6, 7, 8, 9], [5, 6, 7, 0, 0]])
    mask = (batch > 0).long()
    axes = {0: "batch", 1: "sequence"}
    pooled = output == "logits"
    untyped: Any = torch.onnx
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        untyped.export(
            Alone(network, pooled=pooled).eval(), (batch, mask, mask * 0), str(folder / FILE),
            input_names=NAMES, output_names=[output], opset_version=18, dynamo=False,
            dynamic_axes={**dict.fromkeys(NAMES, axes), output: {0: "batch"} if pooled else axes},
        )  # fmt: skip


@pytest.fixture(scope="module")
def published(shallow: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint with its publisher's ONNX file next to the weights."""
    from transformers import AutoModel

    folder = shutil.copytree(shallow, tmp_path_factory.mktemp("published") / "model")
    network: Any = AutoModel
    write_own(folder, network.from_pretrained(folder, dtype=torch.float32), "last_hidden_state")
    return folder


def export(model: Any, weights: Path, output: Path) -> Export:
    with fewer_texts():
        made, _ = export_model(
            model, "onnx", output=output, options=LoadOptions(local_path=weights)
        )
    return made


def test_tokens_are_pooled_as_the_network_does(published: Path, tmp_path: Path) -> None:
    made = export(named(MINILM), published, tmp_path / "export")
    assert made.source is not None
    assert made.source.endswith(FILE)
    assert made.refused is None
    assert made.probe.difference < 1e-5
    assert {route.heads for route in made.routes.values()} == {("mean", "normalize")}
    right = load(MINILM, local_path=published, device="cpu").encode_documents(TEXTS)
    found = load(MINILM, backend="onnx", local_path=made.folder).encode_documents(TEXTS)
    np.testing.assert_allclose(found, right, atol=1e-5)


def test_scores_pass_the_activation(tmp_path: Path) -> None:
    from transformers import BertForSequenceClassification as Bert

    weights = build_cross_encoder(tmp_path / "model")
    network: Any = Bert
    write_own(weights, network.from_pretrained(weights), "logits")
    made = export(named(TINY_CROSS_ENCODER), weights, tmp_path / "export")
    assert (made.refused, made.routes["pair"].heads) == (None, ("sigmoid",))
    torch_scores = load(TINY_CROSS_ENCODER, local_path=weights, device="cpu")
    found_scores = load(TINY_CROSS_ENCODER, local_path=made.folder, backend="onnx")
    right, found = (each.scores("where is the cat", TEXTS) for each in (torch_scores, found_scores))
    np.testing.assert_allclose(found, right, atol=1e-5)


def test_one_that_does_not_agree_is_traced_instead(tmp_path: Path) -> None:
    from transformers import BertForSequenceClassification as Bert

    weights = build_cross_encoder(tmp_path / "model")
    network: Any = Bert
    write_own(weights, network.from_pretrained(weights), "logits")
    tensors = load_file(weights / "model.safetensors")
    tensors["classifier.weight"] *= 1.1
    save_file(tensors, weights / "model.safetensors", {"format": "pt"})
    made = export(named(TINY_CROSS_ENCODER), weights, tmp_path / "export")
    assert made.source is None
    assert "differs from the reference" in str(made.refused)
    assert made.routes["pair"].heads == ()
    assert made.probe.difference < 1e-5


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("onnx/other.onnx", None, "there is no onnx/other.onnx"),
        ("onnx/broken.onnx", b"not a graph", "cannot read it"),
    ],
)
def test_one_that_is_not_there_or_no_graph(
    file: str, content: bytes | None, says: str, tmp_path: Path
) -> None:
    weights = build_cross_encoder(tmp_path / "model")
    if content is not None:
        (weights / "onnx").mkdir()
        (weights / file).write_bytes(content)
    made = export(named(TINY_CROSS_ENCODER, file), weights, tmp_path / "export")
    assert made.source is None
    assert says in str(made.refused)

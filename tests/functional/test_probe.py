"""The probe: the lock has the real MiniLM, and servers run it with a mistake."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import TINY_CROSS_ENCODER, build_cross_encoder
from probe_fixtures import PROMPTED, Network, blocks, encoder, locked, probe, served, weights
from safetensors.torch import load_file, save_file
from tokenizers.normalizers import BertNormalizer

from registry import load
from registry.errors import CheckpointError
from registry.files.lock_file import Lock, LockedModel, read_lock
from registry.files.locked_probe import LockedProbe
from registry.probes.making import make_probe
from servers.mistaken import MistakenServer

__all__ = ["encoder", "locked", "probe"]  # fixtures that pytest finds by name


def window(tokens: int) -> Callable[[Network], None]:
    def change(network: Network) -> None:
        network.max_seq_length = tokens

    return change


def normalizer(**options: bool) -> Callable[[Network], None]:
    def change(network: Network) -> None:
        network.tokenizer.backend_tokenizer.normalizer = BertNormalizer(**options)

    return change


def cls(network: Network) -> None:
    network[1].pooling_mode = ("cls",)


def a_layer_less(network: Network) -> None:
    bert = network[0].auto_model
    bert.encoder.layer = bert.encoder.layer[:5]


def nothing(_: Network) -> None:
    pass


def test_the_lock_keeps_it(locked: Path, probe: LockedProbe) -> None:
    assert read_lock(locked).models[PROMPTED.id].probe == probe
    assert locked.stat().st_size < 3_000
    assert len(locked.read_text().splitlines()) < 32


def test_the_same_weights_leave_it_as_it_is(encoder: Any, probe: LockedProbe) -> None:
    assert make_probe(encoder, probe) is probe


ACCEPTED: dict[str, tuple[Callable[[Network], None], str | None]] = {
    "float32": (nothing, "float32"),
    "float16": (weights(lambda data: data.half().float()), "float16"),
    "bfloat16": (weights(lambda data: data.bfloat16().float()), "bfloat16"),
    "q8": (weights(blocks(8)), "Q8_0"),
    "q4": (weights(blocks(4)), "Q4_0"),
    "q4, unsaid": (weights(blocks(4)), None),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_rounded_weights_are_the_model(encoder: Any, locked: Path, name: str) -> None:
    change, precision = ACCEPTED[name]
    with served(encoder, change) as server:
        server.precision = precision
        load(PROMPTED, backend="openai", base_url=server.url).close()


REFUSED: dict[str, tuple[Callable[[Network], None], str]] = {
    "a longer window": (window(512), "reads further than the 256 tokens"),
    "half the window": (window(128), "reads less than"),
    "a window a little short": (window(230), "only long texts"),
    "accents": (normalizer(lowercase=True, strip_accents=False), "another tokenizer"),
    "cased": (normalizer(lowercase=False), "another tokenizer"),
    "Chinese": (normalizer(lowercase=True, handle_chinese_chars=False), "another tokenizer"),
    "pooling": (cls, "other weights, another pooling"),
    "a layer less": (a_layer_less, "other weights, another pooling"),
    "q4 that says more": (weights(blocks(4)), "other weights"),
}
# Mistakes that 4-bit quantization hides: its expected noise is as large.
HIDDEN = {"q4 that says more": ("Q4_K_M", None), "a window a little short": ("Q4_K_M",)}


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_are_told(encoder: Any, locked: Path, name: str) -> None:
    change, told = REFUSED[name]
    with served(encoder, change) as server:
        for precision in ("float16", "Q8_0", "Q4_K_M", None):
            if precision in HIDDEN.get(name, ()):
                continue
            server.precision = precision
            with pytest.raises(CheckpointError, match=told):
                load(PROMPTED, backend="openai", base_url=server.url)
        load(PROMPTED, backend="openai", base_url=server.url, probe=False).close()


@pytest.mark.parametrize(
    ("put", "told"),
    [(lambda text: text.removeprefix("query: "), "queries alone"), (lambda text: f"x: {text}", "")],
    ids=["a prompt gets lost", "a prompt too much"],
)
def test_prompts(encoder: Any, locked: Path, put: Callable[[str], str], told: str) -> None:
    network = encoder.network
    with (
        MistakenServer(lambda texts: network.encode([put(text) for text in texts])) as server,
        pytest.raises(CheckpointError, match=told or "a prompt before all"),
    ):
        load(PROMPTED, backend="openai", base_url=server.url)


def test_without_a_probe_the_window_is_seen(
    encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: Path
) -> None:
    monkeypatch.setenv("REGISTRY_LOCK", str(tmp_path / "none.json"))
    (tmp_path / "none.json").write_text(Lock().text())
    network = encoder.network
    with MistakenServer(lambda texts: network.encode(texts)) as server:
        load(PROMPTED, backend="openai", base_url=server.url).close()
        longest = max(len(text) for r in server.requests if r.body for text in r.body["input"])
        assert longest > 1_400
    with (
        MistakenServer(lambda texts: network.encode([text[-300:] for text in texts])) as server,
        pytest.raises(CheckpointError, match="reads further"),
    ):
        load(PROMPTED, backend="openai", base_url=server.url)


def logits(network: Any, factor: float = 1.0) -> Callable[[str, list[str]], Any]:
    def score(query: str, texts: list[str]) -> Any:
        pairs = [(query, text) for text in texts]
        found = network.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        return factor * np.asarray(found, np.float64)

    return score


def sigmoid(score: Callable[[str, list[str]], Any]) -> Callable[[str, list[str]], Any]:
    return lambda query, texts: 1 / (1 + np.exp(-score(query, texts)))


def test_scores(tmp_path: Path, locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = build_cross_encoder(tmp_path / "model")
    model = dataclasses.replace(TINY_CROSS_ENCODER, score_scale="sigmoid")
    tensors = load_file(folder / "model.safetensors")
    tensors["classifier.weight"] *= 200  # untrained weights score all pairs alike
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    with load(model, local_path=folder, device="cpu") as reranker:
        probe = make_probe(reranker)
        network: Any = reranker
        network = network.network
        kept = LockedModel("tests/tiny", "0" * 40, {}, probe=probe)
        locked.write_text(Lock({model.id: kept}).text())
        assert locked.stat().st_size < 2_000

        def asked(score: Any, precision: str | None, scale: Any = "sigmoid") -> Any:
            with MistakenServer(score=score) as server:
                server.precision = precision
                stated = dataclasses.replace(model, score_scale=scale)
                return load(stated, backend="openai", base_url=server.url).scores("a", ["b"])[0]

        right = reranker.scores("a", ["b"])[0]
        raw = logits(network)
        assert asked(raw, "float32") == pytest.approx(right, abs=1e-5)
        assert asked(raw, None) == pytest.approx(right, abs=1e-5)
        assert asked(sigmoid(raw), None) == pytest.approx(right, abs=1e-5)
        with pytest.raises(CheckpointError, match="another order of size"):
            asked(raw, "float32", None)
        with pytest.raises(CheckpointError, match="another order of size"):
            asked(logits(network, 0.02), "float32")
        with pytest.raises(CheckpointError, match="texts of all kinds"):
            asked(lambda query, texts: -raw(query, texts), "float32")

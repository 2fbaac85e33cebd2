"""The real infinity, in an environment and a process of its own: `make servers`.

No part of `make test`: that environment takes two minutes to make. INFINITY is its command.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alone import alone
from checkpoints import TINY_CROSS_ENCODER, build_cross_encoder, minilm_folder
from safetensors.torch import load_file, save_file
from test_real_llama_cpp import DOCUMENTS, LENGTHS, QUERY, SIGNS, cosines, text_of

from registry import ALL_MINILM_L6_V2
from registry.encoders.dense import DenseEncoder
from registry.errors import CheckpointError
from registry.files.lock_file import Lock, LockedModel
from registry.loading.load import load
from registry.loading.probing import check_served
from registry.probes.making import make_probe
from servers.own_process import OwnProcess
from servers.recordings import differences, recorded, request_of

__all__ = ["alone"]  # a fixture that pytest finds by name

RECORDED = Path(__file__).parent / "recorded" / "infinity.jsonl"
QUIET = {"DO_NOT_TRACK": "1", "INFINITY_ANONYMOUS_USAGE_STATS": "0"}


# Names of served checkpoints, and what is wrong with each.
MISTAKES = {
    "512": "reads further than the 256 tokens",
    "128": "reads less than",
    "cls": "texts of all kinds differ",
    "a layer less": "texts of all kinds differ",
    "cased": "another tokenizer",
}
PROMPTED = replace(ALL_MINILM_L6_V2, query_prompt="query: ", document_prompt="")
TINY = replace(TINY_CROSS_ENCODER, revision="0" * 40)


def mistaken(name: str, folder: Path) -> Path:
    """MiniLM with a deliberate mistake."""
    shutil.copytree(minilm_folder(), folder)

    def change(file: str, **fields: Any) -> None:
        path = folder / file
        path.write_text(json.dumps(json.loads(path.read_text()) | fields))

    if name in ("512", "128"):
        change("sentence_bert_config.json", max_seq_length=int(name))
        tokenizer = json.loads((folder / "tokenizer.json").read_text())
        change("tokenizer.json", truncation={**tokenizer["truncation"], "max_length": int(name)})
    elif name == "cls":
        change("1_Pooling/config.json", pooling_mode_cls_token=True, pooling_mode_mean_tokens=False)
    elif name == "a layer less":
        change("config.json", num_hidden_layers=5)
    else:
        tokenizer = json.loads((folder / "tokenizer.json").read_text())
        change("tokenizer.json", normalizer={**tokenizer["normalizer"], "lowercase": False})
        change("tokenizer_config.json", do_lower_case=False)
    return folder


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build_cross_encoder(tmp_path_factory.mktemp("reranker") / "checkpoint")
    weights = load_file(folder / "model.safetensors")
    weights["classifier.weight"] *= 200  # untrained weights score all pairs alike
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    return folder


@pytest.fixture(scope="module")
def server(reranker: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnProcess]:
    models = {"minilm": minilm_folder(), "ce": reranker}
    with infinity(models, tmp_path_factory.mktemp("infinity")) as process:
        yield process


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnProcess]:
    """A server of all the checkpoints with mistakes."""
    folder = tmp_path_factory.mktemp("mistaken")
    models = {name: mistaken(name, folder / name.replace(" ", "-")) for name in MISTAKES}
    with infinity(models, folder) as process:
        yield process


def infinity(models: Mapping[str, Path], folder: Path) -> OwnProcess:
    command = Path(os.environ["INFINITY"]).absolute()
    program = [str(command), "v2", "--host", "127.0.0.1", "--port", "{port}"]
    named: list[str] = []
    for name, checkpoint in models.items():
        named += ["--model-id", str(checkpoint), "--served-model-name", name]
        named += ["--engine", "torch", "--device", "cpu", "--no-bettertransformer"]
        named += ["--no-model-warmup"]
    return OwnProcess([*program, *named], folder, environment=QUIET)


def served(server: OwnProcess, model: Any, name: str) -> Any:
    untyped: Any = load  # its overloads need the kind
    return untyped(model, backend="openai", base_url=server.url, server_model=name)


@pytest.fixture(scope="module")
def local() -> DenseEncoder:
    return load(ALL_MINILM_L6_V2, local_path=minilm_folder(), device="cpu")


@pytest.fixture(scope="module")
def probes(local: DenseEncoder, reranker: Path) -> Lock:
    """What `registry lock --probe` records of the pinned weights."""
    scores: Any = load(TINY, local_path=reranker, device="cpu")
    made = {ALL_MINILM_L6_V2: make_probe(local), TINY: make_probe(scores)}
    return Lock(
        {
            model.id: LockedModel(str(model.huggingface_id), str(model.revision), {}, probe=probe)
            for model, probe in made.items()
        }
    )


@pytest.fixture
def locked(probes: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "models.lock.json").write_text(probes.text())
    monkeypatch.setenv("REGISTRY_LOCK", str(tmp_path / "models.lock.json"))


@pytest.mark.usefixtures("locked")
def test_it_is_the_model(server: OwnProcess) -> None:
    served(server, ALL_MINILM_L6_V2, "minilm").close()
    served(server, replace(ALL_MINILM_L6_V2, languages=("en", "hi")), "minilm").close()
    served(server, replace(TINY, score_scale="sigmoid"), "ce").close()
    found = check_served(
        ALL_MINILM_L6_V2, backend="openai", base_url=server.url, server_model="minilm"
    )
    assert found.wrong is None
    assert found.comparison is not None
    assert not any(row.changed for row in found.comparison.rows)
    assert max(row.difference for row in found.comparison.rows) < 0.01
    assert {row.tokens for row in found.comparison.rows} == {None}, "it counts characters"


@pytest.mark.usefixtures("locked")
@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told(another: OwnProcess, name: str) -> None:
    with pytest.raises(CheckpointError, match=MISTAKES[name]):
        served(another, ALL_MINILM_L6_V2, name)


@pytest.mark.usefixtures("locked")
def test_another_prompt(server: OwnProcess) -> None:
    with pytest.raises(CheckpointError, match="queries alone differ"):
        served(server, PROMPTED, "minilm")
    # infinity reports neither precision nor token counts, so 4-bit noise could explain this.
    every = replace(ALL_MINILM_L6_V2, query_prompt="read: ", document_prompt="read: ")
    served(server, every, "minilm").close()


@pytest.mark.usefixtures("locked")
def test_scores_on_a_scale_that_is_not_the_models(server: OwnProcess) -> None:
    """If the entry states no scale, infinity's raw scores stay raw."""
    with pytest.raises(CheckpointError, match="another order of size"):
        served(server, replace(TINY, score_scale=None), "ce")


def test_vectors(server: OwnProcess, local: DenseEncoder) -> None:
    encoder = served(server, ALL_MINILM_L6_V2, "minilm")
    texts = [f"text {n} of many, naïve 東京" for n in range(70)] + ["", "  ", "a\n\nb"]
    texts += [*SIGNS, *(text_of(tokens) for tokens in LENGTHS)]
    found = encoder.encode_documents(texts)
    assert cosines(found, local.encode_documents(texts)).min() > 0.9999


def test_scores(server: OwnProcess, reranker: Path) -> None:
    there = served(server, TINY_CROSS_ENCODER, "ce")
    here: Any = load(TINY_CROSS_ENCODER, local_path=reranker, device="cpu")
    documents = [f"{each} {n}" for n in range(20) for each in DOCUMENTS] + [text_of(6000)]
    probabilities = here.scores(QUERY, documents)  # as its config.json says
    logits = np.log(probabilities / (1 - probabilities))
    found = there.scores(QUERY, documents)
    assert found == pytest.approx(logits, abs=1e-4)
    order = [each.index for each in there.rerank(QUERY, documents)]
    assert (np.diff(logits[order]) <= 1e-4).all()


def test_the_wrong_kind(server: OwnProcess) -> None:
    with pytest.raises(CheckpointError, match="not embed"):
        served(server, ALL_MINILM_L6_V2, "ce")


def test_it_answers_as_recorded(server: OwnProcess) -> None:
    """The simulated infinity of the tests is checked against the same recording."""
    found = {
        request_of(line): problems
        for line in recorded(RECORDED)
        if (problems := differences(server.url, line, deep=True))
    }
    assert found == {}

"""The real llama.cpp, in its own process, compared with the encoders of this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from alone import alone
from caches import put_in_cache
from checkpoints import TINY_CROSS_ENCODER, build_cross_encoder, minilm_folder
from gguf_fixtures import build_idle_reranker, to_gguf
from llm_fixtures import GEMMA_BASE, gemma_gguf

from registry import ALL_MINILM_L6_V2, Sampling, estimate_memory
from registry.encoders.dense import DenseEncoder, Vectors
from registry.errors import BackendError, InputError
from registry.loading.load import load
from servers.own_process import OwnProcess
from servers.real_llama_cpp import command
from servers.recordings import differences, recorded, request_of

__all__ = ["alone", "gemma_gguf"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.heavy
MIB = 2**20
CONTEXT = 4096
LENGTHS = (5, 200, 256, 300, 600, 6000)
TOO_LONG = {300: InputError, 600: BackendError, 6000: BackendError}
# Hindi, Tamil, Bengali, Korean: vowels are combining signs, or parts of a character.
SIGNS = [
    "ज्वार-भाटा चंद्रमा के गुरुत्वाकर्षण से आता है।",
    "அலைகள் நிலவு",
    "জোয়ার ভাটা",
    "밀물과 썰물은 달의 인력",
]
QUERY = "what is a panda?"
TINY = replace(TINY_CROSS_ENCODER, hidden_dim=32)
DOCUMENTS = ["hi", "the giant panda is a bear", "paris is a city", "a panda eats bamboo"]


def text_of(tokens: int) -> str:
    """A text with that many tokens including [CLS] and [SEP]: varied words of one token each."""
    words = ("food", "man", "city", "bear", "river", "music", "letter")
    return " ".join(words[n * n % 7] for n in range(tokens - 2))


def cosines(found: Any, expected: Any) -> Any:
    return (found * expected).sum(axis=1)


def refused(
    encoder: DenseEncoder, texts: Sequence[str], expected: Vectors
) -> dict[int, type[Exception]]:
    """The LENGTHS that are refused, with the error; all others must give the expected vectors."""
    found: dict[int, type[Exception]] = {}
    for tokens, text, vector in zip(LENGTHS, texts, expected, strict=True):
        try:
            vectors = encoder.encode_documents([text])
        except (InputError, BackendError) as error:
            found[tokens] = type(error)
        else:
            assert cosines(vectors, vector[None]).min() > 0.999, tokens
    return found


@pytest.fixture(scope="module")
def local() -> DenseEncoder:
    return load(ALL_MINILM_L6_V2, local_path=minilm_folder(), device="cpu")


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OwnProcess, str]]:
    """A server and its name for the model."""
    folder = tmp_path_factory.mktemp("minilm")
    gguf = to_gguf(ALL_MINILM_L6_V2, minilm_folder(), folder)
    with OwnProcess(command(gguf, "vectors"), folder) as server:
        yield server, str(gguf)


def served(server: tuple[OwnProcess, str], model: Any = ALL_MINILM_L6_V2) -> Any:
    process, name = server
    untyped: Any = load  # its overloads need the kind
    return untyped(model, backend="openai", base_url=process.url, server_model=name)


def test_seventy_texts_and_empty_ones(minilm: tuple[OwnProcess, str], local: DenseEncoder) -> None:
    texts = [f"text {n} of many, naïve 東京" for n in range(70)] + ["", "  ", "a\n\nb"]
    found = served(minilm).encode_documents(texts)
    assert cosines(found, local.encode_documents(texts)).min() > 0.9999


def test_scripts(minilm: tuple[OwnProcess, str], local: DenseEncoder) -> None:
    """For an uncased BERT, its tokenizer drops signs that the checkpoint's keeps."""
    encoder = served(minilm)
    assert cosines(encoder.encode_documents(SIGNS), local.encode_documents(SIGNS)).max() < 0.97
    others = [
        "Приливы вызваны Луной",
        "潮汐は月の引力",
        "كتاب قلم",
        "שָׁלוֹם עולם",
        "Thủy triều",
        "cafe\u0301",
    ]
    assert cosines(encoder.encode_documents(others), local.encode_documents(others)).min() > 0.9999


def test_texts_of_any_length(
    minilm: tuple[OwnProcess, str], local: DenseEncoder, tmp_path: Path
) -> None:
    texts = [text_of(tokens) for tokens in LENGTHS]
    expected = local.encode_documents(texts)
    # Without the checkpoint's tokenizer: the same as the local encoder, or refused.
    assert refused(served(minilm), texts, expected) == TOO_LONG
    # With it, texts are truncated as the checkpoint does.
    put_in_cache(ALL_MINILM_L6_V2, minilm_folder(), tmp_path / "hub")
    assert cosines(served(minilm).encode_documents(texts), expected).min() > 0.999


def test_a_model_that_does_not_normalize(tmp_path: Path) -> None:
    """Vectors are as long as here: by dot product, their lengths decide about the order."""
    folder = shutil.copytree(minilm_folder(), tmp_path / "raw")
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    kept = [each for each in modules if not each["type"].endswith("Normalize")]
    (folder / "modules.json").write_text(json.dumps(kept), "utf-8")
    raw = replace(ALL_MINILM_L6_V2, normalize=False, similarity="dot")
    texts = ["food", "A man is eating a piece of bread in the kitchen of his house."]
    expected = load(raw, local_path=folder, device="cpu").encode_documents(texts)
    assert np.ptp(np.linalg.norm(expected, axis=1)) > 1
    gguf = to_gguf(raw, folder, tmp_path)
    with OwnProcess(command(gguf, "vectors"), tmp_path) as server:
        found = served((server, str(gguf)), raw).encode_documents(texts)
    assert found == pytest.approx(expected, abs=0.01)


def test_it_answers_as_recorded(minilm: tuple[OwnProcess, str]) -> None:
    """The simulated llama.cpp of the tests is checked against the same recording."""
    lines = recorded(Path(__file__).parent / "recorded" / "llama-cpp.jsonl")
    of_vectors = [line for line in lines[:18] if line.get("note") != "2,049 texts"]
    found = {
        request_of(line): problems
        for line in of_vectors
        if (problems := differences(minilm[0].url, line, deep=True))
    }
    assert found == {}


@pytest.mark.parametrize("pooler", [False, True])
def test_a_reranker(pooler: bool, tmp_path: Path) -> None:
    """Scores match the local ones unless there is a pooler, which the converter drops."""
    folder = (build_cross_encoder if pooler else build_idle_reranker)(tmp_path / "reranker")
    gguf = to_gguf(TINY, folder, tmp_path)
    documents = [f"{each} {n}" for n in range(20) for each in DOCUMENTS]
    here: Any = load(TINY, local_path=folder, device="cpu")
    expected = here.scores(QUERY, documents)
    with OwnProcess(command(gguf, "scores"), tmp_path) as server:
        there = served((server, str(gguf)), TINY)
        found = there.scores(QUERY, documents)
        order = [each.index for each in there.rerank(QUERY, documents)]
    apart = np.abs(found - expected).max()
    if pooler:
        assert apart > 0.05
        return
    assert np.ptp(expected) > 100 * apart
    ordered = expected[order]
    assert (np.diff(ordered) <= 2 * apart).all(), "the order is the local one"


def test_a_language_model(gemma_gguf: Path, tmp_path: Path) -> None:
    with OwnProcess(command(gemma_gguf, "chat", context=CONTEXT), tmp_path) as server:
        resident = psutil.Process(server.pid).memory_info().rss
        model = replace(GEMMA_BASE, ollama_tag=None)
        generator = served((server, str(gemma_gguf)), model)
        sampling = Sampling(temperature=0, max_tokens=8)
        said = generator.generate("The capital of France is", sampling)
        assert said
        assert said == generator.generate("The capital of France is", sampling)
        assert generator.finish_reason == "length"
        with pytest.raises(InputError, match=r"6,\d\d\d tokens.* 4,096"):
            generator.generate("word " * 6000, sampling)
    need = estimate_memory(model, quantization="q4_K_M", context=CONTEXT)
    assert need.total == pytest.approx(resident, rel=0.15), f"{resident / MIB:.0f} MiB"

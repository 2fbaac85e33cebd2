"""Exports on both engines against torch: MiniLM, SPLADE, a made-up ColBERT and reranker."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoints import (
    MINILM,
    NARROW_SPLADE,
    TINY_COLBERT,
    TINY_CROSS_ENCODER,
    TINY_SPLADE,
    build_colbert,
    build_cross_encoder,
    build_splade,
    minilm_folder,
    splade_folder,
)
from engine_fixtures import ENGINES, Exported, exported, shallow

from registry import load
from registry.backends.interface import LoadOptions
from registry.errors import CheckpointError, InputError, LoadError, UnsupportedError
from registry.exporting.export_model import export_model
from registry.exports.export import Engine
from registry.files.lock_file import Lock, LockedModel
from registry.probes.making import make_probe

__all__ = ["exported", "shallow"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.heavy

TEXTS = [
    "a cat sits on the mat, purring",
    "share prices fell today",
    "Straßenbahn",
    "",
    "rain " * 700,
]


@pytest.mark.parametrize("layers", [1, pytest.param(6, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("engine", ENGINES)
def test_dense_vectors_are_those_of_torch(
    exported: Exported, shallow: Path, engine: Engine, layers: int
) -> None:
    weights = shallow if layers == 1 else minilm_folder()
    prompted = dataclasses.replace(
        MINILM, query_prompt="query: ", matryoshka_dims=(384, 128), matryoshka=True
    )
    folder = exported(MINILM, weights, engine)
    for dim in (None, 128):
        torch = load(prompted, local_path=weights, device="cpu", dim=dim)
        encoder = load(prompted, local_path=folder, backend=engine, dim=dim)
        for method in ("encode_queries", "encode_documents"):
            right, found = (getattr(each, method)(TEXTS) for each in (torch, encoder))
            np.testing.assert_allclose(found, right, atol=1e-5)
            one_by_one = np.concatenate([getattr(encoder, method)([text]) for text in TEXTS])
            np.testing.assert_allclose(found, one_by_one, atol=1e-5)


# The export of a network as wide as BERT takes half a minute.
@pytest.mark.parametrize("trained", [False, pytest.param(True, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("engine", ENGINES)
def test_sparse_weights_are_those_of_torch(
    exported: Exported, engine: Engine, trained: bool, tmp_path: Path
) -> None:
    model = TINY_SPLADE if trained else NARROW_SPLADE
    weights = splade_folder() if trained else build_splade(tmp_path / "model")
    torch = load(model, local_path=weights, device="cpu")
    folder = exported(model, weights, engine)
    encoder = load(model, local_path=folder, backend=engine)
    right, found = torch.encode_documents(TEXTS), encoder.encode_documents(TEXTS)
    untyped: Any = found  # scipy has no types
    np.testing.assert_allclose(untyped.toarray(), right.toarray(), atol=1e-4)
    words = [[word for word, _ in each.top_terms(right, 3)[0]] for each in (encoder, torch)]
    assert words[0] == words[1]


@pytest.mark.parametrize("engine", ENGINES)
def test_token_vectors_are_those_of_torch(
    exported: Exported, engine: Engine, tmp_path: Path, shallow: Path
) -> None:
    weights = build_colbert(tmp_path / "model", on=shallow)
    torch = load(TINY_COLBERT, local_path=weights, device="cpu")
    encoder = load(TINY_COLBERT, local_path=exported(TINY_COLBERT, weights, engine), backend=engine)
    for method in ("encode_queries", "encode_documents"):
        right, found = (getattr(each, method)(TEXTS) for each in (torch, encoder))
        assert [each.shape for each in found] == [each.shape for each in right]
        for one, other in zip(found, right, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_scores_are_those_of_torch(exported: Exported, engine: Engine, tmp_path: Path) -> None:
    weights = build_cross_encoder(tmp_path / "model")
    torch = load(TINY_CROSS_ENCODER, local_path=weights, device="cpu")
    folder = exported(TINY_CROSS_ENCODER, weights, engine)
    reranker = load(TINY_CROSS_ENCODER, local_path=folder, backend=engine)
    found, right = (each.scores("where is the cat", TEXTS) for each in (reranker, torch))
    np.testing.assert_allclose(found, right, atol=1e-5)


def said_with_exports(program: str, exported: Exported, shallow: Path) -> str:
    """What a program prints in a process of its own, given an export for each engine."""
    folders = [str(exported(MINILM, shallow, engine)) for engine in ENGINES]
    done = subprocess.run(
        [sys.executable, "-c", program, *folders], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_callers_arithmetic_stays_as_it_is(exported: Exported, shallow: Path) -> None:
    """A thread can tell the processor that subnormal numbers are zero, as OpenVINO does."""
    program = (
        "import sys, numpy; from registry import ALL_MINILM_L6_V2, load\n"
        "smallest = numpy.array([5e-324] * 8)\n"
        "for engine, folder in zip(('openvino', 'onnx'), sys.argv[1:]):\n"
        "    load(ALL_MINILM_L6_V2, backend=engine, local_path=folder).encode_queries(['a cat'])\n"
        "    print((smallest * 1.0).all())\n"
    )
    assert said_with_exports(program, exported, shallow) == "True\nTrue\n"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_embeddings_of_words_that_nobody_uses_stay_on_disk(
    exported: Exported, shallow: Path
) -> None:
    folder = exported(MINILM, shallow, "openvino")
    encoder = load(MINILM, local_path=folder, backend="openvino")
    encoder.encode_queries(["a cat"])
    weights = next(folder.glob("*.bin"))
    maps = Path("/proc/self/smaps").read_text("utf-8")
    resident = re.findall(rf"{re.escape(str(weights))}\n(?:.*\n)*?Rss: +(\d+) kB", maps)
    assert 0 < max(map(int, resident)) * 1024 < weights.stat().st_size / 2


def test_neither_torch_nor_transformers_is_imported(exported: Exported, shallow: Path) -> None:
    program = (
        "import sys; from registry import ALL_MINILM_L6_V2, load\n"
        "for engine, folder in zip(('openvino', 'onnx'), sys.argv[1:]):\n"
        "    load(ALL_MINILM_L6_V2, backend=engine, local_path=folder).encode_queries(['a cat'])\n"
        "heavy = {'torch', 'transformers', 'scipy', 'huggingface_hub', 'asyncio'}\n"
        "print(sorted((heavy | {'openvino.tools'}) & set(sys.modules)))\n"
        "import openvino\n"
        "assert callable(openvino.convert_model)"
    )
    assert said_with_exports(program, exported, shallow) == "[]\n"


def test_what_is_not_the_export_is_refused(
    exported: Exported, shallow: Path, tmp_path: Path
) -> None:
    whole = exported(MINILM, shallow, "onnx")

    def refused(folder: Path, **arguments: Any) -> str:
        with pytest.raises(LoadError) as caught:
            load(MINILM, **{"backend": "onnx", "local_path": folder, **arguments})
        return type(caught.value).__name__

    def copy(name: str) -> Path:
        return Path(shutil.copytree(whole, tmp_path / name))

    tampered = copy("tampered")
    graph = tampered / "graph-0.onnx"
    data = bytearray(graph.read_bytes())
    data[len(data) // 2] ^= 1
    graph.write_bytes(data)
    assert refused(tampered) == "CheckpointError"

    half = copy("half")
    (half / "graph-0.onnx").write_bytes(graph.read_bytes()[:1000])
    assert refused(half) == "CheckpointError"
    (half / "export.json").unlink()
    assert refused(half) == "LoadError"

    edited = copy("edited")
    text = json.loads((edited / "export.json").read_text())
    text["probe"]["overlap"] = 1.0
    text["probe"]["difference"] = 0.0
    (edited / "export.json").write_text(json.dumps(text))
    assert refused(edited) == "CheckpointError"

    assert refused(whole, revision="0" * 40) == "CheckpointError"
    assert refused(whole, precision="int8") == "CheckpointError"
    assert refused(whole, backend="openvino") == "CheckpointError"
    with pytest.raises(CheckpointError):
        load(dataclasses.replace(MINILM, embedding_dim=128), backend="onnx", local_path=whole)


def test_an_export_is_held_against_the_probe(
    exported: Exported, shallow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exported(MINILM, shallow, "onnx")
    with load(MINILM, backend="onnx", local_path=folder) as encoder:
        probe = make_probe(encoder)
    query = probe.answers["query"]
    assert query.tokens == 9
    other = dataclasses.replace(query, first=tuple(-each for each in query.first))
    changed = dataclasses.replace(probe, answers={**probe.answers, "query": other})
    monkeypatch.setenv("REGISTRY_LOCK", str(tmp_path / "models.lock.json"))
    for kept, right in ((probe, True), (changed, False)):
        model = LockedModel(str(MINILM.huggingface_id), str(MINILM.revision), {}, probe=kept)
        (tmp_path / "models.lock.json").write_text(Lock({MINILM.id: model}).text())
        if right:
            load(MINILM, backend="onnx", local_path=folder).close()
            continue
        with pytest.raises(CheckpointError):
            load(MINILM, backend="onnx", local_path=folder)
        load(MINILM, backend="onnx", local_path=folder, probe=False).close()


def test_int8_admits_its_error(exported: Exported, shallow: Path) -> None:
    folder = exported(MINILM, shallow, "onnx", "int8")
    with pytest.raises(LoadError):
        load(MINILM, backend="onnx", precision="int8", local_path=folder)
    encoder = load(MINILM, backend="onnx", precision="int8", local_path=folder, min_overlap=0.5)
    assert encoder.encode_queries(TEXTS).shape == (len(TEXTS), 384)


def test_options_that_an_engine_cannot_honour_are_refused() -> None:
    asked: list[dict[str, Any]] = [
        {"dtype": "float16"},
        {"attention": "sdpa"},
        {"precision": "bf16"},
    ]
    for arguments in asked:
        with pytest.raises(UnsupportedError):
            load(MINILM, backend="onnx", **arguments)
    with pytest.raises(LoadError):
        load(MINILM, backend="onnx", threads=0)
    with pytest.raises(UnsupportedError):
        load(MINILM, local_path=minilm_folder(), precision="bf16")


@pytest.mark.parametrize("layers", [1, pytest.param(6, marks=pytest.mark.exhaustive)])
def test_an_export_that_is_there_is_kept(exported: Exported, shallow: Path, layers: int) -> None:
    weights = shallow if layers == 1 else minilm_folder()
    folder = exported(MINILM, weights, "onnx")
    again, new = export_model(
        MINILM, "onnx", output=folder, options=LoadOptions(local_path=weights)
    )
    assert not new
    assert again.probe.texts > (50 if layers == 1 else 200)  # see fewer_texts
    assert again.probe.difference < 1e-5


def test_a_text_that_is_none_is_refused(exported: Exported, shallow: Path) -> None:
    encoder = load(MINILM, backend="onnx", local_path=exported(MINILM, shallow, "onnx"))
    with pytest.raises(InputError):
        encoder.encode_queries("one text")
    encoder.close()
    encoder.close()

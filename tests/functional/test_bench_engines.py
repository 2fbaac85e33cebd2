"""`registry bench` with engines: the same model in several ways, side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from checkpoints import MINILM
from command_line import complaint, run
from engine_fixtures import Exported, exported, shallow

__all__ = ["exported", "shallow"]  # fixtures that pytest finds by name

pytestmark = pytest.mark.heavy

SMALL = ("--quick", "--runs", "1", "--threads", "1")


@pytest.mark.parametrize(
    "third",
    [None, pytest.param("sentence-transformers:bf16", marks=pytest.mark.exhaustive)],
)
def test_one_model_in_several_ways(
    third: str | None, exported: Exported, shallow: Path, tmp_path: Path
) -> None:
    export = exported(MINILM, shallow, "onnx")
    paths = ("--local-path", f"{MINILM.id}={shallow}", "--local-path", f"{MINILM.id}@onnx={export}")
    ways = ["sentence-transformers", "onnx", *([third] if third else [])]
    asked = [MINILM.id, *(each for way in ways for each in ("--backend", way)), *paths, *SMALL]
    done = run("bench", *asked, "--output", tmp_path / "out", "--json")
    rows = json.loads(done.stdout)["models"]
    assert [row["backend"] for row in rows] == ways
    assert {row["status"] for row in rows} == {"measured"}
    first, onnx, *rest = rows
    assert first["overlap"] is None
    assert onnx["overlap"] == 1
    assert all(0.5 < row["overlap"] <= 1 for row in rest)
    assert {row["measurement"]["threads"] for row in rows} == {1}
    assert {row["measurement"]["device"] for row in rows} == {"cpu"}
    # The process on ONNX Runtime does not import torch.
    assert onnx["measurement"]["memory"]["peak"] < first["measurement"]["memory"]["peak"]
    again = run("bench", *asked, "--output", tmp_path / "out", "--resume")
    lines = [line.split("\t") for line in again.stdout.splitlines()]
    assert [line[2] for line in lines] == ways
    assert lines[1][11] == "100.0%"


def test_what_is_not_exported_is_skipped(tmp_path: Path) -> None:
    done = run(
        "bench", MINILM.id, "--backend", "openvino:bf16", *SMALL, "--output", tmp_path / "out",
        XDG_CACHE_HOME=str(tmp_path / "cache"),
    )  # fmt: skip
    assert done.status == 1
    assert "1 model skipped: not exported for openvino in bf16" in done.stderr


@pytest.mark.parametrize("backend", ["onnx:f16", "sentence-transformers:int8", "onnx:"])
def test_a_precision_that_there_is_not(backend: str, tmp_path: Path) -> None:
    said = complaint("bench", MINILM.id, "--backend", backend, "--output", tmp_path / "out")
    assert repr(backend) in said

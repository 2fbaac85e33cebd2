"""`registry bench` from outside: real models; processes that really crash, hang and are killed."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psutil
import pytest
from caches import put_in_cache
from checkpoints import MINILM, build_colbert, build_cross_encoder, minilm_folder, splade_folder
from command_line import COMMAND, NO_BYTECODE, answer, complaint, environment, run, without_styles
from engine_fixtures import Exported, exported, shallow
from environments import Result
from llm_fixtures import gemma_gguf
from safetensors.torch import load_file, save_file
from terminal import at_terminal

from catalogues import ROOT
from goldens import Golden
from registry import QWEN3_0_6B
from registry.bench import BenchResults, ModelResult, benchable_models
from registry.bench.storing import read_results
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel
from servers.openai import OpenAIServer

__all__ = ["exported", "gemma_gguf", "shallow"]  # fixtures that pytest finds by name

# Other tests may keep the machine busy, and torch's threads then wait for each other.
SMALL = ("--quick", "--runs", "1", "--threads", "1")

# Third-party backends that run most models as ours do, and kill their process for some, or hang.
TROUBLED = """
import ctypes
import os
import signal
import sys
import time

from registry.backends.interface import ModelBackend
from registry.backends.onnx import OnnxBackend
from registry.backends.sentence_transformers import SentenceTransformersBackend


class HangingBackend(OnnxBackend):
    name = "hanging"

    def dense_encoder(self, model, options):
        if model.id == "gte-large":
            time.sleep(3600)
        return super().dense_encoder(model, options)


class TroubledBackend(ModelBackend):
    name = "troubled"

    def dense_encoder(self, model, options):
        print('{"failed": "a library that prints what looks like an answer"}', flush=True)
        os.write(1, b"\\nnative code that prints too\\n")
        if model.id == "bge-small-en-v1.5":
            ctypes.string_at(0)  # reads what is not there
        if model.id == "e5-small-v2":
            os.kill(os.getpid(), signal.SIGKILL)  # as the kernel does when memory runs out
        if model.id == "gte-small":
            sys.exit("no license for this model")
        if model.id == "gte-base":
            bytearray(1 << 62)
        if model.id == "gte-large":
            time.sleep(3600)
        return SentenceTransformersBackend().dense_encoder(model, options)

    def sparse_encoder(self, model, options):
        return SentenceTransformersBackend().sparse_encoder(model, options)

    def multi_vector_encoder(self, model, options):
        return SentenceTransformersBackend().multi_vector_encoder(model, options)
"""


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder for PYTHONPATH with a third-party package that has those backends."""
    site = tmp_path_factory.mktemp("site")
    (site / "acme_troubled.py").write_text(TROUBLED)
    about = site / "acme_troubled-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-troubled\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[registry.backends]\n"
        "hanging = acme_troubled:HangingBackend\n"
        "troubled = acme_troubled:TroubledBackend\n"
    )
    return f"{environment()['PYTHONPATH']}:{site}"


@pytest.fixture(scope="module")
def truncated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real MiniLM, as an interrupted download leaves it."""
    folder = shutil.copytree(minilm_folder(), tmp_path_factory.mktemp("truncated") / "model")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: 40 << 20])
    return folder


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real MiniLM with every matrix shuffled: complete, of the right shapes, and useless."""
    import torch

    folder = shutil.copytree(minilm_folder(), tmp_path_factory.mktemp("shuffled") / "model")
    weights = load_file(folder / "model.safetensors")
    random = torch.Generator().manual_seed(0)
    for name, tensor in weights.items():
        if tensor.ndim == 2:
            order = torch.randperm(tensor.numel(), generator=random)
            weights[name] = tensor.flatten()[order].reshape(tensor.shape).contiguous()
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty Hugging Face cache."""
    (tmp_path / "cache").mkdir()
    return tmp_path / "cache"


def bench(*arguments: str | Path, output: Path, **more: str) -> Result:
    # Any request to the Hub would fail.
    offline = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    return run("bench", *arguments, "--output", output, cwd=ROOT, **offline, **more)


def paths(folders: dict[str, Path]) -> list[str]:
    return [each for name, path in folders.items() for each in ("--local-path", f"{name}={path}")]


def found(output: Path) -> dict[str, ModelResult]:
    return {row.id: row for row in results(output).models}


def results(output: Path) -> BenchResults:
    there = read_results(output / "results.json")
    assert there is not None
    return there


def assert_sensible(row: ModelResult) -> None:
    """Figures that are consistent, however fast or busy the machine is."""
    measured = row.measurement
    assert (row.status, row.reason) == ("measured", None)
    assert measured is not None
    assert 0 < measured.latency.median <= measured.latency.p95
    assert min(measured.latency.first, measured.load_seconds, measured.import_seconds) > 0
    assert measured.throughput.per_second > 0
    assert measured.memory is not None
    assert 0 < measured.memory.before < measured.memory.loaded <= measured.memory.peak
    assert (measured.device, measured.threads, measured.memory.device_peak) == ("cpu", 1, None)


# Real models


@pytest.mark.heavy
def test_every_kind_in_one_run_and_some_that_break(
    tmp_path: Path, troubled: str, shallow: Path
) -> None:
    """Real and constructed models between four that kill their process in different ways."""
    colbert = build_colbert(tmp_path / "colbert", on=shallow)
    reranker = build_cross_encoder(tmp_path / "reranker")
    output = tmp_path / "out"
    broken = ("bge-small-en-v1.5", "e5-small-v2", "gte-small", "gte-base")
    local = {
        "all-minilm-l6-v2": minilm_folder(),
        "splade-v3": splade_folder(),
        "colbert-v2": colbert,
        "ms-marco-minilm-l6-v2": reranker,
    }

    done = bench(
        *broken, *local, *SMALL, *paths(local),
        "--backend", "troubled", "--device", "cpu", output=output, PYTHONPATH=troubled,
    )  # fmt: skip

    rows = found(output)
    assert {name: row.status for name, row in rows.items()} == {
        "all-minilm-l6-v2": "measured",
        **dict.fromkeys(broken, "failed"),
        "splade-v3": "measured",
        "colbert-v2": "measured",
        "ms-marco-minilm-l6-v2": "skipped",
    }
    reasons = {name: row.reason or "" for name, row in rows.items()}
    assert reasons["bge-small-en-v1.5"] == (
        "the process was ended by SIGSEGV while loading; "
        "its last output: native code that prints too"
    )
    assert "SIGKILL (most often: out of memory) while loading" in reasons["e5-small-v2"]
    assert reasons["gte-small"] == (
        "the process ended with status 1 while loading; its last output: no license for this model"
    )
    assert reasons["gte-base"] == "MemoryError"
    assert reasons["ms-marco-minilm-l6-v2"].startswith("the backend 'troubled' does not support")
    measured = [row for row in rows.values() if row.status == "measured"]
    for row in measured:
        assert_sensible(row)
        assert row.sound, row
    kinds = {row.id: row.measurement for row in measured}
    assert kinds["all-minilm-l6-v2"] is not None
    assert kinds["all-minilm-l6-v2"].output == {"dim": 384, "length": 1.0}
    assert kinds["colbert-v2"] is not None
    assert kinds["colbert-v2"].output["dim"] == 128
    assert kinds["splade-v3"] is not None
    assert kinds["splade-v3"].output["vocabulary"] == 30522
    assert done.status == 1
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[1] for line in lines] == [row.id for row in results(output).models]
    assert_report(output, set(rows))

    sound = {name: path for name, path in local.items() if rows[name].sound}
    again: list[str | Path] = [
        *COMMAND, "bench", *sound, *SMALL, *paths(sound), "--backend", "troubled",
        "--device", "cpu", "--output", output, "--resume",
    ]  # fmt: skip
    shown, complaints, status = at_terminal(
        again, ROOT, environment(PYTHONPATH=troubled), columns=60
    )
    assert status == 0, complaints
    assert {row.id: row for row in measured}.items() <= found(output).items()
    shown_lines = without_styles(shown).splitlines()
    for name in sound:
        assert any(line.startswith(name[:8]) for line in shown_lines), shown
    assert "…" not in shown
    assert max(map(len, shown_lines)) <= 60


def assert_report(output: Path, names: set[str]) -> None:
    """The files of a run exist, are complete, and name the models."""
    text = (output / "results.md").read_text("utf-8")
    assert all(name in text for name in names)
    for name in ("speed", "memory"):
        assert f"({name}.svg)" in text
        picture = (output / f"{name}.png").read_bytes()
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert picture.endswith(b"IEND\xaeB`\x82")
        root = ElementTree.parse(output / f"{name}.svg").getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert sorted(path.name for path in output.iterdir()) == [
        "memory.png", "memory.svg", "results.json", "results.md", "speed.png", "speed.svg",
    ]  # fmt: skip


@pytest.mark.heavy
@pytest.mark.exhaustive
def test_a_language_model(tmp_path: Path, gemma_gguf: Path) -> None:
    done = bench(
        "gemma-3-270m-it", *SMALL, *paths({"gemma-3-270m-it": gemma_gguf}), "--device", "cpu",
        output=tmp_path / "out",
    )  # fmt: skip

    (row,) = found(tmp_path / "out").values()
    assert done.status == 0, done.output
    assert_sensible(row)
    assert row.sound, row
    assert row.measurement is not None
    assert row.measurement.throughput.unit == "tokens"
    assert row.measurement.check.name == "cloze"


@pytest.mark.heavy
@pytest.mark.exhaustive
def test_weights_that_were_shuffled_are_found_out(
    tmp_path: Path, shuffled: Path, empty: Path
) -> None:
    """In the cache, at the pinned revision, of the right shapes: only the check can detect it."""
    put_in_cache(MINILM, shuffled, empty)
    output = tmp_path / "out"

    done = bench(*SMALL, "--cache-dir", empty, "--type", "dense", output=output)

    row = found(output)[MINILM.id]
    assert_sensible(row)
    assert row.revision == MINILM.revision
    assert row.measurement is not None
    check = row.measurement.check
    assert check.passed is False
    assert check.accuracy < 0.5 < (check.floor or 0)
    assert not row.sound
    assert done.status == 1
    assert "below 0.8" in done.stdout
    assert {each.reason for each in found(output).values() if each.status == "skipped"} == {
        "not in the Hugging Face cache",
    }


def test_a_random_reranker_does_not_pass(tmp_path: Path) -> None:
    reranker = build_cross_encoder(tmp_path / "reranker")
    done = bench(
        "ms-marco-minilm-l6-v2", *SMALL, *paths({"ms-marco-minilm-l6-v2": reranker}), "--json",
        output=tmp_path / "out",
    )  # fmt: skip

    (row,) = found(tmp_path / "out").values()
    assert_sensible(row)
    assert row.measurement is not None
    assert row.measurement.throughput.unit == "pairs"
    assert row.measurement.check.passed is False
    assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "results.json").read_text())
    assert done.status == 1


# Processes that hang


def test_one_that_hangs_is_stopped(tmp_path: Path, troubled: str) -> None:
    done = bench(
        "gte-large", "bge-small-en-v1.5", *SMALL, "--backend", "troubled", "--timeout", "40",
        output=tmp_path / "out", PYTHONPATH=troubled,
    )  # fmt: skip

    rows = found(tmp_path / "out")
    assert rows["gte-large"].reason == "stopped after 40 s while loading"
    assert "SIGSEGV" in (rows["bge-small-en-v1.5"].reason or "")
    assert done.status == 1
    assert (tmp_path / "out" / "results.md").is_file()
    assert not list((tmp_path / "out").glob("*.svg"))  # there is nothing to draw


@pytest.mark.heavy
def test_a_run_that_was_killed_goes_on(
    tmp_path: Path, troubled: str, exported: Exported, shallow: Path, golden: Golden
) -> None:
    output = tmp_path / "out"
    arguments = [
        "all-minilm-l6-v2", "gte-large", *SMALL,
        *paths({MINILM.id: exported(MINILM, shallow, "onnx")}), "--backend", "hanging",
    ]  # fmt: skip
    process = subprocess.Popen(
        [*COMMAND, "bench", *arguments, "--output", output],
        env=environment(PYTHONPATH=troubled),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: (output / "results.json").is_file() and MINILM.id in found(output))
    (before,) = results(output).models
    assert before.measurement is not None
    # The second model hangs now, in a process of its own.
    wait_for(lambda: bool(psutil.Process(process.pid).children()))
    workers = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_for(lambda: not any(worker.is_running() for worker in workers))

    done = bench(*arguments, "--resume", "--timeout", "20", output=output, PYTHONPATH=troubled)

    rows = found(output)
    assert rows[MINILM.id] == before
    assert (rows["gte-large"].reason or "").startswith("stopped after 20 s")
    assert done.status == 1
    text = (output / "results.md").read_text("utf-8")
    assert all(name in text for name in rows)
    content = (output / "results.json").read_bytes()
    said = bench(*arguments, "--resume", "--batch-size", "7", output=output, PYTHONPATH=troubled)
    assert said.status == 1
    golden(said.stderr)
    assert (output / "results.json").read_bytes() == content


def test_ctrl_c_says_how_to_go_on(tmp_path: Path, troubled: str) -> None:
    process = subprocess.Popen(
        [*COMMAND, "bench", "gte-large", *SMALL, "--backend", "troubled", "--output", "out"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=troubled),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: bool(psutil.Process(process.pid).children()))
    workers = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGINT)
    said = process.communicate()

    assert process.returncode == -signal.SIGINT
    assert said == (
        "", "registry: stopped; the results so far are in out, and --resume continues from there\n"
    )  # fmt: skip
    wait_for(lambda: not any(worker.is_running() for worker in workers))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["results.json"]


def wait_for(condition: Any) -> None:
    """Wait up to minutes for a condition, because other tests may keep the machine busy."""
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


# Servers


def test_what_an_ollama_server_has(tmp_path: Path) -> None:
    with OllamaServer() as server:
        tag = QWEN3_0_6B.ollama_tag or ""
        server.store.add(tag, StoredModel(layers=(b"GGUF" + b"w" * 2000, b"a template")))
        server.store.add(
            "all-minilm:l6", StoredModel(embedding_length=384, capabilities=("embedding",))
        )
        done = bench(*SMALL, "--backend", "ollama", output=tmp_path / "out", OLLAMA_HOST=server.url)
        loaded = {name: model.size for name, (model, _) in server.loaded.items()}

    rows = found(tmp_path / "out")
    measured = {name: row.measurement for name, row in rows.items() if row.measurement}
    assert measured.keys() == {"all-minilm-l6-v2", "qwen3-0.6b"}
    for each in measured.values():
        assert (each.backend, each.device, each.threads) == ("ollama", "server", None)
        # Only what the server reports, never this client's own memory.
        assert each.memory is None
    sizes = {name: each.server_memory for name, each in measured.items()}
    assert sizes == {"all-minilm-l6-v2": loaded["all-minilm:l6"], "qwen3-0.6b": loaded[tag]}
    for each in measured.values():
        assert each.throughput.per_second > 0
    # It answers nonsense, so no sentence is right.
    assert measured["qwen3-0.6b"].check.accuracy == 0
    assert done.status == 1
    assert {row.reason for row in rows.values() if row.status == "skipped"} == {
        "not at the Ollama server",
        "not in Ollama's library",
    }


def test_a_server_that_speaks_as_openai_does(tmp_path: Path) -> None:
    with OpenAIServer() as server:
        bench(
            "qwen3-0.6b", *SMALL, "--backend", "openai", output=tmp_path / "out",
            REGISTRY_OPENAI_BASE_URL=server.url,
        )  # fmt: skip

    (row,) = results(tmp_path / "out").models
    assert (row.status, row.reason, row.revision) == ("measured", None, None)
    assert row.measurement is not None
    assert (row.measurement.memory, row.measurement.server_memory) == (None, None)
    assert row.measurement.throughput.amount == 15  # the words after the first of 16


# Models that are not in the cache


def test_without_models_all_are_skipped(tmp_path: Path, empty: Path, golden: Golden) -> None:
    done = bench("--cache-dir", empty, output=tmp_path / "out")

    rows = results(tmp_path / "out").models
    assert done.status == 0
    assert done.stdout == ""
    assert [row.id for row in rows] == [model.id for model in benchable_models()]
    assert {(row.status, row.reason) for row in rows} == {
        ("skipped", "not in the Hugging Face cache")
    }
    golden(done.stderr, COUNT=str(len(rows)))
    assert "colbert-v2" in (tmp_path / "out" / "results.md").read_text("utf-8")
    assert list(empty.iterdir()) == []


def test_what_is_asked_for_should_be_here(tmp_path: Path, empty: Path, golden: Golden) -> None:
    done = bench("colbert-v2", "--cache-dir", empty, output=tmp_path / "out")

    assert done.status == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("colbert\tcolbert-v2\t")
    golden(line)


def test_what_is_here_in_part_is_not_here(tmp_path: Path, empty: Path) -> None:
    from registry import BGE_M3, COLBERT_V2, JINA_EMBEDDINGS_V3

    config = tmp_path / "config"
    config.mkdir()
    (config / "config.json").write_text("{}")
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "model.safetensors").write_bytes(b"weights")
    put_in_cache(COLBERT_V2, config, empty)
    put_in_cache(replace(BGE_M3, revision="f" * 40), weights, empty)
    put_in_cache(JINA_EMBEDDINGS_V3, weights, empty)

    bench("--cache-dir", empty, output=tmp_path / "out")

    rows = found(tmp_path / "out")
    assert rows["colbert-v2"].reason == "in the Hugging Face cache without weights"
    assert rows["bge-m3"].reason == "in the Hugging Face cache at another revision only"
    assert rows["jina-embeddings-v3"].reason == "runs code from its repository when loaded"


# Results that cannot be written


def test_a_file_in_the_way_of_the_folder(tmp_path: Path, empty: Path, golden: Golden) -> None:
    (tmp_path / "out").write_text("mine")
    said = complaint("bench", "colbert-v2", "--cache-dir", empty, "--output", "out", cwd=tmp_path)
    golden(said)
    assert (tmp_path / "out").read_text() == "mine"


def test_figures_outlive_a_disk_that_is_full(tmp_path: Path, golden: Golden) -> None:
    """The file size limit lets results.json through, and nothing larger."""
    with OpenAIServer() as server:
        done = subprocess.run(
            [
                "prlimit", "--fsize=12000", *COMMAND, "bench", "qwen3-0.6b", *SMALL,
                "--backend", "openai", "--output", "out",
            ],
            cwd=tmp_path,
            env=environment(**NO_BYTECODE, REGISTRY_OPENAI_BASE_URL=server.url),
            capture_output=True,
            text=True,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    golden(done.stderr)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["results.json"]
    assert found(tmp_path / "out")["qwen3-0.6b"].status == "measured"


# Terminal output and typing errors


@pytest.mark.heavy
@pytest.mark.exhaustive  # the run of every kind is shown on a terminal too
def test_on_a_terminal(tmp_path: Path, truncated: Path) -> None:
    reranker = build_cross_encoder(tmp_path / "reranker")
    local = {"ms-marco-minilm-l6-v2": reranker, "all-minilm-l12-v2": truncated}
    output = str(tmp_path / "out")
    shown = without_styles(answer("", "bench", *local, *SMALL, *paths(local), "--output", output))
    assert "cross-encoder: latency of one query against ten passages; pairs per second" in shown
    assert re.search(r"^ +median +p95 ", shown, re.MULTILINE)
    assert "below 0.8" in shown
    assert "failed: model.safetensors is truncated" in " ".join(shown.split())
    assert all(len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("arguments", "says", "status"),
    [
        (["colbert-v3"], "did you mean", 1),
        (["chronos-bolt-tiny"], "chronos-bolt-tiny is of type timeseries; benchmarks cover", 1),
        (["--type", "timeseries"], "timeseries models are not measured", 1),
        (["--local-path", "colbert-v2"], "--local-path 'colbert-v2' should be ID=PATH", 2),
        (["--local-path", "colbert-v2=nowhere"], "colbert-v2: there is no nowhere", 1),
        (["--backend", "olama"], "did you mean 'ollama'", 1),
        (["--backend", "openai"], "cannot list the models that openai serves; name them", 2),
        (["--backend", "ollama", "--type", "llm"], "cannot connect to Ollama at 127.0.0.1:9", 1),
        (["--runs", "0"], "", 2),
    ],
)
def test_what_makes_no_sense(tmp_path: Path, arguments: list[str], says: str, status: int) -> None:
    said = complaint(
        "bench", *arguments, "--output", tmp_path / "out", "--cache-dir", tmp_path,
        status=status, OLLAMA_HOST="127.0.0.1:9",
    )  # fmt: skip
    assert says in said
    assert not (tmp_path / "out").exists()

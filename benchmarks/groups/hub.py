"""Use of the Hub: requests, bytes and time, with the test Hub on this machine."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.catalogues import made_up
from benchmarks.checkout import ROOT
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Case, interleaved

sys.path.insert(0, str(ROOT / "tests"))  # the Hub is one of the tests' servers

from servers.hub import HubServer
from servers.hub_content import safetensors
from servers.hub_environment import environment

_ENTRIES = 300
_LIMIT = 500_000  # bytes: "a few hundred KB at most, whatever the size of the weights"
_CONFIG = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_size": 384,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "vocab_size": 30522,
    "max_position_embeddings": 512,
}
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]
_FILES: dict[str, Any] = {
    "README.md": "---\nlicense: mit\nlanguage: en\n---\n# A model\n",
    "config.json": json.dumps(_CONFIG),
    "modules.json": json.dumps(_MODULES),
    "1_Pooling/config.json": json.dumps(
        {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True}
    ),
    "sentence_bert_config.json": json.dumps({"max_seq_length": 256}),
    "tokenizer_config.json": json.dumps({"model_max_length": 512}),
}


def run(bench: Bench) -> Section:
    """Add models of two sizes; verify a catalogue of 300 entries."""
    folder = bench.workspace.folder / "hub"
    folder.mkdir()
    with HubServer() as hub:
        small = {"embeddings.word_embeddings.weight": ("F32", (30522, 384))}
        large = {f"layers.{i}.weight": ("BF16", (8192, 8192)) for i in range(300)}
        hub.store.add("acme/small", _FILES | {"model.safetensors": safetensors(small)})
        hub.store.add("acme/large", _FILES | {"model.safetensors": safetensors(large, sparse=True)})
        added = [_add(hub, folder, name) for name in ("acme/small", "acme/large")]
        bench.say(f"verifying {_ENTRIES} entries")
        entries = _catalogue(hub, folder)
        rounds = bench.rounds(5)
        hub.requests.clear()
        rounds = bench.rounds(5)
        samples = interleaved({"verify": Case(lambda: _verify(hub, folder))}, rounds)["verify"]
        requests, received = len(hub.requests) // rounds, hub.bytes_sent // rounds
    return Section(
        title="The Hub",
        about=(
            "On a Hub of the tests on this machine: what is asked, and what a network would "
            "have to carry; the time a real Hub takes comes on top."
        ),
        tables=(
            Table(
                "registry add of one model",
                ("weights", "requests", "bytes received"),
                tuple(
                    (weights, f"{count}", f"{sent:,}")
                    for weights, (count, sent) in zip(("47 MB", "40 GB"), added, strict=True)
                ),
            ),
            Table(
                f"registry verify of {entries} entries",
                ("", "seconds", "requests", "bytes received"),
                (("8 at once", samples.spread.text(), f"{requests:,}", f"{received:,}"),),
            ),
        ),
        targets=(
            Target(
                "bytes to add a model, whatever its weights",
                f"≤ {_LIMIT:,}",
                f"{max(sent for _, sent in added):,}",
                max(sent for _, sent in added) <= _LIMIT,
            ),
        ),
    )


def _add(hub: HubServer, folder: Path, name: str) -> tuple[int, int]:
    """Requests and bytes of adding one model to a catalogue of its own."""
    own = folder / name.replace("/", "-")
    own.mkdir()
    (own / "models.json").write_text(json.dumps({"models": [made_up("first", "acme/first")]}))
    hub.requests.clear()
    _command(hub, own, own / "home", "add", name)
    return len(hub.requests), hub.bytes_sent


def _verify(hub: HubServer, folder: Path) -> float:
    """The seconds for `registry verify` of the whole catalogue, including the process start."""
    before = time.perf_counter()
    _command(hub, folder, folder / "home", "verify")
    return time.perf_counter() - before


def _catalogue(hub: HubServer, folder: Path) -> int:
    """300 repositories, and a catalogue with correct facts about them."""
    entries: list[dict[str, Any]] = []
    for number in range(_ENTRIES):
        width = 8 + number  # so that all are different
        weights = safetensors({"embeddings.word_embeddings.weight": ("F32", (30522, width))})
        config = json.dumps(_CONFIG | {"hidden_size": width})
        pooling = {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True}
        files = _FILES | {"config.json": config, "model.safetensors": weights}
        files |= {"1_Pooling/config.json": json.dumps(pooling)}
        repository = hub.store.add(f"acme/model-{number}", files)
        entry = made_up(f"model-{number}", f"acme/model-{number}", width=width)
        entries.append(entry | {"revision": repository.head})
    (folder / "models.json").write_text(json.dumps({"models": entries}))
    return len(entries)


def _command(hub: HubServer, folder: Path, home: Path, *arguments: str) -> None:
    variables = environment(hub.url, home)
    variables["PYTHONPATH"] = os.pathsep.join((str(ROOT / "src"), str(ROOT / "codegen")))
    done = subprocess.run(
        [sys.executable, "-m", "registry", *arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    # `verify` ends with 1 if it finds something.
    if done.returncode not in (0, 1) or not hub.requests:
        raise RuntimeError(done.stderr)

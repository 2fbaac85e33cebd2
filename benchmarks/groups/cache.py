"""Listing a large Hugging Face cache: `registry ls`, `du`, and huggingface_hub's own scan."""

import hashlib
import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.catalogues import made_up
from benchmarks.checkout import ROOT
from benchmarks.report import Section, Table
from benchmarks.timing import Case, interleaved

_REPOSITORIES, _REVISIONS, _FILES = 250, 4, 8
_SCAN = "from huggingface_hub import scan_cache_dir; print(len(scan_cache_dir().repos))"


def run(bench: Bench) -> Section:
    """Each command in a process of its own, in turn."""
    folder = bench.workspace.folder / "cache"
    home = folder / "home"
    bench.say(f"filling a cache with {_REPOSITORIES * _REVISIONS} revisions")
    _fill(home / "hub")
    names = [f"model-{number}" for number in range(_REPOSITORIES)]
    models = [made_up(name, f"acme/{name}") for name in names]
    (folder / "models.json").write_text(json.dumps({"models": models}))
    commands = {
        "scan_cache_dir": ["-c", _SCAN],
        "registry ls": ["-m", "registry", "ls"],
        "registry du": ["-m", "registry", "du"],
    }
    samples = interleaved(
        {name: Case(partial(_seconds, argv, folder, home)) for name, argv in commands.items()},
        bench.rounds(9),
    )
    base = samples["scan_cache_dir"]
    return Section(
        title="A large cache",
        about=(
            f"{_REPOSITORIES * _REVISIONS:,} revisions of {_REPOSITORIES} repositories with "
            f"{_FILES} files each, in the Hugging Face cache; no Ollama answers. The whole "
            "process, beside one that only lets huggingface_hub scan the cache."
        ),
        tables=(
            Table(
                "listing",
                ("command", "seconds", "over the scan"),
                tuple(
                    (name, each.spread.text(digits=2), each.over(base).text(digits=2))
                    for name, each in samples.items()
                ),
            ),
        ),
    )


def _fill(cache: Path) -> None:
    """Add repositories whose revisions share all files but one, as after updates of a model."""
    for number in range(_REPOSITORIES):
        repository = cache / f"models--acme--model-{number}"
        for folder in ("blobs", "refs", "snapshots"):
            (repository / folder).mkdir(parents=True)
        for revision in range(_REVISIONS):
            commit = hashlib.sha1(f"{number}.{revision}".encode()).hexdigest()
            snapshot = repository / "snapshots" / commit
            snapshot.mkdir()
            for file in range(_FILES):
                content = f"{number}.{file}.{revision if file == 0 else ''}".encode()
                blob = hashlib.sha256(content).hexdigest()
                (repository / "blobs" / blob).write_bytes(content)
                (snapshot / f"file{file}.json").symlink_to(Path("..", "..", "blobs", blob))
        (repository / "refs" / "main").write_text(commit)


def _seconds(argv: list[str], folder: Path, home: Path) -> float:
    variables = {**os.environ, "HF_HOME": str(home), "OLLAMA_HOST": "127.0.0.1:9"}
    variables["PYTHONPATH"] = os.pathsep.join((str(ROOT / "src"), str(ROOT / "codegen")))
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, *argv], cwd=folder, env=variables, capture_output=True, check=True
    )
    return time.perf_counter() - before

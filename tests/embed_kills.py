"""Kill and restart runs of `registry embed`, and count lost and doubled rows.

    python -m tests.embed_kills local 50      the engine of one machine, at random moments
    python -m tests.embed_kills driver 20     the driver on a Ray cluster of three nodes
    python -m tests.embed_kills node 20       a node of that cluster, while the driver goes on

Each run is a real process of the command, with a small model made for this. Parts and blocks are
small, so that a kill interrupts work in progress. The results are read from the output files.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as arrow_parquet
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "functional"), str(ROOT / "examples")]

from catalogues import catalogue, entry  # noqa: E402 - where it lies is said above

Vector = NDArray[np.float32]
pa: Any = arrow  # untyped
pq: Any = arrow_parquet

DIM = 32
BAD = {7: None, 8: "  "}
"""Rows of the corpus that cannot be embedded."""


@dataclass
class Outcome:
    """The outcome of a series of kills."""

    rows: int
    kills: int = 0
    runs: int = 0
    lost: int = 0
    doubled: int = 0
    changed: int = 0
    stuck: int = 0

    @property
    def right(self) -> bool:
        """Whether every run ended, and every row exists exactly once."""
        return not (self.lost or self.doubled or self.changed or self.stuck)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills in {self.runs} runs over {self.rows} rows: {self.lost} lost, "
            f"{self.doubled} doubled, {self.changed} with other vectors, {self.stuck} runs stuck"
        )


@dataclass
class Trial:
    """A folder with a model, a catalogue with it, and a corpus; outputs go to `work`."""

    folder: Path
    rows: int
    work: Path

    @classmethod
    def make(cls, folder: Path, rows: int) -> Trial:
        """Create all that: the corpus is two files of texts of varying length, row groups of 64."""
        export_tiny(folder)
        specs = {"parameters": "1M", "embedding_dim": DIM, "context_length": 512}
        tiny = entry("tiny", specs=specs, pooling="mean", normalize=True, similarity="cosine")
        (folder / "models.json").write_text(json.dumps(catalogue(tiny)))
        texts = [BAD.get(n, f"passage {n} " + "word " * (n % 40)) for n in range(rows)]
        half = rows // 2
        for name, some in (("a", range(half)), ("b", range(half, rows))):
            table = pa.table({"id": [f"p{n}" for n in some], "text": [texts[n] for n in some]})
            (folder / "corpus").mkdir(exist_ok=True)
            pq.write_table(table, folder / "corpus" / f"{name}.parquet", row_group_size=64)
        return cls(folder, rows, folder)

    @property
    def said(self) -> Path:
        """The file with the stderr of all runs."""
        return self.folder / "said.txt"

    def command(self, output: Path, *more: str) -> list[str]:
        """The command line."""
        return [
            *(sys.executable, "-m", "registry", "embed", "corpus", "--model", "tiny"),
            *("--catalogue", "models.json", "--text", "text", "--id", "id", "-o", str(output)),
            *("--backend", "onnx", "--local-path", "export", "--threads", "1", *more),
        ]

    def begin(self, output: Path, *more: str) -> subprocess.Popen[bytes]:
        """Start the command."""
        environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        with self.said.open("ab") as said:  # a pipe that is not read would block it
            return subprocess.Popen(
                self.command(output, *more),
                cwd=self.folder,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )

    def end(self, output: Path, *more: str) -> None:
        """Run it to its end."""
        status = self.begin(output, *more).wait()
        assert status == 0, self.said.read_text()

    def count(self, output: Path, wanted: dict[int, Vector], outcome: Outcome) -> None:
        """Compare an output with that of an undisturbed run."""
        found = vectors(output)
        times = Counter(row for row, _ in found)
        outcome.lost += len(wanted.keys() - times.keys())
        outcome.doubled += sum(count - 1 for count in times.values())
        outcome.changed += sum(
            row not in wanted or abs(wanted[row] - vector).max() > 1e-5 for row, vector in found
        )


def export_tiny(folder: Path) -> None:
    """A BERT with two narrow layers and fixed weights, as a graph for ONNX Runtime."""
    import torch
    from checkpoints import MINILM, minilm_folder
    from transformers import BertConfig, BertModel

    from registry.backends.interface import LoadOptions
    from registry.exporting.export_model import export_model

    weights = folder / "weights"
    shutil.copytree(minilm_folder(), weights, ignore=shutil.ignore_patterns("*.safetensors"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=DIM,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(weights)
    pooling = weights / "1_Pooling" / "config.json"
    pooling.write_text(pooling.read_text().replace("384", str(DIM)))
    model = dataclasses.replace(
        MINILM, id="tiny", huggingface_id="org/tiny", embedding_dim=DIM, revision=None
    )
    options = LoadOptions(local_path=weights)
    export_model(model, "onnx", "f32", output=folder / "export", min_overlap=0, options=options)


def vectors(output: Path) -> list[tuple[int, Vector]]:
    """Row and vector of everything in an output."""
    found: list[tuple[int, Vector]] = []
    for path in output.glob("*.parquet"):
        table = pq.read_table(path, columns=["corpus_row", "vector"])
        flat = table.column("vector").combine_chunks().flatten().to_numpy().reshape(-1, DIM)
        rows = table.column("corpus_row").to_pylist()
        found += list(zip(rows, flat, strict=True))
    return found


def kill_local(trial: Trial, kills: int, chance: random.Random) -> Outcome:
    """Kill the process whenever it has written a few more parts, `kills` times in total."""
    small = ("--rows-per-part", "16")
    trial.end(trial.work / "whole", *small)
    wanted = dict(vectors(trial.work / "whole"))
    outcome = Outcome(trial.rows)
    round_number = 0
    while outcome.kills < kills:
        round_number += 1
        output = trial.work / f"killed-{round_number}"
        ended = False
        while not ended:
            process = trial.begin(output, *small)
            outcome.runs += 1
            ended = True
            if outcome.kills < kills:
                ended = not _killed(process, output, chance)
                outcome.kills += not ended
            assert process.wait() in (0, -9), trial.said.read_text()
        trial.count(output, wanted, outcome)
    return outcome


def _killed(process: subprocess.Popen[bytes], output: Path, chance: random.Random) -> bool:
    """Kill a process after some more parts or soon after its start; whether that succeeded."""
    more = chance.randrange(0, 40)
    parts = len(list(output.glob("part-*"))) + more
    while process.poll() is None and more and len(list(output.glob("part-*"))) < parts:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.02 if more else 1.0))
    if process.poll() is not None:
        return False
    process.kill()
    return process.wait() == -9


def kill_ray(whom: str) -> Callable[[Trial, int, random.Random], Outcome]:
    """Kill the driver on a Ray cluster, or another node."""

    def series(trial: Trial, kills: int, chance: random.Random) -> Outcome:
        from embed_kills_on_ray import kill_on_ray

        trial.end(trial.work / "whole")  # with the local engine
        wanted = dict(vectors(trial.work / "whole"))
        outcome = Outcome(trial.rows)
        kill_on_ray(trial, wanted, outcome, kills, chance, whom)
        return outcome

    return series


KINDS: dict[str, Callable[[Trial, int, random.Random], Outcome]] = {
    "local": kill_local,
    "driver": kill_ray("driver"),
    "node": kill_ray("node"),
}


def main(kind: str, kills: str, rows: str = "1200") -> int:
    """Kill, count and report; 1 if a row was lost, doubled or changed. `export` makes the model."""
    if kind == "export":
        export_tiny(Path(kills))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial.make(Path(folder), int(rows))
        outcome = KINDS[kind](trial, int(kills), random.Random(int(kills)))
    print(outcome)
    return int(not outcome.right or outcome.kills < int(kills))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

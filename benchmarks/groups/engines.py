"""Engines compared with torch on the same weights: first vector, passages per CPU second, size."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import engine_figures, peers
from benchmarks.bench import Bench
from benchmarks.checkout import ROOT
from benchmarks.engine_figures import BASE, Sides
from benchmarks.processes import measured, output
from benchmarks.report import Section
from benchmarks.timing import Samples

_PROGRAM = "benchmarks.programs.engines"
_SETS = ("amx_bf16", "avx512_bf16", "avx512_vnni", "avx512f", "avx2")
_EXTRAS = ("openvino", "onnx", "openvino,sparse", "encoders")


def run(bench: Bench) -> Section:
    """All sides in turn; only float32 for kinds other than dense."""
    kinds = ("dense",) if bench.quick else ("dense", "sparse", "colbert", "cross-encoder")
    peer = peers.one("fastembed") if bench.peers else None
    there = peer if isinstance(peer, peers.Installed) else None
    sides: dict[str, Any] = {}
    for kind in kinds:
        bench.say(f"exporting: {kind}")
        target = bench.workspace.folder / "engines" / kind
        folder = bench.workspace.encoders[kind]
        sides[kind] = measured(_PROGRAM, "export", kind, folder, str(target))
        if there is not None:
            python = str(there.environment.python)
            sides[kind]["fastembed"] = ["fastembed", python, str(target / "fastembed")]
    bench.say("starting processes for a first vector")
    first = {kind: _first(kind, sides[kind], bench.rounds(5)) for kind in kinds}
    found: dict[tuple[str, int], Any] = {}
    for kind in kinds:
        for threads in (1, 2):
            bench.say(f"encoding in turn: {kind}, {threads} threads")
            found[kind, threads] = measured(
                _PROGRAM, "in-turn", kind, json.dumps(sides[kind]), str(threads),
                str(bench.rounds(5 if kind == "dense" else 3)),
            )  # fmt: skip
    bench.say("larger batches, longer texts")
    growth = measured(
        _PROGRAM, "growth", "dense", json.dumps(sides["dense"]), "1", str(bench.rounds(3))
    )
    installed = {} if bench.quick else _installed(bench, there)
    absent = (
        [f"fastembed does not run here: {peer.reason}"] if isinstance(peer, peers.Absent) else []
    )
    return Section(
        title="Engines",
        about=(
            "`load(..., backend=...)` on exports of the same weights, beside sentence-transformers "
            "itself and fastembed on the graph of `onnx f32`, in an environment of its own. CPU "
            "time of the process (user and system), so that other work on the machine matters "
            f"little. Instruction sets: {', '.join(_instruction_sets()) or 'unknown'}."
        ),
        targets=engine_figures.targets(first["dense"], found, installed),
        tables=(
            *(engine_figures.first_table(kind, each) for kind, each in first.items()),
            *(engine_figures.speed_table(*key, each) for key, each in found.items()),
            *engine_figures.growth_tables(growth),
            *([engine_figures.installed_table(installed)] if installed else []),
        ),
        notes=(
            "A first vector is that of one query, with the start of Python, all imports and the "
            "load; an export's hashes are checked, and one text per role is encoded before.",
            "short: 8 words; medium: a description or a few of the catalogue, about 50 words; "
            "long: more than the model reads. Batches of 32 texts at most.",
            "overlap: the share of the ten best of 200 passages that torch in float32 finds too, "
            "over 64 queries.",
            "fastembed pools sparse weights itself, from a graph that ends at the words.",
            *absent,
        ),
    )


def _first(kind: str, sides: Mapping[str, Any], rounds: int) -> dict[str, Sides]:
    found: dict[str, Sides] = {what: {} for what in ("cpu", "clock", "memory")}
    names = [name for name in sides if name.endswith("f32") or name in (BASE, "fastembed")]
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            began = str(time.monotonic())
            if name == "fastembed":
                _, python, folder = sides[name]
                program = str(ROOT / "benchmarks" / "programs" / "fastembed_side.py")
                lines = output([python, program, "first", kind, folder, began]).splitlines()
                said = json.loads(lines[-1])
            else:
                said = measured(_PROGRAM, "first", kind, json.dumps(sides), name, began)
            for what, value in said.items():
                found[what].setdefault(name, Samples()).by_round[number] = value
    return found


def _instruction_sets() -> list[str]:
    try:
        flags = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text("utf-8"), re.M)
    except OSError:
        return []
    known = flags[1].split() if flags else []
    return [name for name in _SETS if name in known]


def _installed(bench: Bench, fastembed: peers.Installed | None) -> dict[str, float]:
    """Megabytes that pip installs into an empty folder for each extra of this package.

    Raises RuntimeError if an engine installs torch.
    """
    found: dict[str, float] = {}
    for extra in _EXTRAS:
        bench.say(f"installing [{extra}]")
        folder = bench.workspace.folder / "installed" / extra
        wanted = f"{bench.workspace.wheel}[{extra}]"
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), wanted],
            check=True, cwd=ROOT,
        )  # fmt: skip
        if extra != "encoders" and (folder / "torch").exists():
            raise RuntimeError(f"[{extra}] brings torch")
        found[f"[{extra}]"] = _megabytes(folder)
        shutil.rmtree(folder)
    if fastembed is not None:
        found["fastembed"] = _megabytes(fastembed.environment.site)
    return found


def _megabytes(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6

"""`registry bundle` and `unbundle` of a gigabyte compared with tar, on the same disk."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.checkout import ROOT
from benchmarks.processes import output
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Case, Samples, interleaved

_MEBIBYTES = 1000
_FILES = 4
_FLOOR = 0.8
_NAME, _COMMIT = "acme/large", "0123456789abcdef0123456789abcdef01234567"

# The commands without the start of a process.
_BUNDLE = """
import json, sys, time
from pathlib import Path
from benchmarks.processes import peak_mebibytes
from registry.bundles.contents import plan_bundle
from registry.bundles.packing import write_bundle
from registry.catalogue.entries import Entry
from registry.files.lock_file import read_lock
lock, cache, target = map(Path, sys.argv[1:])
data = {"id": "large", "type": "dense", "organization": "acme", "description": "Large.",
        "huggingface_id": "acme/large"}
entry = Entry(id="large", type="dense", huggingface_id="acme/large", data=data)
start = time.perf_counter()
write_bundle(plan_bundle([entry], read_lock(lock), catalogue="acme", cache_dir=cache), target)
print(json.dumps([time.perf_counter() - start, peak_mebibytes()]))
"""
_UNBUNDLE = """
import json, sys, time
from pathlib import Path
from benchmarks.processes import peak_mebibytes
from registry.bundles.opening import open_bundle
from registry.bundles.unpacking import unpack
start = time.perf_counter()
with open_bundle(Path(sys.argv[1])) as bundle:
    unpack(bundle, cache_dir=Path(sys.argv[2]))
print(json.dumps([time.perf_counter() - start, peak_mebibytes()]))
"""


def run(bench: Bench) -> Section:
    """Pack and unpack each way, in turn."""
    folder = bench.workspace.folder / "bundle"
    size = 100 if bench.quick else _MEBIBYTES
    large, small = _cache(folder / "large", size), _cache(folder / "small", 10)
    peaks: dict[str, list[float]] = {}

    def ours(program: str, label: str, *arguments: Path) -> float:
        settings = {
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
            "REGISTRY_CACHE_DIR": str(folder / "registry"),
        }
        said = output([sys.executable, "-c", program, *map(str, arguments)], settings=settings)
        seconds, peak = json.loads(said)
        peaks.setdefault(label, []).append(peak)
        return float(seconds)

    def bundle(source: Path, label: str, name: str) -> float:
        target = folder / name
        target.unlink(missing_ok=True)
        return ours(_BUNDLE, label, source / "models.lock.json", source / "hub", target)

    def tar() -> float:
        (folder / "tar.tar").unlink(missing_ok=True)
        return _seconds("tar", "-chf", folder / "tar.tar", "-C", _snapshot(large), ".")

    def unbundle() -> float:
        shutil.rmtree(folder / "away", ignore_errors=True)
        return ours(_UNBUNDLE, "unbundle", folder / "large.tar", folder / "away")

    def untar() -> float:
        shutil.rmtree(folder / "untar", ignore_errors=True)
        (folder / "untar").mkdir()
        return _seconds("tar", "-xf", folder / "tar.tar", "-C", folder / "untar")

    cases = {
        "bundle": Case(partial(bundle, large, "bundle", "large.tar")),
        "tar -c": Case(tar),
        "unbundle": Case(unbundle),
        "tar -x": Case(untar),
        "small": Case(partial(bundle, small, "small", "small.tar"), every=3),
    }
    bundle(large, "first", "large.tar")  # so that the input of every case is in the page cache
    tar()
    samples = interleaved(cases, bench.rounds(5))
    shutil.rmtree(folder)
    packing = samples["tar -c"].over(samples["bundle"])
    unpacking = samples["tar -x"].over(samples["unbundle"])
    growth = max(peaks["bundle"]) - max(peaks["small"])
    return Section(
        title="Bundles",
        about=(
            f"`registry bundle` and `unbundle` of {size} MiB in {_FILES} files beside `tar`, from "
            "and to the same disk, with what is read in the page cache; without the start of our "
            "processes. Both of ours compute the SHA-256 of every byte, which tar does not."
        ),
        targets=(
            Target(
                "bundle over tar -c, speed",
                f"≥ {_FLOOR}x",
                f"{packing.median:.2f}x",
                packing.median >= _FLOOR,
            ),
            Target(
                f"memory for {size} MiB more than for 10 MiB",
                "≤ 16 MiB",
                f"{max(0.0, growth):.0f} MiB",
                growth <= 16,
            ),
        ),
        tables=(
            Table(
                "Throughput and memory",
                ("", "ours, MiB/s", "tar, MiB/s", "ours over tar", "our peak, MiB"),
                tuple(
                    (
                        name,
                        _speed(samples[name], size),
                        _speed(samples[other], size),
                        ratio.text(digits=2),
                        f"{max(peaks[name]):.0f}",
                    )
                    for name, other, ratio in (
                        ("bundle", "tar -c", packing),
                        ("unbundle", "tar -x", unpacking),
                    )
                ),
            ),
        ),
        notes=(
            "The peak is of the whole process, with Python and huggingface_hub; for a bundle of "
            f"10 MiB it is {max(peaks['small']):.0f} MiB.",
        ),
    )


def _cache(folder: Path, mebibytes: int) -> Path:
    """A cache with incompressible weights, and their lock."""
    repository = folder / "hub" / f"models--{_NAME.replace('/', '--')}"
    snapshot, blobs = repository / "snapshots" / _COMMIT, repository / "blobs"
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    files = {}
    for number in range(1, _FILES + 1):
        name = f"model-{number:05}-of-{_FILES:05}.safetensors"
        path = blobs / "new"
        digest = hashlib.sha256()
        with path.open("wb") as file:
            for _ in range(mebibytes // _FILES):
                piece = os.urandom(1 << 20)
                digest.update(piece)
                file.write(piece)
        files[name] = {"size": path.stat().st_size, "sha256": digest.hexdigest()}
        path.rename(blobs / digest.hexdigest())
        (snapshot / name).symlink_to(f"../../blobs/{digest.hexdigest()}")
    model = {"huggingface_id": _NAME, "revision": _COMMIT, "files": files}
    text = json.dumps({"version": 1, "models": {"large": model}})
    (folder / "models.lock.json").write_text(text)
    return folder


def _snapshot(folder: Path) -> Path:
    return next(folder.glob("hub/models--*/snapshots/*"))


def _seconds(*command: str | Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - start


def _speed(samples: Samples, mebibytes: int) -> str:
    return f"{mebibytes / samples.median:,.0f}"

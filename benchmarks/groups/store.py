"""`registry pull` compared with snapshot_download, from the test Hub on this machine."""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.checkout import ROOT
from benchmarks.processes import output
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Case, Samples, interleaved

sys.path.insert(0, str(ROOT / "tests"))  # the Hub is one of the tests' servers

from servers.hub import HubServer
from servers.hub_content import Content, File
from servers.hub_environment import environment
from servers.hub_repository import Repository

_GIGABIT = 125_000_000  # bytes per second
_LIMIT = 0.95
_HEADER = (2).to_bytes(8, "little") + b"{}"  # of a safetensors file; the Hub looks at it

_SNAPSHOT = """
import json, sys, time
from huggingface_hub import snapshot_download
start = time.perf_counter()
snapshot_download(sys.argv[1], revision=sys.argv[2])
print(json.dumps(time.perf_counter() - start))
"""
# How to download and verify without the command.
_CHECKED = """
import hashlib, json, pathlib, sys, time
from huggingface_hub import snapshot_download
start = time.perf_counter()
for path in pathlib.Path(snapshot_download(sys.argv[1], revision=sys.argv[2])).iterdir():
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256").hexdigest()
print(json.dumps(time.perf_counter() - start))
"""
# The command without the start of a process: plan, fetch, check every byte.
_PULL = """
import json, sys, time
from benchmarks.catalogues import made_up
from registry.catalogue.entries import entry_of
from registry.hub.remote import open_remote
from registry.files.lock_file import Lock
from registry.store.pull_plan import plan_pull
from registry.store.pulling import pull
entry = entry_of(made_up("model", sys.argv[1]) | {"revision": sys.argv[2]})
start = time.perf_counter()
(pulled,) = pull(plan_pull([entry], Lock(), open_remote))
print(json.dumps(time.perf_counter() - start))
assert not pulled.failures, pulled.failures
"""
_PROGRAMS = {"snapshot": _SNAPSHOT, "checked": _CHECKED, "pull": _PULL}


@dataclass(frozen=True)
class _Layout:
    """The weights of a repository, and the rate at which its Hub sends each file."""

    name: str
    files: int
    mebibytes: int
    rate: int | None = None


_LAYOUTS = (
    _Layout("one file of 90 MiB", 1, 90),
    _Layout("four files of 100 MiB", 4, 100),
    _Layout("one file of 300 MiB, 1 Gbit/s", 1, 300, _GIGABIT),
)


class _Throttled(File):
    """A file that is sent at the rate of a network."""

    rate = _GIGABIT

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        began, sent = time.perf_counter(), 0
        for piece in super().pieces(start, stop):
            yield piece
            sent += len(piece)
            time.sleep(max(0.0, began + sent / self.rate - time.perf_counter()))


def run(bench: Bench) -> Section:
    """Fetch each layout in every way into an empty cache, in turn."""
    folder = bench.workspace.folder / "store"
    rows: list[tuple[str, ...]] = []
    targets: list[Target] = []
    with HubServer() as hub:
        for number, layout in enumerate(_LAYOUTS):
            bench.say(layout.name)
            repository = _repository(hub, folder / str(number), layout)
            cases = {
                name: Case(partial(_fetch, hub, folder / "home", program, repository))
                for name, program in _PROGRAMS.items()
            }
            samples = interleaved(cases, bench.rounds(15))
            ratio = samples["snapshot"].over(samples["pull"])
            size = layout.files * layout.mebibytes
            rows.append(
                (
                    layout.name,
                    *(_speed(samples[name], size) for name in _PROGRAMS),
                    ratio.text(digits=2),
                    samples["checked"].over(samples["pull"]).text(digits=2),
                )
            )
            targets.append(
                Target(
                    f"{layout.name}: pull over snapshot_download",
                    f"≥ {_LIMIT}x",
                    f"{ratio.median:.2f}x",
                    ratio.median >= _LIMIT,
                )
            )
    return Section(
        title="Pulling",
        about=(
            "What `registry pull` does for one pinned model beside `snapshot_download` of the same "
            "commit, each in a fresh process and into an empty cache; without the start of the "
            "process. The pull checks the SHA-256 of every byte, which the other does not."
        ),
        targets=tuple(targets),
        tables=(
            Table(
                "Throughput",
                (
                    "weights",
                    "snapshot_download, MiB/s",
                    "and SHA-256 after it, MiB/s",
                    "pull, MiB/s",
                    "pull over snapshot_download",
                    "pull over both",
                ),
                tuple(rows),
            ),
        ),
        notes=(
            "Without a limit the Hub, the client and SHA-256 share the cores of this machine, so "
            "that checking is paid in full where they are few; a network leaves the client time "
            "to compute the digest while the file comes.",
        ),
    )


def _repository(hub: HubServer, folder: Path, layout: _Layout) -> Repository:
    """Add a repository with incompressible weights that no other one has."""
    folder.mkdir(parents=True)
    kind = File if layout.rate is None else _Throttled
    files: dict[str, Content | str] = {"config.json": json.dumps({"layout": layout.name})}
    for number in range(1, layout.files + 1):
        many = layout.files > 1
        name = f"model-{number:05}-of-{layout.files:05}" if many else "model"
        path = folder / f"{name}.safetensors"
        path.write_bytes(_HEADER + os.urandom(1 << 20) * layout.mebibytes)
        weights = kind(path)
        assert weights.sha256  # computed now, not during the measurement
        files[path.name] = weights
    return hub.store.add(f"acme/layout-{folder.name}", files)


def _fetch(hub: HubServer, home: Path, program: str, repository: Repository) -> float:
    variables = environment(hub.url, home)
    changed = {key: value for key, value in variables.items() if os.environ.get(key) != value}
    changed |= {
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "PYTHONPATH": str(ROOT / "src"),
        "REGISTRY_CACHE_DIR": str(home / "registry"),
    }
    try:
        arguments = [sys.executable, "-c", program, repository.id, repository.head]
        return float(json.loads(output(arguments, settings=changed)))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _speed(samples: Samples, mebibytes: int) -> str:
    return f"{mebibytes / samples.median:,.0f}"

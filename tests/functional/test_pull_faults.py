"""`registry pull` if the Hub or disk fails or the user interrupts: clear errors, nothing half."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import command_line
import pytest
from environments import Result
from hub_project import HubProject, entry, project, without_files
from huggingface_hub import scan_cache_dir

from goldens import Golden
from registry.catalogue.entries import entry_of
from registry.files.lock_file import Lock
from registry.hub.remote import open_remote
from registry.store.pull_plan import plan_pull
from registry.store.pulling import pull
from servers.hub_content import Content
from servers.hub_repository import Repository

__all__ = ["project"]  # a fixture that pytest finds by name

PIECE = 10 << 20
BUFFERED = 1 << 16  # more than Python holds back from a file that is not flushed
WEIGHTS = os.urandom(1 << 20) * 21
NAMES = {"model.safetensors", "config.json", "tokenizer.json"}
# Of a connection that stalls for as long as the test needs.
STALLED: dict[str, Any] = {"path": "*/model.safetensors", "after": PIECE + BUFFERED, "seconds": 900}
PATIENT = {"HF_HUB_DOWNLOAD_TIMEOUT": "900"}
# Short timeouts for stalled connections.
QUICK = {"HF_HUB_DOWNLOAD_TIMEOUT": "1", "HF_HUB_ETAG_TIMEOUT": "2"}


# The test runner's parent may have made its children ignore SIGINT.
LISTENING = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for commands in processes of their own."""
    monkeypatch.setattr("registry.hub.asking._PAUSE", 0.01)


@pytest.fixture
def one(project: HubProject) -> Repository:
    files: dict[str, Any] = {
        "model.safetensors": WEIGHTS,
        "config.json": "{}",
        "tokenizer.json": "t" * 500,
    }
    repository = project.hub.store.add("acme/one", files)
    project.catalogue(entry("one", "acme/one", revision=repository.head))
    assert project.run("lock").status == 0
    project.hub.requests.clear()
    return repository


def ended(process: subprocess.Popen[str]) -> Result:
    stdout, stderr = process.communicate(timeout=300)
    return Result(process.returncode, stdout, stderr)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 300  # disks of busy machines may stall too
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def here(project: HubProject) -> set[str]:
    """The files of the snapshot, which must all be complete."""
    found: set[str] = set()
    for path in project.cache.glob("models--acme--one/snapshots/*/*"):
        assert path.is_file(), path
        if path.name == "model.safetensors":
            assert path.read_bytes() == WEIGHTS
        found.add(path.name)
    return found


def leftovers(project: HubProject) -> list[Path]:
    return list(project.cache.glob("models--*/blobs/*.incomplete"))


def failed(project: HubProject, **more: str) -> str:
    """The error of a pull that fails; complete files stay, and nothing is left incomplete."""
    result = project.run("pull", "one", **more)
    assert result.status == 1, result.output
    assert "Traceback" not in result.stderr
    assert "registry: 0 models here and checked" in result.stderr
    assert here(project) <= NAMES
    assert not leftovers(project)
    if project.cache.exists():
        assert not scan_cache_dir(project.cache).warnings
    return result.stderr


def comes(project: HubProject, **more: str) -> None:
    result = project.run("pull", "one", **more)
    assert result.status == 0, result.output
    assert here(project) == NAMES
    assert not leftovers(project)
    assert project.run("check", "one").status == 0


def goes_on(project: HubProject) -> None:
    """The next pull fetches only the missing part of the weights."""
    (partial,) = leftovers(project)
    came = partial.stat().st_size
    assert came >= 1 << 20
    project.hub.requests.clear()
    comes(project)
    first = project.hub.asked("*/model.safetensors", method="GET", server="cdn")[0]
    assert first.range == f"bytes={came}-"
    assert first.sent == len(WEIGHTS) - came


@pytest.mark.parametrize("kind", ["cut", "stall"])
def test_a_connection_that_breaks_off_is_taken_up_where_it_was(
    project: HubProject, one: Repository, kind: Any
) -> None:
    at = PIECE + BUFFERED
    project.hub.fails(kind, path="*/model.safetensors", after=at, seconds=3)
    comes(project, **QUICK)
    first, second = project.hub.asked("*/model.safetensors", method="GET", server="cdn")
    assert first.range is None
    assert second.range is not None
    assert second.sent < len(WEIGHTS)


def test_a_reset_is_no_end(project: HubProject, one: Repository) -> None:
    project.hub.fails("reset", path="*/model.safetensors", after=PIECE + BUFFERED)
    comes(project)
    assert len(project.hub.asked("*/model.safetensors", method="GET", server="cdn")) == 2


def test_too_many_requests_are_waited_for(project: HubProject, one: Repository) -> None:
    project.hub.fails("status", path="*/config.json", method="GET", status=429, retry_after=1)
    comes(project, **QUICK)


def test_another_size_than_the_hub_lists(project: HubProject, one: Repository) -> None:
    project.hub.fails("length", path="*/model.safetensors", by=-7, times=None)
    assert "size of a file differs from what " in failed(project, **QUICK)
    assert here(project) == NAMES - {"model.safetensors"}


def test_a_hub_that_is_away(project: HubProject, one: Repository) -> None:
    with project.hub.refusing():
        assert f"cannot connect to {project.hub.url}" in failed(project, **QUICK)
        assert not here(project)
    comes(project)
    with project.hub.refusing():  # no request is needed any more
        comes(project)


def test_a_hub_that_is_away_before_anything_is_known(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    (project.folder / "models.lock.json").unlink()
    with project.hub.refusing():
        result = project.run("pull", "one")
    assert result.status == 1
    golden(without_files(result.stderr))


def test_a_hub_that_goes_away_in_the_middle(project: HubProject, one: Repository) -> None:
    project.hub.fails("stall", **STALLED)
    process = project.start("pull", "one", settings=PATIENT)
    until(lambda: any(path.stat().st_size >= PIECE for path in leftovers(project)))
    until(lambda: here(project) == NAMES - {"model.safetensors"})
    with project.hub.refusing():
        result = ended(process)
    assert result.status == 1
    assert "cannot connect" in result.stderr
    assert "Traceback" not in result.stderr
    assert here(project) == NAMES - {"model.safetensors"}
    goes_on(project)


def test_offline(project: HubProject, one: Repository) -> None:
    assert "HF_HUB_OFFLINE is set" in failed(project, HF_HUB_OFFLINE="1")
    comes(project)
    comes(project, HF_HUB_OFFLINE="1")


def test_killed_in_the_middle(project: HubProject, one: Repository) -> None:
    project.hub.fails("stall", **STALLED)
    process = project.start("pull", "one", settings=PATIENT)
    until(lambda: any(path.stat().st_size >= PIECE for path in leftovers(project)))
    until(lambda: here(project) == NAMES - {"model.safetensors"})
    process.kill()
    assert ended(process).status == -signal.SIGKILL
    goes_on(project)
    asked = {request.path.rpartition("/")[2] for request in project.hub.asked("*/resolve/*")}
    assert asked == {"model.safetensors"}


def test_what_was_left_behind_need_not_be_right(project: HubProject, one: Repository) -> None:
    project.hub.fails("stall", **STALLED)
    process = project.start("pull", "one", settings=PATIENT)
    until(lambda: any(path.stat().st_size >= PIECE for path in leftovers(project)))
    process.kill()
    ended(process)
    (partial,) = leftovers(project)
    content = bytearray(partial.read_bytes())
    content[77] ^= 1
    partial.write_bytes(content)
    goes_on(project)
    first, second = project.hub.asked("*/model.safetensors", method="GET", server="cdn")
    assert (first.range is None, second.range is None) == (False, True)


def test_interrupted(project: HubProject, one: Repository, golden: Golden) -> None:
    project.hub.fails("stall", **STALLED)
    process = project.start("pull", "one", settings=PATIENT, preexec_fn=LISTENING)
    until(lambda: any(path.stat().st_size >= PIECE for path in leftovers(project)))
    process.send_signal(signal.SIGINT)
    result = ended(process)  # long before the connection goes on
    assert result.status == -signal.SIGINT
    golden(without_files(result.stderr))
    goes_on(project)


@pytest.mark.parametrize("path", ["/api/*", "*/resolve/*/config.json"])
def test_interrupted_before_anything_comes(project: HubProject, one: Repository, path: str) -> None:
    (project.folder / "models.lock.json").unlink()
    project.hub.fails("slow", path=path, seconds=900, times=None)
    process = project.start("pull", "one", settings=PATIENT, preexec_fn=LISTENING)
    until(lambda: project.hub.asked(path))
    process.send_signal(signal.SIGINT)
    result = ended(process)
    assert result.status == -signal.SIGINT
    assert result.stderr.splitlines()[-1].startswith("registry: stopped")


def test_an_interruption_ends_the_other_downloads(project: HubProject) -> None:
    weights = {
        f"model-0000{number}-of-00004.safetensors": bytes([number]) * (PIECE + 10)
        for number in range(1, 5)
    }
    repository = project.hub.store.add("acme/four", weights)
    four = entry_of(
        {
            "id": "four",
            "type": "dense",
            "huggingface_id": "acme/four",
            "revision": repository.head,
        }
    )
    plan = plan_pull([four], Lock(), open_remote)
    for number in (1, 3, 4):  # the rest of them arrives too late
        path = f"*/model-0000{number}-of-00004.safetensors"
        project.hub.fails("stall", path=path, after=PIECE + 1, seconds=1)

    class Impatient:
        """Interrupts when a chunk of the second file arrives."""

        def begin(self, name: str, size: int | None) -> None: ...

        def end(self, name: str) -> None: ...

        def advance(self, name: str, count: int) -> None:
            if name.endswith("model-00002-of-00004.safetensors"):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(plan, Impatient())
    time.sleep(2)  # downloads under way have been told to stop
    asked = len(project.hub.requests)
    time.sleep(0.5)
    assert len(project.hub.requests) == asked
    assert not list(project.cache.glob("models--*/snapshots/*/*"))


def test_two_at_once_fetch_once(project: HubProject, one: Repository) -> None:
    project.hub.fails("slow", path="*/model.safetensors", method="GET", seconds=1)
    both = [project.start("pull", "one", settings=PATIENT) for _ in range(2)]
    assert [ended(process).status for process in both] == [0, 0]
    assert here(project) == NAMES
    assert not leftovers(project)
    assert len(project.hub.asked("*", method="GET", server="cdn")) == 1


def test_another_process_keeps_what_it_is_fetching(project: HubProject, one: Repository) -> None:
    project.hub.fails("stall", path="*/model.safetensors", after=PIECE + BUFFERED, seconds=4)
    first = project.start("pull", "one", settings=PATIENT)
    until(lambda: any(path.stat().st_size >= PIECE for path in leftovers(project)))
    second = project.start("pull", "one", settings=PATIENT)
    assert [ended(process).status for process in (first, second)] == [0, 0]
    assert len(project.hub.asked("*", method="GET", server="cdn")) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A 30 MiB disk, half of which a test may fill; without the right to mount, a file limit."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", str(folder)]
    if shutil.which("mount") and subprocess.run(mount, capture_output=True).returncode == 0:
        yield folder, {}
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    limit = 15 << 20
    yield (
        folder,
        {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))},
    )


def test_a_disk_that_fills_up(
    project: HubProject, one: Repository, small_disk: tuple[Path, dict[str, Any]], golden: Golden
) -> None:
    folder, options = small_disk
    project.hub.fails("stall", path="*/model.safetensors", after=PIECE + BUFFERED, seconds=1)
    process = project.start("pull", "one", "--cache-dir", str(folder / "hub"), **options)
    until(lambda: any(folder.glob("hub/models--*/blobs/*.incomplete")))
    (folder / "others").write_bytes(bytes(15 << 20))
    result = ended(process)
    assert result.status == 1
    assert "Traceback" not in result.stderr
    golden(without_files(result.stderr))
    assert "No space left on device" in result.stderr or "File too large" in result.stderr
    assert not any(folder.glob("hub/models--*/blobs/*.incomplete"))
    found = {path.name for path in folder.glob("hub/models--*/snapshots/*/*")}
    assert found == NAMES - {"model.safetensors"}
    if not options:
        (folder / "others").unlink()
        result = project.run("pull", "one", "--cache-dir", folder / "hub")
        assert result.status == 0, result.output


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_a_cache_without_permission(project: HubProject, one: Repository, mode: int) -> None:
    project.cache.mkdir(parents=True)
    project.cache.chmod(mode)
    try:
        done = command_line.run_without_privileges(
            "pull", "one", cwd=project.folder, **project.settings
        )
    finally:
        project.cache.chmod(0o755)
    assert done.status == 1
    assert "Traceback" not in done.stderr
    assert "Permission denied" in done.stderr
    comes(project)


def test_a_cache_among_strangers(project: HubProject, one: Repository, golden: Golden) -> None:
    """Foreign files and folders, dangling links, and a repository that is not a directory."""
    snapshots = project.cache / "models--acme--one" / "snapshots" / one.head
    snapshots.mkdir(parents=True)
    (snapshots / "config.json").symlink_to("../../blobs/nowhere")
    (project.cache / "models--broken").write_text("not a folder")
    (project.cache / "somebody's folder").mkdir()
    (project.cache / "notes.txt").write_text("mine")
    comes(project)
    assert (project.cache / "notes.txt").read_text() == "mine"
    shutil.rmtree(project.cache / "models--acme--one")
    (project.cache / "models--acme--one").write_text("in the way")
    result = project.run("pull", "one")
    assert result.status == 1
    assert "Traceback" not in result.stderr
    golden(without_files(result.stderr))
    assert (project.cache / "models--acme--one").read_text() == "in the way"


def test_many_models_one_of_which_fails(project: HubProject) -> None:
    names = [f"m{number}" for number in range(12)]
    for name in names:
        project.hub.store.add(f"acme/{name}", {"model.safetensors": os.urandom(5000)})
    project.catalogue(*(entry(name, f"acme/{name}") for name in names))
    project.hub.fails("status", path="/acme/m7/*", status=403, times=None)
    found = project.json("pull", *names, status=1)
    assert [each["id"] for each in found["failures"]] == ["m7"]
    assert " denies access" in found["failures"][0]["error"]
    assert sum(model["fetched"] == 5000 for model in found["models"]) == 11


def test_a_model_that_fails_is_not_asked_for_again_and_again(project: HubProject) -> None:
    files = {f"{number}/config.json": str(number) for number in range(200)}
    project.hub.store.add("acme/many", {**files, "model.safetensors": "weights"})
    project.catalogue(entry("many", "acme/many"))
    project.hub.fails("status", path="*/resolve/*", status=403, times=None)
    found = project.json("pull", "many", status=1)
    (failure,) = found["failures"]
    assert failure["error"].count(" denies access") == 1
    assert len(project.hub.asked("*/resolve/*")) < 50


class Together(Content):
    """A file that is sent only once as many requests run as the barrier has parties."""

    def __init__(self, barrier: threading.Barrier, data: bytes) -> None:
        self.size = len(data)
        self._barrier = barrier
        self._data = data

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        if (start, stop) == (0, self.size):
            self._barrier.wait()
        yield self._data[start:stop]


def test_several_models_and_files_come_at_the_same_time(project: HubProject) -> None:
    barrier = threading.Barrier(4, timeout=300)
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    for model in ("one", "two"):
        files = {name: Together(barrier, os.urandom(2000)) for name in names}
        for content in files.values():
            content.__dict__["sha256"] = hashlib.sha256(content._data).hexdigest()
        project.hub.store.add(f"acme/{model}", files)
    project.catalogue(entry("one", "acme/one"), entry("two", "acme/two"))
    assert project.json("pull", "one", "two")["fetched"] == 8000
    assert not barrier.broken

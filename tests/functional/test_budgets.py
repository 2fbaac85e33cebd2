"""A Hub that sends endlessly or very slowly: every command ends, using little memory."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hub_project import HubProject, entry, project

from registry import budgets
from registry.budgets import Budget
from servers.hub_repository import Repository

__all__ = ["project"]  # a fixture that pytest finds by name


@pytest.fixture(scope="module", autouse=True)
def others() -> frozenset[threading.Thread]:
    """The threads of pytest and of earlier tests."""
    return frozenset(threading.enumerate())


FILES: dict[str, Any] = {
    "config.json": '{"model_type": "bert", "hidden_size": 8}',
    "README.md": "---\nlicense: mit\n---\n",
    "model.safetensors": bytes(3 << 20),
}
# Give up after one second of silence, or three seconds of a file that is slow.
QUICK = {"HF_HUB_DOWNLOAD_TIMEOUT": "1"}
METADATA, FILE = "/api/*", "*/model.safetensors"


@pytest.fixture
def one(project: HubProject, monkeypatch: pytest.MonkeyPatch) -> Repository:
    repository = project.hub.store.add("acme/one", FILES)
    project.catalogue(entry("one", "acme/one", revision=repository.head))
    little = Budget(size=budgets.METADATA.size, seconds=3, window=1)
    monkeypatch.setattr("registry.hub.answers.METADATA", little)
    return repository


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.hub.asking._PAUSE", 0.01)


@contextmanager
def ends(mebibytes: float) -> Generator[None]:
    """Check that the block ends, with at most this memory."""
    began = time.monotonic()
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 300  # these answers have no end
    assert peak < mebibytes * 2**20


COMMANDS = [
    ("add", "acme/one", "--dry-run"),
    ("verify", "one"),
    ("lock", "one"),
    ("pull", "one"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("kind", ["endless", "bomb", "trickle"])
def test_metadata(
    project: HubProject, one: Repository, command: tuple[str, ...], kind: Any
) -> None:
    if command[0] == "add":
        project.catalogue()
    project.hub.fails(kind, path=METADATA, times=None)
    with ends(mebibytes=150):
        result = project.run(*command, **QUICK)
    assert result.status == 1, result.output
    assert "Traceback" not in result.stderr
    assert f"the response from {project.hub.url} " in result.stderr
    assert len(project.hub.requests) == 1  # a retry would not help


@pytest.mark.parametrize("path", ["*/config.json", FILE])
@pytest.mark.parametrize("kind", ["endless", "bomb", "trickle"])
def test_files(project: HubProject, one: Repository, path: str, kind: Any) -> None:
    project.hub.fails(kind, path=path, times=None, server="cdn" if path == FILE else "hub")
    with ends(mebibytes=150):
        result = project.run("pull", "one", **QUICK)
    assert result.status == 1, result.output
    assert "Traceback" not in result.stderr
    size = len(FILES["model.safetensors"])
    on_disk = sum(path.stat().st_size for path in project.cache.rglob("*") if path.is_file())
    assert on_disk < 2 * size + (1 << 20)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "command", [*COMMANDS, ("pull", "locked")], ids=lambda command: "-".join(command[:2])
)
def test_who_is_to_wait_for_long_is_told_at_once(
    project: HubProject, one: Repository, command: tuple[str, ...], status: int
) -> None:
    locked = project.hub.store.add("acme/locked", FILES)
    if command[0] == "add":
        project.catalogue()
    else:
        project.catalogue(
            entry("one", "acme/one", revision=one.head),
            entry("locked", "acme/locked", revision=locked.head),
        )
        assert project.run("lock", "locked").status == 0
    project.hub.requests.clear()
    project.hub.fails("status", times=None, status=status, retry_after=600)
    with ends(mebibytes=150):
        result = project.run(*command)
    assert result.status == 1, result.output
    assert len(project.hub.requests) <= len(FILES)


def test_a_short_wait_is_told(
    project: HubProject, one: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.hub.asking._SILENT", 0.5)
    project.hub.fails("status", path=METADATA, status=503, retry_after=1)
    result = project.run("pull", "one")
    assert result.status == 0, result.output
    assert "acme/one" in result.stderr
    assert " 1 s" in result.stderr


def test_a_hub_that_is_out_of_order_is_asked_a_few_times(project: HubProject) -> None:
    """Ten locked models of eleven files each: there were once 197 requests for one of them."""
    files: dict[str, Any] = {f"{number}/config.json": "{}" for number in range(10)}
    files["model.safetensors"] = b"weights"
    entries = []
    for number in range(10):
        repository = project.hub.store.add(f"acme/m{number}", files)
        entries.append(entry(f"m{number}", f"acme/m{number}", revision=repository.head))
    project.catalogue(*entries)
    assert project.run("lock", *(each["id"] for each in entries)).status == 0
    project.hub.requests.clear()
    project.hub.fails("status", times=None, status=503)
    with ends(mebibytes=150):
        found = project.json("pull", status=1)
    assert len(found["failures"]) == 10
    assert len(project.hub.requests) < 80


def test_a_redirect_does_not_end_somewhere(project: HubProject, one: Repository) -> None:
    away = {"Location": f"{project.hub.url}/api/models/acme/one"}
    project.hub.fails("status", path=METADATA, times=None, status=302, headers=away)
    result = project.run("pull", "one")
    assert result.status == 1, result.output
    assert "Traceback" not in result.stderr
    assert len(project.hub.requests) <= 21


def test_headers_that_never_end(project: HubProject, one: Repository) -> None:
    def trickle() -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-A: ")
            while True:
                connection.sendall(b"a")
                time.sleep(0.3)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=trickle, daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        with ends(mebibytes=150):
            result = project.run("pull", "one", HF_ENDPOINT=address, **QUICK)
    assert result.status == 1
    assert f"the response from {address} did not begin" in result.stderr


def test_no_thread_waits_for_the_end(others: frozenset[threading.Thread]) -> None:
    begun = set(threading.enumerate()) - others
    assert all(thread.daemon for thread in begun)

"""Comparing files with expected digests, and caching the results."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.files.digests import Digests, damages, git_blob, local_digests, sha256
from registry.files.repository_file import RepositoryFile

CONTENT = b"weights" * 100


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(tmp_path / "registry"))
    return tmp_path / "registry" / "digests.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "a").write_bytes(CONTENT)
    return folder


def of(content: bytes, path: str = "a") -> RepositoryFile:
    digest = hashlib.sha256(content).hexdigest()
    return RepositoryFile(path=path, size=len(content), sha256=digest)


def rot(path: Path) -> None:
    """Change a byte without changing size or times."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    ("expected", "kind", "said"),
    [
        (of(CONTENT + b"x"), "truncated", "a is truncated: 700 of 701 bytes"),
        (of(CONTENT[1:]), "changed", "a has changed: 700 bytes, should be 699"),
        (of(CONTENT[::-1]), "changed", "a has changed: sha256 "),
        (RepositoryFile(path="a", size=700, git_blob="0" * 40), "changed", "git blob "),
        (of(CONTENT, "b"), "missing", "b is missing"),
        (of(CONTENT, "link"), "missing", "link is missing"),
        (of(CONTENT, "a/b"), "unreadable", "a/b cannot be read: Not a directory"),
    ],
)
def test_how_a_file_differs(folder: Path, expected: RepositoryFile, kind: str, said: str) -> None:
    (folder / "link").symlink_to("nowhere")
    (damage,) = damages(folder, [expected])
    assert (damage.path, damage.kind) == (expected.path, kind)
    assert said in damage.message


def test_what_is_as_expected(folder: Path) -> None:
    (folder / "link").symlink_to("a")
    blob = RepositoryFile(path="a", size=700, git_blob=git_blob(folder / "a"))
    files = [of(CONTENT), of(CONTENT, "link"), blob, RepositoryFile(path="a", size=700)]
    assert damages(folder, files) == ()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"),
        (b"hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"),
    ],
)
def test_the_digest_that_git_gives(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / "a").write_bytes(content)
    assert git_blob(tmp_path / "a") == name


def test_what_is_remembered_saves_reading_and_fresh_reads(folder: Path, memory: Path) -> None:
    assert damages(folder, [of(CONTENT)]) == ()
    rot(folder / "a")
    assert damages(folder, [of(CONTENT)]) == ()
    assert len(damages(folder, [of(CONTENT)], fresh=True)) == 1
    # The fresh result is cached from now on.
    assert len(damages(folder, [of(CONTENT)])) == 1
    memory.unlink()
    assert len(damages(folder, [of(CONTENT)])) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(CONTENT[::-1]),
        lambda path: (path.rename(path.with_name("old")), path.write_bytes(CONTENT[::-1])),
    ],
)
def test_a_change_that_tells_is_noticed(folder: Path, change: Callable[[Path], object]) -> None:
    assert damages(folder, [of(CONTENT)]) == ()
    change(folder / "a")
    assert len(damages(folder, [of(CONTENT)])) == 1


def test_what_was_learnt_is_not_read_again(folder: Path) -> None:
    digests = Digests()
    digests.learn(folder / "a", sha256(folder / "a"))
    rot(folder / "a")
    assert digests.damage(folder / "a", of(CONTENT)) is None
    digests.keep()
    assert damages(folder, [of(CONTENT)]) == ()


@pytest.mark.parametrize("text", ["", "[1]", '{"x": 3}', "{" * 100_000, "\x00"])
def test_a_damaged_memory_costs_time_and_nothing_else(
    folder: Path, memory: Path, text: str
) -> None:
    memory.parent.mkdir()
    memory.write_text(text)
    assert damages(folder, [of(CONTENT)]) == ()
    assert str(folder / "a") in json.loads(memory.read_text())


def test_a_memory_that_cannot_be_written_costs_time_and_nothing_else(
    folder: Path, memory: Path
) -> None:
    memory.parent.write_text("in the way")
    assert damages(folder, [of(CONTENT)]) == ()


def test_the_files_of_a_folder(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "b").write_bytes(CONTENT)
    (folder / ".cache").mkdir()
    (folder / ".cache" / "c").touch()
    os.mkfifo(folder / "pipe")
    (folder / "gone").symlink_to("nowhere")
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert local_digests(folder) == {"a": digest, "deep/b": digest}
    assert local_digests(folder / "none") == {}
    assert local_digests(None) is None

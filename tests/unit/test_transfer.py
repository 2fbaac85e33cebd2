"""One file on its way: who watches is told once, and its digest is that of what was written."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from huggingface_hub.utils._xet_progress_reporting import XetDownloadProgressReporter
from hypothesis import given
from hypothesis import strategies as st

from registry.files.transfer import Transfer


class Told:
    """A Watcher that keeps what it is told."""

    def __init__(self) -> None:
        self.began: list[tuple[str, int | None]] = []
        self.came = 0
        self.ended: list[str] = []

    def begin(self, name: str, size: int | None) -> None:
        self.began.append((name, size))
        self.came = 0

    def advance(self, name: str, count: int) -> None:
        self.came += count

    def end(self, name: str) -> None:
        self.ended.append(name)


def test_bytes_of_xet_count_once_and_are_not_read_along(tmp_path: Path) -> None:
    """huggingface_hub's own reporter, which draws one bar for the network and one for the disk."""
    told = Told()
    path = tmp_path / "a file"
    path.touch()
    bar: Any = Transfer(told, "a file", lambda: path)  # in the place of a class
    reporter = XetDownloadProgressReporter(
        reconstruction_desc="a", total=100, log_level=20, tqdm_class=bar
    )
    with reporter:
        for done in (40, 100):
            reporter.update_progress(
                SimpleNamespace(
                    total_bytes=100,
                    total_bytes_completed=done,
                    total_transfer_bytes_completed=done,
                    total_bytes_completion_rate=None,
                    total_transfer_bytes_completion_rate=None,
                )
            )
    assert told.began == [("a file", 100)]
    assert told.came == 100
    assert bar.sha256(path) is None


@given(pieces=st.lists(st.binary(max_size=100), max_size=8))
def test_the_digest_is_that_of_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    folder = tmp_path_factory.mktemp("grow")
    growing, moved = folder / "a.incomplete", folder / "a"
    told = Told()
    transfer = Transfer(told, "a", lambda: growing)
    with growing.open("wb") as file:
        transfer(total=None, unit="B")
        for piece in pieces:
            transfer.update(len(piece))
            file.write(piece)
    growing.rename(moved)
    assert transfer.sha256(moved) == hashlib.sha256(b"".join(pieces)).hexdigest()
    transfer.end()
    assert told.came == sum(map(len, pieces))
    assert told.ended == ["a"]


def test_another_file_has_another_digest(tmp_path: Path) -> None:
    growing, other = tmp_path / "a.incomplete", tmp_path / "b"
    growing.write_bytes(b"a")
    other.write_bytes(b"a")
    transfer = Transfer(Told(), "a", lambda: growing)
    transfer(total=1)
    assert transfer.sha256(other) is None
    transfer.end()


def test_what_is_taken_back_must_be_read_again(tmp_path: Path) -> None:
    growing = tmp_path / "a.incomplete"
    growing.write_bytes(b"ab")
    told = Told()
    transfer = Transfer(told, "a", lambda: growing)
    transfer(total=2)
    transfer.update(2)
    transfer.update(-2)
    assert told.came == 0
    assert transfer.sha256(growing) is None
    transfer.end()


def test_a_file_that_cannot_be_followed_is_only_counted(tmp_path: Path) -> None:
    told = Told()
    for growing in (lambda: None, lambda: tmp_path / "none"):
        transfer = Transfer(told, "a", growing)
        with transfer(total=5, desc="x", bar_format="y", position=1) as bar:
            bar.update(5)
            bar.update_transfer(5)
            bar.set_postfix_str("1 MB/s", refresh=False)
            bar.close()
        assert transfer.sha256(tmp_path) is None
        assert told.came == 5


def test_beginning_anew_follows_the_new_file(tmp_path: Path) -> None:
    first, second = tmp_path / "1.incomplete", tmp_path / "2.incomplete"
    paths = [first, second]
    transfer = Transfer(Told(), "a", lambda: paths.pop(0))
    first.write_bytes(b"half")
    transfer(total=4)
    second.write_bytes(b"whole")
    transfer(total=5)
    assert transfer.sha256(second) == hashlib.sha256(b"whole").hexdigest()
    transfer.end()

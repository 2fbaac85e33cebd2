"""All state files of this package are read the same way, with the same errors."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.bench.storing import read_results
from registry.errors import BenchError, CatalogueFileError, RegistryError, VersionLogError
from registry.files.lock_file import read_lock
from registry.provenance.releases import read_releases
from registry.provenance.version_log import write_version_log

READERS: dict[str, tuple[Callable[[Path], object], type[RegistryError], str]] = {
    "lock": (read_lock, CatalogueFileError, "run `registry lock`"),
    "releases": (read_releases, CatalogueFileError, "restore it from version control"),
    "results": (read_results, BenchError, "move it away"),
    "log": (lambda path: write_version_log(path, []), VersionLogError, "move it away"),
}
each_reader = pytest.mark.parametrize("name", READERS)


def refusal(name: str, path: Path) -> str:
    read, error, _ = READERS[name]
    with pytest.raises(error) as caught:
        read(path)
    return str(caught.value)


@each_reader
@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (b"", "1:1", "the file is empty"),
        (b'{"version": 1,\n "models" {}}', "2:11", ": is missing"),
        (b'{"version": 1, "version": 1}', "1:16", "appears here twice"),
        (b'{"version": NaN}', "1:13", "NaN"),
        (b'{"version": "\xff"}', "1:14", "not UTF-8 (byte 0xff)"),
        (b"\xef\xbb\xbf{}", "1:1", "byte order mark"),
        (b'{"version":\n' + b"9" * 5000 + b"}", "2:1", "number too large"),
        (b"[" * 5000, "1:34", "nested deeper than 32 levels"),
        (b"[]", "1:1", "should be an object"),
        (b"{}", "1:1", "should be 1"),
        (b'{"version": true}', "1:13", "should be 1"),
        (b'{"version": 0}', "1:13", "should be 1"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place_and_the_cure(
    name: str, content: bytes, place: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    message = refusal(name, path)
    assert f"{path}:{place}: " in message
    assert said in message
    assert READERS[name][2] in message
    assert path.read_bytes() == content


@each_reader
def test_a_file_of_a_newer_release_asks_for_an_upgrade(name: str, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"version": 2}', "utf-8")
    message = refusal(name, path)
    assert (
        message
        == f"{path}:1:13: /version: 2 was written by a newer tessera-registry; upgrade to read it"
    )


@each_reader
def test_what_is_no_file_is_not_read(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert refusal(name, folder) == f"{folder}: this is a folder; name the file in it"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # reading it would block forever
    assert refusal(name, pipe) == f"{pipe}: this is not a regular file"

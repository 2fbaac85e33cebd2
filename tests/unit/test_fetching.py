"""Fetching one file: what counts is what lies on the disk at the end."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from registry.errors import RepositoryFileError
from registry.files.digests import Digests
from registry.files.repository_file import RepositoryFile
from registry.hub.downloads import fetch_checked
from registry.hub.snapshot import CachedSnapshot

RIGHT, WRONG = b"right", b"wrong"
DIGEST = hashlib.sha256(RIGHT).hexdigest()
FILE = RepositoryFile(path="model.safetensors", size=len(RIGHT), sha256=DIGEST)


class Silent:
    """A Watcher to whom nothing matters."""

    def begin(self, name: str, size: int | None) -> None: ...

    def advance(self, name: str, count: int) -> None: ...

    def end(self, name: str) -> None: ...


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CachedSnapshot:
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(tmp_path / "registry"))
    return CachedSnapshot("acme/one", "c" * 40, tmp_path / "hub")


def writes(snapshot: CachedSnapshot, *contents: bytes) -> Any:
    """A download that writes one content over the other, as one that has many pieces at once may.

    In the place of huggingface_hub's, since nobody here serves Xet.
    """

    def download(*_: object, tqdm_class: Any, **__: object) -> str:
        blobs = snapshot.folder.parents[1] / "blobs"
        for folder in (blobs, snapshot.folder):
            folder.mkdir(parents=True, exist_ok=True)
        growing = blobs / f"{DIGEST}.1234.incomplete"
        growing.touch()
        with tqdm_class(total=len(RIGHT)) as bar:
            for content in contents:
                growing.write_bytes(content)
                bar.update(len(content))
                time.sleep(0.05)  # for whoever reads along
        path = snapshot.folder / FILE.path
        growing.rename(blobs / DIGEST)
        path.symlink_to(blobs / DIGEST)
        return str(path)

    return download


def test_what_was_read_along_the_way_condemns_nothing(
    snapshot: CachedSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", writes(snapshot, WRONG, RIGHT))
    fetch_checked(snapshot, FILE, Digests(), watcher=Silent())
    assert (snapshot.folder / FILE.path).read_bytes() == RIGHT


def test_what_is_wrong_at_the_end_is_wrong(
    snapshot: CachedSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", writes(snapshot, WRONG))
    with pytest.raises(RepositoryFileError, match=r"model\.safetensors has changed"):
        fetch_checked(snapshot, FILE, Digests(), watcher=Silent())
    assert not list(snapshot.folder.iterdir())
    assert not list((snapshot.folder.parents[1] / "blobs").iterdir())

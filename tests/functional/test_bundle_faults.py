"""Bundles that were truncated, changed, added to, or crafted by an attacker."""

from __future__ import annotations

import gzip
import io
import json
import random
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bundles import add_one, bundled, elsewhere, refused
from hub_project import HubProject, served

from goldens import Golden
from registry.bundles.manifest import MANIFEST, read_manifest


@pytest.fixture(scope="module")
def bundling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProject]:
    """A machine with a model and a bundle of it; tests work on copies."""
    with served(tmp_path_factory.mktemp("bundling")) as project:
        add_one(project)
        bundled(project)
        yield project


@pytest.fixture
def project(bundling: HubProject, tmp_path: Path) -> HubProject:
    shutil.copytree(bundling.folder.parent, tmp_path, symlinks=True, dirs_exist_ok=True)
    return HubProject(tmp_path / "project", tmp_path / "home", bundling.hub, bundling.ollama)


def archive_of(project: HubProject) -> Path:
    return project.folder.parent / "models.tar"


def parts(path: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(path) as archive:
        return [(each, archive.extractfile(each).read()) for each in archive]  # type: ignore[union-attr] # plain files


def written(path: Path, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content) if info.isreg() else None)
        end = archive.offset + 1024
    with path.open("r+b") as file:
        file.truncate(end)  # without the zeros that tarfile pads the last record with
    return path


def named(name: str, content: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd" if kind != tarfile.REGTYPE else ""
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    return info


def test_cut_anywhere(project: HubProject, golden: Golden) -> None:
    whole = archive_of(project)
    raw = whole.read_bytes()
    away = elsewhere(project)
    chance = random.Random(20)
    places = [0, 1, 511, 512, 600, 3000, len(raw) // 2, len(raw) - 1025, len(raw) - 1]
    for place in (*places, *(chance.randrange(len(raw)) for _ in range(6))):
        whole.write_bytes(raw[:place])
        said = refused(away, whole)
        if place in (0, 600, len(raw) // 2, len(raw) - 1):
            golden(said)


def test_a_byte_that_changed(project: HubProject, golden: Golden) -> None:
    """Anywhere: header, manifest, text, weights, padding, end."""
    whole = archive_of(project)
    raw = whole.read_bytes()
    away = elsewhere(project)
    chance = random.Random(20)
    with tarfile.open(whole) as archive:
        members = archive.getmembers()
    ends = [each.offset_data + each.size for each in members]
    places = [
        *(each.offset + at for each in members[:3] for at in (0, 100, 130, 150, 300)),
        *(each.offset_data + each.size // 2 for each in members),
        *(end for end in ends if end % 512),
        *(chance.randrange(len(raw)) for _ in range(10)),
        len(raw) - 1,
        len(raw) - 1000,
    ]
    for place in places:
        changed = bytearray(raw)
        changed[place] ^= 0x41
        whole.write_bytes(changed)
        refused(away, whole)
    changed = bytearray(raw)
    changed[members[-1].offset_data] ^= 1
    whole.write_bytes(changed)
    golden(refused(away, whole))


HOSTILE: dict[str, Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]] = {
    "absolute": lambda members: members.append((named("/etc/cron.d/x"), b"x")),
    "outside": lambda members: members.append((named("../../x"), b"x")),
    "first": lambda members: members.insert(0, (named("a"), b"x")),
    "between": lambda members: members.insert(3, (named("blobs/../x"), b"x")),
    "extra": lambda members: members.append((named("blobs/extra"), b"x")),
    "twice": lambda members: members.append(members[-1]),
    "manifest twice": lambda members: members.append(members[0]),
    "symlink": lambda members: members.insert(4, (named("blobs/l", kind=tarfile.SYMTYPE), b"")),
    "hard link": lambda members: members.append((named("x", kind=tarfile.LNKTYPE), b"")),
    "device": lambda members: members.append((named("x", kind=tarfile.CHRTYPE), b"")),
    "pipe": lambda members: members.append((named("x", kind=tarfile.FIFOTYPE), b"")),
    "long name": lambda members: members.append((named("x" * 5000), b"x")),
    "missing": lambda members: members.remove(members[5]),
    "in another order": lambda members: members.insert(4, members.pop()),
    "no manifest": lambda members: members.remove(members[0]),
    "a member as a link": lambda members: members.__setitem__(
        5, (named(members[5][0].name, kind=tarfile.SYMTYPE), b"")
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_members(project: HubProject, golden: Golden, what: str, tmp_path: Path) -> None:
    members = parts(archive_of(project))
    HOSTILE[what](members)
    golden(refused(elsewhere(project), written(tmp_path / "hostile.tar", members)))


def test_a_huge_header(project: HubProject, golden: Golden, tmp_path: Path) -> None:
    members = parts(archive_of(project))
    away = elsewhere(project)
    members[0][0].size = 1 << 40
    path = tmp_path / "huge.tar"
    path.write_bytes(members[0][0].tobuf(tarfile.GNU_FORMAT))
    golden(refused(away, path))
    extended = tarfile.TarInfo("././@PaxHeader")
    extended.type, extended.size = tarfile.XHDTYPE, 1 << 40
    path.write_bytes(extended.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20))
    golden(refused(away, path))


def test_compressed_or_something_else(project: HubProject, golden: Golden, tmp_path: Path) -> None:
    away = elsewhere(project)
    packed = tmp_path / "packed.tar"
    packed.write_bytes(gzip.compress(archive_of(project).read_bytes()))
    golden(refused(away, packed))
    packed.write_text("hello")
    golden(refused(away, packed))
    golden(refused(away, tmp_path / "none.tar"))
    (tmp_path / "empty").mkdir()
    golden(refused(away, tmp_path / "empty"))


def with_manifest(path: Path, change: Callable[[str], str], *, signed: bool = True) -> Path:
    """The bundle with a changed manifest; signed: with a correct digest."""
    members = parts(path)
    text = change(members[0][1].decode())
    if signed:
        from registry.bundles.manifest import Manifest
        from registry.files.json_records import from_json

        data = json.loads(text)
        data.pop("digest"), data.pop("version")
        text = from_json(Manifest, data).text()
    info, raw = members[0][0], text.encode()
    info.size = len(raw)
    members[0] = (info, raw)
    return written(path, members)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"path": "config.json"', '"path": "../config.json"'),
        ('"path": "config.json"', '"path": "/config.json"'),
        ('"path": "config.json"', '"path": "other.json"'),
        ('"path": "config.json"', '"path": "modeling.py"'),
        ('"revision": "', '"revision": "../'),
        ('"huggingface_id": "acme/one"', '"huggingface_id": "../one"'),
        ('"size": 6291456', '"size": 6291457'),
        ('"size": 6291456', '"size": -1'),
        ('"one"', '"two"'),
    ],
    ids=str,
)
def test_a_manifest_that_says_something_else(
    project: HubProject, golden: Golden, old: str, new: str
) -> None:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    whole = archive_of(project)
    copy = shutil.copy(whole, whole.with_name("copy.tar"))
    away = elsewhere(project)
    refused(away, with_manifest(whole, change, signed=False))
    golden(refused(away, with_manifest(Path(copy), change)))


def test_a_folder_with_something_wrong(project: HubProject, golden: Golden, tmp_path: Path) -> None:
    good = tmp_path / "good"
    assert project.run("bundle", "one", "-o", good).status == 0
    manifest = read_manifest((good / MANIFEST).read_bytes(), "good")
    largest = max(manifest.members, key=lambda member: member.size).name
    away = elsewhere(project)

    def extra(folder: Path) -> None:
        (folder / "blobs" / "extra").write_text("x")

    def link(folder: Path) -> None:
        (folder / largest).unlink()
        (folder / largest).symlink_to(good / largest)

    def cut(folder: Path) -> None:
        (folder / largest).write_bytes(b"x")

    def changed(folder: Path) -> None:
        raw = bytearray((folder / largest).read_bytes())
        raw[7] ^= 1
        (folder / largest).write_bytes(raw)

    def gone(folder: Path) -> None:
        (folder / largest).unlink()

    for number, damage in enumerate((extra, link, cut, changed, gone)):
        folder = tmp_path / f"bad{number}"
        shutil.copytree(good, folder)
        damage(folder)
        golden(refused(away, folder))

"""Which bundles are accepted here, what cannot be bundled, and volumes."""

from __future__ import annotations

from pathlib import Path

from bundles import OFFLINE, bundled, elsewhere, files, nothing_is_in, one, refused
from command_line import run
from hub_project import HubProject, entry, project

from goldens import Golden
from servers.hub_repository import Repository

__all__ = ["one", "project"]  # fixtures that pytest finds by name


def test_another_catalogue(project: HubProject, one: Repository, golden: Golden) -> None:
    whole = bundled(project)
    away = elsewhere(project)
    away.catalogue(entry("one", "acme/two", revision=one.head))
    golden(refused(away, whole))
    away.catalogue(entry("one", "acme/one", revision="0" * 40))
    golden(refused(away, whole))
    away.catalogue(entry("two", "acme/two"))
    golden(refused(away, whole))
    away.catalogue(entry("one", "acme/one"))  # pins nothing
    assert away.run("unbundle", whole, **OFFLINE).status == 0


def test_locked_otherwise_here(project: HubProject, one: Repository, golden: Golden) -> None:
    whole = bundled(project)
    away = elsewhere(project)
    text = (project.folder / "models.lock.json").read_text()
    (away.folder / "models.lock.json").write_text(text.replace(one.head, "0" * 40))
    result = away.run("unbundle", whole, **OFFLINE)
    assert result.status == 1
    golden(result.output)
    assert nothing_is_in(away)
    assert away.run("unbundle", whole, "--lock", "other.json", **OFFLINE).status == 0
    assert (away.folder / "other.json").read_text() == text


def test_what_cannot_be_bundled(project: HubProject, one: Repository, golden: Golden) -> None:
    project.catalogue(entry("one", "acme/one", revision=one.head), entry("two", "acme/two"))
    target = project.folder.parent / "models.tar"
    snapshot = project.cache / "models--acme--one" / "snapshots" / one.head
    golden(project.run("bundle", "two", "one", "-o", target).output)
    weights = (snapshot / "model.safetensors").resolve()
    raw = weights.read_bytes()
    weights.write_bytes(b"y" * len(raw))
    golden(project.run("bundle", "one", "-o", target).output)
    weights.write_bytes(raw[:-1])
    golden(project.run("bundle", "one", "-o", target).output)
    (snapshot / "config.json").unlink()
    golden(project.run("bundle", "one", "-o", target).output)
    golden(project.run("bundle", "one", "-o", "models.tar.gz").output)
    golden(project.run("bundle", "one", "-o", "models", "--volume", "1GB").output)
    golden(project.run("bundle", "one", "-o", target, "--volume", "4 cows").output)
    golden(project.run("bundle", "one", "-o", project.folder).output)
    golden(project.run("bundle", "one", "-o", "no/such/folder.tar").output)
    left = [path.name for path in target.parent.iterdir() if "models" in path.name]
    assert left == []


def test_the_current_folder_is_not_replaced(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    bundled(project)
    (inside := project.folder / "empty").mkdir()
    catalogue = ("--catalogue", project.folder / "models.json")
    result = run("bundle", "one", "-o", ".", *catalogue, cwd=inside, **project.settings)
    golden(result.output)
    assert list(inside.iterdir()) == []


def test_volumes(project: HubProject, one: Repository, golden: Golden, tmp_path: Path) -> None:
    whole = bundled(project)
    result = project.run("bundle", "one", "-o", whole, "--volume", "2MiB")
    golden(result.output)
    volumes = sorted(whole.parent.glob("models.tar.0*"))
    assert [path.name for path in volumes] == [f"models.tar.00{n}" for n in (1, 2, 3, 4)]
    assert b"".join(path.read_bytes() for path in volumes) == whole.read_bytes()
    whole.unlink()
    for number, name in enumerate((volumes[0], whole, volumes[2])):
        away = elsewhere(project, f"away{number}")
        assert away.run("unbundle", name, **OFFLINE).status == 0
        assert len(files(away.cache / "models--acme--one" / "snapshots")) == 4
    away = elsewhere(project)
    volumes[2].rename(tmp_path / "kept")
    golden(refused(away, whole))
    (tmp_path / "kept").rename(volumes[2])
    volumes[0].rename(tmp_path / "kept")
    golden(refused(away, whole))
    (tmp_path / "kept").rename(volumes[0])
    volumes[1].write_bytes(volumes[1].read_bytes()[:-1])
    golden(refused(away, whole))
    assert project.run("bundle", "one", "-o", whole, "--volume", "4MiB").status == 0
    assert sorted(whole.parent.glob("models.tar.0*")) == volumes[:2]

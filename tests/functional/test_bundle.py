"""Models carried by hand: out of one cache, into another, or to a private Hub."""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path
from typing import Any

import command_line
import pytest
import warm
from bundles import OFFLINE, bundled, elsewhere, files, one
from hub_project import HubProject, entry, project

from goldens import Golden
from registry.files.digests import sha256
from servers.hub_repository import Repository

__all__ = ["one", "project"]  # fixtures that pytest finds by name


def test_carried_to_an_empty_machine(project: HubProject, one: Repository, golden: Golden) -> None:
    target = project.folder.parent / "models.tar"
    said = project.run("bundle", "one", "-o", target)
    assert said.status == 0, said.output
    golden(said.output)
    away = elsewhere(project)
    said = away.run("unbundle", target, **OFFLINE)
    assert said.status == 0, said.output
    golden(said.output)
    there = away.cache / "models--acme--one" / "snapshots" / one.head
    here = project.cache / "models--acme--one" / "snapshots" / one.head
    assert files(there) == files(here)
    assert all(path.is_symlink() for path in there.rglob("*") if not path.is_dir())
    blobs = {path.name for path in (here.parents[1] / "blobs").iterdir()}
    assert {path.name for path in (there.parents[1] / "blobs").iterdir()} == blobs
    assert (there.parents[1] / "refs" / "main").read_text() == one.head
    locks = [each.folder / "models.lock.json" for each in (project, away)]
    assert locks[0].read_bytes() == locks[1].read_bytes()
    assert away.run("check", "one", **OFFLINE).status == 0
    assert away.run("ls", **OFFLINE).stdout == project.run("ls").stdout
    assert away.run("du", **OFFLINE).status == 0
    again = away.json("unbundle", target, **OFFLINE)
    assert (again["written"], again["changed"]) == (0, False)


def test_the_same_bytes(project: HubProject, one: Repository, tmp_path: Path) -> None:
    first = bundled(project).read_bytes()
    os.utime(project.folder / "models.lock.json", (1, 1))
    assert bundled(project).read_bytes() == first
    with tarfile.open(project.folder.parent / "models.tar") as archive:  # readable by any tar
        names = archive.getnames()
        archive.extractall(tmp_path / "out", filter="data")
    assert (names[0], names[1:4]) == ("bundle.json", sorted(names[1:4]))
    assert names[4:] == sorted(names[4:])
    manifest = json.loads((tmp_path / "out" / "bundle.json").read_text())
    assert [each["name"] for each in manifest["members"]] == names[1:]
    folder = tmp_path / "as-files"
    assert project.run("bundle", "one", "-o", folder).status == 0
    assert files(folder) == files(tmp_path / "out")
    # And from another machine, which got the model from a bundle.
    away = elsewhere(project)
    assert away.run("unbundle", folder, **OFFLINE).status == 0
    assert bundled(away).read_bytes() == first


def test_licenses_go_along_where_they_are(project: HubProject, one: Repository) -> None:
    from huggingface_hub import hf_hub_download

    hf_hub_download("acme/one", "LICENSE", revision=one.head, cache_dir=project.cache)
    target = bundled(project)
    away = elsewhere(project)
    assert away.run("unbundle", target, **OFFLINE).status == 0
    there = away.cache / "models--acme--one" / "snapshots" / one.head
    assert (there / "LICENSE").read_text() == "MIT"
    assert away.run("check", "one", **OFFLINE).status == 0


RANKING = """
import json
from registry import ALL_MINILM_L6_V2, load
encoder = load(ALL_MINILM_L6_V2, device="cpu")
query = encoder.encode_queries(["How do I bake bread?"])
texts = ["Knead the dough and heat the oven.", "The stock market fell.", "A loaf needs yeast."]
scores = (query @ encoder.encode_documents(texts).T)[0]
print(json.dumps([round(float(each), 4) for each in scores]))
"""


def rank(cwd: Path, **settings: str) -> list[float]:
    done = warm.run(["-c", RANKING], cwd, command_line.environment(**settings))
    assert done.status == 0, done.stderr
    scores: list[float] = json.loads(done.stdout.splitlines()[-1])
    return scores


@pytest.mark.heavy
def test_the_real_minilm_without_a_network(tmp_path: Path) -> None:
    """The whole way: bundle, an empty HF_HOME, unbundle, load, rank, check."""
    from caches import put_in_cache
    from checkpoints import MINILM, minilm_folder

    from registry.files.lock_file import Lock, LockedFile, LockedModel

    here, away = tmp_path / "here", tmp_path / "away"
    for folder in (here, away):
        folder.mkdir()
    snapshot = put_in_cache(MINILM, minilm_folder(), here / "home" / "hub")
    locked = {
        path.relative_to(snapshot).as_posix(): path
        for path in snapshot.rglob("*")
        if path.is_file()
    }
    kept = {name: LockedFile(p.stat().st_size, sha256(p)) for name, p in locked.items()}
    model = LockedModel(str(MINILM.huggingface_id), str(MINILM.revision), kept)
    (here / "models.lock.json").write_text(Lock({MINILM.id: model}).text())
    for folder in (here, away):
        settings = OFFLINE | {
            "HF_HOME": str(folder / "home"),
            "REGISTRY_CACHE_DIR": str(folder / "registry"),
            "OLLAMA_HOST": "127.0.0.1:1",
        }
        if folder == here:
            done = command_line.run("bundle", "locked", "-o", "x.tar", cwd=here, **settings)
            assert done.status == 0, done.output
            expected = rank(here, **settings)
            (here / "x.tar").rename(away / "x.tar")
            continue
        done = command_line.run("unbundle", "x.tar", cwd=away, **settings)
        assert done.status == 0, done.output
        assert rank(away, **settings) == expected
        done = command_line.run("check", MINILM.id, cwd=away, **settings)
        assert done.status == 0, done.output
    assert expected[1] == min(expected)


@pytest.mark.parametrize("dialect", ["hub", "under a path"])
def test_uploaded_to_a_private_hub(
    project: HubProject, one: Repository, golden: Golden, dialect: str
) -> None:
    """There it has commits of its own, which the lock records; `pull` and `load` find them."""
    from servers.hub import HubServer
    from servers.hub_dialects import DIALECTS

    target = bundled(project)
    away = elsewhere(project)
    with HubServer(dialect=DIALECTS[dialect]) as private:
        private.store.lfs_threshold = 1_000
        said = away.run("unbundle", target, "--endpoint", f"{private.url}/")
        assert said.status == 0, said.output
        golden(said.output)
        head = private.store.repositories["acme/one"].head
        assert not any(request.authorized for request in private.requests)
        lock = json.loads((away.folder / "models.lock.json").read_text())["models"]["one"]
        assert (lock["revision"], lock["elsewhere"]) == (one.head, {private.url: head})
        there = {"HF_ENDPOINT": private.url}
        assert away.run("pull", "one", **there).status == 0
        assert away.run("check", "one", **there).status == 0
        again = away.json("unbundle", target, "--endpoint", private.url)
        assert (again["changed"], again["models"][0]["commit"]) == (False, head)


def test_a_token_goes_only_to_the_hub_that_it_is_for(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    from servers.hub import HubServer

    target = bundled(project)
    away = elsewhere(project)
    with HubServer() as private:
        private.store.writable = False
        private.store.authorize("hf_secret", "*")
        said = away.run("unbundle", target, "--endpoint", private.url, HF_TOKEN="hf_secret")
        assert said.status == 1
        golden(said.output)
        assert not any(request.authorized for request in private.requests)
        assert not (away.folder / "models.lock.json").exists()
        known = {"HF_TOKEN": "hf_secret", "HF_ENDPOINT": private.url}
        said = away.run("unbundle", target, "--endpoint", private.url, **known)
        assert said.status == 0, said.output


def test_locked_gguf_files_go_along(project: HubProject) -> None:
    """From a repository of conversions, whatever its variants are called."""
    content: dict[str, Any] = {
        "config.json": "{}",
        "quants/one-q4_0.gguf": b"GGUF" * 900,
        "one-f16.gguf": b"x",
    }
    repository = project.hub.store.add("acme/quants", content)
    variant = {"id": "q4_0", "quantization": "q4_0", "file": "quants/one-q4_0.gguf"}
    project.catalogue(entry("quants", "acme/quants", revision=repository.head, variants=[variant]))
    assert project.run("lock", "quants").status == 0
    assert project.run("pull", "quants").status == 0
    assert project.run("bundle", "-o", "quants").status == 0
    away = elsewhere(project)
    assert away.run("unbundle", project.folder / "quants", **OFFLINE).status == 0
    there = files(away.cache / "models--acme--quants" / "snapshots" / repository.head)
    assert there == {
        "config.json": b"{}",
        "quants/one-q4_0.gguf": content["quants/one-q4_0.gguf"],
    }
    assert away.run("check", "quants", **OFFLINE).status == 0

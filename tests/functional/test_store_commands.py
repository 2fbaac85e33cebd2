"""`registry ls`, `du` and `prune` on a real cache, filled from a Hub, beside an Ollama server."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import command_line
import pytest
from hub_project import HubProject, entry, project
from huggingface_hub import snapshot_download

from servers.ollama_store import StoredModel

__all__ = ["project"]  # a fixture that pytest finds by name

WEIGHTS, OTHER_WEIGHTS = b"w" * 5_000, b"v" * 7_000


@pytest.fixture
def filled(project: HubProject) -> HubProject:
    """Two revisions of one registered model that share its weights; one of no entry; a tag."""
    one = project.hub.store.add("acme/one", {"model.safetensors": WEIGHTS, "config.json": "{}"})
    old = one.head
    new = one.push({"config.json": '{"new": 1}'})
    project.hub.store.add("acme/stray", {"model.safetensors": OTHER_WEIGHTS})
    snapshot_download("acme/one", revision=old)
    snapshot_download("acme/one")
    snapshot_download("acme/stray")
    project.ollama.store.add("writer:1b", StoredModel())
    project.catalogue(
        entry("one", "acme/one", revision=new, aliases=["first"]),
        entry("written", "acme/written", ollama_tag="writer:1b"),
        entry("missing", "acme/missing"),
    )
    return project


def test_ls_tells_what_is_here_and_what_is_not(filled: HubProject) -> None:
    found = filled.json("ls")
    states = {(m["id"] or m["name"], m["store"], m["state"]) for m in found["models"]}
    assert states == {
        ("one", "huggingface", "pinned"),
        ("one", "huggingface", "other revision"),
        ("acme/stray", "huggingface", "not in the catalogue"),
        ("written", "ollama", "unpinned"),
    }
    assert found["absent"] == ["missing"]
    assert found["stores"] == ["huggingface", "ollama"]
    pinned = next(model for model in found["models"] if model["state"] == "pinned")
    assert pinned["bytes"] == len(WEIGHTS) + len('{"new": 1}')
    assert pinned["files"] == 2
    lines = filled.run("ls").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["one", "one", "written", "acme/stray"]
    assert filled.run("ls", "--absent").stdout == "missing\tdense\tacme/missing\n"


def test_the_lock_counts_before_the_pin(filled: HubProject) -> None:
    data = json.loads((filled.folder / "models.json").read_text())
    old = next(m for m in filled.json("ls")["models"] if m["state"] == "other revision")["revision"]
    lock = {"huggingface_id": "acme/one", "revision": old, "files": {}}
    text = json.dumps({"version": 1, "models": {"one": lock}})
    (filled.folder / "models.lock.json").write_text(text)
    assert data["models"][0]["revision"] != old
    states = {m["revision"]: m["state"] for m in filled.json("ls")["models"] if m["id"] == "one"}
    assert states.pop(old) == "pinned"
    assert set(states.values()) == {"other revision"}


def test_du_counts_shared_files_once(filled: HubProject) -> None:
    usage = filled.json("du")
    one = len(WEIGHTS) + len("{}") + len('{"new": 1}')
    assert usage["models"]["one"] == one
    assert usage["models"]["acme/stray"] == len(OTHER_WEIGHTS)
    assert usage["stores"]["huggingface"] == one + len(OTHER_WEIGHTS)
    assert usage["total"] == sum(usage["stores"].values()) == sum(usage["models"].values())
    assert usage["twice"] == 0


def test_du_sees_what_both_stores_hold(filled: HubProject) -> None:
    import hashlib

    digest = hashlib.sha256(WEIGHTS).hexdigest()
    filled.ollama.store.put_blob(f"sha256:{digest}", WEIGHTS)
    assert filled.json("du")["twice"] == len(WEIGHTS)
    assert "of it held by both stores" in filled.run("du").stdout


def test_without_ollama_the_cache_alone(filled: HubProject) -> None:
    filled.ollama.stop()
    result = filled.run("ls", "--json")
    assert result.status == 0
    assert json.loads(result.stdout)["stores"] == ["huggingface"]
    assert f"no Ollama answers at {filled.ollama.url}" in result.stderr
    named = filled.run("ls", "--ollama-host", filled.ollama.url)
    assert (named.status, named.stdout) == (1, "")


class TestPrune:
    def test_shows_first_and_removes_only_when_told(self, filled: HubProject) -> None:
        shown = filled.json("prune", "--dry-run")
        assert {(c["id"] or c["name"], c["reason"]) for c in shown["candidates"]} == {
            ("one", "detached: no branch points at it, and it is not the pinned one"),
            ("acme/stray", "not in the catalogue"),
        }
        assert shown["bytes"] == len("{}") + len(OTHER_WEIGHTS)
        assert shown["removed"] is False
        unasked = filled.run("prune")
        assert unasked.status == 2
        assert "say --yes" in unasked.stderr
        assert len(filled.json("ls")["models"]) == 4

    def test_frees_what_it_said_and_leaves_what_is_shared(self, filled: HubProject) -> None:
        before = filled.json("du")["stores"]["huggingface"]
        freed = filled.json("prune", "--yes")["bytes"]
        assert before - filled.json("du")["stores"]["huggingface"] == freed
        left = filled.json("ls")["models"]
        assert {(m["id"], m["state"]) for m in left} == {("one", "pinned"), ("written", "unpinned")}
        snapshot = next(Path(m["path"]) for m in left if m["id"] == "one")
        assert (snapshot / "model.safetensors").read_bytes() == WEIGHTS
        assert filled.run("prune", "--yes").stderr == "registry: nothing to remove\n"

    @pytest.mark.parametrize("pattern", ["acme/str*", "STRAY", "*"])
    def test_protected_stays_whatever_is_asked(self, pattern: str, filled: HubProject) -> None:
        text = f'[tool.registry]\nprotected = ["{pattern}"]\n'
        (filled.folder / "pyproject.toml").write_text(text)
        filled.run("prune", "--yes", "--unselected", "--older-than", "0")
        assert "acme/stray" in {m["name"] for m in filled.json("ls")["models"]}

    @pytest.mark.parametrize(
        "protected", ["", 'protected = "mistral*"', "protected = [1]", 'protected = [""]']
    )
    def test_protection_that_cannot_be_read_removes_nothing(
        self, protected: str, filled: HubProject
    ) -> None:
        text = f"[tool.registry]\n{protected}\n" if protected else "[tool\n"
        (filled.folder / "pyproject.toml").write_text(text)
        result = filled.run("prune", "--yes")
        assert (result.status, result.stdout) == (1, "")
        assert "pyproject.toml:" in result.stderr
        (filled.folder / "pyproject.toml").write_text("")
        assert len(filled.json("ls")["models"]) == 4

    def test_keep_models_and_the_unselected(self, filled: HubProject) -> None:
        data = json.loads((filled.folder / "models.json").read_text())
        assert "written" in {m["id"] for m in data["models"]}
        unused = filled.json("prune", "--list-unused", "--keep-models", "first")
        assert {c["id"] or c["name"] for c in unused["candidates"]} == {"written", "acme/stray"}
        assert unused["removed"] is False
        filled.run("prune", "--unselected", "--yes", "--keep-models", "first")
        assert {m["id"] for m in filled.json("ls")["models"]} == {"one"}
        assert "writer:1b" not in filled.ollama.store.models

    def test_older_than_spares_what_was_read(self, filled: HubProject) -> None:
        long_ago = time.time() - 40 * 86_400
        for blob in (filled.cache / "models--acme--stray" / "blobs").iterdir():
            os.utime(blob, (long_ago, long_ago))
        found = filled.json("prune", "--older-than", "30", "--dry-run")
        assert [c["name"] for c in found["candidates"]] == ["acme/stray"]

    def test_asks_on_a_terminal(self, filled: HubProject) -> None:
        for answer, left in (("n", 4), ("y", 2)):
            command_line.answer(
                answer,
                "prune",
                cwd=filled.folder,
                HF_HOME=str(filled.home),
                OLLAMA_HOST=filled.ollama.url,
            )
            assert len(filled.json("ls")["models"]) == left


def test_a_cache_with_foreign_and_damaged_folders(filled: HubProject) -> None:
    (filled.cache / "notes.txt").write_text("mine")
    (filled.cache / "models--acme--empty").mkdir()
    (filled.cache / "my folder").mkdir()
    blobs = filled.cache / "models--acme--stray" / "blobs"
    for blob in blobs.iterdir():
        blob.unlink()
    result = filled.run("ls", "--json")
    assert result.status == 0
    assert {m["name"] for m in json.loads(result.stdout)["models"]} == {"acme/one", "writer:1b"}
    assert result.stderr.count("left out") >= 2
    assert "Traceback" not in result.stderr
    filled.run("prune", "--yes")
    assert (filled.cache / "notes.txt").read_text() == "mine"
    assert (filled.cache / "my folder").is_dir()


def test_no_cache_at_all(project: HubProject) -> None:
    project.catalogue(entry("one", "acme/one"))
    assert project.json("ls")["models"] == []
    assert project.json("du")["total"] == 0
    assert project.json("prune", "--yes")["candidates"] == []

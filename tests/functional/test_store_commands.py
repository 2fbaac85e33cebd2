"""`registry ls`, `du` and `prune` on a real cache filled from a Hub, and an Ollama server."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import command_line
import pytest
from filelock import FileLock
from hub_project import HubProject, entry, project
from huggingface_hub import snapshot_download
from killed_prune import prune_killed_after

from goldens import Golden
from servers.loopback import Handler, LoopbackServer
from servers.ollama_store import StoredModel

__all__ = ["project"]  # a fixture that pytest finds by name

WEIGHTS, OTHER_WEIGHTS = b"w" * 5_000, b"v" * 7_000


@pytest.fixture
def filled(project: HubProject) -> HubProject:
    """Two revisions of a registered model with shared weights, an unregistered model, a tag."""
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
    assert found["stores"] == ["huggingface", "exports", "ollama"]
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
    assert f"{len(WEIGHTS)}\tof it held by both the cache and Ollama" in filled.run("du").stdout


def test_du_counts_one_file_with_two_names_once(filled: HubProject, tmp_path: Path) -> None:
    import hashlib

    digest = hashlib.sha256(WEIGHTS).hexdigest()
    filled.ollama.store.folder = tmp_path
    blob = next(filled.cache.rglob(f"blobs/{digest}"))
    os.link(blob, tmp_path / f"sha256-{digest}")
    usage = filled.json("du")
    assert (usage["twice"], usage["linked"]) == (0, len(WEIGHTS))
    assert usage["total"] == sum(usage["stores"].values()) - len(WEIGHTS)
    filled.catalogue(entry("missing", "acme/missing"))
    found = filled.json("prune", "--unlisted", "--dry-run")
    assert found["bytes"] == len('{}{"new": 1}') + len(OTHER_WEIGHTS) + StoredModel().size


def test_without_ollama_the_cache_alone(filled: HubProject, golden: Golden) -> None:
    filled.ollama.stop()
    result = filled.run("ls", "--json")
    assert result.status == 0
    assert json.loads(result.stdout)["stores"] == ["huggingface", "exports"]
    golden(result.stderr)
    named = filled.run("ls", "--ollama-host", filled.ollama.url)
    assert (named.status, named.stdout) == (1, "")


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (200, "<html>", "is not an Ollama"),
        (200, "[]", "is not an Ollama"),
        (200, '{"models": [{"model": 5}]}', "is not an Ollama"),
        (200, '{"models": [{"name": "old:latest", "digest": "ab"}]}', "is too old"),
        (500, "a\nb", "refused the request: a b"),
    ],
)
def test_what_is_no_ollama_or_too_old(
    status: int, text: str, said: str, filled: HubProject
) -> None:
    class Answering(Handler):
        def answer(self, method: str, path: str, body: bytes) -> None:
            self.send(status, text.encode(), "application/json")

    with LoopbackServer(Answering) as server:
        result = filled.run("ls", OLLAMA_HOST=server.url)
        assert result.status == 0
        assert len(result.stderr.splitlines()) == 2
        assert said in result.stderr
        assert server.url in result.stderr
        assert filled.run("ls", "--ollama-host", server.url).status == 1


class TestPrune:
    def test_shows_first_and_removes_only_when_told(self, filled: HubProject) -> None:
        shown = filled.json("prune", "--unlisted", "--dry-run")
        assert {(c["id"] or c["name"], c["reason"]) for c in shown["candidates"]} == {
            ("one", "detached: no branch points at it, and it is not the pinned one"),
            ("acme/stray", "not in the catalogue"),
        }
        assert shown["bytes"] == len("{}") + len(OTHER_WEIGHTS)
        assert shown["removed"] is False
        certain = filled.json("prune", "--dry-run")["candidates"]
        assert [c["id"] for c in certain] == ["one"]  # other projects' models only go if asked for
        unasked = filled.run("prune")
        assert unasked.status == 2
        assert "pass --yes" in unasked.stderr
        assert len(filled.json("ls")["models"]) == 4

    def test_frees_what_it_said_and_leaves_what_is_shared(
        self, filled: HubProject, golden: Golden
    ) -> None:
        before = filled.json("du")["stores"]["huggingface"]
        freed = filled.json("prune", "--unlisted", "--yes")["bytes"]
        assert before - filled.json("du")["stores"]["huggingface"] == freed
        left = filled.json("ls")["models"]
        assert {(m["id"], m["state"]) for m in left} == {("one", "pinned"), ("written", "unpinned")}
        snapshot = next(Path(m["path"]) for m in left if m["id"] == "one")
        assert (snapshot / "model.safetensors").read_bytes() == WEIGHTS
        golden(filled.run("prune", "--unlisted", "--yes").stderr)

    @pytest.mark.parametrize("pattern", ["acme/str*", "STRAY", "*"])
    def test_protected_stays_whatever_is_asked(self, pattern: str, filled: HubProject) -> None:
        text = f'[tool.registry]\nprotected = ["{pattern}"]\n'
        (filled.folder / "pyproject.toml").write_text(text)
        filled.run("prune", "--unlisted", "--yes", "--unselected", "--older-than", "0")
        assert "acme/stray" in {m["name"] for m in filled.json("ls")["models"]}

    @pytest.mark.parametrize(
        "protected",
        [
            *("", 'protected = "mistral*"', "protected = [1]", 'protected = [""]'),
            'protect = ["mistral*"]',
        ],
    )
    def test_protection_that_cannot_be_read_removes_nothing(
        self, protected: str, filled: HubProject
    ) -> None:
        text = f"[tool.registry]\n{protected}\n" if protected else "[tool\n"
        (filled.folder / "pyproject.toml").write_text(text)
        result = filled.run("prune", "--unlisted", "--yes")
        assert (result.status, result.stdout) == (1, "")
        assert "pyproject.toml:" in result.stderr
        (filled.folder / "pyproject.toml").write_text("")
        assert len(filled.json("ls")["models"]) == 4

    def test_keep_models_and_the_unselected(self, filled: HubProject) -> None:
        data = json.loads((filled.folder / "models.json").read_text())
        assert "written" in {m["id"] for m in data["models"]}
        unused = filled.json("prune", "--unlisted", "--list-unused", "--keep-models", "first")
        assert {c["id"] or c["name"] for c in unused["candidates"]} == {"written", "acme/stray"}
        assert unused["removed"] is False
        filled.run("prune", "--unlisted", "--unselected", "--yes", "--keep-models", "first")
        assert {m["id"] for m in filled.json("ls")["models"]} == {"one"}
        assert "writer:1b" not in filled.ollama.store.models

    def test_older_than_spares_what_was_read(self, filled: HubProject) -> None:
        long_ago = time.time() - 40 * 86_400
        for blob in (filled.cache / "models--acme--stray" / "blobs").iterdir():
            os.utime(blob, (long_ago, long_ago))
        found = filled.json("prune", "--unlisted", "--older-than", "30", "--dry-run")
        assert [c["name"] for c in found["candidates"]] == ["acme/stray"]

    def test_what_two_of_them_share_is_freed_too(self, filled: HubProject) -> None:
        filled.catalogue(entry("missing", "acme/missing"))
        shown = filled.json("prune", "--unlisted", "--dry-run")
        before = filled.json("du")["total"]
        freed = filled.json("prune", "--unlisted", "--yes")["bytes"]
        assert freed == shown["bytes"] == before - filled.json("du")["total"] == before
        assert not (filled.cache / "models--acme--one").exists()

    def test_two_tags_of_one_model_are_one(self, filled: HubProject) -> None:
        filled.ollama.store.copy("writer:1b", "mine:latest")
        filled.ollama.store.models["mine:latest"] = filled.ollama.store.models["writer:1b"]
        size = StoredModel().size
        assert filled.json("du")["stores"]["ollama"] == size
        found = filled.json("prune", "--unlisted", "--dry-run")["candidates"]
        assert [c["bytes"] for c in found if c["name"] == "mine:latest"] == [0]
        both = filled.json("prune", "--unlisted", "--dry-run", "--unselected")["candidates"]
        assert sum(c["bytes"] for c in both if c["store"] == "ollama") == size

    def test_weights_that_two_models_share_count_once(self, filled: HubProject) -> None:
        weights = b"GGUF" + bytes(50_000)
        store = filled.ollama.store
        store.models.clear()
        store.add("base:1", StoredModel(layers=(weights, b"a template")))
        store.add("pirate:1", StoredModel(layers=(weights, b"a template", b"You are a pirate.")))
        size = len(weights) + len(b"a template") + len(b"You are a pirate.")
        assert filled.json("du")["stores"]["ollama"] == size
        found = filled.json("prune", "--unlisted", "--dry-run")["candidates"]
        freed = {c["name"]: c["bytes"] for c in found if c["store"] == "ollama"}
        assert sum(freed.values()) == size, "together they free all of it"
        assert min(freed.values()) < 100, "one of them alone frees some bytes"

    @pytest.mark.parametrize("protected", ['["writer"]', '["quantised*"]', '["written"]'])
    def test_protects_all_variants(self, protected: str, filled: HubProject) -> None:
        variants = [
            {"id": "q4", "quantization": "q4", "ollama_tag": "library/writer:1b-q4"},
            {
                "id": "q8",
                "quantization": "q8",
                "huggingface_id": "other/Quantised-GGUF",
                "file": "model.gguf",
            },
        ]
        filled.catalogue(entry("written", "acme/written", variants=variants))
        filled.ollama.store.models.clear()
        filled.ollama.store.add("library/writer:1b-q4", StoredModel())
        filled.hub.store.add("other/Quantised-GGUF", {"model.gguf": "GGUF"})
        snapshot_download("other/Quantised-GGUF")
        kept = {"library/writer:1b-q4", "other/Quantised-GGUF"}
        left_out = filled.json("prune", "--unlisted", "--dry-run")["candidates"]
        assert not kept & {c["name"] for c in left_out}  # they are in the catalogue
        unselected = filled.json("prune", "--unlisted", "--dry-run", "--unselected")["candidates"]
        assert kept < {c["name"] for c in unselected}
        text = f"[tool.registry]\nprotected = {protected}\n"
        (filled.folder / "pyproject.toml").write_text(text)
        unprotected = filled.json("prune", "--unlisted", "--dry-run", "--unselected")["candidates"]
        assert not kept & {c["name"] for c in unprotected}

    def test_a_repository_of_two_entries_stays_for_either(self, filled: HubProject) -> None:
        data = json.loads((filled.folder / "models.json").read_text())
        pin = data["models"][0]["revision"]
        filled.catalogue(
            entry("one", "acme/one", revision="0" * 40), entry("two", "acme/one", revision=pin)
        )
        found = {m["revision"]: m for m in filled.json("ls")["models"] if m["id"] == "one"}
        assert found[pin]["state"] == "pinned"
        assert found[pin]["ids"] == ["one", "two"]
        assert filled.json("ls")["absent"] == []
        assert pin not in {
            c["revision"] for c in filled.json("prune", "--unlisted", "--dry-run")["candidates"]
        }

    def test_ollama_does_not_tell_when_a_model_was_used(self, filled: HubProject) -> None:
        model = next(m for m in filled.json("ls")["models"] if m["store"] == "ollama")
        assert model["last_used"] is None
        found = filled.json("prune", "--unlisted", "--unselected", "--older-than", "0", "--dry-run")
        assert {c["store"] for c in found["candidates"]} == {"huggingface"}

    # Every third change of the cache; all of them by `make exhaustive`.
    @pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.exhaustive)])
    def test_killed_at_any_moment_it_can_be_done_again(self, filled: HubProject, step: int) -> None:
        pin = json.loads((filled.folder / "models.json").read_text())["models"][0]["revision"]
        for calls in range(1, 60, step):
            ended = prune_killed_after(calls, filled, "--unlisted")
            listed = filled.run("ls", "--json")
            assert "leads to nothing" not in listed.stderr
            models = json.loads(listed.stdout)["models"]
            # The rest of a revision has another name, so it is not mistaken for a complete one.
            whole = [m for m in models if len(m["revision"]) == 40 and m["name"] == "acme/stray"]
            assert all(m["files"] == 1 for m in whole)
            assert next(m for m in models if m["revision"] == pin)["files"] == 2
            if ended:
                break
            snapshot_download("acme/stray")
        assert calls > 5
        assert filled.json("prune", "--unlisted", "--yes")["failures"] == []
        assert {m["name"] for m in filled.json("ls")["models"]} == {"acme/one", "writer:1b"}
        assert not (filled.cache / "models--acme--stray").exists()

    def test_a_link_that_leads_elsewhere_goes_alone(
        self, filled: HubProject, tmp_path: Path
    ) -> None:
        mine = tmp_path / "mine.safetensors"
        mine.write_bytes(b"mine")
        snapshot = next((filled.cache / "models--acme--stray" / "snapshots").iterdir())
        (snapshot / "adapter.safetensors").symlink_to(mine)
        assert filled.run("prune", "--unlisted", "--yes").status == 0
        assert not snapshot.exists()
        assert mine.read_bytes() == b"mine"

    def test_copies_in_the_place_of_links(self, filled: HubProject) -> None:
        """As on Windows, where links require a privilege."""
        for link in (filled.cache / "models--acme--one" / "snapshots").rglob("*.*"):
            content = link.read_bytes()
            link.unlink()
            link.write_bytes(content)
        assert filled.json("du")["models"]["one"] == 2 * len(WEIGHTS) + len('{}{"new": 1}')
        found = filled.json("prune", "--unlisted", "--yes")
        assert found["bytes"] == len(WEIGHTS) + len("{}") + len(OTHER_WEIGHTS)
        pinned = next(m for m in filled.json("ls")["models"] if m["id"] == "one")
        assert (Path(pinned["path"]) / "model.safetensors").read_bytes() == WEIGHTS

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--keep-models", ""], "an empty pattern"),
            (["--older-than", "99999999999"], "--older-than"),
            (["--older-than", "-1"], "--older-than"),
        ],
    )
    def test_what_would_mean_nothing(
        self, arguments: list[str], said: str, filled: HubProject
    ) -> None:
        result = filled.run("prune", "--unlisted", "--yes", *arguments)
        assert (result.status, result.stdout) == (2, "")
        assert said in result.stderr
        assert len(filled.json("ls")["models"]) == 4

    def test_leaves_what_is_being_fetched(self, filled: HubProject, golden: Golden) -> None:
        from filelock import FileLock

        locks = filled.cache / ".locks" / "models--acme--stray"
        locks.mkdir(parents=True, exist_ok=True)
        with FileLock(locks / f"{'a' * 64}.lock"):
            result = filled.run("prune", "--unlisted", "--yes")
        assert result.status == 1
        assert "acme/stray at" in result.stderr
        golden(result.stderr)
        assert {m["name"] for m in filled.json("ls")["models"]} >= {"acme/stray"}
        assert filled.run("prune", "--unlisted", "--yes").status == 0

    def test_asks_on_a_terminal(self, filled: HubProject) -> None:
        for answer, left in (("n", 4), ("y", 2)):
            command_line.answer(
                answer,
                "prune",
                "--unlisted",
                cwd=filled.folder,
                HF_HOME=str(filled.home),
                OLLAMA_HOST=filled.ollama.url,
            )
            assert len(filled.json("ls")["models"]) == left


def test_a_cache_with_foreign_and_damaged_folders(filled: HubProject, golden: Golden) -> None:
    (filled.cache / "notes.txt").write_text("mine")
    (filled.cache / "models--acme--empty").mkdir()
    (filled.cache / "my folder").mkdir()
    blobs = filled.cache / "models--acme--stray" / "blobs"
    for blob in blobs.iterdir():
        blob.unlink()
    result = filled.run("ls", "--json")
    assert result.status == 0
    found = {m["name"]: m["bytes"] for m in json.loads(result.stdout)["models"]}
    assert found.keys() == {"acme/one", "acme/stray", "writer:1b"}
    assert found["acme/stray"] == 0
    golden(result.stderr)
    assert "Traceback" not in result.stderr
    filled.run("prune", "--unlisted", "--yes")
    assert (filled.cache / "notes.txt").read_text() == "mine"
    assert (filled.cache / "my folder").is_dir()
    assert not (filled.cache / "models--acme--stray").exists()


def test_a_head_that_is_just_being_fetched_hides_nothing(
    filled: HubProject, golden: Golden
) -> None:
    (filled.cache / "models--acme--one" / "refs" / "main").write_text("f" * 40)
    (filled.cache / "models--acme--one" / "blobs" / "a.b.incomplete").write_bytes(b"x" * 2048)
    result = filled.run("ls", "--json")
    assert len([m for m in json.loads(result.stdout)["models"] if m["id"] == "one"]) == 2
    golden(result.stderr)


def test_what_may_not_be_read_hides_nothing_else(filled: HubProject, golden: Golden) -> None:
    snapshots = filled.cache / "models--acme--stray" / "snapshots"
    snapshots.chmod(0)
    try:
        for arguments in (["ls", "--json"], ["prune", "--unlisted", "--yes", "--json"]):
            done = subprocess.run(
                command_line.without_privileges([*command_line.COMMAND, *arguments]),
                cwd=filled.folder,
                env=command_line.environment(**filled.settings),
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr
            golden(done.stderr)
            assert "acme/stray" not in done.stdout
            assert json.loads(done.stdout)
    finally:
        snapshots.chmod(0o755)
    assert {m["name"] for m in filled.json("ls")["models"]} >= {"acme/one", "acme/stray"}


def test_what_may_not_be_removed_stays_whole(filled: HubProject) -> None:
    snapshots = filled.cache / "models--acme--stray" / "snapshots"
    before = filled.json("ls")["models"]
    snapshots.chmod(0o555)
    try:
        done = subprocess.run(
            command_line.without_privileges(
                [*command_line.COMMAND, "prune", "--unlisted", "--yes"]
            ),
            cwd=filled.folder,
            env=command_line.environment(**filled.settings),
            capture_output=True,
            text=True,
        )
    finally:
        snapshots.chmod(0o755)
    assert done.returncode == 1
    assert "acme/stray at " in done.stderr
    assert "Permission denied" in done.stderr
    stray = [m for m in before if m["name"] == "acme/stray"]
    assert [m for m in filled.json("ls")["models"] if m["name"] == "acme/stray"] == stray


def test_a_folder_that_was_named_and_is_not_there(filled: HubProject, golden: Golden) -> None:
    result = filled.run("ls", "--cache-dir", "typo")
    assert (result.status, result.stdout) == (1, "")
    golden(result.stderr)


def test_no_cache_at_all(project: HubProject) -> None:
    project.catalogue(entry("one", "acme/one"))
    assert project.json("ls")["models"] == []
    assert project.json("du")["total"] == 0
    assert project.json("prune", "--unlisted", "--yes")["candidates"] == []


class TestLeftovers:
    def test_what_a_killed_download_left_goes(self, filled: HubProject) -> None:
        repository = filled.cache / "models--acme--stray"
        dead = repository / "blobs" / f"{'a' * 64}.incomplete"
        dead.write_bytes(b"x" * 2048)
        (shown,) = filled.json("prune", "--dry-run")["leftovers"]
        assert (shown["name"], shown["file"], shown["bytes"]) == ("acme/stray", str(dead), 2048)
        assert filled.json("prune", "--dry-run", "--keep-models", "stray")["leftovers"] == []
        assert filled.json("prune", "--dry-run", "--older-than", "1")["leftovers"] == []
        assert dead.exists()

        filled.run("prune", "--yes")

        assert not dead.exists()
        assert (repository / "snapshots").exists()  # the model itself may belong to others

    def test_what_is_being_written_stays(self, filled: HubProject) -> None:
        locks = filled.cache / ".locks" / "models--acme--one"
        locks.mkdir(parents=True, exist_ok=True)
        part = filled.cache / "models--acme--one" / "blobs" / "b.c.incomplete"
        part.write_bytes(b"x")
        with FileLock(locks / "b.lock"):
            assert filled.json("prune", "--dry-run")["leftovers"] == []
        (found,) = filled.json("prune", "--dry-run")["leftovers"]
        assert found["file"] == str(part)

"""Exports for engines in `registry ls`, `du` and `prune`: seen, and removed whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import command_line
import in_process
import pytest
import warm
from checkpoints import build_cross_encoder
from hub_project import HubProject, entry, project, served
from killed_prune import KILLED, prune_killed_after

from goldens import Golden
from registry import MS_MARCO_MINILM_L6_V2, load
from registry.exports.export import EXPORTER, read_export
from registry.exports.replacing import only_here
from registry.files.digests import damages
from registry.files.file_lock import exclusive
from registry.store.exported import read_exports, remove_export

__all__ = ["project"]  # a fixture that pytest finds by name

pytestmark = pytest.mark.heavy

PIN, OTHER = "a" * 40, "b" * 40
OLDER, NEWER = (f"onnx-f32-{int(EXPORTER) + by}" for by in (-1, 1))
ONNX, OPENVINO = f"onnx-f32-{EXPORTER}", f"openvino-bf16-{EXPORTER}"
# Repository, commit, name of the folder -> the folder of an export in the cache.
Put = Callable[..., Path]


def tiny(**more: Any) -> dict[str, Any]:
    model = entry("tiny", "tests/tiny", **more)
    return {**model, "type": "cross-encoder", "specs": {"parameters": "1M"}}


def export(project: HubProject, engine: str) -> str:
    """`registry export tiny` of the project: stdout."""
    command = ("-m", "registry", "export", "tiny", "--engine", engine)
    done = warm.run(command, project.folder, command_line.environment(**project.settings))
    assert done.status == 0, done.output
    return done.stdout


def with_weights(project: HubProject, folder: Path) -> str:
    """Put a tiny model on the project's Hub and in its catalogue; returns the commit."""
    files = {path.name: path.read_bytes() for path in build_cross_encoder(folder).iterdir()}
    commit = project.hub.store.add("tests/tiny", dict(files)).head
    project.catalogue(tiny(revision=commit))
    return commit


@pytest.fixture(scope="session")
def made(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """An export in the cache, as `registry export` makes it."""

    def make(folder: Path) -> None:
        with served(folder) as project:
            with_weights(project, folder / "weights")
            export(project, "onnx")

    return next(once("stored-export", make).glob(f"home/registry/exports/*/*/{ONNX}"))


@pytest.fixture
def put(project: HubProject, made: Path) -> Put:
    """Copies of it in the cache of a project whose catalogue has the tiny model, pinned."""
    project.catalogue(tiny(revision=PIN, aliases=["small"]))

    def copy(commit: str = PIN, build: str = ONNX, name: str = "tests/tiny") -> Path:
        place = exports(project) / name.replace("/", "--") / commit / build
        found = read_export(shutil.copytree(made, place))
        assert found is not None
        engine: Any
        precision: Any
        engine, precision, exporter = build.split("-")
        replace(
            found, huggingface_id=name, revision=commit,
            engine=engine, precision=precision, exporter=exporter,
        ).write()  # fmt: skip
        return place

    return copy


def exports(project: HubProject) -> Path:
    return Path(project.settings["REGISTRY_CACHE_DIR"]) / "exports"


def size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def is_whole(place: Path) -> bool:
    found = read_export(place)
    return found is not None and not damages(place, found.files)


def pruned(
    project: HubProject, *arguments: str, selected: str = ""
) -> set[tuple[str, str, str, str]]:
    """What a prune would remove: repository, commit, engine, precision."""
    variables = {"REGISTRY_CROSS_ENCODER_MODEL": selected}
    found = project.json("prune", "--dry-run", *arguments, status=0, **variables)["candidates"]
    assert {each["store"] for each in found} <= {"exports"}
    return {(each["name"], each["revision"], each["engine"], each["precision"]) for each in found}


def test_made_seen_removed_and_made_again(project: HubProject, tmp_path: Path) -> None:
    commit = with_weights(project, tmp_path / "weights")
    export(project, "openvino")
    (of_weights, of_export) = project.json("ls")["models"]
    place = Path(of_export["path"])
    assert (of_weights["store"], of_weights["engine"]) == ("huggingface", None)
    assert (of_export["store"], of_export["id"], of_export["name"]) == (
        "exports", "tiny", "tests/tiny",
    )  # fmt: skip
    assert (of_export["revision"], of_export["state"]) == (commit, "pinned")
    assert (of_export["engine"], of_export["precision"]) == ("openvino", "f32")
    assert of_export["bytes"] == size(place)
    assert of_export["last_used"] is not None
    assert project.json("prune", "--yes")["candidates"] == []

    project.catalogue(tiny(revision=OTHER))
    model = replace(MS_MARCO_MINILM_L6_V2, huggingface_id="tests/tiny", revision=commit)
    loaded, before = load(model, backend="openvino", local_path=place), size(place)
    freed = {each["store"]: each["bytes"] for each in project.json("prune", "--yes")["candidates"]}
    assert freed == {"huggingface": of_weights["bytes"], "exports": before}

    assert list(exports(project).iterdir()) == []
    assert len(loaded.rerank("words that it has not seen", ["yet", "other words"])) == 2
    project.catalogue(tiny(revision=commit))
    assert "written" in export(project, "openvino")
    assert is_whole(place)


def test_tables(project: HubProject, put: Put, golden: Golden) -> None:
    moment = time.time() - 86_400
    for place in (put(), put(OTHER), put(build=OPENVINO), put(PIN, OLDER)):
        for path in place.iterdir():
            os.utime(path, (moment, moment))
    left = Path(tempfile.mkdtemp(prefix=f".{ONNX}.", dir=exports(project) / "tests--tiny" / PIN))
    (left / "graph.onnx").write_bytes(b"x" * 2048)
    day = time.strftime("%Y-%m-%d", time.gmtime(moment))
    told = project.run("ls").stderr
    for arguments in (["ls"], ["du"], ["prune", "--dry-run"]):
        result = project.run(*arguments)
        assert result.status == 0
        told += result.stdout
        shown, complaints, status = in_process.run_at_terminal(
            arguments, project.folder, command_line.environment(**project.settings), columns=110
        )
        assert status == 0, complaints
        told += command_line.without_styles(shown)
    golden(told.replace(day, "YESTERDAY"))


class TestUsage:
    def test_a_model_is_its_weights_and_exports(self, project: HubProject, put: Put) -> None:
        places = [put(), put(build=OPENVINO), put(name="acme/other")]
        usage = project.json("du")
        assert usage["models"]["tiny"] == sum(map(size, places[:2]))
        assert usage["models"]["acme/other"] == size(places[2])
        assert usage["stores"] == {"exports": sum(map(size, places))}
        assert usage["total"] == sum(map(size, places))

    def test_what_another_folder_has_too_frees_nothing(
        self, project: HubProject, put: Put, tmp_path: Path
    ) -> None:
        place = put(OTHER)
        graph = max(place.iterdir(), key=lambda path: path.stat().st_size)
        os.link(graph, tmp_path / "mine.onnx")
        before = size(place)
        freed = project.json("prune", "--yes")["bytes"]
        assert freed == before - (tmp_path / "mine.onnx").stat().st_size
        assert not place.exists()


class TestPrune:
    def test_only_what_is_certainly_garbage(self, project: HubProject, put: Put) -> None:
        stays = [put(), put(build=OPENVINO), put(build=NEWER), put(name="acme/other")]
        stays.append(put(OTHER, OLDER, "acme/other"))
        goes = [put(OTHER), put(OTHER, OPENVINO), put(PIN, OLDER)]
        freed = sum(map(size, goes))
        shown = project.json("prune", "--dry-run")
        assert (shown["removed"], shown["bytes"]) == (False, freed)
        assert all(map(is_whole, goes))
        done = project.json("prune", "--yes")
        assert (done["bytes"], done["failures"]) == (freed, [])
        assert all(map(is_whole, stays))
        assert not any(place.exists() for place in goes)
        assert not goes[0].parent.exists(), "an empty folder is left"

    def test_neither_the_lock_s_commit_nor_the_pin(self, project: HubProject, put: Put) -> None:
        locked = {"huggingface_id": "tests/tiny", "revision": OTHER, "files": {}}
        text = json.dumps({"version": 1, "models": {"tiny": locked}})
        (project.folder / "models.lock.json").write_text(text)
        for commit in (PIN, OTHER, "c" * 40):
            put(commit)
        states = {each["revision"]: each["state"] for each in project.json("ls")["models"]}
        assert states == {PIN: "other revision", OTHER: "pinned", "c" * 40: "other revision"}
        assert pruned(project) == {("tests/tiny", "c" * 40, "onnx", "f32")}
        # Another engine's export of the locked commit does not replace one of the pin.
        put(PIN, OPENVINO)
        found = pruned(project, "--unselected", selected="tiny")
        assert found == {("tests/tiny", commit, "onnx", "f32") for commit in (PIN, "c" * 40)}

    def test_without_a_pin_nothing_says_which_commit(self, project: HubProject, put: Put) -> None:
        put()
        project.catalogue(tiny())
        (found,) = project.json("ls")["models"]
        assert found["state"] == "unpinned"
        assert pruned(project) == set()

    def test_on_request(self, project: HubProject, put: Put) -> None:
        for place in (("tests/tiny", PIN), ("acme/other", OTHER)):
            put(place[1], name=place[0])
        mine, other = ("tests/tiny", PIN, "onnx", "f32"), ("acme/other", OTHER, "onnx", "f32")
        assert pruned(project) == set()
        assert pruned(project, "--unlisted") == {other}
        assert pruned(project, "--unselected") == {mine}
        assert pruned(project, "--unselected", "--unlisted") == {mine, other}
        assert pruned(project, "--unselected", selected="tiny") == set()

    @pytest.mark.parametrize("pattern", ["tiny", "SMALL", "tests/*"])
    def test_protected_and_kept(self, pattern: str, project: HubProject, put: Put) -> None:
        place = put(OTHER)
        assert pruned(project, "--keep-models", pattern) == set()
        text = f'[tool.registry]\nprotected = ["{pattern}"]\n'
        (project.folder / "pyproject.toml").write_text(text)
        project.run("prune", "--unlisted", "--unselected", "--yes")
        assert is_whole(place)

    def test_older_than(self, project: HubProject, put: Put) -> None:
        place = put(OTHER)
        assert pruned(project, "--older-than", "30") == set()
        long_ago = time.time() - 40 * 86_400
        for path in place.iterdir():
            os.utime(path, (long_ago, long_ago))
        assert len(pruned(project, "--older-than", "30")) == 1

    def test_stays_while_it_is_being_made(
        self, project: HubProject, put: Put, golden: Golden
    ) -> None:
        place = put(OTHER)
        with exclusive(place):
            result = project.run("prune", "--yes")
        assert result.status == 1
        assert is_whole(place)
        golden(result.stderr)
        assert project.run("prune", "--yes").status == 0
        assert not place.exists()

    def test_two_at_once(self, project: HubProject, put: Put) -> None:
        places = [put(digit * 40) for digit in "bcdef"]
        both = [project.start("prune", "--yes") for _ in range(2)]
        assert [process.wait(timeout=300) for process in both] == [0, 0]
        assert not any(place.exists() for place in places)
        assert list(exports(project).iterdir()) == []

    # Every third change of the disk; all of them by `make exhaustive`.
    @pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.exhaustive)])
    def test_killed_at_any_moment(self, step: int, project: HubProject, put: Put) -> None:
        pinned, place = put(), put(OTHER)
        for calls in range(1, 60, step):
            ended = prune_killed_after(calls, project)
            assert is_whole(pinned)
            assert is_whole(place) or not place.exists()
            listed = {each["path"] for each in project.json("ls")["models"]}
            assert (str(place) in listed) == place.exists()
            if ended:
                break
            if not place.exists():
                put(OTHER)
        assert calls > 5
        assert project.json("prune", "--yes")["failures"] == []
        assert list(exports(project).rglob("*.onnx")) == list(pinned.glob("*.onnx"))

    def test_what_may_not_be_removed_stays_whole(
        self, project: HubProject, put: Put, golden: Golden
    ) -> None:
        place = put(OTHER)
        place.parent.chmod(0o555)
        try:
            done = command_line.run_without_privileges(
                "prune", "--yes", cwd=project.folder, **project.settings
            )
        finally:
            place.parent.chmod(0o755)
        assert done.status == 1
        golden(done.stderr)
        assert is_whole(place)


class TestForeign:
    """What people put into the folder of exports is neither followed nor removed."""

    def test_links_and_files_stay(self, project: HubProject, put: Put, tmp_path: Path) -> None:
        elsewhere = put(OTHER).parents[1].rename(tmp_path / "elsewhere")
        goes = put(OTHER)
        root, repository, commit = exports(project), goes.parents[1], goes.parent
        strange = [
            root / "acme--linked",
            repository / ("c" * 40),
            commit / OPENVINO,
            commit / f".{OPENVINO}.abcdefgh",
        ]
        for link, target in zip(
            strange,
            (elsewhere, elsewhere / OTHER, elsewhere / OTHER / ONNX, elsewhere / OTHER / ONNX),
            strict=True,
        ):
            link.symlink_to(target)
        for path in (root / "notes.txt", repository / "notes.txt", commit / "notes.txt"):
            path.write_text("mine")
            strange.append(path)
        for path in (
            root / "my folder",
            root / "acme--x" / "v1",
            commit / f"openvino-f32-{EXPORTER}",
        ):
            path.mkdir(parents=True)
            (path / "graph.onnx").write_text("mine")
            strange.append(path)
        (found,) = project.json("ls")["models"]
        assert found["path"] == str(goes)
        done = project.json("prune", "--yes", "--unlisted", "--unselected")
        assert len(done["candidates"]) == 1
        assert (done["leftovers"], done["failures"]) == ([], [])
        assert not goes.exists()
        assert all(os.path.lexists(path) for path in strange)
        assert is_whole(elsewhere / OTHER / ONNX)

    def test_a_link_that_came_after_listing(
        self, project: HubProject, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REGISTRY_CACHE_DIR", project.settings["REGISTRY_CACHE_DIR"])
        place = put(OTHER)
        (stored,) = read_exports().models
        assert stored.build is not None
        elsewhere = place.parent.rename(tmp_path / "elsewhere")
        place.parent.symlink_to(elsewhere)
        remove_export(stored.name, stored.revision, stored.build)
        assert is_whole(place)
        assert [path.name for path in elsewhere.iterdir()] == [ONNX]

    def test_a_link_in_an_export_goes_alone(
        self, project: HubProject, put: Put, tmp_path: Path
    ) -> None:
        place, mine = put(OTHER), tmp_path / "mine"
        mine.mkdir()
        (mine / "weights").write_bytes(b"mine" * 1000)
        (place / "file").symlink_to(mine / "weights")
        (place / "folder").symlink_to(mine)
        before = project.json("du")["total"]
        assert before < size(place) + 2000
        project.run("prune", "--yes")
        assert not place.exists()
        assert (mine / "weights").read_bytes() == b"mine" * 1000

    def test_the_folder_itself_may_be_a_link(
        self, project: HubProject, put: Put, tmp_path: Path
    ) -> None:
        place = put(OTHER)
        bigger = exports(project).rename(tmp_path / "bigger disk")
        exports(project).symlink_to(bigger)
        project.run("prune", "--yes")
        assert not place.exists()
        assert exports(project).is_symlink()

    def test_damage_hides_nothing(self, project: HubProject, put: Put, golden: Golden) -> None:
        damaged = put()
        (damaged / "export.json").write_text("{")
        unreadable = [put(build=OPENVINO), put(name="acme/other").parent]
        for folder in unreadable:
            folder.chmod(0)
        try:
            done = command_line.run_without_privileges(
                "ls", "--json", cwd=project.folder, **project.settings
            )
        finally:
            for folder in unreadable:
                folder.chmod(0o755)
        assert [each["path"] for each in json.loads(done.stdout)["models"]] == [str(damaged)]
        golden(done.stderr)

    @pytest.mark.parametrize("make", [Path.touch, os.mkfifo, lambda path: path.symlink_to(path)])
    def test_no_folder_of_exports(
        self, make: Callable[[Path], None], project: HubProject, put: Put
    ) -> None:
        put().parents[2].rename(exports(project).with_name("away"))
        make(exports(project))
        found = project.json("ls")
        assert (found["models"], found["absent"]) == ([], ["tiny"])
        assert "exports: cannot be read" in project.run("prune", "--yes").stderr
        assert os.path.lexists(exports(project))


class TestLeftovers:
    def test_of_one_that_is_killed(self, project: HubProject, tmp_path: Path) -> None:
        commit = with_weights(project, tmp_path / "weights")
        process = project.start("export", "tiny", "--engine", "onnx")
        folder = exports(project) / "tests--tiny" / commit
        deadline = time.monotonic() + 300  # on a busy machine
        while not list(folder.glob(f".{ONNX}.*/traced")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert project.json("prune", "--yes")["leftovers"] == []
        process.kill()
        process.wait()
        assert project.json("ls", "--absent")["models"][0]["store"] == "huggingface"
        (left,) = project.json("prune", "--yes")["leftovers"]
        assert left["store"] == "exports"
        assert list(exports(project).iterdir()) == []

    def test_of_killed_exports(self, project: HubProject, put: Put) -> None:
        place = put()
        left = Path(tempfile.mkdtemp(prefix=f".{ONNX}.", dir=place.parent))
        (left / "traced").mkdir()
        (left / "traced" / "graph.onnx").write_bytes(b"x" * 2048)
        (shown,) = project.json("prune", "--dry-run")["leftovers"]
        assert (shown["name"], shown["store"]) == ("tests/tiny", "exports")
        assert (shown["file"], shown["bytes"]) == (str(left), 2048)
        assert project.json("prune", "--dry-run", "--keep-models", "tiny")["leftovers"] == []
        assert project.json("prune", "--dry-run", "--older-than", "1")["leftovers"] == []
        with exclusive(place):
            assert project.json("prune", "--dry-run")["leftovers"] == []
        assert project.json("prune", "--yes")["bytes"] == 2048
        assert [path.name for path in place.parent.iterdir()] == [ONNX]

    def test_of_a_model_without_exports_nothing_is_left(self, project: HubProject) -> None:
        commit = exports(project) / "acme--gone" / OTHER
        commit.mkdir(parents=True)
        (commit / f".{ONNX}.lock").touch()
        tempfile.mkdtemp(prefix=f".{ONNX}.", dir=commit)
        assert project.json("prune", "--yes")["failures"] == []
        assert list(exports(project).iterdir()) == []


def test_an_export_begins_while_its_folder_is_removed(tmp_path: Path) -> None:
    place = tmp_path / "acme--one" / PIN / ONNX
    removing = f"""
import time
from contextlib import suppress
from pathlib import Path
print(flush=True)
while True:
    time.sleep(0.001)
    for folder in Path({str(place)!r}).parents[:2]:
        with suppress(OSError):
            folder.rmdir()
"""
    with subprocess.Popen([sys.executable, "-c", removing], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            for _ in range(200):
                with only_here(place, patience=60):
                    assert place.parent.is_dir()
        finally:
            process.kill()


def test_killed_while_one_is_replaced(put: Put, made: Path, tmp_path: Path) -> None:
    """The old one, or none: never a mixture, and never what nobody can replace."""
    replacing = f"""{KILLED}
import shutil
from pathlib import Path
from registry.exports.replacing import beside, put
made, place = map(Path, sys.argv[1:])
with beside(place) as work:
    put(shutil.copytree(made, work / "traced"), place)
"""
    for calls in range(1, 20):
        place = put(PIN) if not (found := list(tmp_path.rglob(ONNX))) else found[0]
        command = [sys.executable, "-c", replacing, str(calls), str(made), str(place)]
        done = subprocess.run(command, env=command_line.environment(), capture_output=True)
        assert done.returncode in (0, 137), done.stderr
        assert not place.exists() or is_whole(place)
        if done.returncode == 0:
            break
    assert calls > 3

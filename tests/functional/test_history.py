"""`registry diff`, `release` and `history`: on files and in a real Git repository."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import command_line
import pytest

from catalogues import entry as whole
from goldens import Golden
from registry.files.lock_file import Lock, LockedFile, LockedModel

OLD_PIN, NEW_PIN = "1" * 40, "2" * 40


def entry(model_id: str, kind: str, **more: Any) -> dict[str, Any]:
    given = {"id": model_id, "type": kind, "huggingface_id": f"acme/{model_id}"}
    return {**given, "revision": OLD_PIN, **more}


def write(folder: Path, name: str, data: Any) -> Path:
    path = folder / name
    path.write_text(data.text() if isinstance(data, Lock) else json.dumps(data), "utf-8")
    return path


def locked(pin: str, **digests: str) -> LockedModel:
    files = {name.replace("_", "."): LockedFile(1, digest * 64) for name, digest in digests.items()}
    return LockedModel("acme/m", pin, files)


class TestDiff:
    def test_of_catalogues(self, tmp_path: Path, golden: Golden) -> None:
        old = [
            entry("gone", "dense"),
            entry("encoder", "dense", specs={"embedding_dim": 384}, license="MIT"),
            entry("writer", "llm"),
        ]
        new = [
            entry("writer", "llm", revision=NEW_PIN),
            entry("encoder", "dense", specs={"embedding_dim": 768}, pooling="cls"),
            entry("fresh", "sparse"),
        ]
        write(tmp_path, "old.json", {"models": old})
        write(tmp_path, "new.json", {"models": new})
        result = command_line.run("diff", "old.json", "new.json", cwd=tmp_path)
        assert result.status == 0
        assert result.stdout == (
            "encoder: license was MIT, is gone\n"
            "encoder: pooling is cls, was not there: embeddings must be rebuilt\n"
            "encoder: specs.embedding_dim was 384, is 768: embeddings must be rebuilt\n"
            "fresh: added\n"
            "gone: removed\n"
            "writer: new revision 222222222222, was 111111111111: answers may differ\n"
        )
        golden(result.stderr)

    def test_of_locks_tells_the_same_files_from_other_ones(self, tmp_path: Path) -> None:
        write(tmp_path, "a", Lock({"m": locked(OLD_PIN, model_safetensors="a", config_json="b")}))
        write(tmp_path, "b", Lock({"m": locked(NEW_PIN, model_safetensors="a", config_json="b")}))
        write(tmp_path, "c", Lock({"m": locked(NEW_PIN, model_safetensors="c", config_json="b")}))
        same = command_line.run("diff", "a", "b", "--fail-on-rebuild", cwd=tmp_path)
        assert (same.status, same.stdout) == (0, "m: new revision 222222222222, was 111111111111\n")
        other = command_line.run("diff", "a", "c", "--fail-on-rebuild", cwd=tmp_path)
        assert other.status == 1
        assert "files.model.safetensors was aaaaaaaaaaaa, is cccccccccccc" in other.stdout

    def test_of_locks_rebuilds_nothing_for_what_stores_no_vectors(
        self, tmp_path: Path, golden: Golden
    ) -> None:
        write(tmp_path, "a", Lock({"qwen3-0.6b": locked(OLD_PIN, model_safetensors="a")}))
        write(tmp_path, "b", Lock({"qwen3-0.6b": locked(NEW_PIN, model_safetensors="b")}))
        result = command_line.run("diff", "a", "b", "--fail-on-rebuild", cwd=tmp_path)
        assert result.status == 0
        assert "answers may differ" in result.stdout
        golden(result.stderr)
        # The local catalogue describes the model; if it cannot be read, the installed one does.
        (tmp_path / "models.json").write_text("{")
        assert command_line.run("diff", "a", "b", "--fail-on-rebuild", cwd=tmp_path).status == 0

    def test_as_json(self, tmp_path: Path) -> None:
        write(tmp_path, "old.json", {"models": [entry("m", "dense")]})
        write(tmp_path, "new.json", {"models": [entry("m", "dense", revision=NEW_PIN)]})
        data = json.loads(
            command_line.succeed("diff", "old.json", "new.json", "--json", cwd=tmp_path)
        )
        assert data["rebuild"] == ["m"]
        assert [change["path"] for change in data["changes"]] == ["revision"]

    def test_nothing_changed(self, tmp_path: Path, golden: Golden) -> None:
        write(tmp_path, "a.json", {"models": [entry("m", "dense")]})
        result = command_line.run("diff", "a.json", "a.json", cwd=tmp_path)
        assert (result.status, result.stdout) == (0, "")
        golden(result.stderr)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (None, "there is no such file"),
            ('{"models": [', "bad.json:1:13: /: the file ends too early"),
            ('{"other": 1}', "neither a catalogue nor a lock"),
            ("[" * 100_000, "nested deeper than 32 levels"),
            ('{"version": 1, "models": {}}', "compare like with like"),
        ],
    )
    def test_what_cannot_be_compared(self, text: str | None, said: str, tmp_path: Path) -> None:
        write(tmp_path, "good.json", {"models": []})
        if text is not None:
            (tmp_path / "bad.json").write_text(text)
        result = command_line.run("diff", "bad.json", "good.json", cwd=tmp_path)
        assert (result.status, result.stdout) == (1, "")
        assert said in result.stderr
        assert "Traceback" not in result.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project with two version tags that differ in the selected and locked model."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "config", "user.email", "a@example.com")
    git(folder, "config", "user.name", "A")
    models = [
        {**entry("one", "dense"), "aliases": ["first"]},
        entry("two", "dense"),
    ]
    write(folder, "models.json", {"selected": {"embedding": "one"}, "models": models})
    commit(folder, "v1.9.0")
    (folder / "pyproject.toml").write_text('[tool.registry.selected]\nembedding = "two"\n')
    file = LockedFile(1, "a" * 64)
    lock = Lock({"two": LockedModel("acme/two", NEW_PIN, {"model.safetensors": file})})
    write(folder, "models.lock.json", lock)
    commit(folder, "v1.10.0")
    git(folder, "tag", "no-version")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", tag)
    git(folder, "tag", tag)


class TestHistory:
    def test_from_the_tags_of_git(self, repository: Path) -> None:
        rows = [
            line.split("\t")
            for line in command_line.succeed("history", cwd=repository).splitlines()
        ]
        assert [[row[0], *row[2:]] for row in rows] == [
            ["v1.10.0", "embedding", "two", NEW_PIN[:12]],
            ["v1.9.0", "embedding", "one", OLD_PIN[:12]],
        ]

    def test_between_a_tag_and_a_file(self, repository: Path) -> None:
        data = json.loads((repository / "models.json").read_text())
        del data["models"][0]
        write(repository, "models.json", data)
        result = command_line.run("diff", "v1.9.0:models.json", "models.json", cwd=repository)
        assert result.stdout == "one: removed\n"

    @pytest.mark.parametrize("name", ["v9:models.json", "--output=x:y", "v1.9.0:none.json"])
    def test_what_git_does_not_have(self, name: str, repository: Path) -> None:
        result = command_line.run("diff", "--", name, "models.json", cwd=repository)
        assert (result.status, result.stdout) == (1, "")
        assert len(result.stderr.splitlines()) == 1
        assert not (repository / "x").exists()

    def test_a_file_that_was_named_and_is_not_there(self, repository: Path, golden: Golden) -> None:
        named = command_line.run("history", "--file", "typo.json", cwd=repository)
        assert (named.status, named.stdout) == (1, "")
        golden(named.stderr)
        both = command_line.run("history", "--git", "--file", "typo.json", cwd=repository)
        assert (both.status, both.stdout) == (2, "")

    def test_no_release_yet(self, tmp_path: Path, golden: Golden) -> None:
        git(tmp_path, "init", "--quiet")
        result = command_line.run("history", cwd=tmp_path)
        assert (result.status, result.stdout) == (0, "")
        golden(result.stderr)

    def test_a_catalogue_in_another_place(self, repository: Path) -> None:
        (repository / "data").mkdir()
        (repository / "models.json").rename(repository / "data" / "catalogue.json")
        (repository / "pyproject.toml").write_text(
            "[tool.hatch.build.hooks.model-registry]\n"
            'catalogue = "data/catalogue.json"\noutput = "models.py"\n'
        )
        (repository / "models.lock.json").unlink()
        commit(repository, "v2.0.0")
        newest = command_line.succeed("history", cwd=repository).splitlines()[0]
        assert newest.split("\t")[2:] == ["embedding", "one", OLD_PIN[:12]]

    def test_a_catalogue_that_extends_another(self, repository: Path, golden: Golden) -> None:
        """The extended catalogue counts as it was at the release, if Git has it."""
        (repository / "models.lock.json").unlink()
        table = (
            '[tool.hatch.build.hooks.model-registry]\nextends = "company.json"\n'
            'output = "src/acme/_generated.py"\n'
        )
        (repository / "pyproject.toml").write_text(table)
        writer = whole("writer", "llm", revision=OLD_PIN)
        mine = {"selected": {"embedding": "one"}, "models": [whole("one", revision=OLD_PIN)]}
        write(repository, "models.json", mine)
        write(repository, "company.json", {"selected": {"llm": "writer"}, "models": [writer]})
        (repository / "src" / "acme").mkdir(parents=True)
        (repository / "src" / "acme" / "__init__.py").write_text("")
        command_line.succeed("generate", cwd=repository)
        commit(repository, "v2.0.0")
        write(repository, "company.json", {"models": [{**writer, "revision": NEW_PIN}]})

        for path in (repository / "src" / "acme").glob("_generated*/*.json"):
            path.unlink()
        commit(repository, "v2.1.0")

        result = command_line.run("history", "--git", cwd=repository)
        rows = [line.split("\t") for line in result.stdout.splitlines()]
        newest = [row[2:] for row in rows if row[0] == "v2.0.0"]
        assert newest == [
            ["embedding", "one", OLD_PIN[:12]],
            ["llm", "writer", OLD_PIN[:12]],
        ]
        assert [row[2:] for row in rows if row[0] == "v2.1.0"] == [newest[0]]
        golden(result.stderr)

    @pytest.mark.parametrize(
        "more",
        [
            {"aliases": 5, "revision": 5, "huggingface_id": None},
            {"aliases": [5], "revision": ["x"], "huggingface_id": {}},
        ],
    )
    def test_what_nobody_checked_in_that_release(
        self, more: dict[str, Any], repository: Path
    ) -> None:
        models = [{**entry("one", "dense"), **more}]
        write(repository, "models.json", {"selected": {"embedding": "one"}, "models": models})
        lock = {"one": {"files": [1], "ollama": "x", "revision": 7}}
        write(repository, "models.lock.json", {"version": 1, "models": lock})
        (repository / "pyproject.toml").write_text("")
        commit(repository, "v3.0.0")
        newest = command_line.succeed("history", cwd=repository).splitlines()[0]
        assert newest.split("\t")[2:] == ["embedding", "one", ""]

    def test_outside_of_a_repository(self, tmp_path: Path, golden: Golden) -> None:
        result = command_line.run("history", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path))
        assert (result.status, result.stdout) == (1, "")
        golden(result.stderr)


class TestRelease:
    def test_is_recorded_with_digests_and_shown(self, tmp_path: Path, golden: Golden) -> None:
        model = LockedModel(
            "sentence-transformers/all-MiniLM-L6-v2",
            NEW_PIN,
            {"model.safetensors": LockedFile(1, "a" * 64)},
        )
        write(tmp_path, "models.lock.json", Lock({"all-minilm-l6-v2": model}))
        result = command_line.run("release", "v1.0.0", cwd=tmp_path)
        assert result.status == 0
        assert f"embedding = all-minilm-l6-v2 ({NEW_PIN[:12]})\n" in result.stdout
        golden(result.stderr)
        command_line.run("release", "v1.10.0", cwd=tmp_path, REGISTRY_EMBEDDING_MODEL="mpnet")
        command_line.run("release", "v1.9.0", cwd=tmp_path)
        shown = command_line.succeed("history", cwd=tmp_path).splitlines()
        embedding = [row.split("\t") for row in shown if "\tembedding\t" in row]
        assert [(row[0], row[3]) for row in embedding] == [
            ("v1.10.0", "all-mpnet-base-v2"),
            ("v1.9.0", "all-minilm-l6-v2"),
            ("v1.0.0", "all-minilm-l6-v2"),
        ]
        data = json.loads((tmp_path / "models.versions.json").read_text())
        first = data["releases"][-1]["roles"]["embedding"]
        assert first["files"] == {"model.safetensors": "a" * 64}

    def test_as_markdown(self, tmp_path: Path) -> None:
        command_line.run("release", "v1.0.0", cwd=tmp_path)
        head, rule, first, *_ = command_line.succeed(
            "history", "--markdown", cwd=tmp_path
        ).splitlines()
        assert head == "| release | date | role | model | commit |"
        assert rule == "|---|---|---|---|---|"
        assert first.startswith("| v1.0.0 | 20")

    def test_twice_is_refused_and_nothing_lost(self, tmp_path: Path) -> None:
        command_line.run("release", "v1.0.0", cwd=tmp_path)
        before = (tmp_path / "models.versions.json").read_bytes()
        assert "already recorded" in command_line.complaint("release", "v1.0.0", cwd=tmp_path)
        assert (tmp_path / "models.versions.json").read_bytes() == before

    def test_a_project_has_one_file_whichever_folder_this_is(self, tmp_path: Path) -> None:
        data = {"selected": {"embedding": "one"}, "models": [whole("one", revision=OLD_PIN)]}
        write(tmp_path, "models.json", data)
        table = '[tool.model-registry]\noutput = "src/acme/_generated.py"\n'
        (tmp_path / "pyproject.toml").write_text(table)
        (below := tmp_path / "src" / "acme").mkdir(parents=True)
        assert command_line.run("release", "v1.0.0", cwd=below).status == 0
        assert list(below.iterdir()) == []
        assert command_line.run("release", "v1.0.0", cwd=tmp_path).status == 1
        assert command_line.run("release", "v1.1.0", cwd=tmp_path).status == 0
        shown = command_line.succeed("history", cwd=tmp_path)
        assert [line.split("\t")[0] for line in shown.splitlines()] == ["v1.1.0", "v1.0.0"]
        assert command_line.succeed("history", cwd=below) == shown

    def test_without_a_project_it_is_the_nearest_file(self, tmp_path: Path) -> None:
        (below := tmp_path / "below").mkdir()
        assert command_line.run("release", "v1.0.0", cwd=tmp_path).status == 0
        assert command_line.run("release", "v1.1.0", cwd=below).status == 0
        assert list(below.iterdir()) == []
        assert command_line.succeed("history", cwd=below).startswith("v1.1.0\t")

    def test_a_damaged_file_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "models.versions.json"
        for damaged in ("{", '{"version": 1, "releases": [{"release": "v1"}]}', "[]"):
            path.write_text(damaged)
            result = command_line.run("release", "v1.0.0", cwd=tmp_path)
            assert result.status == 1
            assert "models.versions.json" in result.stderr
            assert "Traceback" not in result.stderr
            assert path.read_text() == damaged

    @pytest.mark.parametrize("again", ["v1.0", "1.0.0", "V1.0.0"])
    def test_one_version_has_one_name(self, again: str, tmp_path: Path, golden: Golden) -> None:
        command_line.run("release", "v1.0.0", cwd=tmp_path)
        said = command_line.complaint("release", again, cwd=tmp_path)
        golden(said)

    @pytest.mark.parametrize("name", [" v1.0.0", "v1.0.0 ", "v1.0.0\n"])
    def test_spaces_are_no_part_of_a_version(self, name: str, tmp_path: Path) -> None:
        assert "write v1.0.0" in command_line.complaint("release", name, cwd=tmp_path)
        assert not (tmp_path / "models.versions.json").exists()

    @pytest.mark.parametrize(
        "more",
        [{"id": 5}, {"revision": 5}, {"files": []}, {"ollama_digest": {}}, {"unknown": 1}],
    )
    def test_a_serving_of_another_shape(
        self, more: dict[str, Any], tmp_path: Path, golden: Golden
    ) -> None:
        serving = {"id": "a", "huggingface_id": "acme/a", "revision": None, **more}
        releases = [{"release": "v1.0.0", "date": "2026-01-01", "roles": {"llm": serving}}]
        write(tmp_path, "models.versions.json", {"version": 1, "releases": releases})
        result = command_line.run("history", cwd=tmp_path)
        assert (result.status, result.stdout) == (1, "")
        golden(result.stderr)
        assert "Error" not in result.stderr

    def test_no_version(self, tmp_path: Path, golden: Golden) -> None:
        golden(command_line.complaint("release", "today", cwd=tmp_path))

    def test_several_at_once_lose_nothing(self, tmp_path: Path) -> None:
        names = [f"v1.0.{number}" for number in range(6)]
        with ThreadPoolExecutor(6) as pool:
            results = pool.map(
                lambda n: command_line.in_a_process("release", n, cwd=tmp_path), names
            )
            assert {result.status for result in results} == {0}
        data = json.loads((tmp_path / "models.versions.json").read_text())
        assert [each["release"] for each in data["releases"]] == names[::-1]

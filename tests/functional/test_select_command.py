"""`registry select`: what it shows, and what it does to pyproject.toml."""

import json
import os
import tomllib
from pathlib import Path

import command_line
import pytest
from environments import Result

from goldens import Golden
from registry.selection.roles import EMBEDDING_MODELS

DEFAULTS = (
    "embedding\tall-minilm-l6-v2\tcatalogue\n"
    "cross_encoder\tms-marco-minilm-l6-v2\tcatalogue\n"
    "llm\tqwen3-1.7b\tcatalogue\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    return folder


def run(cwd: Path, *arguments: str, **more: str) -> Result:
    return command_line.run("select", *arguments, cwd=cwd, **more)


def complaint(cwd: Path, *arguments: str, status: int = 1, **more: str) -> str:
    return command_line.complaint("select", *arguments, cwd=cwd, status=status, **more)


class TestShowing:
    def test_in_a_pipe_a_line_a_role(self, project: Path) -> None:
        assert run(project) == Result(0, DEFAULTS, "")

    def test_with_where_it_is_said(self, project: Path) -> None:
        (project / "pyproject.toml").write_text('[tool.registry.selected]\nembedding = "mpnet"\n')
        result = run(project, REGISTRY_LLM_MODEL="mistral")
        assert result.stdout == (
            "embedding\tall-mpnet-base-v2\tpyproject.toml:2\n"
            "cross_encoder\tms-marco-minilm-l6-v2\tcatalogue\n"
            "llm\tmistral-7b-instruct-v0.2\tREGISTRY_LLM_MODEL\n"
        )
        (project / "sub").mkdir()
        assert f"{project / 'pyproject.toml'}:2\n" in run(project / "sub").stdout

    def test_one_role(self, project: Path) -> None:
        wanted = "cross_encoder\tms-marco-minilm-l6-v2\tcatalogue\n"
        for name in ("cross_encoder", "cross-encoder", "Cross-Encoder"):
            assert run(project, name) == Result(0, wanted, "")

    def test_on_a_terminal_a_table(self, project: Path) -> None:
        (project / "pyproject.toml").write_text('[tool.registry.selected]\nllm = "mistral"\n')
        shown = command_line.on_terminal("select", cwd=project)
        head, _, *rows = command_line.without_styles(shown).splitlines()
        assert head.split() == ["role", "model", "from"]
        assert [row.split() for row in rows] == [
            ["embedding", "all-minilm-l6-v2", "catalogue"],
            ["cross_encoder", "ms-marco-minilm-l6-v2", "catalogue"],
            ["llm", "mistral-7b-instruct-v0.2", "pyproject.toml:2"],
        ]

    def test_as_json(self, project: Path) -> None:
        result = run(project, "--json", REGISTRY_EMBEDDING_MODEL="BAAI/bge-m3")
        assert (result.status, result.stderr) == (0, "")
        first, second, third = json.loads(result.stdout)
        assert first == {
            "role": "embedding",
            "id": "bge-m3",
            "type": "dense",
            "source": "environment",
            "origin": "REGISTRY_EMBEDDING_MODEL",
        }
        assert second["type"] == "cross-encoder"
        assert (third["source"], third["origin"]) == ("catalogue", "catalogue")

    def test_what_is_wrong_does_not_hide_the_rest(self, project: Path, golden: Golden) -> None:
        result = run(project, REGISTRY_LLM_MODEL="mistrl")
        assert (result.status, result.stdout) == (1, "".join(DEFAULTS.splitlines(True)[:2]))
        golden(result.stderr)
        said = result.stderr.removeprefix("Error: ").removesuffix("\n")
        result = run(project, "--json", REGISTRY_LLM_MODEL="mistrl")
        assert result.status == 1
        assert json.loads(result.stdout)[2] == {"role": "llm", "error": said}

    def test_a_broken_file_is_said_once(self, project: Path, golden: Golden) -> None:
        (project / "pyproject.toml").write_text("[project\n")
        result = run(project)
        assert (result.status, result.stdout) == (1, "")
        assert result.stderr.startswith("pyproject.toml:1:9: ")
        golden(result.stderr)


def edit(project: Path, before: str, *arguments: str) -> str:
    path = project / "pyproject.toml"
    path.write_bytes(before.encode())
    result = run(project, *(arguments or ("embedding", "mpnet")))
    assert (result.status, result.stderr) == (0, ""), result
    return path.read_bytes().decode()


LINE = 'embedding = "all-mpnet-base-v2"\n'
TABLE = f"[tool.registry.selected]\n{LINE}"
RUFF = "[tool.ruff]\nline-length = 100  # wide\n"


class TestWriting:
    def test_it_counts_from_then_on(self, project: Path) -> None:
        wanted = "pyproject.toml: embedding = all-mpnet-base-v2, written\n"
        assert run(project, "embedding", "mpnet") == Result(0, wanted, "")
        assert (project / "pyproject.toml").read_text() == TABLE
        shown = run(project, "embedding").stdout
        assert shown == "embedding\tall-mpnet-base-v2\tpyproject.toml:2\n"
        assert run(project, "llm", "mistral").status == 0
        assert run(project, "cross-encoder", "miniLM-L12").status == 0
        data = tomllib.loads((project / "pyproject.toml").read_text())
        assert data["tool"]["registry"]["selected"] == {
            "embedding": "all-mpnet-base-v2",
            "llm": "mistral-7b-instruct-v0.2",
            "cross_encoder": "ms-marco-minilm-l12-v2",
        }

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("# mine\n", f"# mine\n\n{TABLE}"),
            ('[project]\nname = "x"  # c\n', f'[project]\nname = "x"  # c\n\n{TABLE}'),
            ("[project]\nname = 'x'", f"[project]\nname = 'x'\n\n{TABLE}"),
            (
                f"[project]\nname='x'\n\n{RUFF}\n[dependency-groups]\ndev = [\n  'a', # b\n]\n",
                f"[project]\nname='x'\n\n{RUFF}\n{TABLE}\n"
                "[dependency-groups]\ndev = [\n  'a', # b\n]\n",
            ),
            (
                "[tool.registry.selected]\n# why\n"
                'embedding = "miniLM" # so\nllm="mistral"\n\n[tool.x]\n',
                "[tool.registry.selected]\n# why\n"
                'embedding = "all-mpnet-base-v2" # so\nllm="mistral"\n\n[tool.x]\n',
            ),
            (
                '[tool.registry.selected]\nllm = "mistral"\n\n[project]\nname = "x"\n',
                f'[tool.registry.selected]\nllm = "mistral"\n{LINE}\n[project]\nname = "x"\n',
            ),
            (
                '[tool.registry]\nselected = {embedding = "miniLM", llm = "x"} # both\n',
                '[tool.registry]\nselected = {embedding = "all-mpnet-base-v2", llm = "x"} # both\n',
            ),
            (
                'tool.registry.selected.embedding = "miniLM"\n[project]\nname = "x"\n',
                'tool.registry.selected.embedding = "all-mpnet-base-v2"\n[project]\nname = "x"\n',
            ),
            (
                "[project]\r\nname = 'x'\r\n",
                f"[project]\nname = 'x'\n\n{TABLE}".replace("\n", "\r\n"),
            ),
            (
                '[project]\ndescription = """\n[tool.registry.selected]\nembedding = "x"\n"""\n',
                '[project]\ndescription = """\n[tool.registry.selected]\nembedding = "x"\n"""\n'
                f"\n{TABLE}",
            ),
        ],
    )
    def test_everything_else_stays(self, project: Path, before: str, after: str) -> None:
        assert edit(project, before) == after

    def test_of_our_own_pyproject_nothing_changes_but_that(self, project: Path) -> None:
        before = (Path(__file__).parents[2] / "pyproject.toml").read_text()
        (project / "models.json").write_text(
            (Path(__file__).parents[2] / "models.json").read_text()
        )
        after = edit(project, before)
        assert TABLE in after
        assert after.replace(f"\n{TABLE}", "") == before
        assert edit(project, after) == after

    def test_what_is_there_already_is_not_written_again(self, project: Path) -> None:
        path = project / "pyproject.toml"
        path.write_text(TABLE)
        os.utime(path, (1, 1))
        result = run(project, "embedding", "mpnet")
        assert result.stdout == "pyproject.toml: embedding = all-mpnet-base-v2, up to date\n"
        assert path.stat().st_mtime == 1

    def test_as_json(self, project: Path) -> None:
        result = run(project, "embedding", "mpnet", "--json")
        assert json.loads(result.stdout) == {
            "role": "embedding",
            "id": "all-mpnet-base-v2",
            "file": str(project / "pyproject.toml"),
            "changed": True,
        }

    def test_links_and_permissions_stay_and_nothing_is_left_over(self, project: Path) -> None:
        path = project / "pyproject.toml"
        real = project / "real.toml"
        path.rename(real)
        real.chmod(0o600)
        path.symlink_to(real)
        assert run(project, "embedding", "mpnet").status == 0
        assert path.is_symlink()
        assert real.read_text() == TABLE
        assert real.stat().st_mode & 0o777 == 0o600
        assert sorted(each.name for each in project.iterdir()) == ["pyproject.toml", "real.toml"]

    def test_the_nearest_file_above_is_written(self, project: Path) -> None:
        deep = project / "a" / "b"
        deep.mkdir(parents=True)
        result = run(deep, "embedding", "mpnet")
        assert result.stdout.startswith(f"{project / 'pyproject.toml'}: embedding = ")
        assert (project / "pyproject.toml").read_text() == TABLE

    def test_a_file_that_is_named_is_made(self, project: Path) -> None:
        other = project / "other"
        other.mkdir()
        result = run(project, "embedding", "mpnet", "--file", "other/pyproject.toml")
        assert result.status == 0, result
        assert (other / "pyproject.toml").read_text() == TABLE
        assert (project / "pyproject.toml").read_text() == ""

    def test_a_variable_that_overrules_it_is_mentioned(self, project: Path, golden: Golden) -> None:
        result = run(project, "llm", "mistral", REGISTRY_LLM_MODEL="phi3")
        assert result.status == 0
        golden(result.stderr)

    @pytest.mark.parametrize("key", ["miniLM", "ALL-MINILM-L6-V2", "bge-m3", "BAAI/bge-m3"])
    def test_what_is_written_is_the_id(self, project: Path, key: str) -> None:
        text = edit(project, "", "embedding", key)
        found = EMBEDDING_MODELS.find(key)
        assert found is not None
        assert f'embedding = "{found.id}"\n' in text


class TestRefusing:
    @pytest.mark.parametrize(
        ("arguments", "status"),
        [
            (("embedding", "mpnt"), 1),
            (("llm", "mpnet"), 1),
            (("reranker", "miniLM"), 2),
            (("--file", "pyproject.toml"), 2),
            (("llm", "mistral", "--file", "setup.toml"), 2),
            (("llm", "mistral", "--file", "no/pyproject.toml"), 1),
        ],
    )
    def test_what_cannot_be_meant(
        self, project: Path, arguments: tuple[str, ...], status: int, golden: Golden
    ) -> None:
        golden(complaint(project, *arguments, status=status))
        assert (project / "pyproject.toml").read_text() == ""

    def test_without_a_pyproject(self, tmp_path: Path, golden: Golden) -> None:
        golden(complaint(tmp_path, "embedding", "mpnet"))
        assert list(tmp_path.iterdir()) == []
        assert run(tmp_path).stdout == DEFAULTS

    @pytest.mark.parametrize(
        "before",
        ["[tool.registry", "[tool]\nregistry = 3\n", "[[tool.registry]]\n", "tool = {x = 1}\n"],
    )
    def test_a_file_that_it_cannot_edit_stays_as_it_is(
        self, project: Path, before: str, golden: Golden
    ) -> None:
        path = project / "pyproject.toml"
        path.write_text(before)
        result = run(project, "embedding", "mpnet")
        assert (result.status, result.stdout) == (1, "")
        golden(result.stderr)
        assert path.read_text() == before
        assert list(project.iterdir()) == [path]

    def test_without_tomlkit_it_names_the_extra(
        self, project: Path, tmp_path: Path, golden: Golden
    ) -> None:
        # A module that cannot be imported, as if the extra were not installed.
        blocked = tmp_path / "blocked"
        blocked.mkdir()
        (blocked / "tomlkit.py").write_text(
            "raise ModuleNotFoundError('no tomlkit', name='tomlkit')\n"
        )
        path = os.pathsep.join([str(blocked), command_line.IMPORT_PATH])
        said = complaint(project, "embedding", "mpnet", PYTHONPATH=path)
        golden(said)
        # Showing the selection does not need it.
        assert run(project, PYTHONPATH=path) == Result(0, DEFAULTS, "")


def test_a_variable_of_the_projects_own_keeps_its_place(project: Path) -> None:
    path = project / "pyproject.toml"
    path.write_text('[tool.registry.selected]\nembedding = {env = "EMBED_MODEL"}  # ours\n')
    assert run(project, "embedding", "mpnet").status == 0
    assert tomllib.loads(path.read_text())["tool"]["registry"]["selected"] == {
        "embedding": {"env": "EMBED_MODEL", "default": "all-mpnet-base-v2"}
    }
    assert "# ours" in path.read_text()
    before = path.read_text()
    assert run(project, "embedding", "mpnet").status == 0
    assert path.read_text() == before
    shown = run(project, "embedding", EMBED_MODEL="bge-m3").stdout
    assert shown == "embedding\tbge-m3\tEMBED_MODEL\n"

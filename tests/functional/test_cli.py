"""The command: in a pipe, on a terminal, and given bad input."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from contextlib import chdir
from dataclasses import asdict, fields
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from command_line import (
    COMMAND,
    NO_BYTECODE,
    complaint,
    environment,
    on_terminal,
    run,
    succeed,
    without_styles,
)
from environments import Environment
from in_process import run_at_terminal

import registry
from catalogues import ROOT, catalogue, entry
from goldens import Golden, compare
from registry import MODEL_REGISTRY, AnyModel, ModelType, find_models
from registry.__main__ import main
from registry.cli.terminal.sections import sections
from registry.models.constants import constant_name
from registry_codegen.compile import compile_catalogue, load_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options
from registry_codegen.version import __version__


def as_json(model: AnyModel) -> Any:
    """A model after a JSON round trip."""
    return json.loads(json.dumps({"type": model.kind, **asdict(model)}))


def write_catalogue(folder: Path, *models: dict[str, Any], name: str = "models.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(catalogue(*models), indent=2), "utf-8")
    return path


def write_project(folder: Path, **table: object) -> None:
    """Write a pyproject.toml with the build hook; JSON's lists and strings are valid TOML."""
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
    (folder / "pyproject.toml").write_text(f"[tool.hatch.build.hooks.model-registry]\n{lines}")


def three_problems(folder: Path) -> Path:
    return write_catalogue(
        folder,
        entry("first", licence="MIT"),
        entry("second", revision="main"),
        entry("second", "llm"),
    )


class TestTheCommandItself:
    def test_version(self) -> None:
        count = len(MODEL_REGISTRY)
        version = registry.CATALOGUE_VERSION
        expected = f"tessera-registry {__version__} (catalogue {version}, {count} models)\n"
        assert succeed("--version") == expected

    def test_the_installed_script_runs_the_same(self) -> None:
        (script,) = entry_points(group="console_scripts", name="registry")
        assert script.load() is main

    def test_without_a_command_it_shows_what_there_is(self) -> None:
        result = run()
        assert (result.status, result.stdout) == (2, "")
        for name in ("list", "show", "validate", "generate", "schema"):
            assert re.search(rf"^  {name} ", result.stderr, re.MULTILINE)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("lst",), "list"),
            (("list", "--typ", "dense"), "--type"),
            (("list", "--modality", "txt"), "'text'"),
            (("list", "--status", "old"), "'deprecated'"),
            (("list", "--max-dim", "many"), "--max-dim"),
            (("list", "--max-dim", "0"), "--max-dim"),
            (("list", "--type"), "--type"),
            (("show",), "ID"),
            (("export", "miniLM", "--min-overlap", "99"), "--min-overlap"),
            (("--jsn",), "--jsn"),
        ],
    )
    def test_what_it_does_not_understand_is_a_usage_error(
        self, arguments: tuple[str, ...], said: str
    ) -> None:
        line = complaint(*arguments, status=2)
        assert said in line
        command = arguments[0] if arguments[0] in ("list", "show", "export") else ""
        assert line.endswith(f"(see `{f'registry {command}'.strip()} --help`)")


class TestList:
    def test_in_a_pipe_a_line_a_model(self) -> None:
        lines = succeed("list").splitlines()
        models = list(MODEL_REGISTRY)
        assert [line.split("\t")[0] for line in lines] == [model.id for model in models]
        for line, model in zip(lines, models, strict=True):
            _, kind, parameters, dim, context, terms, organization, repository = line.split("\t")
            assert kind == model.kind
            assert parameters == (model.parameters or "")
            assert dim == str(getattr(model, "embedding_dim", ""))
            assert context == str(model.context_length or "")
            assert terms == (model.license or "")
            served = f"{model.provider}:{model.provider_model}"
            assert (organization, repository) == (
                model.organization,
                model.huggingface_id or served,
            )

    @pytest.mark.parametrize(
        ("arguments", "filters"),
        [
            (("--type", "vision-language"), {"model_type": ModelType.VisionLanguage}),
            (("--organization", "baai"), {"organization": "BAAI"}),
            (("--language", "DE"), {"language": "de"}),
            (("--license", "mit"), {"license": "MIT"}),
            (("--modality", "image"), {"modality": "image"}),
            (("--max-dim", "256"), {"max_embedding_dim": 256}),
            (("--matryoshka",), {"matryoshka": True}),
            (("--no-matryoshka",), {"matryoshka": False}),
            (("--status", "active"), {"status": "active"}),
            (
                ("--type", "dense", "--language", "en", "--max-dim", "384", "--license", "MIT"),
                {
                    "model_type": ModelType.Dense,
                    "language": "en",
                    "max_embedding_dim": 384,
                    "license": "MIT",
                },
            ),
        ],
    )
    def test_filters_are_those_of_find_models(
        self, arguments: tuple[str, ...], filters: dict[str, Any]
    ) -> None:
        expected = [model.id for model in find_models(**filters)]
        assert expected
        listed = succeed("list", *arguments).splitlines()
        assert [line.split("\t")[0] for line in listed] == expected

    def test_json_has_every_field_of_every_model(self) -> None:
        assert json.loads(succeed("list", "--json")) == [as_json(model) for model in MODEL_REGISTRY]

    def test_json_starts_with_the_type(self) -> None:
        first = json.loads(succeed("list", "--json", "--type", "sparse"))[0]
        assert list(first)[:2] == ["type", "id"]

    def test_on_a_terminal_a_table(self) -> None:
        shown = on_terminal("list", "--type", "vision-language")
        lines = without_styles(shown).splitlines()
        assert "\x1b[" in shown
        assert lines[0].split() == ["id", "size", "dim", "context", "license"]
        models = find_models(model_type=ModelType.VisionLanguage)
        assert [line.split()[0] for line in lines[2:]] == [model.id for model in models]

    def test_a_table_of_several_types_names_them(self) -> None:
        lines = without_styles(on_terminal("list", columns=120)).splitlines()
        assert lines[0].split() == ["id", "type", "size", "dim", "context", "license"]
        rows = [line for line in lines[2:] if not line.startswith(" ")]  # without notes below them
        assert [line.split()[:2] for line in rows] == [
            [model.id, model.kind] for model in MODEL_REGISTRY
        ]

    def test_a_narrow_terminal_cuts_no_id_and_no_number(self, golden: Golden) -> None:
        shown, said, status = run_at_terminal(("list",), ROOT, environment(), columns=80)
        lines = without_styles(shown).splitlines()
        assert status == 0
        assert max(map(len, lines)) <= 80
        contexts = {str(model.context_length) for model in MODEL_REGISTRY} - {"None"}
        words = {word for line in lines for word in line.split()}
        assert contexts | {model.id for model in MODEL_REGISTRY} <= words
        golden(said)

    def test_no_color_means_none(self) -> None:
        assert "\x1b" not in on_terminal("list", "--type", "colbert", NO_COLOR="1")

    def test_a_pipe_gets_no_colour_even_if_forced(self) -> None:
        assert "\x1b" not in succeed("list", FORCE_COLOR="1")

    @pytest.mark.parametrize("kind", ["embedding", "Reranker", "chat", "foo"])
    def test_a_type_by_another_word(self, kind: str, golden: Golden) -> None:
        golden(complaint("list", "--type", kind, status=2))

    def test_nothing_found_is_an_answer(self, golden: Golden) -> None:
        result = run("list", "--type", "llm", "--max-dim", "1", "--json")
        assert (result.status, result.stdout) == (0, "[]\n")
        golden(result.stderr)

    @pytest.mark.parametrize(
        "arguments",
        [("--organization", "baia"), ("--license", "apache 2.0"), ("--language", "xx")],
    )
    def test_a_word_no_model_has_gets_a_hint(
        self, arguments: tuple[str, ...], golden: Golden
    ) -> None:
        result = run("list", *arguments)
        assert (result.status, result.stdout) == (0, "")
        golden(result.stderr)

    def test_it_loads_nothing_that_it_does_not_need(self) -> None:
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "registry", "list"],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert "registry.cli.app" in loaded
        build_time = {"registry_codegen.compile", "jinja2", "jsonschema", "langcodes", "packaging"}
        assert not loaded & (build_time | {"rich.table", "rich.console"})

    def test_the_name_of_a_distribution_suggests_its_package(self, tmp_path: Path) -> None:
        said = complaint("list", "--catalogue", "huggingface-hub", cwd=tmp_path)
        assert "--catalogue huggingface-hub" in said
        assert "huggingface_hub" in said


class TestShow:
    @pytest.mark.parametrize("key", ["colbert-v2", "COLBERT", "colbert-ir/colbertv2.0"])
    def test_by_id_alias_or_repository(self, key: str) -> None:
        assert succeed("show", key).startswith("colbert-v2  colbert\n")

    @pytest.mark.parametrize("name", ["jina-colbert-v2", "qwen3-8b"])
    def test_the_page(self, name: str) -> None:
        compare(f"cli/show-{name}.txt", succeed("show", name))

    def test_json_is_the_whole_model(self) -> None:
        assert json.loads(succeed("show", "qwen3-8b", "--json")) == {
            **as_json(registry.QWEN3_8B),
            "known": ANY,
            "layers": {"": "registry"},
        }

    def test_how_each_fact_is_known(self) -> None:
        kinds = {"stated", "computed", "inferred", "unverified"}
        told: set[str] = set()
        for model in (registry.QWEN3_8B, registry.JINA_COLBERT_V2, registry.CHRONOS_BOLT_BASE):
            known = json.loads(succeed("show", model.id, "--json"))["known"]
            marked = dict(
                re.findall(r"^  (\w+) +\S.*  \((\w+)\)$", succeed("show", model.id), re.MULTILINE)
            )
            assert marked
            assert {name: known[name] for name in marked} == marked
            told |= set(known.values())
        assert {"stated", "computed", "unverified"} <= told <= kinds

    def test_json_where_only_ascii_can_be_written(self) -> None:
        text = succeed("show", "bge-small-zh-v1.5", "--json", PYTHONIOENCODING="ascii")
        assert text.isascii()
        assert json.loads(text)["name"] == registry.BGE_SMALL_ZH_V1_5.name
        assert json.loads(text)["description"] == registry.BGE_SMALL_ZH_V1_5.description

    def test_a_page_where_only_ascii_can_be_written(self) -> None:
        assert "\\u" in succeed("show", "bge-small-zh-v1.5", PYTHONIOENCODING="ascii")

    def test_the_import_line_imports_the_model(self) -> None:
        line = next(x for x in succeed("show", "colbert-v2").splitlines() if " import " in x)
        names: dict[str, object] = {}
        exec(line.strip(), names)
        assert names["COLBERT_V2"] is registry.COLBERT_V2

    def test_every_model_has_its_constant(self) -> None:
        for model in MODEL_REGISTRY:
            assert getattr(registry, constant_name(model.id)) is model

    def test_every_field_has_its_section(self) -> None:
        by_class = {type(model): model for model in MODEL_REGISTRY}
        for model in by_class.values():
            # A value for every field, so that none is left out as unknown.
            everything = {field.name: "x" for field in fields(model)}
            shown = {title: {name for name, _ in some} for title, some in sections(everything)}
            assert "More" not in shown
            head = {"id", "name", "description"}
            assert set[str]().union(*shown.values()) == everything.keys() - head

    def test_a_field_the_sections_do_not_know_is_shown_all_the_same(self) -> None:
        assert list(sections({"id": "x", "novelty": 7, "other": None})) == [
            ("More", [("novelty", 7)])
        ]

    def test_on_a_terminal_it_is_wrapped(self) -> None:
        shown = without_styles(on_terminal("show", "colbert-xm", columns=60))
        assert max(len(line) for line in shown.splitlines()) <= 60
        in_a_pipe = succeed("show", "colbert-xm")
        assert shown.split() == in_a_pipe.split()
        assert max(len(line) for line in in_a_pipe.splitlines()) > 60

    def test_no_color_means_none(self) -> None:
        assert "\x1b" in on_terminal("show", "splade-v3")
        assert "\x1b" not in on_terminal("show", "splade-v3", NO_COLOR="1")

    def test_misspelled(self, golden: Golden) -> None:
        golden(complaint("show", "colbert-v3"))

    def test_unknown(self, golden: Golden) -> None:
        golden(complaint("show", "zzzzzz"))

    def test_not_even_text(self, golden: Golden) -> None:
        # Bytes that are not UTF-8, and a line break.
        golden(complaint("show", os.fsdecode(b"\xff\n")))

    def test_ambiguous(self, golden: Golden) -> None:
        golden(complaint("show", "miniLM"))
        assert succeed("show", "miniLM", "--type", "dense").startswith("all-minilm-l6-v2 ")
        page = succeed("show", "miniLM", "--type", "cross-encoder")
        assert page.startswith("ms-marco-minilm-l6-v2 ")

    def test_of_another_type(self, golden: Golden) -> None:
        golden(complaint("show", "colbert-v2", "--type", "llm"))


@pytest.mark.parametrize("arguments", ["lock", "docs", "generate --output x.py"])
def test_a_current_folder_that_was_removed(tmp_path: Path, arguments: str, golden: Golden) -> None:
    script = 'rmdir "$PWD" && exec "$@"'
    command = ["sh", "-c", script, "sh", *COMMAND, *arguments.split()]
    (gone := tmp_path / "gone").mkdir()
    done = subprocess.run(command, cwd=gone, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    golden(done.stderr)


class TestValidate:
    def test_this_project(self) -> None:
        expected = f"models.json: {len(MODEL_REGISTRY)} models, no problems\n"
        assert succeed("validate") == expected

    def test_a_folder_without_a_project(self, tmp_path: Path) -> None:
        write_catalogue(tmp_path, entry())
        assert succeed("validate", cwd=tmp_path) == "models.json: 1 model, no problems\n"
        found = json.loads(succeed("validate", "--json", cwd=tmp_path))
        assert found == {"problems": [], "models": 1}

    def test_every_problem_in_one_run(self, tmp_path: Path) -> None:
        path = three_problems(tmp_path)
        with chdir(tmp_path), pytest.raises(CatalogueError) as caught:
            load_catalogue(Options(tmp_path))
        problems = caught.value.problems
        assert len(problems) == 3
        result = run("validate", cwd=tmp_path)
        assert (result.status, result.stdout) == (1, "")
        assert result.stderr == "".join(f"{problem}\n" for problem in problems)
        # The same if named; errors name the file as it was given.
        named = run("validate", path)
        assert named.stderr == result.stderr.replace("models.json:", f"{path}:")

    def test_a_problem_is_named_as_one_finds_it_from_here(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text(
            '[tool.model-registry]\noutput = "src/acme/_generated.py"\ncatalogue = "data/a.json"\n'
        )
        (folder := tmp_path / "data").mkdir()
        three_problems(tmp_path).rename(folder / "a.json")
        (elsewhere := tmp_path / "src").mkdir()
        for cwd, name in (
            (tmp_path, "data/a.json"),
            (folder, "a.json"),
            (elsewhere, f"{folder}/a.json"),
        ):
            said = run("validate", cwd=cwd).stderr.splitlines()
            assert len(said) == 3
            assert all(line.startswith(f"{name}:") for line in said)

    def test_a_problem_names_place_pointer_model_and_cure(
        self, tmp_path: Path, golden: Golden
    ) -> None:
        three_problems(tmp_path)
        found = run("validate", cwd=tmp_path).stderr
        assert found.startswith("models.json:16:7: /models/0/licence: ")
        golden(found)

    def test_problems_as_json(self, tmp_path: Path) -> None:
        three_problems(tmp_path)
        result = run("validate", "--json", cwd=tmp_path)
        assert (result.status, result.stderr) == (1, "")
        found = json.loads(result.stdout)
        assert found["models"] is None
        assert found["problems"][0] == {
            "file": "models.json",
            "line": 16,
            "column": 7,
            "pointer": "/models/0/licence",
            "message": ANY,
            "model_id": "first",
        }
        assert len(found["problems"]) == 3

    def test_problems_as_json_where_only_ascii_can_be_written(self, tmp_path: Path) -> None:
        write_catalogue(tmp_path, {**entry(), "é😀": 1})
        result = run("validate", "--json", cwd=tmp_path, PYTHONIOENCODING="ascii")
        assert result.stdout.isascii()
        assert json.loads(result.stdout)["problems"][0]["pointer"] == "/models/0/é😀"

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (None, "there is no such file"),
            (b'{"models": [\xff]}', "not UTF-8"),
            (b"\xef\xbb\xbf{}", "byte order mark"),
            (b'{"models": [}', "a value belongs here"),
            (b"", "the file is empty"),
            (b"[]", "should be an object"),
            (b'{"models": []}', "no models; add at least one"),
            (b'{"models": NaN}', "NaN"),
            (b"[" * 100_000, "nested"),
        ],
    )
    def test_a_file_that_is_no_catalogue(
        self, content: bytes | None, said: str, tmp_path: Path
    ) -> None:
        if content is not None:
            (tmp_path / "bad.json").write_bytes(content)
        result = run("validate", "bad.json", cwd=tmp_path)
        assert (result.status, result.stdout) == (1, "")
        assert said in result.stderr
        for line in result.stderr.splitlines():
            assert re.match(r"bad\.json:\d+:\d+: /", line), result.stderr

    def test_a_folder(self, tmp_path: Path, golden: Golden) -> None:
        result = run("validate", ".", cwd=tmp_path)
        assert (result.status, result.stderr.count("\n")) == (1, 1)
        assert result.stderr.startswith(".:1:1: /: ")
        golden(result.stderr)

    @pytest.mark.parametrize("name", ["src", "src.d", "settings.toml"])
    def test_a_path_that_could_be_a_package(
        self, tmp_path: Path, name: str, golden: Golden
    ) -> None:
        (tmp_path / "src").mkdir()
        (tmp_path / "src.d").mkdir()
        (tmp_path / "settings.toml").write_text("[models]\n")
        result = run("validate", name, cwd=tmp_path)
        assert result.stderr == run("validate", f"./{name}", cwd=tmp_path).stderr
        golden(result.stderr)

    def test_a_catalogue_gives_the_terminal_no_orders(self, tmp_path: Path) -> None:
        hostile = {"\x1b[2J\nregistry: all is well\u202e": 1}
        write_catalogue(tmp_path, {**entry(), **hostile})
        result = run("validate", cwd=tmp_path)
        assert result.status == 1
        assert result.stderr.count("\n") == 1
        assert r": /models/0/\x1b[2J\nregistry: all is well\u202e: " in result.stderr

    def test_a_catalogue_over_another(self, tmp_path: Path) -> None:
        write_project(tmp_path, output="acme/_generated.py", extends="registry")
        (tmp_path / "models.json").write_text(
            json.dumps(catalogue({"id": "colbert-v2", "license": "Apache-2.0"}, entry("ours")))
        )
        count = len(MODEL_REGISTRY) + 1
        expected = f"models.json over registry: {count} models, no problems\n"
        assert succeed("validate", cwd=tmp_path) == expected
        # If named, it is still the catalogue of this project.
        assert succeed("validate", "models.json", cwd=tmp_path) == expected
        # Any other file stands alone.
        write_catalogue(tmp_path, entry(), name="other.json")
        alone = succeed("validate", "other.json", cwd=tmp_path)
        assert alone == "other.json: 1 model, no problems\n"

    def test_mistakes_in_the_project(self, tmp_path: Path) -> None:
        write_project(tmp_path, output="../x.py", catalog="models.json")
        result = run("validate", cwd=tmp_path)
        assert (result.status, result.stdout) == (1, "")
        lines = result.stderr.splitlines()
        assert len(lines) == 2
        assert all(line.startswith("pyproject.toml:") for line in lines)

    def test_a_project_that_is_no_toml(self, tmp_path: Path) -> None:
        for broken in ("[tool", f"a = {'9' * 5000}", f"a = {'[' * 5000}"):
            (tmp_path / "pyproject.toml").write_text(broken)
            said = run("validate", cwd=tmp_path).stderr
            assert re.match(r"(Error: )?pyproject.toml:", said)


def files_in(folder: Path) -> dict[str, str]:
    """The texts of all files in a folder, by relative path."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


class TestGenerate:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        write_catalogue(tmp_path, entry("some-model"), entry("some-llm", "llm"))
        write_project(tmp_path, output="acme/_generated.py")
        return tmp_path

    def test_writes_the_module_once(self, project: Path) -> None:
        written = "acme/_generated.py: 2 models, written\n"
        assert succeed("generate", cwd=project) == written
        folder = project / "acme"
        expected = compile_catalogue(Options(project, output="acme/_generated.py"))
        assert files_in(folder) == expected
        before = {name: (folder / name).stat().st_mtime_ns for name in expected}
        unchanged = "acme/_generated.py: 2 models, up to date\n"
        assert succeed("generate", cwd=project) == unchanged
        assert succeed("generate", "--check", cwd=project) == unchanged
        assert {name: (folder / name).stat().st_mtime_ns for name in expected} == before
        assert files_in(folder) == expected

    def test_what_is_left_of_a_larger_catalogue_is_removed(self, project: Path) -> None:
        succeed("generate", cwd=project)
        write_catalogue(project, entry("some-model"))
        mine = project / "acme" / "_generated_parts" / "mine.py"
        mine.write_text("MY_WORK = 1\n")
        result = run("generate", "--check", cwd=project)
        assert result.status == 1
        gone = "--- acme/_generated_parts/type_llm.py\n+++ /dev/null\n"
        assert gone in result.stdout
        assert "2 models" not in succeed("generate", cwd=project)
        expected = compile_catalogue(Options(project, output="acme/_generated.py"))
        assert files_in(project / "acme") == {
            **expected,
            "_generated_parts/mine.py": "MY_WORK = 1\n",
        }
        assert succeed("generate", "--check", cwd=project).endswith("up to date\n")

    def test_what_a_killed_run_leaves_is_refused(self, project: Path) -> None:
        succeed("generate", cwd=project)
        old = files_in(project / "acme")
        write_catalogue(project, entry("some-model", name="Renamed"), entry("some-llm", "llm"))
        new = compile_catalogue(Options(project, output="acme/_generated.py"))
        program = (
            "import acme._generated as m; print(m.SOME_MODEL.name, m.get_model('some-llm').id)"
        )
        for count in range(len(new) + 1):
            written = dict(list(new.items())[:count])
            for name, text in {**old, **written}.items():
                (project / "acme" / name).write_text(text, "utf-8")
            # -B: files of the same size, written in the same second, have one compiled file.
            done = subprocess.run(
                [sys.executable, "-B", "-c", program], cwd=project, capture_output=True, text=True
            )
            modules = {name: text for name, text in written.items() if name.endswith(".py")}
            if count == len(new):
                assert done.stdout == "Renamed some-llm\n"
            elif modules.items() <= old.items():  # only files that no import reads
                assert done.stdout == "Some Model some-llm\n"
            else:
                assert "were not generated together: run `registry generate`" in done.stderr

    def test_two_runs_in_one_second_are_two(self, project: Path) -> None:
        """Python compares the size and the second of a source with those of its compiled file."""
        env = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        program = "import acme._generated as m; print(m.SOME_MODEL.name)"
        for name in ("Some Model", "Same Width"):
            write_catalogue(project, entry("some-model", name=name))
            succeed("generate", cwd=project)
            for path in (project / "acme").rglob("*.py"):
                os.utime(path, (10**9, 10**9))
            done = subprocess.run(
                [sys.executable, "-c", program],
                cwd=project,
                env=env,
                capture_output=True,
                text=True,
            )
            assert (done.stdout, done.stderr) == (f"{name}\n", "")

    def test_this_project_is_up_to_date(self) -> None:
        count = len(MODEL_REGISTRY)
        expected = f"src/registry/_generated.py: {count} models, up to date\n"
        assert succeed("generate", "--check") == expected

    def test_check_shows_what_is_stale_and_writes_nothing(
        self, project: Path, golden: Golden
    ) -> None:
        succeed("generate", cwd=project)
        module = project / "acme" / "_generated_parts" / "type_dense.py"
        fresh = module.read_text("utf-8")
        stale = fresh.replace('name="Some Model"', 'name="Old \u2028\x0c Name"', 1).rstrip("\n")
        module.write_text(stale, "utf-8")
        result = run("generate", "--check", cwd=project)
        assert result.status == 1
        golden(result.stderr)
        diff = result.stdout
        name = "acme/_generated_parts/type_dense.py"
        header = f"--- {name}\n+++ {name}\n@@ "
        assert diff.startswith(header)
        assert '\n-    name="Old \u2028\x0c Name",\n+    name="Some Model",\n' in diff
        assert diff.count("\\ No newline at end of file\n") == 1
        assert module.read_text("utf-8") == stale

    def test_check_of_a_missing_module(self, project: Path, golden: Golden) -> None:
        result = run("generate", "--check", cwd=project)
        assert result.status == 1
        golden(result.stderr)
        expected = compile_catalogue(Options(project, output="acme/_generated.py"))
        patches = result.stdout.split("--- /dev/null\n+++ acme/")[1:]
        shown = {}
        for patch in patches:
            name, place, *lines = patch.splitlines(keepends=True)
            assert place.startswith("@@ -0,0 +1,")
            shown[name.rstrip()] = "".join(line.removeprefix("+") for line in lines)
        assert shown == expected
        assert not (project / "acme").exists()

    def test_a_module_that_is_no_text(self, project: Path) -> None:
        succeed("generate", cwd=project)
        with (project / "acme" / "_generated.py").open("ab") as module:
            module.write(b"\xff\x00\n")
        result = run("generate", "--check", cwd=project)
        assert result.status == 1
        assert "\n-\\xff\x00\n" in result.stdout
        assert succeed("generate", cwd=project).endswith("written\n")

    def test_options_overrule_the_project(self, project: Path, golden: Golden) -> None:
        public = write_catalogue(project, entry("public-a"), entry("public-b"), name="public.json")
        write_catalogue(project, entry("ours"), name="ours.json")
        said = succeed(
            *("generate", "--catalogue", "ours.json", "--output", "elsewhere.py"),
            *("--extends", "public.json", "--hide", "public-a"),
            cwd=project,
        )
        golden(said)
        options = Options(project, "ours.json", "elsewhere.py", public.name, ("public-a",))
        expected = compile_catalogue(options)
        for name, text in expected.items():
            assert (project / name).read_text("utf-8") == text
        assert "PUBLIC_B" in expected["elsewhere.pyi"]
        assert "PUBLIC_A" not in expected["elsewhere.pyi"]
        assert not (project / "acme").exists()

    def test_everything_wrong_with_what_is_hidden(self, project: Path) -> None:
        write_catalogue(project, entry("public-a"), name="public.json")
        write_catalogue(project, entry("ours"), name="ours.json")
        hidden = ("--hide", "publik-a", "--hide", "ours", "--hide", "public-a")
        result = run(
            *("generate", "--catalogue", "ours.json", "--output", "elsewhere.py"),
            *("--extends", "public.json", *hidden),
            cwd=project,
        )
        assert result.status == 1
        own, misspelled, last = result.stderr.splitlines()
        assert 'hide: "publik-a" is not an id' in misspelled
        assert 'did you mean "public-a"?' in misspelled
        assert '"ours" is on the list to hide and defined here' in own
        assert last == "Error: 2 problems; nothing was written"

    def test_how_a_path_is_spelt_makes_no_difference(self, project: Path, golden: Golden) -> None:
        succeed("generate", cwd=project)
        said = succeed(
            *("generate", "--check", "--catalogue", project / "models.json"),
            *("--output", "./acme/../acme/_generated.py"),
            cwd=project,
        )
        golden(said)

    def test_without_a_project(self, tmp_path: Path, golden: Golden) -> None:
        write_catalogue(tmp_path, entry())
        said = succeed("generate", "--output", "models.py", cwd=tmp_path)
        golden(said)
        program = "from models import SOME_MODEL; print(SOME_MODEL.id)"
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.stdout == "some-model\n", done.stderr

    @pytest.mark.parametrize("command", ["generate --check", "list", "show a", "docs --check"])
    def test_what_writes_nothing_anyway_does_not_say_so(self, project: Path, command: str) -> None:
        three_problems(project)
        result = run(*command.split(), cwd=project)
        assert (result.status, result.stdout) == (1, "")
        assert "3 problems" in result.stderr
        assert "written" not in result.stderr

    def test_a_bad_catalogue_leaves_the_module_alone(self, project: Path) -> None:
        succeed("generate", cwd=project)
        module = project / "acme" / "_generated.py"
        before = module.read_bytes()
        three_problems(project)
        result = run("generate", cwd=project)
        assert (result.status, result.stdout) == (1, "")
        *problems, last = result.stderr.splitlines()
        assert len(problems) == 3
        assert all(line.startswith("models.json:") for line in problems)
        assert last == "Error: 3 problems; nothing was written"
        assert module.read_bytes() == before

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((), "no module to write"),
            (("--output", "models.txt"), "not an importable module"),
            (("--output", "a-b.py"), "not an importable module"),
            (("--output", "acme-models/_generated.py"), "not an importable module"),
            (("--output", "\x1b[2J.py"), r"\x1b[2J.py: not an importable module"),
            (("--output", "x.py", "--hide", "a"), "--hide without --extends"),
            (("--output", "x.py", "--extends", "no_such_package"), "no such package"),
        ],
    )
    def test_options_that_do_not_work(
        self, arguments: tuple[str, ...], said: str, tmp_path: Path
    ) -> None:
        write_catalogue(tmp_path, entry())
        assert said in complaint("generate", *arguments, cwd=tmp_path, status=2)
        assert list(tmp_path.iterdir()) == [tmp_path / "models.json"]

    def test_what_was_written_by_hand_stays(self, project: Path) -> None:
        by_hand = project / "acme" / "_generated.py"
        by_hand.parent.mkdir()
        by_hand.write_text("MY_WORK = 1\n")
        said = "acme/_generated.py: was not generated, so it is kept; name another output, or "
        assert complaint("generate", cwd=project).startswith(said), "named as it was asked for"
        assert by_hand.read_text() == "MY_WORK = 1\n"
        by_hand.write_text("\n")  # a placeholder
        assert "2 models, written" in succeed("generate", cwd=project)

    def test_a_link_to_what_was_written_by_hand(self, project: Path) -> None:
        (by_hand := project / "mine.py").write_text("MY_WORK = 1\n")
        (link := project / "acme" / "_generated.py").parent.mkdir()
        link.symlink_to(by_hand)
        before = set(project.iterdir())
        said = complaint("generate", cwd=project)
        assert said.startswith("acme/_generated.py: was not generated, so it is kept")
        assert set(project.iterdir()) == before
        assert (link.is_symlink(), by_hand.read_text()) == (True, "MY_WORK = 1\n")

    @pytest.mark.parametrize("more", [(), ("--check",)])
    def test_where_nothing_can_be_written(
        self, more: tuple[str, ...], project: Path, golden: Golden
    ) -> None:
        (project / "taken").write_text("")
        line = complaint("generate", "--output", "taken/x.py", *more, cwd=project)
        golden(line)
        (project / "folder.py").mkdir()
        line = complaint("generate", "--output", "folder.py", *more, cwd=project)
        golden(line)


class TestSchema:
    def test_as_it_stands(self) -> None:
        expected = (ROOT / "schema" / "models.schema.json").read_text("utf-8")
        assert succeed("schema") == expected


class TestBeingAGoodNeighbour:
    @pytest.mark.parametrize("arguments", [("list",), ("list", "--json"), ("schema",)])
    def test_a_reader_that_has_gone(self, arguments: tuple[str, ...]) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=environment(),
            stdout=writer,
            stderr=subprocess.PIPE,
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, b"")

    @pytest.mark.parametrize("unbuffered", ["", "1"])
    def test_a_reader_that_leaves_in_the_middle(self, unbuffered: str) -> None:
        process = subprocess.Popen(
            [*COMMAND, "list", "--json"],
            cwd=ROOT,
            env=environment(PYTHONUNBUFFERED=unbuffered),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"[\n"
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait() == 128 + signal.SIGPIPE

    def test_nobody_hears_the_complaints(self) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [*COMMAND, "show", "zzzzzz"],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=writer,
        )
        os.close(writer)
        assert (done.returncode, done.stdout) == (128 + signal.SIGPIPE, b"")

    @pytest.mark.parametrize("arguments", ["list", "show splade-v3", "schema"])
    def test_standard_output_is_closed(self, arguments: str) -> None:
        shell = f'"{sys.executable}" -m registry {arguments} >&-'
        done = subprocess.run(
            ["sh", "-c", shell], cwd=ROOT, env=environment(), capture_output=True, text=True
        )
        expected = "Error: nowhere to write: standard output is closed\n"
        assert (done.returncode, done.stderr) == (1, expected)

    def test_standard_error_is_closed(self) -> None:
        shell = f'"{sys.executable}" -m registry show zzzzzz 2>&-'
        done = subprocess.run(
            ["sh", "-c", shell], cwd=ROOT, env=environment(), capture_output=True, text=True
        )
        assert (done.returncode, done.stdout) == (1, "")

    @pytest.mark.parametrize("unbuffered", ["", "1"])
    def test_the_disk_is_full(self, unbuffered: str, tmp_path: Path) -> None:
        with (tmp_path / "list.tsv").open("w") as file:
            done = subprocess.run(
                [*COMMAND, "list"],
                cwd=ROOT,
                env=environment(PYTHONUNBUFFERED=unbuffered, **NO_BYTECODE),
                stdout=file,
                stderr=subprocess.PIPE,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
            )
        expected = b"Error: cannot write the output: File too large\n"
        assert (done.returncode, done.stderr) == (1, expected)

    def test_ctrl_c(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(300)
            process = subprocess.Popen(
                [*COMMAND, "ls"],
                cwd=ROOT,
                env=environment(
                    OLLAMA_HOST=f"http://127.0.0.1:{silent.getsockname()[1]}", HF_HOME=str(tmp_path)
                ),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # If pytest is a shell's background job, its children inherit an ignored SIGINT.
                preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
            )
            with silent.accept()[0]:  # the command is now waiting for an answer
                process.send_signal(signal.SIGINT)
                out, complaints = process.communicate(timeout=300)
        # Ended by the signal itself, not a status that looks like it: a shell's loop stops too.
        assert (process.returncode, out, complaints) == (-signal.SIGINT, b"", b"")


def links(environment: Environment) -> Environment:
    """Make an environment import this checkout, as an editable install does."""
    folders = [ROOT / "src", ROOT / "codegen"]
    (environment.site_packages / "here.pth").write_text("".join(f"{path}\n" for path in folders))
    return environment


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The distribution without extras."""
    return links(Environment.create(tmp_path_factory.mktemp("bare")))


@pytest.fixture(scope="module")
def cli_only(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The distribution with only the extra `cli`."""
    return links(Environment.create(tmp_path_factory.mktemp("cli"), "rich", "typer"))


class TestExtras:
    def test_without_the_extra_cli_it_says_what_to_install(
        self, bare: Environment, tmp_path: Path, golden: Golden
    ) -> None:
        result = bare.run("-m", "registry", "list", cwd=tmp_path)
        assert (result.status, result.stdout) == (1, "")
        golden(result.stderr)

    def test_the_package_itself_needs_none(self, bare: Environment, tmp_path: Path) -> None:
        program = "import registry; print(registry.COLBERT_V2.embedding_dim)"
        assert bare.succeed("-c", program, cwd=tmp_path) == "128\n"

    @pytest.mark.parametrize("command", [("validate",), ("generate", "--output", "made.py")])
    def test_without_the_extra_codegen_it_says_what_to_install(
        self, command: tuple[str, ...], cli_only: Environment, tmp_path: Path
    ) -> None:
        write_catalogue(tmp_path, entry())
        result = cli_only.run("-m", "registry", *command, cwd=tmp_path)
        assert (result.status, result.stdout) == (1, "")
        expected = r"Error: \w+ is not installed: pip install 'tessera-registry\[codegen\]'\n"
        assert re.fullmatch(expected, result.stderr), result.stderr

    def test_the_rest_needs_the_extra_cli_alone(
        self, cli_only: Environment, tmp_path: Path
    ) -> None:
        listed = cli_only.succeed("-m", "registry", "list", "--type", "sparse", cwd=tmp_path)
        models = find_models(model_type=ModelType.Sparse)
        assert listed.count("\n") == len(models)
        schema = cli_only.succeed("-m", "registry", "schema", cwd=tmp_path)
        assert json.loads(schema)["$schema"]

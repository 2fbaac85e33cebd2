"""`registry add`: turns repositories on a Hub into models that load; and what it prints."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import command_line
import pytest
import warm
from checkpoints import build_colbert, build_cross_encoder, minilm_folder, splade_folder
from environments import Result

from catalogues import ROOT, catalogue, entry
from goldens import Golden, compare
from servers.hub import HubServer
from servers.hub_content import safetensors
from servers.hub_environment import redirect

SPLADE_CARD = "---\nlicense: cc-by-nc-sa-4.0\nlanguage: en\ntags: [splade]\n---\n# SPLADE\n"


@dataclass
class Project:
    """A folder with a catalogue, and a Hub."""

    folder: Path
    hub: HubServer

    @property
    def path(self) -> Path:
        return self.folder / "models.json"

    @property
    def entries(self) -> list[dict[str, Any]]:
        models: list[dict[str, Any]] = json.loads(self.path.read_text("utf-8"))["models"]
        return models

    def entry(self, model_id: str) -> dict[str, Any]:
        (found,) = [each for each in self.entries if each["id"] == model_id]
        return found

    def run(self, *arguments: str, **more: str) -> Result:
        return command_line.run("add", *arguments, cwd=self.folder, **more)

    def succeed(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.status == 0, result.output
        return result.stdout


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Checkpoints as repositories: two real ones, two constructed ones."""
    built = tmp_path_factory.mktemp("checkpoints")
    return {
        "acme/MiniLM_copy": minilm_folder(),
        "acme/splade-two": splade_folder(),
        "acme/colbert-tiny": build_colbert(built / "colbert"),
        "acme/reranker-tiny": build_cross_encoder(built / "reranker"),
    }


@pytest.fixture
def project(
    checkpoints: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Project]:
    with HubServer() as hub:
        redirect(monkeypatch, hub.url, tmp_path / "home")
        for name, folder in checkpoints.items():
            files: dict[str, Any] = {
                path.relative_to(folder).as_posix(): path
                for path in folder.rglob("*")
                if path.is_file()
            }
            if name == "acme/splade-two":
                files["README.md"] = SPLADE_CARD
            hub.store.add(name, files)
        folder = tmp_path / "project"
        folder.mkdir()
        there = entry("m3.base", huggingface_id="BAAI/bge-m3", aliases=["m3"])
        (folder / "models.json").write_text(json.dumps(catalogue(there), indent=2))
        yield Project(folder, hub)


class TestAdding:
    def test_to_the_real_catalogue(
        self, project: Project, checkpoints: dict[str, Path], golden: Golden
    ) -> None:
        project.path.write_bytes((ROOT / "models.json").read_bytes())
        before = project.path.read_text("utf-8").splitlines()
        result = project.run(*checkpoints)
        assert (result.status, result.stdout) == (
            0,
            "models.json: minilm-copy added (dense: modules.json: Pooling)\n"
            "models.json: splade-two added (sparse: config.json: architectures "
            "BertForMaskedLM, tagged splade)\n"
            "models.json: colbert-tiny added (colbert: config.json: architectures HF_ColBERT)\n"
            "models.json: reranker-tiny added (cross-encoder: config.json: architectures "
            "BertForSequenceClassification with one label, and the name acme/reranker-tiny)\n",
        )
        golden(result.stderr)
        after = project.path.read_text("utf-8").splitlines()
        marks = {line[0] for line in difflib.ndiff(before, after)}
        assert marks == {" ", "+"}
        assert not list(project.folder.glob(".*")), "nothing is left behind"

    @pytest.mark.parametrize(
        ("repository", "model_id"),
        [
            ("acme/MiniLM_copy", "minilm-copy"),
            ("acme/splade-two", "splade-two"),
            ("acme/colbert-tiny", "colbert-tiny"),
            ("acme/reranker-tiny", "reranker-tiny"),
        ],
    )
    def test_the_entry_is_just_this(self, repository: str, model_id: str, project: Project) -> None:
        printed = project.succeed(repository, "--dry-run")
        assert json.loads(printed)["id"] == model_id
        head = project.hub.store.repositories[repository].head
        compare(f"hub/{model_id}.json", printed.replace(head, "<commit>"))
        assert [each["id"] for each in project.entries] == ["m3.base"]

    def test_it_generates_imports_and_loads(
        self, project: Project, checkpoints: dict[str, Path]
    ) -> None:
        project.succeed(*checkpoints)
        for command in (["validate"], ["generate", "--output", "generated.py"]):
            command_line.succeed(*command, cwd=project.folder)
        program = """
            import sys
            from pathlib import Path
            import generated
            from registry import load

            dense, sparse, late, reranker = map(Path, sys.argv[1:])
            texts = ["a registry of models"]
            vectors = load(generated.MINILM_COPY, local_path=dense).encode_documents(texts)
            weights = load(generated.SPLADE_TWO, local_path=sparse).encode_documents(texts)
            (tokens,) = load(generated.COLBERT_TINY, local_path=late).encode_documents(texts)
            scores = load(generated.RERANKER_TINY, local_path=reranker).rerank("models", texts)
            print(vectors.shape, weights.shape, tokens.shape[1], len(scores))
            print(generated.get_model("minilm-copy").embedding_dim)
        """
        done = warm.run(
            ["-c", textwrap.dedent(program), *checkpoints.values()],
            project.folder,
            command_line.environment(HF_HUB_OFFLINE="1"),
        )
        assert done.stdout == "(1, 384) (1, 30522) 128 1\n384\n", done.stderr

    def test_json(self, project: Project) -> None:
        result = project.run("acme/colbert-tiny", "no/such", "--json")
        assert (result.status, result.stderr) == (1, "")
        told = json.loads(result.stdout)
        assert (told["catalogue"], told["dry_run"]) == ("models.json", False)
        (added,) = told["added"]
        assert added["entry"] == project.entry("colbert-tiny")
        assert added["type_reason"] == "config.json: architectures HF_ColBERT"
        assert added["left_out"]["license"] == "README.md: no license"
        (failed,) = told["failed"]
        assert failed["huggingface_id"] == "no/such"
        assert "no such repository" in failed["error"]

    def test_id_type_and_revision(self, project: Project) -> None:
        repository = project.hub.store.repositories["acme/splade-two"]
        first = repository.head
        repository.push({"README.md": "# Without a card\n"})
        arguments = "--id", "tiny", "--type", "dense", "--revision", first
        assert project.succeed("acme/splade-two", *arguments) == (
            "models.json: tiny added (dense: as asked)\n"
        )
        made = project.entry("tiny")
        assert (made["type"], made["revision"]) == ("dense", first)

    def test_a_catalogue_by_name_in_its_own_layout(self, project: Project) -> None:
        text = '{\n\t"models": [\n\t\t{"id": "none"}\n\t]\n}\n'.replace(
            '{"id": "none"}', json.dumps(entry())
        )
        other = project.folder / "other.json"
        other.write_text(text, "utf-8")
        project.succeed("acme/colbert-tiny", "--catalogue", "other.json")
        after = other.read_text("utf-8")
        assert after.startswith(text[: text.index("\n\t]")])
        assert [each["id"] for each in json.loads(after)["models"]] == [
            "some-model",
            "colbert-tiny",
        ]

    def test_over_a_public_catalogue(self, project: Project) -> None:
        (project.folder / "pyproject.toml").write_text(
            '[tool.hatch.build.hooks.model-registry]\ncatalogue = "own.json"\n'
            'output = "generated.py"\nextends = "public.json"\n'
        )
        public = entry("colbert-tiny", huggingface_id="acme/reranker-tiny")
        (project.folder / "public.json").write_text(json.dumps(catalogue(public)))
        (project.folder / "own.json").write_text(json.dumps(catalogue(entry())))
        result = project.run("acme/colbert-tiny", "acme/reranker-tiny")
        assert result.stderr.splitlines()[-1] == (
            "Error: acme/reranker-tiny is already in the catalogue, as colbert-tiny"
        )
        own = json.loads((project.folder / "own.json").read_text())["models"]
        assert [each["id"] for each in own] == ["some-model", "acme-colbert-tiny"]


class TestFewRequests:
    def test_of_the_real_minilm(self, project: Project) -> None:
        project.succeed("acme/MiniLM_copy", "--dry-run")
        asked = [request.path.rpartition("/")[2] for request in project.hub.asked(server="hub")]
        assert sorted(asked) == [
            "MiniLM_copy",
            "config.json",
            "config.json",
            "config_sentence_transformers.json",
            "model.safetensors",
            "modules.json",
            "sentence_bert_config.json",
        ]
        assert project.hub.bytes_sent < 110_000

    @pytest.mark.parametrize(("shards", "kilobytes"), [(3, 310), (30, 10)])
    def test_whatever_the_weights(self, shards: int, kilobytes: int, project: Project) -> None:
        names = [f"model-{i:05}-of-{shards:05}.safetensors" for i in range(1, shards + 1)]
        weights = {
            name: safetensors({f"layers.{i}.weight": ("BF16", (70_000, 50_000))}, sparse=True)
            for i, name in enumerate(names)
        }
        config = {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "max_position_embeddings": 8192,
        }
        project.hub.store.add("acme/huge", {"config.json": json.dumps(config), **weights})
        made = json.loads(project.succeed("acme/huge", "--dry-run"))
        assert made["specs"]["parameter_count"] == shards * 3_500_000_000
        assert made["specs"]["memory_mb"] == round(shards * 7_000_000_000 / 2**20)
        assert made["files"]["weights"]["safetensors"] == names
        assert project.hub.bytes_sent < kilobytes * 1000
        assert len(project.hub.requests) <= 2 + 2 * 3

    def test_what_is_there_already_is_not_asked_for(self, project: Project, golden: Golden) -> None:
        result = project.run("BAAI/bge-m3", "baai/BGE-M3")
        golden(result.stderr)
        assert (result.status, project.hub.requests) == (1, [])


class TestFailing:
    def test_each_says_its_own_and_the_good_ones_are_added(self, project: Project) -> None:
        store, url = project.hub.store, project.hub.url
        store.add("acme/gated", {"config.json": "{}"}, gated="manual")
        store.add("acme/open", {"config.json": '{"architectures": ["BertModel"]}'})
        store.add("acme/pickled", {"modules.json": "[]", "pytorch_model.bin": b"x"})
        store.add("acme/old", {"config.json": "{}"})
        store.rename("acme/old", "acme/new")
        result = project.run(
            "acme/gated", "acme/open", "acme/pickled", "acme/old", "no/such", "odd",
            "BAAI/bge-m3", "acme/colbert-tiny",
        )  # fmt: skip
        assert result.status == 1
        assert result.stdout == (
            "models.json: colbert-tiny added (colbert: config.json: architectures HF_ColBERT)\n"
        )
        assert result.stderr.splitlines()[:7] == [
            f"Error: acme/gated is gated: {url}/acme/gated; accept its terms there, then set "
            "HF_TOKEN or run `hf auth login`",
            "Error: acme/open: its type is not certain: there is no modules.json, and BertModel "
            "alone "
            "can be several; give it with --type",
            "Error: acme/pickled: its type is not certain: there is neither modules.json nor "
            "config.json; give it with --type",
            "Error: acme/old is now acme/new; use that name",
            "Error: no/such: there is no such repository, or it is private; check the "
            "spelling, or set HF_TOKEN",
            "Error: 'odd' is not a repository id; write org/name as the Hub does",
            "Error: BAAI/bge-m3 is already in the catalogue, as m3.base",
        ]
        assert project.entry("colbert-tiny")["huggingface_id"] == "acme/colbert-tiny"

    def test_what_the_type_needs_is_named(self, project: Project, golden: Golden) -> None:
        result = project.run("acme/reranker-tiny", "--type", "sparse", "--dry-run")
        assert result.status == 0, "a sparse model needs what this repository says too"
        project.hub.store.add("acme/pickled", {"pytorch_model.bin": b"x"})
        result = project.run("acme/pickled", "--type", "llm")
        golden(result.stderr)

    def test_damaged_files_are_told_where_something_is_missing(
        self, project: Project, golden: Golden
    ) -> None:
        project.hub.store.add("acme/torn", {"tokenizer_config.json": "{", "pytorch_model.bin": b""})
        result = project.run("acme/torn", "--type", "llm")
        golden(result.stderr)

    def test_what_the_files_do_not_say_may_be_given(self, project: Project) -> None:
        project.hub.store.add("acme/pickled", {"pytorch_model.bin": b"x"})
        given = ("specs.parameters=7B", "specs.context_length=4096", "license=MIT")
        options = [text for field in given for text in ("--set", field)]
        project.succeed("acme/pickled", "--type", "llm", *options)
        added = project.entry("pickled")
        assert added["specs"] == {"parameters": "7B", "context_length": 4096, "memory_mb": ANY}
        assert added["license"] == "MIT"
        assert added["sources"]["given by hand"] == [
            "license",
            "specs.parameters",
            "specs.context_length",
        ]

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            (
                ["x", "=1"],
                ["'x' is not of the form PATH=VALUE", "'=1' is not of the form PATH=VALUE"],
            ),
            (["type=llm"], ["type is not set like that; see --id, --type and --revision"]),
            (['specs={"parameters": "7B"}'], ["specs is a section; set its fields one by one"]),
            (
                ["specs.width=1", "specs=1"],
                ["an entry of type colbert has no specs.width and no specs; `registry schema`"],
            ),
            (["specs.parameters=lots"], ['"lots" has the wrong form']),
            (["specs.parameters=NaN"], ['"NaN" has the wrong form']),
            ([f"specs.parameters={'[' * 9999}"], ["has the wrong form"]),
            (["specs.embedding_dim=64"], ["projection_dims (128) differs"]),
        ],
    )
    def test_what_cannot_be_given(
        self, fields: list[str], said: list[str], project: Project
    ) -> None:
        before = project.path.read_bytes()
        options = [text for field in fields for text in ("--set", field)]
        result = project.run("acme/colbert-tiny", *options)
        assert (result.status, result.stdout) == (1, "")
        lines = result.stderr.splitlines()
        assert len(lines) == len(said)
        assert all(part in line for part, line in zip(said, lines, strict=True))
        assert project.path.read_bytes() == before

    def test_gguf_files_alone(self, project: Project) -> None:
        read = {"total": 1_235_814_432, "architecture": "llama", "context_length": 131072}
        card = "---\npipeline_tag: text-generation\n---\n"
        files = {"tiny-Q4_K_M.gguf": "GGUF", "README.md": card}
        project.hub.store.add("acme/tiny-GGUF", files, extra={"gguf": read})
        project.succeed("acme/tiny-GGUF")
        added = project.entry("tiny-gguf")
        assert added["type"] == "llm"
        assert added["specs"] == {
            "parameters": "1.24B",
            "parameter_count": 1_235_814_432,
            "context_length": 131072,
        }
        assert {"specs.parameters", "specs.context_length"} <= {*added["sources"]["Hub"]}

    @pytest.mark.parametrize(
        ("option", "value", "message"),
        [
            ("--id", "m3.base", "the id m3.base is taken by BAAI/bge-m3"),
            ("--id", "m3-base", "the id m3-base is taken by BAAI/bge-m3"),
            ("--id", "m3", "the id m3 is taken by BAAI/bge-m3"),
            (
                "--id",
                "Bge",
                '"Bge" has the wrong form; use kebab-case: lower-case letters and digits in parts '
                "joined by '-' or '.', starting with a letter",
            ),
            (
                "--type",
                "densee",
                '"densee" is not a known type; did you mean "dense"? A type of your own is '
                'declared under "types" at the top of the file',
            ),
        ],
    )
    def test_what_the_catalogue_refuses(
        self, option: str, value: str, message: str, project: Project
    ) -> None:
        before = project.path.read_bytes()
        result = project.run("acme/colbert-tiny", option, value)
        assert (result.status, result.stderr) == (1, f"Error: acme/colbert-tiny: {message}\n")
        assert project.path.read_bytes() == before

    def test_a_catalogue_with_problems_of_its_own_is_not_written(self, project: Project) -> None:
        broken = json.dumps(catalogue(entry(license="Apache 2")), indent=2)
        project.path.write_text(broken)
        result = project.run("acme/colbert-tiny")
        assert (result.status, result.stdout) == (1, "")
        first, *rest = result.stderr.splitlines()
        assert first.startswith('models.json:10:18: /models/0/license: license "Apache 2"'), first
        assert rest == ["Error: 1 problem; nothing was written"]
        assert project.path.read_text() == broken

    def test_no_catalogue(self, project: Project, golden: Golden) -> None:
        project.path.unlink()
        result = project.run("acme/colbert-tiny")
        golden(result.stderr)
        assert project.hub.requests == []
        result = project.run("acme/colbert-tiny", "--catalogue", "nowhere.json")
        assert result.stdout.startswith("nowhere.json: colbert-tiny added")  # the file is created
        golden(result.stderr)

    @pytest.mark.parametrize("wrong", ["--set=specs.width=1", "--type=densee", "--id=Bge"])
    def test_no_catalogue_and_nothing_to_add(self, wrong: str, project: Project) -> None:
        there = project.run("acme/colbert-tiny", wrong)
        result = project.run("acme/colbert-tiny", wrong, "--catalogue", "nowhere.json")
        assert (result.status, result.output) == (1, there.output)
        assert not (project.folder / "nowhere.json").exists()

    @pytest.mark.parametrize("option", ["--id", "--revision", "--set"])
    def test_options_for_one(self, option: str, project: Project) -> None:
        result = project.run("a/b", "c/d", option, "x")
        assert (result.status, result.stderr) == (
            2,
            "Error: --id, --revision and --set are for one repository\n",
        )

    def test_a_hub_that_fails_midway(self, project: Project) -> None:
        before = project.path.read_bytes()
        project.hub.fails("corrupt", path="*/artifact.metadata", times=None)
        result = project.run("acme/colbert-tiny")
        assert (result.status, result.stderr) == (
            1,
            "Error: acme/colbert-tiny: the content of artifact.metadata does not match what "
            f"{project.hub.url} lists; try again\n",
        )
        assert project.path.read_bytes() == before


def test_an_empty_catalogue_can_be_begun(project: Project) -> None:
    project.path.write_text('{"models": []}\n')
    project.succeed("acme/colbert-tiny")
    assert [each["id"] for each in project.entries] == ["colbert-tiny"]


def test_two_at_once_lose_nothing(project: Project, checkpoints: dict[str, Path]) -> None:
    running = [
        subprocess.Popen(
            [*command_line.COMMAND, "add", name],
            cwd=project.folder,
            env=command_line.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for name in checkpoints
    ]
    for process in running:
        _, complaints = process.communicate()
        assert process.returncode == 0, complaints.decode()
    added = {each["huggingface_id"] for each in project.entries}
    assert set(checkpoints) <= added
    command_line.succeed("validate", cwd=project.folder)


def test_nothing_in_a_repository_is_obeyed(project: Project) -> None:
    """Control characters, escapes and code are treated as data, or left out."""
    evil = '__import__("os").system("touch owned")'
    card = f"---\nlicense: {json.dumps(evil)}\nlanguage: ['\x1b']\nbase_model: ../..\n---\n"
    config = {"architectures": [evil], "model_type": "\x1b[2J", "hidden_size": evil, "id2label": []}
    project.hub.store.add(
        "acme/evil",
        {
            "README.md": card,
            "config.json": json.dumps(config),
            "modules.json": json.dumps([{"type": f"os.{evil}", "path": "../../.."}]),
            "model.safetensors": safetensors({evil: ("F32", (8, 8))}),
        },
    )
    result = project.run("acme/evil", "--type", "cross-encoder")
    assert result.status == 0, result.output
    assert "\x1b" not in result.output
    made = project.entry("evil")
    assert made["dependencies"] == {"trust_remote_code": True}
    assert evil not in json.dumps({k: v for k, v in made.items() if k != "sources"})
    command_line.succeed("generate", "--output", "generated.py", cwd=project.folder)
    assert not (project.folder / "owned").exists()


def test_on_a_terminal_a_bar_runs_on_stderr(
    project: Project, seen_on_stderr: Callable[..., str]
) -> None:
    shown = seen_on_stderr("add", "acme/colbert-tiny", "acme/reranker-tiny")
    assert "reading" in shown
    assert "2/2" in shown


@pytest.fixture
def seen_on_stderr(project: Project) -> Callable[..., str]:
    """The output of a command whose stderr is a terminal."""

    def run(*arguments: str) -> str:
        import pty

        master, slave = pty.openpty()
        process = subprocess.Popen(
            [*command_line.COMMAND, *arguments],
            cwd=project.folder,
            env=command_line.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=slave,
        )
        os.close(slave)
        shown = b""
        try:
            while chunk := os.read(master, 65536):
                shown += chunk
        except OSError:
            pass  # on Linux this means that the other side is closed
        finally:
            os.close(master)
        assert process.wait() == 0
        return shown.decode()

    return run

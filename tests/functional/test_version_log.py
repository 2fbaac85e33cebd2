"""`registry log` and its Python API: what is logged, and that no logged run is lost."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from command_line import COMMAND, complaint, environment, run, succeed

from catalogues import catalogue, entry
from goldens import Golden, compare
from registry import ALL_MINILM_L6_V2, COLBERT_V2, MODEL_REGISTRY, MODELS_BY_ID
from registry.errors import SelectionError, VersionLogError
from registry.provenance.version_log import write_version_log
from servers.hub import HubServer
from servers.hub_environment import environment as hub_environment
from servers.hub_environment import redirect

LOG = Path("outputs", "model_version_log.json")
CARD = b"---\nlicense: mit\n---\n# Tiny\n"
# Adds runs until it is stopped, and prints a line after each; argument: PATH.
WRITER = """
import sys
from registry import COLBERT_V2
from registry.provenance.version_log import write_version_log

while True:
    write_version_log(sys.argv[1], [COLBERT_V2])
    print("logged", flush=True)
"""
# Kills itself at a given system call; arguments: PATH, EVENT.
KILLED = """
import os, signal, sys
from registry.provenance.version_log import write_version_log

def die(event, arguments):
    if event == sys.argv[2] and str(arguments[0]).endswith(".tmp"):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
write_version_log(sys.argv[1])
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, in which the catalogue's defaults are selected."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path / "project")
    for name in os.environ:
        if name.startswith("REGISTRY_"):
            monkeypatch.delenv(name)
    return tmp_path / "project"


def runs(path: Path) -> list[Any]:
    log = json.loads(path.read_text("utf-8"))
    assert log.keys() == {"version", "runs"}
    assert log["version"] == 1
    return list(log["runs"])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def heard(writer: subprocess.Popen[str], lines: int | None = None) -> int:
    """The runs that a WRITER reports: `lines` more of them, or all until it ended."""
    assert writer.stdout is not None
    said = writer.stdout.readlines() if lines is None else []
    said += [writer.stdout.readline() for _ in range(lines or 0)]
    assert set(said) <= {"logged\n"}
    return len(said)


class TestCommand:
    def test_the_selected_models(self, folder: Path) -> None:
        offline = {"HF_HOME": str(folder / "home")}
        result = run("log", cwd=folder, **offline)
        assert (result.status, result.stdout) == (0, f"{LOG}: 3 models logged\n")
        assert "--online" in result.stderr
        written = (folder / LOG).read_text("utf-8")
        written = re.sub(r'"time": "\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z"', '"time": "TIME"', written)
        written = re.sub(r'(?m)^( {8}"[\w-]+"): "\d+\.\d.*?"', r'\1: "VERSION"', written)
        compare("cli/log.json", written)
        assert names(folder / LOG.parent) == [LOG.name]

    def test_every_registered_model(self, folder: Path) -> None:
        said = run("log", "--all", "--output", "log.json", cwd=folder).stdout
        assert said.startswith(f"log.json: {len(MODEL_REGISTRY)} ")
        (logged,) = runs(folder / "log.json")
        assert [model["id"] for model in logged["models"]] == list(MODELS_BY_ID)
        serving = {model["id"]: model["roles"] for model in logged["models"] if model["roles"]}
        assert serving["all-minilm-l6-v2"] == ["embedding"]
        assert len(serving) == 3
        for model in logged["models"]:
            known = MODELS_BY_ID[model["id"]]
            for field in ("name", "description", "huggingface_id", "revision"):
                assert model[field] == getattr(known, field)

    def test_as_json(self, folder: Path) -> None:
        before = datetime.now(UTC) - timedelta(seconds=1)
        said = json.loads(succeed("log", "--json", cwd=folder))
        (logged,) = runs(folder / LOG)
        assert said == {"file": str(LOG), **logged}
        assert before <= datetime.fromisoformat(logged["time"]) <= datetime.now(UTC)
        libraries = logged["libraries"]
        assert libraries.pop("python") == ".".join(map(str, sys.version_info[:3]))
        assert {"tessera-registry", "torch", "transformers"} <= libraries.keys()
        assert libraries == {name: version(name) for name in libraries}

    def test_what_the_environment_selects(self, folder: Path) -> None:
        assert run("log", cwd=folder, REGISTRY_EMBEDDING_MODEL="mpnet").status == 0
        (logged,) = runs(folder / LOG)
        assert {"all-mpnet-base-v2": ["embedding"]}.items() <= {
            model["id"]: model["roles"] for model in logged["models"]
        }.items()

    def test_a_catalogue_that_fills_some_roles(self, folder: Path) -> None:
        data: dict[str, Any] = catalogue(entry("acme-embed"), entry("acme-chat", "llm"))
        file = Path("models.json")
        file.write_text(json.dumps({**data, "selected": {"embedding": "acme-embed"}}))
        assert run("log", cwd=folder).status == 0
        assert [(each["id"], each["roles"]) for each in runs(LOG)[0]["models"]] == [
            ("acme-embed", ["embedding"])
        ]
        file.write_text(json.dumps(data))
        assert "selects no models" in complaint("log", cwd=folder)
        assert len(runs(LOG)) == 1

    def test_a_run_is_added_to_those_that_are_there(self, folder: Path) -> None:
        path = folder / LOG
        path.parent.mkdir()
        older = {"time": "once", "by": "hand", "日": [1.50, None]}
        path.write_text(json.dumps({"version": 1, "runs": [older]}))
        for _ in range(2):
            assert run("log", cwd=folder).status == 0
        assert [older, 3, 3] == [run if "by" in run else len(run["models"]) for run in runs(path)]

    def test_as_a_module(self, folder: Path, golden: Golden) -> None:
        def module(*arguments: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "registry.provenance.version_log", *arguments],
                cwd=folder,
                env=environment(),
                capture_output=True,
                text=True,
            )

        done = module()
        assert (done.returncode, done.stdout) == (0, f"{LOG}: 3 models logged\n")
        assert "--online" in done.stderr
        done = module("--all", "--output", "log.json")
        assert done.stdout == f"log.json: {len(MODEL_REGISTRY)} models logged\n"
        assert [len(path["models"]) for path in runs(folder / LOG)] == [3]
        (folder / "log.json").write_text("[]")
        done = module("--output", "log.json")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: log.json:1:1: /: ")
        golden(done.stderr)

    def test_nothing_heavy_is_imported(self, folder: Path) -> None:
        program = (
            "import sys\nfrom registry.provenance.version_log import write_version_log\n"
            "write_version_log('log.json')\n"
            "print(*({'torch', 'transformers', 'sentence_transformers', 'ollama', 'jsonschema'} "
            "& set(sys.modules)))"
        )
        done = start(program)
        assert done.communicate() == ("\n", "")


class TestCards:
    def test_the_cache_is_looked_into(self, folder: Path, hub: HubServer) -> None:
        model = COLBERT_V2
        assert model.revision is not None
        snapshot = (
            folder / "home" / "hub" / f"models--{model.huggingface_id.replace('/', '--')}"
        ) / f"snapshots/{model.revision}"
        snapshot.mkdir(parents=True)
        (snapshot / "README.md").write_bytes(CARD)
        home = hub_environment(hub.url, folder / "home")
        here = {name: home[name] for name in ("HF_HOME", "HF_ENDPOINT")}
        assert run("log", "--all", cwd=folder, **here).status == 0
        (logged,) = runs(folder / LOG)
        known = {m["id"]: m["card_sha256"] for m in logged["models"] if m["card_sha256"]}
        assert known == {model.id: hashlib.sha256(CARD).hexdigest()}
        assert hub.requests == []

    def test_the_hub_is_asked_only_if_told_to(
        self, folder: Path, hub: HubServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        redirect(monkeypatch, hub.url, folder / "home")
        tiny = hub.store.add("acme/tiny", {"README.md": CARD, "config.json": "{}"})
        bare = hub.store.add("acme/bare", {"config.json": "{}"})
        pinned = tiny.head
        tiny.push({"README.md": "# Another\n"})
        models = [
            replace(COLBERT_V2, huggingface_id="acme/tiny", revision=pinned),
            replace(ALL_MINILM_L6_V2, huggingface_id="acme/bare", revision=bare.head),
            replace(ALL_MINILM_L6_V2, huggingface_id="acme/none", revision="0" * 40),
            replace(ALL_MINILM_L6_V2, huggingface_id="acme/tiny", revision=None),
        ]
        run = write_version_log(LOG, models)
        assert [model.card_sha256 for model in run.models] == [None] * 4
        assert hub.requests == []
        run = write_version_log(LOG, models, online=True)
        assert [model.card_sha256 for model in run.models] == [
            hashlib.sha256(CARD).hexdigest(), None, None, None,
        ]  # fmt: skip
        first, second, third = run.notes
        assert third.endswith("no commit is pinned")
        assert first == "all-minilm-l6-v2: acme/bare has no README.md"
        assert second.startswith("all-minilm-l6-v2: acme/none: there is no such repository")
        assert runs(LOG)[1]["notes"] == [first, second, third]

    def test_a_hub_that_is_away_is_a_note(self, folder: Path, hub: HubServer) -> None:
        home = hub_environment(hub.url, folder / "home")
        hub.stop()
        said = run("log", "--online", cwd=folder, HF_HOME=home["HF_HOME"], HF_ENDPOINT=hub.url)
        assert (said.status, said.stdout) == (0, f"{LOG}: 3 models logged\n")
        assert said.stderr.count("cannot connect to") == 3
        assert [len(each["notes"]) for each in runs(folder / LOG)] == [3]


class TestDamage:
    @pytest.mark.parametrize(
        ("text", "place", "what"),
        [
            ("", "1:1: /", "the file is empty"),
            ('{"version": 1, "runs": [', "1:25: /", "the file ends too early"),
            ('{"version": 1,\n "runs": [{}]}}', "2:15: /", "something follows the end"),
            ("[]", "1:1: /", "should be an object"),
            ("{}", "1:1: /version", "should be 1"),
            ('{"version": "1", "runs": []}', "1:13: /version", "should be 1"),
            ('{"version": true, "runs": []}', "1:13: /version", "should be 1"),
            ('{"version": 1,\n "run": []}', "1:1: /runs", "should be a list"),
            ('{"version": 1, "runs": {}}', "1:24: /runs", "should be a list"),
            ('{"version": 1,\n "runs": [{}, 1]}', "2:15: /runs/1", "should be an object"),
            ('{"version": 1, "runs": [], "runs": [{}]}', "1:28: /runs", "appears here twice"),
            ('{"version": 1, "runs": [NaN]}', "1:25: /runs/0", "NaN is not JSON"),
        ],
    )
    def test_a_damaged_log_stays_as_it_is(
        self, folder: Path, text: str, place: str, what: str, golden: Golden
    ) -> None:
        path = folder / "log.json"
        path.write_text(text)
        said = complaint("log", "--output", "log.json", cwd=folder)
        assert said.startswith(f"log.json:{place}: ")
        assert what in said
        golden(said)
        assert path.read_text() == text
        assert names(folder) == ["log.json", "pyproject.toml"]

    def test_one_of_a_newer_release(self, folder: Path, golden: Golden) -> None:
        text = '{"version": 2, "runs": "elsewhere"}'
        (folder / "log.json").write_text(text)
        said = complaint("log", "--output", "log.json", cwd=folder)
        assert said.startswith("log.json:1:13: /version: ")
        golden(said)
        assert (folder / "log.json").read_text() == text

    def test_one_that_is_no_text(self, folder: Path, golden: Golden) -> None:
        (folder / "log.json").write_bytes(b'{"version": 1, "\xff')
        golden(complaint("log", "--output", "log.json", cwd=folder))

    def test_places_that_cannot_be_written(self, folder: Path) -> None:
        (folder / "file").touch()
        for output, why in (
            (".", ".: this is a folder; name the file in it"),
            ("file/log.json", "file: is not a directory; name another log"),
        ):
            assert complaint("log", "--output", output, cwd=folder) == why

    def test_a_broken_selection_logs_nothing(self, folder: Path) -> None:
        (folder / "pyproject.toml").write_text('[tool.registry.selected]\nllm = "nobody"\n')
        assert complaint("log", cwd=folder).startswith("pyproject.toml:2: llm: ")
        with pytest.raises(SelectionError):
            write_version_log(LOG)
        assert not (folder / LOG).exists()

    def test_from_python_too(self, folder: Path) -> None:
        Path("log.json").write_text("{")
        with pytest.raises(VersionLogError, match=r"^log\.json:1:2: /: "):
            write_version_log("log.json")


class TestTogether:
    def test_eight_commands_at_once_lose_nothing(self, folder: Path) -> None:
        ids = list(MODEL_REGISTRY)
        dense = [model.id for model in ids if model.kind == "dense"][:8]
        writers = [
            subprocess.Popen(
                [*COMMAND, "log"],
                cwd=folder,
                env=environment(REGISTRY_EMBEDDING_MODEL=name),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for name in dense
        ]
        for writer in writers:
            said, complaints = writer.communicate()
            assert (writer.returncode, said) == (0, f"{LOG}: 3 models logged\n")
            assert complaints.count("\n") == 1  # the reason why card hashes are missing
        embeddings = [logged["models"][0]["id"] for logged in runs(folder / LOG)]
        assert sorted(embeddings) == sorted(dense)
        assert names(folder / LOG.parent) == [LOG.name]

    def test_what_was_logged_survives_whoever_is_killed(self, folder: Path) -> None:
        """Some writers are killed at any point; the others are not affected."""
        path = folder / "log.json"
        writers = [start(WRITER, path) for _ in range(4)]
        told = 0
        for writer in writers:  # wait until all are at work
            told += heard(writer, 1)
        for writer in writers[:2]:
            writer.kill()
        for writer in writers[2:]:
            told += heard(writer, 2)
            writer.kill()
        for writer in writers:
            told += heard(writer)
            writer.communicate()
        # Each may have logged one more run than it reported, if killed in between.
        assert told <= len(runs(path)) <= told + len(writers)
        write_version_log(path, [COLBERT_V2])
        assert runs(path)[-1]["models"][0]["id"] == "colbert-v2"

    @pytest.mark.parametrize("event", ["open", "os.rename"])
    def test_one_that_is_killed_in_the_middle(self, folder: Path, event: str) -> None:
        write_version_log("log.json")
        before = Path("log.json").read_bytes()
        killed = start(KILLED, folder / "log.json", event)
        killed.communicate()
        assert killed.returncode == -signal.SIGKILL
        assert Path("log.json").read_bytes() == before
        write_version_log("log.json")
        assert len(runs(Path("log.json"))) == 2


@pytest.fixture
def hub() -> Any:
    with HubServer() as server:
        yield server

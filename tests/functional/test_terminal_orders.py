"""Text from a catalogue, Hub or server never acts as control codes, whatever prints it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import command_line
import pytest
from hub_project import HubProject, entry, project
from in_process import run_at_terminal

from catalogues import entry as least
from covering import covering
from registry.cli.table import COMMANDS as TABLE

__all__ = ["project"]  # a fixture that pytest finds by name

# A title, a bell, a C1 control character, right-to-left text, line ends.
ORDER = "E\x1b]0;owned\x07\x9b2J\u202eR\u2066\u2028L\u200f\x85"
ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
STYLES = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE: dict[str, Any] = {
    "name": f"n{ORDER}",
    "description": f"d{ORDER}",
    "organization": f"o{ORDER}",
    "metadata": {f"k{ORDER}": f"v{ORDER}", "a": {f"k{ORDER}": [f"v{ORDER}"]}},
    "sources": {f"s{ORDER}": ["license"]},
    "capabilities": {"domain": ORDER, "programming_languages": [ORDER]},
    "prompts": {"query": f"q{ORDER}", "document": f"p{ORDER}"},
}
COMMANDS: dict[str, list[str]] = {
    "list": [],
    "search": ["n"],
    "show": ["tiny"],
    "select": [],
    "where": [],
    "default": [],
    "validate": [],
    "generate": ["--output", "made.py"],
    "docs": ["--output", "pages"],
    "verify": ["tiny"],
    "lock": ["tiny"],
    "log": [],
    "pull": ["tiny", "--dry-run"],
    "check": ["tiny"],
    "ls": [],
    "du": [],
    "prune": ["--dry-run"],
    "share": ["tiny"],
    "recommend": [],
    "bench": ["tiny"],
    "history": [],
    "diff": ["other.json", "models.json"],
    "release": ["v1"],
    "add": ["acme/evil"],
    "outdated": [],
    "bom": ["tiny"],
    "scan": ["."],
}


@pytest.fixture
def hostile(project: HubProject) -> HubProject:
    roles = {"embedding": "tiny", "cross_encoder": "c", "llm": "l"}
    catalogue: dict[str, Any] = {
        "types": {"own": f"t{ORDER}"},
        "selected": roles,
        "models": [
            least("tiny", **HOSTILE),
            least("own", "own", **HOSTILE),
            least("c", "cross-encoder", **HOSTILE),
            least("l", "llm", **HOSTILE),
        ],
    }
    (project.folder / "models.json").write_text(json.dumps(catalogue))
    catalogue["models"][0] = least("tiny", **{**HOSTILE, "description": f"other{ORDER}"})
    (project.folder / "other.json").write_text(json.dumps(catalogue))
    project.hub.store.add("org/tiny", {"config.json": json.dumps({"model_type": ORDER})})
    project.hub.store.add(
        "acme/evil",
        {"config.json": json.dumps({"model_type": ORDER, "architectures": [ORDER]})},
        tags=[ORDER],
        pipeline_tag=ORDER,
        library_name=ORDER,
        extra={"cardData": {"license": ORDER, "language": [ORDER], "base_model": ORDER}},
    )
    return project


def harmless(shown: str) -> None:
    assert not ORDERS.search(STYLES.sub("", shown)), ascii(shown)


@pytest.mark.parametrize("name", [name for names in TABLE.values() for name in names])
@pytest.mark.parametrize("way", ["pipe", "json", "terminal"])
def test_of_a_catalogue(hostile: HubProject, name: str, way: str) -> None:
    command = [name, *COMMANDS.get(name, [])]
    settings = {**hostile.settings, "REGISTRY_CATALOGUE": "models.json"}
    if way == "terminal":
        environment = command_line.environment(**settings)
        shown, complaints, status = run_at_terminal(command, hostile.folder, environment)
    else:
        json_too = ["--json"] if way == "json" else []
        result = command_line.run(*command, *json_too, cwd=hostile.folder, **settings)
        shown, complaints, status = result.stdout, result.stderr, result.status
    assert status in (0, 1, 2)
    assert "Traceback" not in complaints
    harmless(shown)
    harmless(complaints)


ANSWERS: tuple[dict[str, Any], ...] = (
    {"id": f"acme/{ORDER}"},
    {"sha": ORDER},
    {"siblings": [{"rfilename": f"{ORDER}.json", "size": 2}]},
    {"siblings": [{"rfilename": "config.json", "size": ORDER}]},
    {"siblings": ORDER},
    {"siblings": [7]},
    {"siblings": [{"rfilename": 7, "size": 7}]},
    {"tags": {"a": 1}},
    {"tags": [None]},
    {"gated": ORDER},
    {"private": "no"},
    {"downloads": "many"},
    {"cardData": ORDER},
    {"cardData": {ORDER: ORDER}},
    {"safetensors": {"parameters": {"F32": ORDER}}},
    {"safetensors": {"parameters": {ORDER: 7}}},
    {"gguf": ORDER},
    {"createdAt": ORDER},
    {"model-index": {ORDER: [ORDER]}},
)
COMMANDS_AT_HUB = [
    (name, *way)
    for name in ("add", "verify", "lock", "pull", "default")
    for way in ((), ("--json",))
]


@pytest.mark.parametrize(
    ("answer", "command"),
    covering(
        ANSWERS,
        COMMANDS_AT_HUB,
        each=2,
        ids=(lambda answer: ascii(answer)[:40], "".join),
    ),
)
def test_of_a_hub(project: HubProject, command: tuple[str, ...], answer: dict[str, Any]) -> None:
    name, *way = command
    files = {"config.json": json.dumps({"model_type": "bert", "hidden_size": 8})}
    repository = project.hub.store.add("acme/one", files, extra=answer)
    project.catalogue(entry("one", "acme/one", revision=repository.head))
    what = {"add": "acme/one", "default": "bert"}.get(name, "one")
    if name == "add":
        (project.folder / "models.json").unlink()
    result = project.run(name, what, *way)
    assert result.status in (0, 1), result.output
    assert "Traceback" not in result.stderr
    harmless(result.output)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
def test_of_an_error_of_the_hub(
    project: HubProject, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.hub.asking._PAUSE", 0.01)
    text = ORDER.encode().decode("latin-1")
    said = dict.fromkeys(("X-Error-Message", "X-HF-Warning", "X-Request-Id"), text)
    project.hub.fails(
        "status", times=None, status=status, message=ORDER.replace("\x85", ""), headers=said
    )
    project.catalogue(entry("one", "acme/one"))
    for command in (["add", "acme/two"], ["verify", "one"], ["lock", "one"], ["pull", "one"]):
        result = project.run(*command)
        assert result.status == 1
        assert "Traceback" not in result.stderr
        harmless(result.output)


def test_names_of_files_are_text_too(tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b]0;owned\x07\u202e"
    folder.mkdir()
    (folder / "models.json").write_text("{")
    for command in (["validate"], ["docs", "--output", str(folder)], ["where"], ["lock"]):
        result = command_line.run(*command, "--catalogue", str(folder / "models.json"))
        harmless(result.output)

"""Only one catalogue applies, in every command and function, wherever it runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import IMPORT_PATH, environment, run
from one_catalogue import OURS, SITUATIONS, Situation, make_situations, write_project

from covering import covering


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Situation]:
    return make_situations(tmp_path_factory.mktemp("catalogues"))


# Command -> whether its output must contain all of our models.
LISTING = (
    ("list",),
    ("list", "--json"),
    ("ls", "--absent"),
    ("log", "--all", "--output", "log.json", "--json"),
)
# Commands about one model, with the place of its id; only whether it is known matters.
ABOUT_ONE = (
    ("show", "ID"),
    ("show", "ID", "--json"),
    ("lock", "ID"),
    ("lock", "ID", "--check"),
    ("pull", "ID", "--dry-run"),
    ("verify", "ID"),
    ("verify", "ID", "--local"),
    ("bench", "ID"),
    ("share", "ID"),
    ("bom", "ID"),
    ("bundle", "ID", "-o", "none.tar"),
)


def everywhere(*commands: tuple[str, ...], each: int = 2) -> pytest.MarkDecorator:
    """Each command in at least so many of the situations, in all of them by `make exhaustive`."""
    pairs = covering(commands, SITUATIONS, each=each, ids=(" ".join, str))
    return pytest.mark.parametrize(("command", "name"), pairs)


@pytest.fixture
def place(name: str, places: dict[str, Situation]) -> Situation:
    return places[name]


@everywhere(*LISTING)
def test_what_lists_models_lists_these_and_no_others(
    place: Situation, command: tuple[str, ...]
) -> None:
    shown = place.run(*command)
    words = set(shown.replace('"', " ").replace(",", " ").split())
    assert set(place.ours) <= words, shown[:2000]
    assert not set(place.foreign) & words


@everywhere(*ABOUT_ONE, each=1)  # four runs each
def test_what_is_about_one_model_knows_these_and_no_others(
    place: Situation, command: tuple[str, ...]
) -> None:
    def unknown(model_id: str) -> bool:
        shown = place.run(*(model_id if word == "ID" else word for word in command))
        return f"there is no model {model_id!r}" in shown

    assert not any(map(unknown, place.ours[:3]))
    assert all(map(unknown, place.foreign[:1]))


@everywhere(("select",), ("select", "--json"), ("release", "v1.0.0", "--json"), ("log", "--json"))
def test_what_tells_who_serves_tells_it_of_this_catalogue(
    place: Situation, command: tuple[str, ...], tmp_path: Path
) -> None:
    options = {"release": "--file", "log": "--output"}
    option = options.get(command[0])
    target = (option, str(tmp_path / "kept.json")) if option else ()
    shown = place.run(*command, *target)
    assert any(model_id in shown for model_id in place.ours)
    assert not any(f'"{model_id}"' in shown.replace("\t", '"') for model_id in place.foreign)


@everywhere(
    ("validate",),
    ("docs", "--output", "OUT"),
    ("recommend", "--ram", "64GB", "--limit", "1"),
    ("ls",),
    ("du",),
    ("prune", "--dry-run"),
    ("search", "model"),
    ("where",),
    ("schema",),
    ("default",),
)
def test_every_other_command_works_on_it(
    place: Situation, command: tuple[str, ...], tmp_path: Path
) -> None:
    arguments = [str(tmp_path / "out") if word == "OUT" else word for word in command]
    done = run(*arguments, *place.given, cwd=place.folder, **place.variables)
    assert done.status == 0, done.output
    if command[0] == "docs":
        page = (tmp_path / "out" / "MODELS.md").read_text()
        assert all(model_id in page for model_id in place.ours)
        assert not any(f"`{model_id}`" in page for model_id in place.foreign)


PROGRAM = """
import json, sys
from registry import (
    CROSS_ENCODER_MODELS, EMBEDDING_MODELS, LLM_MODELS, ModelConfig, ModelManager,
    fingerprint, recommend, selected_embedding_model, selected_llm_model,
)
from registry.errors import UnknownModelError
from registry.fit import machine_with
asked = json.loads(sys.argv[1])
found = {}
for key in asked:
    try:
        found[key] = ModelConfig.from_registry(key).registered_id
    except UnknownModelError as error:
        found[key] = None
big = machine_with(ram=2**40)
print(json.dumps({
    "maps": [*EMBEDDING_MODELS, *CROSS_ENCODER_MODELS, *LLM_MODELS],
    "selected": [selected_embedding_model().id, selected_llm_model().id],
    "manager": [ModelManager().model.id, ModelManager().embedding_model.id],
    "recommended": [each.model.id for task in ("retrieval", "chat", "rerank")
                    for each in recommend(task, machine=big).fitting],
    "fingerprint": fingerprint(selected_embedding_model()),
    "configs": found,
}))
"""


@pytest.mark.parametrize("name", [name for name in SITUATIONS if not name.startswith("given")])
def test_functions_ask_the_same_catalogue(name: str, places: dict[str, Situation]) -> None:
    place = places[name]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps([*place.ours, *place.foreign])],
        cwd=place.folder,
        env=environment() | place.variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    configs = found.pop("configs")
    assert [configs[key] for key in place.ours] == list(place.ours)
    assert [configs[key] for key in place.foreign] == [None] * len(place.foreign)
    known = {*found["maps"], *found["selected"], *found["manager"], *found["recommended"]}
    assert not known & set(place.foreign)
    assert found["selected"][0] == found["manager"][1] == found["fingerprint"].split("@")[0][4:]


def test_a_module_can_be_given_in_python(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "acme", OURS)
    assert run("generate", cwd=folder).status == 0
    program = """
import nw_models
from registry import ModelManager, recommend, selected_embedding_model
from registry.fit import machine_with
assert selected_embedding_model(nw_models) is nw_models.NW_EMBED
assert ModelManager(catalogue=nw_models).model is nw_models.NW_CHAT
assert ModelManager(catalogue="nw_models").embedding_model is nw_models.NW_EMBED
found = recommend("chat", machine=machine_with(ram=2**40), catalogue=nw_models)
assert [each.model for each in found.fitting] == [nw_models.NW_CHAT]
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,  # a folder without a project configuration
        env=environment(PYTHONPATH=os.pathsep.join([str(folder / "src"), IMPORT_PATH])),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_where_says_who_says_so(places: dict[str, Situation]) -> None:
    said = {
        name: json.loads(place.run("where", "--json"))["said_by"] for name, place in places.items()
    }
    assert said == {
        "public": "installed",
        "alone": "pyproject.toml:1",
        "below": f"{places['alone'].folder}/pyproject.toml:1",
        "over": "pyproject.toml:1",
        "generated": "pyproject.toml:1",
        "third": "pyproject.toml:1",
        "given file": "--catalogue",
        "given name": "--catalogue",
        "environment": "REGISTRY_CATALOGUE",
        "name in environment": "REGISTRY_CATALOGUE",
    }


def test_layers_are_told_field_by_field(places: dict[str, Situation]) -> None:
    third = places["third"]
    assert json.loads(third.run("show", "nw-embed", "--json"))["layers"] == {
        "": "nw_models",
        "/revision": "team_models",
    }
    assert json.loads(third.run("show", "colbert-v2", "--json"))["layers"] == {"": "registry"}
    assert json.loads(third.run("where", "--json"))["layers"] == [
        "team_models",
        "nw_models",
        "registry",
    ]


def test_finding_what_is_extended_imports_nothing(tmp_path: Path) -> None:
    package = tmp_path / "loud"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')\n")
    inner = package / "inner"
    inner.mkdir()
    (inner / "__init__.py").write_text("")
    (inner / "models.json").write_text(json.dumps(OURS))
    folder = write_project(tmp_path / "project", {"models": []}, "loud.inner")
    path = os.pathsep.join([str(tmp_path), IMPORT_PATH])
    done = run("validate", cwd=folder, PYTHONPATH=path)
    assert (done.status, "imported" in done.output) == (0, False), done.output

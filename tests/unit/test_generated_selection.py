"""The selection of a generated module alone equals that of `registry` with that module."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from catalogues import catalogue, entry
from generating import generate, load
from registry.errors import SelectionError
from registry.selection.roles import ROLES, Role, selection, variable
from registry_codegen.compile import compile_catalogue
from registry_codegen.errors import ConfigurationError
from registry_codegen.options import Options
from registry_codegen.write import write_files

MODELS = (
    entry("an-encoder", "dense", aliases=["mini"], huggingface_id="org/shared"),
    entry("another-encoder", "dense", huggingface_id="org/shared"),
    entry("a-ranker", "cross-encoder", aliases=["mini"]),
    entry("a-writer", "llm"),
    entry("a-colbert", "colbert"),
)
DATA = {**catalogue(*MODELS), "selected": {"embedding": "an-encoder", "llm": "a-writer"}}
TABLE = "[tool.registry.selected]\n"
# The variable for the embedding model, and the content of pyproject.toml.
SITUATIONS = {
    "nobody says anything": ("", None),
    "a project without a selection": ("", "[project]\nname = 'a'\n"),
    "a project": ("", f"{TABLE}embedding = 'another-encoder'\ncross_encoder = 'MINI'\n"),
    "both": ("mini", f"{TABLE}embedding = 'another-encoder'\n"),
    "an alias": ("Mini", None),
    "a repository of one model": ("ORG/a-writer", f"{TABLE}llm = 'org/A-writer'\n"),
    "a repository of two": ("org/shared", None),
    "no such model": ("public-encoder", None),
    "another type": ("a-writer", f"{TABLE}cross_encoder = 'an-encoder'\n"),
    "no such role": ("", f"{TABLE}embeding = 'mini'\n"),
    "not a text": ("", f"{TABLE}llm = 3\n"),
    "an empty text": ("", f"{TABLE}llm = ''\n"),
    "not a table": ("", "[tool]\nregistry = 'mini'\n"),
    "a text for a table": ("", "[tool.registry]\nselected = 'mini'\n"),
    "a list for a table": ("", "[tool.registry]\nselected = []\n"),
    "not TOML": ("", "[tool\n"),
    "not UTF-8": ("", "\udcff"),
    "the environment before a broken file": ("mini", "[tool\n"),
    "a variable that is set": ("", f"{TABLE}embedding = {{env = 'OURS', default = 'mini'}}\n"),
    "a variable that is empty": ("", f"{TABLE}embedding = {{env = 'EMPTY', default = 'mini'}}\n"),
    "a variable alone": ("", f"{TABLE}embedding = {{env = 'EMPTY'}}\n"),
    "a table for another role": ("", f"{TABLE}llm = {{env = 'EMPTY', default = 'a-writer'}}\n"),
    "a variable of another type": ("", f"{TABLE}llm = {{env = 'OURS', default = 'a-writer'}}\n"),
    "the environment before a variable": ("mini", f"{TABLE}embedding = {{env = 'OURS'}}\n"),
    "no variable": ("", f"{TABLE}embedding = {{default = 'mini'}}\n"),
    "an empty table": ("", f"{TABLE}llm = {{}}\n"),
    "no name of a variable": ("", f"{TABLE}llm = {{env = 'MY-MODEL'}}\n"),
    "a variable in other letters": ("", f"{TABLE}llm = {{env = 'MODÈLE'}}\n"),
    "a variable that is no text": ("", f"{TABLE}llm = {{env = 3}}\n"),
    "an empty default": ("", f"{TABLE}llm = {{env = 'OURS', default = ''}}\n"),
    "a default that is no text": ("", f"{TABLE}llm = {{env = 'OURS', default = 3}}\n"),
    "another key": ("", f"{TABLE}llm = {{env = 'OURS', fallback = 'a-writer'}}\n"),
}


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return load(generate(tmp_path_factory.mktemp("acme"), DATA), "generated_selection")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A subfolder of the project's folder, with no pyproject.toml further up."""
    for role in ROLES:
        monkeypatch.delenv(variable(role), raising=False)
    monkeypatch.setenv("OURS", "another-encoder")
    monkeypatch.setenv("EMPTY", "")
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    return tmp_path


def said_by_itself(module: ModuleType, role: Role) -> str | None:
    try:
        return str(getattr(module, f"selected_{role}_model")().id)
    except module.SelectionError:
        return None


def said_by_registry(module: ModuleType, role: Role) -> str | None:
    found: Any = module
    try:
        return selection(role, found).model.id
    except SelectionError:
        return None


@pytest.mark.parametrize("situation", SITUATIONS)
def test_both_say_the_same(
    situation: str, acme: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_environment, in_project = SITUATIONS[situation]
    monkeypatch.setenv("REGISTRY_EMBEDDING_MODEL", in_environment)
    if in_project is not None:
        (project / "pyproject.toml").write_bytes(in_project.encode(errors="surrogateescape"))
    found = {role: said_by_itself(acme, role) for role in ROLES}
    assert found == {role: said_by_registry(acme, role) for role in ROLES}


def test_what_it_says_where_nobody_else_does(acme: ModuleType) -> None:
    assert acme.selected_embedding_model() is acme.AN_ENCODER
    assert acme.selected_llm_model() is acme.A_WRITER
    with pytest.raises(acme.SelectionError, match="REGISTRY_CROSS_ENCODER_MODEL"):
        acme.selected_cross_encoder_model()
    assert issubclass(acme.SelectionError, acme.RegistryError)
    assert {"selected_llm_model", "SelectionError"} <= set(acme.__all__)


def test_a_place_is_named_where_it_is_wrong(
    acme: ModuleType, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "pyproject.toml"
    path.write_text(f"{TABLE}llm = 'an-encoder'\n")
    with pytest.raises(acme.SelectionError) as caught:
        acme.selected_llm_model()
    assert str(path) in str(caught.value)
    assert "an-encoder" in str(caught.value)
    path.write_text(f"{TABLE}llm = {{env = 'OURS'}}\n")
    with pytest.raises(acme.SelectionError, match=r"^OURS: .*another-encoder"):
        acme.selected_llm_model()
    monkeypatch.setenv("REGISTRY_LLM_MODEL", "nothing")
    with pytest.raises(acme.SelectionError, match="REGISTRY_LLM_MODEL"):
        acme.selected_llm_model()


def test_a_project_may_name_a_variable_of_its_own(acme: ModuleType, project: Path) -> None:
    text = "embedding = {env = 'OURS', default = 'mini'}\nllm = {env = 'EMPTY'}\n"
    (project / "pyproject.toml").write_text(f"{TABLE}{text}")
    assert acme.selected_embedding_model() is acme.ANOTHER_ENCODER
    assert acme.selected_llm_model() is acme.A_WRITER  # the catalogue's


def test_only_roles_that_some_model_can_serve_in(tmp_path: Path) -> None:
    (alone := tmp_path / "alone").mkdir()
    data = {**catalogue(entry("only", "llm")), "selected": {"llm": "only"}}
    module = load(generate(alone, data), "generated_alone")
    assert module.selected_llm_model() is module.ONLY
    assert not hasattr(module, "selected_embedding_model")
    without = load(generate(alone, catalogue(entry("only", "colbert"))), "generated_without")
    assert not any(name.startswith("selected_") for name in without.__all__)
    assert "SelectionError" not in without.__all__


def test_a_package_may_have_functions_of_its_own(tmp_path: Path) -> None:
    generate(tmp_path, DATA)
    module = load(compile_catalogue(Options(tmp_path, selection=False)), "generated_left_out")
    assert not any(name.startswith("selected_") for name in module.__all__)
    assert dict(module.SELECTED_DEFAULTS)["llm"] is module.A_WRITER
    with pytest.raises(ConfigurationError, match="selection"):
        Options.from_table({"output": "a.py", "selection": "no"}, tmp_path)


def test_it_needs_the_standard_library_alone(tmp_path: Path) -> None:
    package = tmp_path / "acme_models"
    package.mkdir()
    write_files(package / "_generated.py", generate(tmp_path, DATA))
    program = (
        "import sys; from acme_models._generated import selected_embedding_model as chosen;"
        "print(chosen().id, 'typing' in sys.modules, 'registry' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append('.'); {program}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["an-encoder", "False", "False"]

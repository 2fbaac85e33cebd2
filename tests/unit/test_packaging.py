"""Build requirements, extras, the single version, and what npm installs to check scripts."""

import ast
import json
import re
import sys
import tomllib
from itertools import chain
from typing import Any

import pytest
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import registry_codegen
from catalogues import ROOT
from registry.cli.table import COMMANDS
from registry.libraries.seams import Seam
from registry_codegen.compile import compile_catalogue
from registry_codegen.options import Options
from registry_codegen.projects import find_options
from registry_codegen.version import __version__
from seams import SEAMS

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT: dict[str, Any] = PYPROJECT["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
# Features of the registry itself; the other extras are integrations for other libraries.
OURS = {
    *("bench", "codegen", "cli", "embed", "encoders", "export", "gguf", "hub", "lancedb"),
    *("ollama", "onnx", "openvino", "ray", "reindex", "sparse"),
}


def names(requirements: list[str]) -> set[str]:
    return {Requirement(text).name for text in requirements}


def test_the_build_requires_the_extra_codegen_and_hatchling() -> None:
    """A hook's own `dependencies` regressed in Hatch (#2140), so they are listed twice."""
    required = PYPROJECT["build-system"]["requires"]

    assert {text for text in required if Requirement(text).name != "hatchling"} == set(
        EXTRAS["codegen"]
    )
    assert "hatchling" in names(required)


@pytest.mark.parametrize("text", PYPROJECT["build-system"]["requires"])
def test_every_build_requirement_has_both_bounds(text: str) -> None:
    operators = {specifier.operator for specifier in Requirement(text).specifier}

    assert operators == {">=", "<"}


def test_the_bare_package_needs_nothing() -> None:
    assert PROJECT["dependencies"] == []


def test_the_extra_all_covers_what_the_registry_does_itself() -> None:
    (text,) = EXTRAS["all"]
    requirement = Requirement(text)

    assert requirement.name == PROJECT["name"]
    assert requirement.extras == OURS


def test_each_piece_for_another_library_has_an_extra() -> None:
    modules = (ROOT / "src" / "registry" / "integrations").glob("[!_]*.py")
    names = {path.stem for path in modules} - set(sys.stdlib_module_names)
    pieces = {canonicalize_name(name) for name in names}

    assert EXTRAS.keys() == OURS | {"all"} | pieces


@pytest.mark.parametrize("seam", SEAMS.values(), ids=SEAMS)
def test_who_has_a_seam_has_bounds(seam: Seam) -> None:
    """An extra's bounds admit nothing older than what was checked, and no newer major version."""
    (bounds,) = {
        Requirement(text).specifier
        for text in chain.from_iterable(EXTRAS.values())
        if canonicalize_name(Requirement(text).name) == canonicalize_name(seam.library)
    }
    oldest = {each.version for each in SpecifierSet(seam.checked) if each.operator == ">="}

    assert {each.version for each in bounds if each.operator == ">="} == oldest
    assert "<" in {each.operator for each in bounds}


def test_codegen_imports_nothing_that_its_extra_has_not() -> None:
    """Imports at build time are from the standard library, hatchling, or the extra."""
    imported = set[str]()
    for path in (ROOT / "codegen").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import(names=aliases):
                    imported |= {alias.name.split(".")[0] for alias in aliases}
                case ast.ImportFrom(module=str() as module):
                    imported.add(module.split(".")[0])
                case _:
                    pass
    foreign = (
        imported - set(sys.stdlib_module_names) - {"registry_codegen", "registry_base", "hatchling"}
    )
    assert foreign <= {name.replace("-", "_") for name in names(EXTRAS["codegen"])}


def test_one_version() -> None:
    assert "version" in PROJECT["dynamic"]
    path = ROOT / PYPROJECT["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"' in path.read_text("utf-8")
    assert registry_codegen.__version__ == __version__

    header = compile_catalogue(Options(ROOT))["_generated.py"].split("\nfrom ")[0]

    assert re.search(rf"^# Generator: tessera-registry {re.escape(__version__)}$", header, re.M)
    assert re.search(r"^# Input: sha256:[0-9a-f]{64}$", header, re.M)


def test_links_of_the_readme_work_outside_of_a_checkout() -> None:
    in_files = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    links = re.findall(r"\]\(([^)]+)\)", ProjectMetadata(str(ROOT), PluginManager()).core.readme)
    start = re.escape(PROJECT["urls"]["Source"])

    for before, after in zip(in_files, links, strict=True):
        found = re.fullmatch(rf"{start}/(blob|raw)/v{re.escape(__version__)}/(.*)", after)
        assert found, after
        assert (found[1], found[2]) == ("raw" if before.endswith(".png") else "blob", before)


def test_the_tables_of_the_readme_name_every_command_and_every_extra() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    first_cells = {
        heading: re.findall(r"^\| (`.*?) \|", part, re.M)
        for heading, part in re.findall(r"^## (.+)\n((?:.*\n(?!## ))*)", text, re.M)
    }
    named = {
        heading: [name for cell in cells for name in re.findall(r"`(?:registry )?([^`]+)`", cell)]
        for heading, cells in first_cells.items()
    }
    assert sorted(named["Commands"]) == sorted(chain(*COMMANDS.values()))
    assert sorted(named["Extras"]) == sorted(EXTRAS)


def test_every_address_is_of_one_repository() -> None:
    source = PROJECT["urls"]["Source"]
    owner, name = source.removeprefix("https://github.com/").split("/")

    assert PROJECT["urls"]["Issues"] == f"{source}/issues"
    assert PROJECT["urls"]["Changelog"].startswith(f"{source}/blob/")
    assert PROJECT["urls"]["Documentation"] == f"https://{owner}.github.io/{name}/"


def test_our_own_options_are_found() -> None:
    options = find_options(ROOT)

    assert options is not None
    assert options.catalogue_path == ROOT / "models.json"
    assert options.output_path == ROOT / "src" / "registry" / "_generated.py"


def test_files_that_the_wheel_takes_along_exist() -> None:
    included = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    assert all((ROOT / path).is_file() for path in included)
    assert (ROOT / "src" / "registry" / "py.typed").is_file()
    assert (ROOT / "codegen" / "registry_codegen" / "py.typed").is_file()


def test_npm_installs_exact_versions_from_any_registry() -> None:
    """`resolved` would tie the lock to the registry of its author."""
    asked = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]

    assert all(re.fullmatch(r"[0-9.]+", version) for version in asked.values())
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert not [path for path, package in locked.items() if "resolved" in package]
    assert all("integrity" in package for path, package in locked.items() if path)

"""Copies of this repository's files, and the contents of archives built from them."""

import hashlib
import shutil
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from registry_codegen.compile import compile_catalogue
from registry_codegen.projects import find_options

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = Path(__file__).parent / "projects"
OWN_REGISTRY = ROOT / "examples" / "own_registry"


class Built(NamedTuple):
    """The result of `python -m build` on a project: the wheel is built from the sdist."""

    sdist: Path
    wheel: Path


# What a clone does not have; only needed if Git cannot be asked.
_MADE = frozenset(
    {
        *(".git", ".venv", "__pycache__", "build", "dist", "node_modules"),
        *("_generated.py", "_generated.pyi", "_generated_parts"),
    }
)
_CACHE = (".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".pyc", ".pyo")


def copy_sources(folder: Path) -> Path:
    """Copy the repository as a clone would have it, including uncommitted changes."""
    git = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True)
    if (ROOT / ".git").exists() and listed.returncode == 0:
        names = set(listed.stdout.split("\0")) - {""}
    else:  # an unpacked archive
        names = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")}
        names = {name for name in names if not _is_made(name)}
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def _is_made(name: str) -> bool:
    return any(part in _MADE or part.endswith(_CACHE) for part in name.split("/"))


def files_of(folder: Path) -> set[str]:
    """The paths of all files in a folder, as archives write them."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def copy_project(project: Path, folder: Path) -> Path:
    """Copy a project of the tests or the examples, without build results."""
    return Path(shutil.copytree(project, folder, ignore=shutil.ignore_patterns(*_MADE)))


def settings(project: Path) -> dict[str, Any]:
    """A project's pyproject.toml."""
    return tomllib.loads((project / "pyproject.toml").read_text("utf-8"))


def generated_files(project: Path) -> dict[str, str]:
    """The files that a project's build generates, by name."""
    options = find_options(project)
    assert options is not None
    return compile_catalogue(options)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def wheel_names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def wheel_text(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name).decode("utf-8")


def unpack_wheel(wheel: Path, folder: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def sdist_names(sdist: Path) -> set[str]:
    """The files of an sdist, relative to its top-level folder."""
    with tarfile.open(sdist) as archive:
        return {member.name.partition("/")[2] for member in archive if member.isfile()}


def unpack_sdist(sdist: Path, folder: Path) -> Path:
    """Unpack an sdist and return the project's folder in it."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (project,) = folder.iterdir()
    return project

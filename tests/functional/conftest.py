"""Real builds, offline, one environment and one build of this project a session; golden texts."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from environments import Environment
from sources import PROJECTS, Built, copy_project, copy_sources, settings

from goldens import Golden

# Projects to build: their modules are no tests.
collect_ignore = ["projects"]


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository at the start of the session: not to be built in, only copied."""
    return copy_sources(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="session")
def builder(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """What [build-system] requires names, a frontend, and nothing else."""
    requires = settings(snapshot)["build-system"]["requires"]
    folder = tmp_path_factory.mktemp("builder")
    return Environment.create(folder, "build", *requires, pip=True)


@pytest.fixture(scope="session")
def built(builder: Environment, snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    tree = shutil.copytree(snapshot, tmp_path_factory.mktemp("built") / "tree")
    made = builder.build(Path(tree))
    (sdist,), (wheel,) = made.glob("*.tar.gz"), made.glob("*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="session")
def factory(
    builder: Environment, built: Built, snapshot: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """Where other projects are built: `hatchling` and `tessera-registry[codegen]`."""
    codegen = settings(snapshot)["project"]["optional-dependencies"]["codegen"]
    folder = tmp_path_factory.mktemp("factory")
    environment = Environment.create(folder, "build", "hatchling", *codegen)
    builder.install(built.wheel, environment)
    return environment


@pytest.fixture
def tree(snapshot: Path, tmp_path: Path) -> Path:
    """A copy of this project's sources, without Git."""
    return Path(shutil.copytree(snapshot, tmp_path / "tree"))


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Copies one of the projects beside this file."""
    return lambda name: copy_project(PROJECTS / name, tmp_path / name)


@pytest.fixture
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Golden:
    """Holds what a command says against tests/golden/said."""
    _, _, test = request.node.nodeid.partition("::")
    return Golden(request.path.stem, test, {str(tmp_path): "TMP"})

"""Real offline builds, one environment and one build of this project per session; golden texts."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import authorities
import pytest
from environments import Environment
from filelock import FileLock
from sources import PROJECTS, Built, copy_project, copy_sources, settings

from goldens import Golden

Once = Callable[[str, Callable[[Path], object]], Path]

# Projects to build: their modules are not tests.
collect_ignore = ["projects"]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Fills a folder once per session, in whichever xdist worker comes first."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "shared"
    shared.mkdir(exist_ok=True)

    def folder(name: str, fill: Callable[[Path], object]) -> Path:
        done = shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                (shared / name).mkdir()
                fill(shared / name)
                done.touch()
        return shared / name

    return folder


@pytest.fixture(scope="session", autouse=True)
def shared_authorities() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        authorities.share(patch)
        yield


@pytest.fixture(scope="session")
def snapshot(once: Once) -> Path:
    """This repository at the start of the session: copy it, do not build in it."""
    return once("snapshot", copy_sources)


@pytest.fixture(scope="session")
def builder(once: Once, snapshot: Path) -> Environment:
    """The requirements of [build-system], a build frontend, and nothing else."""
    requires = settings(snapshot)["build-system"]["requires"]
    return Environment(
        once("builder", lambda at: Environment.create(at, "build", *requires, pip=True))
    )


@pytest.fixture(scope="session")
def built(once: Once, builder: Environment, snapshot: Path) -> Built:
    made = once("built", lambda at: builder.build(Path(shutil.copytree(snapshot, at / "tree"))))
    (sdist,), (wheel,) = made.glob("tree-made/*.tar.gz"), made.glob("tree-made/*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="session")
def factory(once: Once, builder: Environment, built: Built, snapshot: Path) -> Environment:
    """The environment that other projects are built in: hatchling, `tessera-registry[codegen]`."""
    codegen = settings(snapshot)["project"]["optional-dependencies"]["codegen"]

    def fill(at: Path) -> None:
        builder.install(built.wheel, Environment.create(at, "build", "hatchling", *codegen))

    return Environment(once("factory", fill))


@pytest.fixture
def tree(snapshot: Path, tmp_path: Path) -> Path:
    """A copy of what a wheel of this project is built from, without Git.

    Half of the files are not: copying and removing them would take longer than the build.
    """

    def others(folder: str, names: list[str]) -> set[str]:
        return {"benchmarks", "docs", "tests"} & set(names) if Path(folder) == snapshot else set()

    return Path(shutil.copytree(snapshot, tmp_path / "tree", ignore=others))


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Copies one of the projects next to this file."""
    return lambda name: copy_project(PROJECTS / name, tmp_path / name)


@pytest.fixture
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Golden:
    """Compares what a command says with tests/golden/said."""
    _, _, test = request.node.nodeid.partition("::")
    return Golden(request.path.stem, test, {str(tmp_path): "TMP"})

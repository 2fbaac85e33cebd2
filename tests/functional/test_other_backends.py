"""Projects with other build backends, really built: from setup to a failing stale check.

The backends come from the package index.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run, succeed
from environments import Environment
from sources import wheel_names

pytestmark = pytest.mark.heavy

# The requirement, the build backend, and further settings of such a project.
BACKENDS = {
    "uv_build": ("uv_build", "uv_build", ""),
    "setuptools": ("setuptools>=77", "setuptools.build_meta", ""),
    "poetry-core": ("poetry-core>=2", "poetry.core.masonry.api", ""),
    "pdm-backend": ("pdm-backend", "pdm.backend", "[tool.pdm]\ndistribution = true\n"),
}
USE = """
import json, sys
from acme_models import ALL_MINILM_L6_V2, MODELS_BY_ID, DenseModel, get_model
print(json.dumps([
    get_model("all-minilm-l6-v2") is ALL_MINILM_L6_V2,
    isinstance(ALL_MINILM_L6_V2, DenseModel),
    list(MODELS_BY_ID),
    sorted({name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names),
]))
"""


@pytest.fixture(scope="module")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with `build` and every backend."""
    environment = Environment.create(tmp_path_factory.mktemp("backends") / "env", "build", pip=True)
    wanted = [requirement for requirement, _, _ in BACKENDS.values()]
    pip = ("-m", "pip", "install", "--quiet", "--upgrade", *wanted)
    result = environment.run(*pip, cwd=environment.folder, online=True)
    assert result.status == 0, result.output
    return environment


@pytest.fixture(params=BACKENDS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project as the backend's own tool creates it: in Git, with a package and no catalogue."""
    requirement, backend, more = BACKENDS[request.param]
    folder = tmp_path / "acme"
    package = folder / "src" / "acme_models"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('def hello() -> str:\n    return "Hello!"\n')
    (folder / ".gitignore").write_text("__pycache__/\ndist/\n")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "acme-models"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n\n'
        f'[build-system]\nrequires = ["{requirement}"]\nbuild-backend = "{backend}"\n\n{more}'
    )
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


def test_from_nothing_to_a_failing_stale_check(
    project: Path, backends: Environment, tmp_path: Path
) -> None:
    assert run("init", cwd=project).status == 0
    said = import_of(project / "src")
    assert said.endswith("`registry generate` makes it from models.json")
    assert "partially initialized" not in said
    succeed("generate", cwd=project)
    succeed("generate", "--check", cwd=project)

    wheel = built(project, backends)
    names = wheel_names(wheel)
    written = {
        str(path.relative_to(project / "src"))
        for path in (project / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "egg-info" not in str(path)
    }
    assert {"acme_models/py.typed", "acme_models/_generated_parts/models.json"} <= written
    assert written <= names
    bare = Environment.create(tmp_path / "bare")
    backends.install(wheel, bare)
    found = json.loads(bare.succeed("-c", USE, cwd=tmp_path))
    assert found == [True, True, ["all-minilm-l6-v2"], ["__main__", "acme_models"]]
    assert bare.succeed("-c", "from acme_models import hello; print(hello())", cwd=tmp_path)

    catalogue = project / "models.json"
    catalogue.write_text(
        catalogue.read_text().replace('"context_length": 512', '"context_length": 256')
    )
    stale = run("generate", "--check", cwd=project)
    assert stale.status == 1
    assert "src/acme_models/_generated.py is stale" in stale.stderr


def test_what_was_built_can_be_extended(
    project: Path, backends: Environment, tmp_path: Path
) -> None:
    run("init", cwd=project)
    succeed("generate", cwd=project)
    site = Environment.create(tmp_path / "site")
    backends.install(built(project, backends), site)
    team = tmp_path / "team"
    team.mkdir()
    (team / "models.json").write_text('{"models": []}')
    (team / "pyproject.toml").write_text(
        '[tool.model-registry]\noutput = "team/_generated.py"\nextends = "acme_models"\n'
    )
    listed = run(
        "list", "--json", cwd=team, PYTHONPATH=f"{site.site_packages}:{':'.join(sys.path)}"
    )
    assert [each["id"] for each in json.loads(listed.stdout)] == ["all-minilm-l6-v2"]


def built(project: Path, backends: Environment) -> Path:
    """Build the wheel; uv_build starts a program next to its Python."""
    path = os.pathsep.join([str(backends.python.parent), os.environ["PATH"]])
    return backends.build_wheel(project, env={"PATH": path})


def import_of(folder: Path) -> str:
    """The last line of the error when importing the package fails."""
    done = subprocess.run(
        [sys.executable, "-c", "import acme_models"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 1
    return done.stderr.strip().splitlines()[-1]

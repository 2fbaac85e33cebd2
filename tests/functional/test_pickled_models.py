"""A model of a catalogue that is not compiled yet means the same in another process, or nothing."""

import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import environment

from catalogues import catalogue, entry
from registry import resolve

DATA = catalogue(entry("acme-embed", "dense"), entry("acme-ranker", "cross-encoder"))
OTHER = catalogue(entry("acme-embed", "dense"), entry("another", "llm"))
# A catalogue that is compiled first does not take the other's place.
PROGRAM = """
import pickle, sys
from pathlib import Path
from registry import resolve
if first := sys.argv[2:]:
    resolve("acme-embed", catalogue=Path(first[0]))
model = pickle.loads(Path(sys.argv[1]).read_bytes())
print(model.id, model == resolve(model.id), str(model.type))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a catalogue, the current one, and a pickled model of it."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "models.json").write_text(json.dumps(DATA))
    (tmp_path / "other.json").write_text(json.dumps(OTHER))
    monkeypatch.chdir(folder)
    (folder / "model.pickle").write_bytes(pickle.dumps(resolve("acme-embed")))
    return folder


def unpickled(project: Path, *first: Path, cwd: Path, **variables: str) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(project / "model.pickle"), *map(str, first)],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
    )
    return done.stdout, done.stderr


def test_another_process_restores_it(project: Path, tmp_path: Path) -> None:
    same = ("acme-embed True dense\n", "")
    assert unpickled(project, cwd=project) == same
    assert unpickled(project, tmp_path / "other.json", cwd=project) == same
    there = str(project / "models.json")
    assert unpickled(project, cwd=tmp_path, REGISTRY_CATALOGUE=there) == same


@pytest.mark.parametrize("used", ["registry", "other.json"])
def test_where_another_catalogue_is_used_it_says_what_to_set(
    used: str, project: Path, tmp_path: Path
) -> None:
    stdout, stderr = unpickled(project, cwd=tmp_path, REGISTRY_CATALOGUE=used)
    assert stdout == ""
    assert stderr.splitlines()[-1].startswith("ModuleNotFoundError: ")
    assert used in stderr.splitlines()[-1]
    assert "set REGISTRY_CATALOGUE" in stderr.splitlines()[-1]

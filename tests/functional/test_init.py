"""`registry init` in projects that lack something: it says what, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run

from goldens import Golden

PROJECT = '[project]\nname = "acme"\nversion = "1"\n'


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


@pytest.mark.parametrize(
    ("name", "pyproject", "init"),
    [
        ("class", "", b""),
        ("1st-models", "", b""),
        ("日本", "", b""),
        ("registry", "", b""),
        ("acme", f'{PROJECT}[build-system]\nbuild-backend = "hatchling.build"\n', b""),
        ("acme", f"build-system = 3\n{PROJECT}", b""),
        ("acme", PROJECT, "# caf\xe9\n".encode("latin-1")),
    ],
    ids=["keyword", "digit", "not ASCII", "taken", "no requires", "no table", "another encoding"],
)
def test_nothing_is_half_written(
    name: str, pyproject: str, init: bytes, tmp_path: Path, golden: Golden
) -> None:
    (tmp_path / "pyproject.toml").write_text(pyproject)
    package = tmp_path / "src" / "acme" / "__init__.py"
    package.parent.mkdir(parents=True)
    package.write_bytes(init)
    before = files(tmp_path)
    result = run("init", name, cwd=tmp_path)
    assert (result.status, result.stdout) == (1, "")
    golden(result.stderr)
    assert files(tmp_path) == before


def test_a_face_in_utf_8_is_added_to(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    package = tmp_path / "src" / "acme" / "__init__.py"
    package.parent.mkdir(parents=True)
    package.write_text("# café\n", "utf-8")
    assert run("init", cwd=tmp_path).status == 0
    assert package.read_text("utf-8").startswith("# café\n\n\nTYPE_CHECKING = False\n")

"""A pyproject.toml that is wrong where this package reads it: what is wrong, and where."""

from pathlib import Path

import pytest

from registry_base.toml_file import TomlError, read_toml
from registry_codegen.errors import ConfigurationError
from registry_codegen.projects import find_options


@pytest.mark.parametrize(
    ("raw", "place", "cure"),
    [
        (b"\xef\xbb\xbf[tool]\n", "1:1", "without one"),
        ("[tool]\n".encode("utf-16"), "1:1", "save it as UTF-8"),
        (b"[tool]\na = '\xff'\n", "2:6", "save it as UTF-8"),
    ],
)
def test_what_is_not_utf_8(raw: bytes, place: str, cure: str, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(raw)
    with pytest.raises(TomlError) as caught:
        read_toml(path, "a.toml")
    assert str(caught.value).startswith(f"a.toml:{place}: ")
    assert str(caught.value).endswith(cure)


@pytest.mark.parametrize(
    ("text", "line", "table"),
    [
        ("[[tool.model-registry]]\noutput = 'a.py'\n", 1, "tool.model-registry"),
        ("[tool]\nmodel-registry = 3\n", 2, "tool.model-registry"),
        ("[tool]\nmodel-registry = false\n", 2, "tool.model-registry"),
        (
            "[tool.hatch.build.hooks]\nmodel-registry = ['x']\n",
            2,
            "tool.hatch.build.hooks.model-registry",
        ),
        (
            "[tool.hatch.build.targets.wheel]\nhooks.model-registry = ''\n",
            2,
            "tool.hatch.build.targets.wheel.hooks.model-registry",
        ),
    ],
)
def test_what_is_not_a_table(text: str, line: int, table: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        find_options(tmp_path)
    assert f"pyproject.toml:{line}: {table} should be a table" in str(caught.value)


@pytest.mark.parametrize(
    "text", ["tool = 3\n", "[tool]\nhatch = []\n", "[tool.hatch]\nbuild = 1\n"]
)
def test_tables_of_others_are_theirs_to_check(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_options(tmp_path) is None

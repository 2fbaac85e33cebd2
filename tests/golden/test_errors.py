"""The exact text of every error, with the catalogue that causes it.

`errors/x.json` is the catalogue, `errors/x.txt` the build's output. After a deliberate change of
a message, rewrite the texts, and read the diff as a person who has made the mistake:

    UPDATE_GOLDEN=1 pytest tests/golden/test_errors.py
"""

import json
import re
from contextlib import chdir
from pathlib import Path

import pytest

from goldens import GOLDEN, compare
from registry_codegen.compile import compile_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options

FOLDER = GOLDEN / "errors"
LINE = re.compile(r"[\w./-]+:(\d+):(\d+): (/.*?): .+")

# Built here because an editor would damage it or refuse to save it.
BYTES = {
    "not-utf-8": b'{"models": [\n  {"name": "caf\xe9"}\n]}\n',
    "utf-16": '{"models": []}'.encode("utf-16"),
    "byte-order-mark": b'\xef\xbb\xbf{"models": []}\n',
    "empty-file": b"",
    "blank-file": b" \n\t\n",
    "too-deep-to-parse": b'{"models": ' + b"[" * 100_000,
    "nul-byte": b'{"models": [\0]}',
}
CASES = sorted({path.stem for path in FOLDER.glob("*.json")} | BYTES.keys())


def complaint(folder: Path, name: str) -> str:
    # Messages name a file as one finds it from the current folder.
    with chdir(folder), pytest.raises(CatalogueError) as caught:
        compile_catalogue(Options(folder, name))
    return f"{caught.value}\n"


@pytest.mark.parametrize("case", CASES)
def test_complaint(case: str, tmp_path: Path) -> None:
    folder = FOLDER
    if case in BYTES:
        folder = tmp_path
        (folder / f"{case}.json").write_bytes(BYTES[case])

    compare(f"errors/{case}.txt", complaint(folder, f"{case}.json"))


def test_missing_file(tmp_path: Path) -> None:
    compare("errors/missing.txt", complaint(tmp_path, "missing.json"))


def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    compare("errors/folder.txt", complaint(tmp_path, "folder.json"))


def test_file_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("{}")
    compare("errors/file-in-a-file.txt", complaint(tmp_path, "file/models.json"))


def test_no_golden_text_without_its_test() -> None:
    known = {*CASES, "missing", "folder", "file-in-a-file"}
    assert {path.stem for path in FOLDER.glob("*.txt")} == known


# Valid JSON without oddities: a plain parser sees the same values as the build.
PLAIN = sorted(
    {path.stem for path in FOLDER.glob("*.json")}
    - {"comment", "extra-text", "half-a-string", "several-oddities", "single-quotes"}
    - {"trailing-comma", "truncated"}  # invalid JSON
    - {"duplicate-key", "half-a-surrogate-pair", "hostile-keys", "large-numbers"}
)


@pytest.mark.parametrize("case", PLAIN)
def test_place_is_the_value_or_the_key(case: str) -> None:
    """Line and column are those of the value or key that the pointer names, in any editor."""
    text = (FOLDER / f"{case}.json").read_text("utf-8")
    lines = text.splitlines()
    for said in (FOLDER / f"{case}.txt").read_text("utf-8").splitlines()[:-1]:
        match = LINE.fullmatch(said)
        assert match, said
        here = lines[int(match[1]) - 1][int(match[2]) - 1 :]
        value, key = json.loads(text), None
        for part in match[3].split("/")[1:] if match[3] != "/" else ():
            key = part.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        assert here[0] == json.dumps(value)[0] or here.startswith(f"{json.dumps(key)}:"), said

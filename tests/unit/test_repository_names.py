"""Names and hashes are checked the same way as in the catalogue's schema."""

import json
import re
from typing import Any

import pytest

from catalogues import ROOT
from registry_base.json_shapes import look_up
from registry_base.repository_names import is_commit, is_repository_name, is_sha256

SCHEMA: Any = json.loads((ROOT / "schema" / "models.schema.json").read_text("utf-8"))
MODEL = look_up(SCHEMA, "$defs", "model", "properties")
VARIANT = look_up(MODEL, "variants", "items", "properties")

NAMES = [
    *("a/b", "BAAI/bge-m3", "a", "a/b/c", "a--b/c", "a..b/c", "-a/b", "a/b-", ".a/b", "_a/b_"),
    *("a/b\n", "ä/b", "", "/", "a/", "0/1"),
]
HASHES = [digit * length for digit in "0fFg" for length in (39, 40, 41, 63, 64, 65)]


@pytest.mark.parametrize("text", NAMES)
def test_repositories(text: str) -> None:
    assert is_repository_name(text) == _fits(MODEL["huggingface_id"], text)


@pytest.mark.parametrize("text", [*HASHES, f"{40 * '0'}\n", ""])
def test_commits(text: str) -> None:
    assert is_commit(text) == _fits(MODEL["revision"], text)


@pytest.mark.parametrize("text", [*HASHES, f"{64 * '0'}\n", ""])
def test_hashes(text: str) -> None:
    assert is_sha256(text) == _fits(VARIANT["sha256"], text)


def _fits(node: dict[str, Any], text: str) -> bool:
    return re.search(node["pattern"], text) is not None and len(text) <= node.get("maxLength", 999)

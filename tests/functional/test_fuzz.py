"""The first 1,000 cases of the fuzzer (tests/fuzzing.py); `make fuzz` tries 100,000."""

from __future__ import annotations

import re
from pathlib import Path

import command_line
import pytest

import fuzzing
from registry_codegen import literals

CASES = 1_000
COMMANDS = [
    ["validate"],
    ["list", "--catalogue", "models.json"],
    ["docs", "--output", "out"],
    ["generate", "--output", "out/made.py"],
    ["diff", "models.json", "models.json"],
    ["where"],
]
# Characters that move the cursor, color text or change its direction, but not newlines and tabs.
ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.mark.heavy
def test_no_escape_and_no_traceback() -> None:
    compiled, failures = fuzzing.run(0, CASES)
    assert failures == []
    assert CASES // 10 < compiled < CASES - CASES // 10  # otherwise the test would prove little


@pytest.mark.heavy
@pytest.mark.parametrize("number", range(0, CASES, 100))
def test_commands(number: int, tmp_path: Path) -> None:
    (tmp_path / "models.json").write_bytes(fuzzing.case(number))
    (tmp_path / "out").mkdir()
    for command in COMMANDS:
        result = command_line.run(*command, cwd=tmp_path, REGISTRY_CATALOGUE="models.json")
        assert result.status in (0, 1, 2)
        assert not ORDERS.search(result.output), command


def test_it_would_find_an_escape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(literals, "_escape", lambda character: character)
    monkeypatch.setattr(literals, "string", lambda text, **_: f'"{text}"')
    _, failures = fuzzing.run(0, 60)
    assert failures

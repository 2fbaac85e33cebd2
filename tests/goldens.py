"""Texts that were reviewed once and must not change: the files in tests/golden.

User-facing sentences are only there, so that a wording changes in one place; tests assert exit
statuses, ids and places. After a deliberate change, rewrite them and read the diff:

    UPDATE_GOLDEN=1 python -m pytest ...
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import gettempdir

from filelock import FileLock

GOLDEN = Path(__file__).parent / "golden"
SAID = GOLDEN / "said"
_CURE = "if this is right: UPDATE_GOLDEN=1"
_HEAD = re.compile(r"^## (.+)\n", re.MULTILINE)
# What varies between runs.
_CHANCE = {
    r"http://127\.0\.0\.1:\d+": "http://127.0.0.1:PORT",
    r"[\d.]+ [KMGT]iB free": "SOME free",
    r"\d+ free: \d+ short": "SOME free: SOME short",
    r"[\d.]+ (B|[KMGT]iB) fetched": "SOME fetched",  # other files are under way when one fails
    r"sha256:[0-9a-f]{12}\b": "sha256:SHORT",
    r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])": "SHA256",
    r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])": "COMMIT",
}


def compare(name: str, text: str) -> None:
    """Compare a text with tests/golden/NAME; UPDATE_GOLDEN=1 writes it there instead."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(text.encode("utf-8"))
    assert text == path.read_bytes().decode("utf-8"), _CURE


class Golden:
    """Compares the output in a test with its sections of tests/golden/said/MODULE.txt."""

    def __init__(self, module: str, test: str, hidden: Mapping[str, str]) -> None:
        self._path = SAID / f"{module}.txt"
        self._test = test
        self._hidden = hidden
        self._heard = 0

    def __call__(self, text: str, **hidden: str) -> None:
        """Compare a text with the next section; `hidden` names what varies between runs."""
        self._heard += 1
        name = self._test if self._heard == 1 else f"{self._test} {self._heard}"
        text = self._steady(text, hidden)
        if os.environ.get("UPDATE_GOLDEN"):
            with FileLock(Path(gettempdir(), "tests-said.lock")):  # xdist workers share the file
                sections = read_said(self._path) | {name: text}
                blocks = (f"## {each}\n{sections[each]}\n" for each in sorted(sections))
                self._path.write_text("\n".join(blocks), "utf-8")
        assert text == read_said(self._path).get(name), _CURE

    def _steady(self, text: str, hidden: Mapping[str, str]) -> str:
        for name, value in hidden.items():
            text = text.replace(value, name)
        for value, name in self._hidden.items():
            text = text.replace(value, name)
        for pattern, name in _CHANCE.items():
            text = re.sub(pattern, name, text)
        return text.rstrip("\n")


def read_said(path: Path) -> dict[str, str]:
    """The sections of a file: the test's name, its output."""
    if not path.exists():
        return {}
    _, *parts = _HEAD.split(path.read_text("utf-8"))
    return {name: text.rstrip("\n") for name, text in zip(parts[::2], parts[1::2], strict=True)}

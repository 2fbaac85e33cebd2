"""Find phrases that read like a translation in user-facing texts: run by `make lint`.

    python tests/wording.py

It checks strings, docstrings and comments of Python, templates, pages and the schema.
CONTRIBUTING.md has pairs of worse and better sentences.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_AFTER_NO = "longer|such|more|other|need|doubt|earlier|later|reason|less|fewer|older|newer|way"
PATTERNS = {
    rf"(?<!here )\b(is|are) no (?!({_AFTER_NO})\b)[a-z]": 'write "is not a ..."',
    r"\b[Nn]obody answers\b|\b[Aa]sks? nobody\b": 'write "cannot connect", "makes no requests"',
    r"\b(texts|tokens|pairs|passages|rows|bytes|MiB) a second\b": 'write "per second"',
    r"\b(vector|weight|score)s? an? (input|token|word|pair|text)\b": 'write "per ..."',
    r"\b(has|have) it not\b": 'write "does not have it"',
    r"\bin silence\b": 'write "silently"',
    r"\bwho says so\b": 'write "where that is set"',
    r"\b[Nn]obody to ask\b": 'write "cannot ask"',
    r"\bof one's own\b": 'write "of your own"',
    r"\bin all\"": 'write "total"',
    r"\b(one|a) (line|row|table|bar|module) an? (?!time)[a-z]+": 'write "per ..."',
    r"\b(is|are) made if (it is|they are) not there\b": 'write "created if missing"',
    r"\b(says?|said) of (it|itself|them|a|the|what|one)\b": 'write "says about ..."',
    r"\bfor (it|they|this|there) (is|are|has|have|was|were)\b": 'write "because ..."',
    r"\b[Ww]hat one (wants|has|asks|needs)\b": "write what that is",
    r"\b(is|are) held against\b": 'write "is compared with"',
    r"\b(gives|give|given) back\b": 'write "returns"',
    r"\blicence": 'write "license"',
}
_PATTERN = re.compile("|".join(f"(?P<p{n}>{each})" for n, each in enumerate(PATTERNS)))
_CURES = [*PATTERNS.values()]


def texts() -> Iterator[tuple[Path, int, str]]:
    """Every user-facing text, with its file and line."""
    for folder in ("src", "codegen", "examples"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not path.name.startswith("_generated") and "_generated_parts" not in path.parts:
                yield from _strings(path)
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("schema/*.json")]
    pages += [*(ROOT / "codegen").rglob("*.jinja"), *(ROOT / "codegen").rglob("*.js")]
    for path in sorted(pages):
        if path.name == "benchmarks.md":
            continue  # written by python -m benchmarks
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if path.name != "CONTRIBUTING.md" or not line.startswith("| "):  # its bad examples
                yield path, number, line


def _strings(path: Path) -> Iterator[tuple[Path, int, str]]:
    text = path.read_text("utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield path, token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for number, line in enumerate(node.value.splitlines()):
                yield path, node.lineno + number, line


def main() -> int:
    """Print the findings; the status is 1 if there are any."""
    status = 0
    for path, number, text in texts():
        for found in _PATTERN.finditer(text):
            cure = _CURES[int((found.lastgroup or "p0").removeprefix("p"))]
            print(f"{path.relative_to(ROOT)}:{number}: {found[0]!r}: {cure}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())

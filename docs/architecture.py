"""Draw docs/_static/architecture.svg from the import contracts: `python docs/architecture.py`.

The contracts in pyproject.toml, `[tool.importlinter]`, decide which room may import which; a test
holds the code to them, and another one this picture. What stands in a box is the first sentence of
the docstring of its package.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "_static" / "architecture.svg"
_FOLDERS = {"registry": "src", "registry_base": "src", "registry_codegen": "codegen"}
# Pixels. The picture fits into the site's column of text, and keeps its letters readable there.
_WIDTH, _STACK, _ROW, _GAP, _LETTER = 840, 640, 40, 6, 6.1
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1b2a2f}.name{font-weight:600}.said{fill:#45565c;"
    "font-size:11.5px}.run{fill:#e8f1f2;stroke:#0d6670}.build{fill:#f8ece6;stroke:#b4441f}"
    ".base{fill:#f4efdd;stroke:#8a6b12}.page{fill:#fbfaf6}path{fill:none;stroke:#b4441f}"
)


def drawn() -> str:
    """The picture as SVG."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rules: list[Any] = contracts["tool"]["importlinter"]["contracts"]
    rooms = next(rule for rule in rules if rule.get("containers") == ["registry"])
    packages = next(rule for rule in rules if rule["type"] == "layers" and "containers" not in rule)
    door = next(rule for rule in rules if rule.get("protected_modules") == ["registry_codegen"])
    run_time, build_time, base = packages["layers"]
    layers = [re.split(r" [|:] ", layer) for layer in rooms["layers"]]
    (place,) = (each.split(".")[1] for each in door["allowed_importers"])
    parts = list(_stack(run_time, layers))
    bottom = 40 + len(layers) * (_ROW + _GAP)
    row = next(index for index, layer in enumerate(layers) if place in layer)
    at = 40 + row * (_ROW + _GAP)
    left = _STACK + 40
    parts += _box(left, at - _ROW, _WIDTH - left - 12, 3 * _ROW, build_time, "build", wraps=True)
    parts.append(f'<path d="M{_STACK} {at + _ROW / 2}H{left - 7}" stroke-width="2"/>')
    parts.append(f'<path d="M{left - 8} {at + _ROW / 2 - 4}l7 4l-7 4z" style="fill:#b4441f"/>')
    parts += _box(12, bottom + _GAP, _WIDTH - 24, _ROW, base, "base")
    height = bottom + _ROW + 3 * _GAP
    label = (
        f"Rooms of {run_time}, each importing only those below it; {place} alone imports "
        f"{build_time}; all stand on {base}."
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
            f"<title>{escape(label)}</title>",
            f"<style>{_STYLE}</style>",
            f'<rect class="page" width="{_WIDTH}" height="{height}" rx="8"/>',
            *parts,
            "</svg>\n",
        )
    )


def _stack(package: str, layers: list[list[str]]) -> Iterator[str]:
    """The rooms, those that may import all others on top."""
    yield f'<text class="name" x="12" y="26">{package}: a room imports rooms below it</text>'
    for index, layer in enumerate(layers):
        y = 40 + index * (_ROW + _GAP)
        width = (_STACK - 12 - (len(layer) - 1) * _GAP) / len(layer)
        for number, room in enumerate(layer):
            yield from _box(
                12 + number * (width + _GAP), y, width, _ROW, f"{package}.{room}", "run"
            )


def _box(
    x: float, y: float, width: float, height: float, module: str, kind: str, *, wraps: bool = False
) -> Iterator[str]:
    said = _sentence(module)
    lines = _wrapped(said, int((width - 16) / _LETTER)) if wraps else [said]
    if not wraps and len(said) * _LETTER > width - 16:
        lines = []  # room for the name alone; the sentence shows when one points at it
    name = module.removeprefix("registry.")
    top = y + (height / 2 + 4 if not lines else 17)
    yield f"<g><title>{escape(f'{name}: {said}')}</title>"
    yield f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height}" rx="5"/>'
    yield f'<text class="name" x="{x + 8:g}" y="{top:g}">{name}</text>'
    for number, line in enumerate(lines):
        below = top + 15 * (number + 1)
        yield f'<text class="said" x="{x + 8:g}" y="{below:g}">{escape(line)}</text>'
    yield "</g>"


def _sentence(module: str) -> str:
    """The first line of a module's docstring, as a text for people."""
    path = ROOT / _FOLDERS[module.partition(".")[0]] / module.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if "._generated" in module:
        return "what the build generates"  # it may not have been built yet
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    first = text.partition("\n")[0].replace("`", "").rstrip(".")
    return first[:1].lower() + first[1:] if first[:2].istitle() else first


def _wrapped(text: str, length: int) -> list[str]:
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > length and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


if __name__ == "__main__":
    PICTURE.write_text(drawn(), "utf-8")
    sys.stdout.write(f"{PICTURE}\n")

"""A fuzzer of catalogues: the real one with mistakes and attacks in its structure and texts.

    python -m tests.fuzzing 100000                 `make fuzz`: on all cores
    python -m tests.fuzzing 1 --first 4711         repeats one case and shows it

A case is a number and reproducible. The build must either say what is wrong with it, in lines
without control characters, or compile it into modules, pages and JSON in which nothing of it acts
as code, markup or a terminal control sequence.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import random
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

from catalogues import CATALOGUE, one_of_each
from generating import anonymous
from registry.cli.terminal.output import plain
from registry_codegen.assemble import build_module
from registry_codegen.compile import compiled_files, load_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options
from registry_codegen.pages.html import catalogue_html
from registry_codegen.pages.markdown import models_markdown
from registry_codegen.pages.page_data import page_data

# Would act as code, markup, a control sequence or a delimiter if it were not escaped.
PAYLOADS = [
    '"""\nimport os; os.system("zq_escape")\n"""', "'''+zq_escape()+'''", '"+zq_escape()+"',
    "\\", "\\\\'", '\\"', "\\N{BULLET}", "\\x41", "{zq_escape}", "{{ zq_escape() }}",
    "{% for zq_escape in () %}", "{#", "#}", "%(zq_escape)s", "\r\nzq_escape()\r\n", "\n", "\t",
    "\x0c", "\x00", "\x1b[2J", "\x1b]0;zq\x07", "\x9b31m", "\x7f", "\x85", "\u2028", "\u2029",
    "\u202e", "\u2066", "\u200f", "\ufeff", "\ud800", "\U0001f600", "</script><zq_escape>",
    "<!--", "-->", "]]>", "<img src=x onerror=zq_escape()>", "javascript:zq_escape()",
    "](javascript:zq_escape())", "`", "|", "&lt;", "&#60;", "__import__('os')", "${zq_escape}",
    "../../zq_escape", "/etc/zq_escape", "a/../b", "None", "True", "nan", "import", "class",
    "__class__", "__init__", "type: ignore", "# noqa", "x" * 5000, "(" * 300, "-" * 60, "é" * 50,
]  # fmt: skip
JUNK: list[Any] = [
    None, True, False, 0, -1, 1, 0.5, -0.0, 1e300, 2**63, 2**63 - 1, 10**30, "", [], {}, [[]],
    [None], {"": ""}, {"__proto__": {}}, [1, True, 1.0], "a\n", ["a", "a"], {"a": {"b": {"c": []}}},
]  # fmt: skip
SPOILERS = [
    b"", b'"', b"{", b"}", b"[" * 50, b",", b":", b"NaN", b"1e999", b"\\ud800", b"\\", b"//",
    b"\xff", b"\xef\xbb\xbf", b"\x00", b"9" * 400,
]  # fmt: skip
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Entries that do not refer to others, so that any few of them are a catalogue.
_MODELS = [model for model in CATALOGUE["models"] if "superseded_by" not in model]
_MISTAKES = [*["free"] * 5, *["text"] * 3, "replace", "drop", "add", "rename", "deep", "copy"]
_KEYS = sorted({key for model in CATALOGUE["models"] for key in model})

Place = tuple[str | int, ...]


def case(number: int) -> bytes:
    """The bytes of a catalogue."""
    chance = random.Random(number)
    models = chance.sample(_MODELS, chance.randint(1, 3))
    data: Any = {"models": copy.deepcopy(models)}
    if chance.random() < 0.3:
        data["types"] = {"own-type": {"description": "Mine.", "fields": {}}}
    for _ in range(chance.choice([0, 1, 1, 2, 3, 6])):
        data = _mistaken(data, chance)
    text = json.dumps(data, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 2]))
    raw = text.encode("utf-8", "surrogatepass")
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        raw = _spoilt(raw, chance)
    return raw


def check(number: int, folder: Path) -> bool:
    """Whether a case compiles. Any exception, including AssertionError, is a failure."""
    (folder / "models.json").write_bytes(case(number))
    options = Options(folder)
    try:
        loaded = load_catalogue(options)
        files = compiled_files(loaded, options)
    except CatalogueError as error:
        for problem in error.problems:
            shown = plain(str(problem))
            assert not _CONTROL.search(shown), shown
            assert shown.encode()  # no lone surrogates
        return False
    for name, text in files.items():
        text.encode()
        if name.endswith(".json"):
            json.loads(text)
        else:
            _harmless(name, text)
    page = page_data(build_module(loaded, "0"), "acme")
    assert Tags(catalogue_html(page)).kinds <= _usual_tags()
    assert not _CONTROL.search(models_markdown(page))
    return True


class Tags(HTMLParser):
    """The elements of a page with the names of their attributes; checks links for scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.kinds: set[tuple[str, ...]] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.add((tag, *(name for name, _ in attrs)))
        for name, value in attrs:
            assert name not in ("href", "src") or "javascript:" not in (value or ""), value

    def handle_comment(self, data: str) -> None:
        self.kinds.add(("comment",))


def _harmless(name: str, text: str) -> None:
    """Check that a module has no calls, imports or attributes that a harmless one does not have."""
    calls, attributes = _used(anonymous(text))
    usual_calls, usual_attributes = _usual_code()
    strange = {each for each in calls - usual_calls if not re.fullmatch(r"[A-Z]\w*", each)}
    assert not strange, (name, strange)
    assert attributes <= usual_attributes | {"zq"}, (name, attributes - usual_attributes)


@lru_cache(maxsize=1000)
def _used(source: str) -> tuple[frozenset[str], frozenset[str]]:
    calls, attributes = set[str](), set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            calls.add(ast.unparse(node.func))
        elif isinstance(node, ast.Attribute):
            attributes.add(node.attr)
        elif isinstance(node, ast.Import):
            calls |= {f"import {each.name}" for each in node.names}
    return frozenset(calls), frozenset(attributes)


@cache
def _usual() -> tuple[dict[str, str], str]:
    """The compiled real catalogue, and the compiled catalogue with one entry of each type."""
    with tempfile.TemporaryDirectory() as made:
        files: dict[str, str] = {}
        html = ""
        for index, models in enumerate((CATALOGUE["models"], *([each] for each in one_of_each()))):
            Path(made, "models.json").write_text(json.dumps({"models": models}))
            options = Options(Path(made))
            loaded = load_catalogue(options)
            files |= {f"{index}/{k}": v for k, v in compiled_files(loaded, options).items()}
            html += catalogue_html(page_data(build_module(loaded, "0"), "acme"))
        return files, html


@cache
def _usual_code() -> tuple[frozenset[str], frozenset[str]]:
    found = [_used(text) for name, text in _usual()[0].items() if not name.endswith(".json")]
    return frozenset().union(*(c for c, _ in found)), frozenset().union(*(a for _, a in found))


@cache
def _usual_tags() -> frozenset[tuple[str, ...]]:
    return frozenset(Tags(_usual()[1]).kinds)


def _places(value: Any, here: Place = ()) -> Iterator[Place]:
    yield here
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*here, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*here, index))


def _mistaken(data: Any, chance: random.Random) -> Any:
    """Add a mistake, half of the time inside a text, where most pass the schema."""
    places = [place for place in _places(data) if place]
    if not places:
        return data
    place = chance.choice(places)
    parent = data
    for key in place[:-1]:
        parent = parent[key]
    last = place[-1]
    value = parent[last]
    match chance.choice(_MISTAKES):
        case "free":
            models = data.get("models") if isinstance(data, dict) else None
            entry = chance.choice(models) if isinstance(models, list) and models else None
            if isinstance(entry, dict):
                entry |= _free(entry, chance)
        case "text":
            texts = [each for each in places if isinstance(_at(data, each), str)]
            if texts:
                where = chance.choice(texts)
                _at(data, where[:-1])[where[-1]] = _written(_at(data, where), chance)
        case "replace":
            parent[last] = copy.deepcopy(chance.choice(JUNK))
        case "drop":
            del parent[last]
        case "add" if isinstance(value, dict):
            key = chance.choice([*_KEYS, *PAYLOADS])
            value[key] = copy.deepcopy(chance.choice([*JUNK, *PAYLOADS]))
        case "add" if isinstance(value, list):
            value.append(copy.deepcopy(chance.choice([*JUNK, *PAYLOADS])))
        case "rename" if isinstance(parent, dict):
            parent[_written(str(last), chance)] = parent.pop(last)
        case "deep":
            deep: Any = value
            for _ in range(chance.choice([3, 30, 90])):
                deep = [deep] if chance.random() < 0.5 else {"a": deep}
            parent[last] = deep
        case _:
            parent[last] = copy.deepcopy(_at(data, chance.choice(places)))
    return data


def _free(entry: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Put such texts into fields that accept any text, or nearly any."""

    def text() -> str:
        return "".join(chance.sample([*PAYLOADS, "a ", "b"], chance.randint(1, 3)))

    match chance.choice(["metadata", "name", "description", "organization", "sources"]):
        case "metadata":
            return {"metadata": {text(): text(), text(): [text(), {text(): 1}]}}
        case "sources":
            return {"sources": {text(): ["specs.parameters"]}}
        case field:
            return {field: f"{entry.get(field)}{text()}"}


def _at(data: Any, place: Place) -> Any:
    for key in place:
        data = data[key]
    return data


def _written(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(PAYLOADS) + text[chance.choice([at, len(text)]) :]


def _spoilt(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(raw))
    end = min(len(raw), start + chance.choice([0, 1, 1, 5, 40]))
    put_in = chance.choice([*SPOILERS, raw[start : start + 40]])
    return raw[:start] + put_in + raw[end:]


def run(first: int, count: int) -> tuple[int, list[str]]:
    """Try cases; returns how many compile, and the failures other than refusals."""
    compiled, failures = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            try:
                compiled += check(number, Path(folder))
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                failures.append(f"case {number}:\n{traceback.format_exc(limit=-6)}")
    return compiled, failures


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing")
    parser.add_argument("cases", type=int)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    if given.cases == 1:
        print(case(given.first).decode("utf-8", "backslashreplace"))
    step = 500
    starts = range(given.first, given.first + given.cases, step)
    counts = [min(step, given.first + given.cases - start) for start in starts]
    compiled, failures = 0, list[str]()
    with ProcessPoolExecutor() as pool:
        for done, (fine, failed) in enumerate(pool.map(run, starts, counts), 1):
            compiled += fine
            failures += failed
            print("\n".join(failed), end="", flush=True)
            print(f"\r{done * step} cases, {len(failures)} failures", end="", file=sys.stderr)
    print(file=sys.stderr)
    print(f"{given.cases} cases: {compiled} compiled, {len(failures)} escapes and tracebacks")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""What type checkers report when a deprecated model is used, as docs/reference/models.md says.

PEP 702 cannot mark a constant. So its class has a literal `status`, and the overloads of `load`
and `get_model` that accept it are deprecated, which every checker supports.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from benchmarks.checkers import LOCKED, OTHERS, checkers
from benchmarks.processes import finish

from catalogues import ROOT

PROGRAM = """\
from registry import BGE_M3, BGE_SMALL_EN, MXBAI_RERANK_LARGE_V1, DenseModel, ModelType
from registry import find_model, get_model, load, models_by_type

load(BGE_SMALL_EN)  # deprecated
load(BGE_M3)
load(MXBAI_RERANK_LARGE_V1).rerank("query", ["text"])  # deprecated
old = get_model("bge-small-en")  # deprecated
load(get_model("bge-m3"))
both: list[DenseModel] = [BGE_SMALL_EN, BGE_M3, old]
for each in models_by_type(ModelType.Dense):
    load(each)
if found := find_model("bge-small-en", model_type=ModelType.Dense):
    load(found)
width: int = BGE_SMALL_EN.embedding_dim
"""
# Options needed beyond strict mode.
_MORE = {"mypy": ["--enable-error-code=deprecated"], "zuban": ["--enable-error-code=deprecated"]}
_OPTIONS = {
    "mypy": ["--strict", "--no-pretty", "--config-file=", "--follow-imports=silent"],
    "zuban": ["check", "--strict"],
    "ty": ["check", "--output-format=concise"],
    "pyrefly": ["check", "--preset=strict", "--output-format=min-text"],
}
_PYTHON = {
    "mypy": "--python-executable={}",
    "pyrefly": "--python-interpreter-path={}",
    "pyright": "--pythonpath={}",
    "basedpyright": "--pythonpath={}",
    "ty": "--python={}",
    "zuban": "--python-executable={}",
}


# basedpyright is pyright with more checks, which is here already.
_MARKS = {each: [pytest.mark.heavy] for each in OTHERS}
_MARKS["basedpyright"].append(pytest.mark.exhaustive)


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=_MARKS.get(each, ())) for each in (*LOCKED, *OTHERS)]
)
def test_checkers_say_where_a_deprecated_model_is_used(name: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "pyrightconfig.json").write_text('{"reportDeprecated": "error"}')
    (checker,) = (each for each in checkers(others=name in OTHERS) if each.name == name)
    python = _PYTHON[name].format(ROOT / ".venv" / "bin" / "python")
    options = [*_OPTIONS.get(name, []), *_MORE.get(name, []), python]
    done = finish([*checker.run, *options, "program.py"], cwd=tmp_path)

    said = re.findall(r"program\.py:(\d+)[:-].*deprecated", done.said)
    marked = [n for n, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# deprecated")]
    assert sorted(set(map(int, said))) == marked, done.said
    assert not re.search(r"program\.py:\d+.*error(?!.*deprecated)", done.said), done.said

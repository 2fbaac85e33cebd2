"""The examples in docstrings give what they show.

pytest's own --doctest-modules would import every module in every process that collects tests,
the frameworks of `registry.integrations` with them, for seconds each.
"""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from importlib import import_module

import pytest

from catalogues import ROOT


def modules() -> Iterator[str]:
    """The modules that show examples: ours, and the helpers of tests."""
    tests = ROOT / "tests"
    for root, paths in {
        ROOT / "src": (ROOT / "src").rglob("*.py"),
        ROOT / "codegen": (ROOT / "codegen").rglob("*.py"),
        tests: [*tests.glob("*.py"), *(tests / "servers").glob("*.py")],
    }.items():
        for path in sorted(paths):
            if ">>> " in path.read_text("utf-8"):
                name = path.relative_to(root).with_suffix("")
                yield ".".join(name.parts).removesuffix(".__init__")


@pytest.mark.parametrize("name", list(modules()))
def test_examples(name: str) -> None:
    runner, said = doctest.DocTestRunner(), list[str]()
    shown = [each for each in doctest.DocTestFinder().find(import_module(name)) if each.examples]
    for each in shown:
        runner.run(each, out=said.append)
    assert shown
    assert runner.failures == 0, "".join(said)

"""Run every type checker on programs that must pass and on programs that must fail.

A line with `# error: ...` must be reported, any other line must not. mypy and pyright are in the
development environment; the others are installed from the package index into benchmarks/.cache.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from benchmarks import catalogues
from benchmarks.checked_programs import PROGRAMS, Programs, marked_lines, programs_for
from benchmarks.checkers import LOCKED, OTHERS, checkers

SIZES: dict[str, Callable[[], dict[str, Any]]] = {
    "shipped": catalogues.shipped,
    "257 of one type": lambda: catalogues.of_type("dense", 257),
    "1,001": lambda: catalogues.of_size(1_001),
    "5,000": lambda: catalogues.of_size(5_000),
}
FILES = sorted(PROGRAMS.glob("*ing/*.py"))


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Programs]:
    """The programs with a registry of a given size, made once."""
    folder = tmp_path_factory.mktemp("programs")
    return cache(lambda size: programs_for(folder / size.replace(" ", "_"), SIZES[size]()))


def objections(name: str, programs: Programs, *files: str) -> dict[str, set[int]]:
    """The lines that a checker reports, by file; with no file given, in all programs."""
    (checker,) = (each for each in checkers(others=name in OTHERS) if each.name == name)
    errors, _ = checker.check(programs.folder, files or programs.files, programs.python)
    return dict(errors)


@pytest.mark.parametrize("program", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_programs_that_must_fail_have_marks_and_others_have_none(program: Path) -> None:
    assert bool(marked_lines(program)) == (program.parent.name == "failing")


@pytest.mark.parametrize("checker", LOCKED)
def test_checkers_object_to_the_marked_lines_and_no_others(
    checker: str, programs: Callable[[str], Programs]
) -> None:
    shipped = programs("shipped")
    assert objections(checker, shipped) == shipped.marked(checker)


@pytest.mark.heavy
@pytest.mark.parametrize("checker", OTHERS)
def test_so_do_checkers_from_the_index(checker: str, programs: Callable[[str], Programs]) -> None:
    shipped = programs("shipped")
    assert objections(checker, shipped) == shipped.marked(checker)


SMALLEST, LARGEST = "257 of one type", "5,000"
QUICK = ("ty", "pyrefly", "zuban")


# `make test` has each checker read the smallest, and the quick ones the largest. basedpyright is
# pyright with more checks, so there it reads only what is shipped.
@pytest.mark.heavy
@pytest.mark.parametrize(
    ("checker", "size"),
    [
        pytest.param(checker, size, marks=() if usual else pytest.mark.exhaustive)
        for checker in (*LOCKED, *OTHERS)
        for size in SIZES
        if size != "shipped"
        for usual in [
            (size == SMALLEST and checker != "basedpyright")
            or (size == LARGEST and checker in QUICK)
        ]
    ],
)
def test_so_do_all_at_any_size(
    checker: str, size: str, programs: Callable[[str], Programs]
) -> None:
    made = programs(size)
    assert objections(checker, made) == made.marked(checker)


@pytest.mark.heavy
@pytest.mark.parametrize("checker", [*LOCKED, *OTHERS])
def test_none_objects_to_the_module_in_its_own_project(
    checker: str, programs: Callable[[str], Programs]
) -> None:
    assert objections(checker, programs("shipped"), "acme_models") == {}

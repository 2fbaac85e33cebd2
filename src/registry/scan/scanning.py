"""A scan: which files, what each says, and what is wrong with it."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import InputError
from registry.scan._lines import read_quoted
from registry.scan.findings import Finding, Scan, Skipped
from registry.scan.formats import Form, form_of
from registry.scan.ignoring import ignored_lines
from registry.scan.judging import judge
from registry.scan.mentions import Content
from registry.scan.notebooks import read_notebook
from registry.scan.prefilter import Prefilter
from registry.scan.python_code import UnreadableError, read_python
from registry.scan.settings_text import read_settings
from registry.scan.vocabulary import Vocabulary
from registry.scan.walking import files_of, is_excluded, is_regular

_LIMIT = 2 << 20  # what a person writes is shorter
_NOTEBOOK_LIMIT = 64 << 20  # they contain images
_HEAD = 1 << 13
# What the generator writes, catalogues themselves, the right place for names, and results of
# `registry bench`, which are renamed.
_GENERATED = (b"Generator: tessera-registry", b"same_generation")
_CATALOGUE = (b'"huggingface_id"', b'"organization"', b'"models"')
_BENCH = (b'"started"', b'"machine"', b'"measurement"', b'"models"')


def scan(
    paths: Sequence[Path],
    catalogue: CatalogueLike | None = None,
    *,
    excluded: Sequence[str] = (),
    done: Callable[[], None] = lambda: None,
) -> Scan:
    """Look in files and folders for models of the catalogue used here, or of a given one.

    `excluded`: patterns as in .gitignore. `done` is called after each file. A file that cannot be
    read is skipped and reported. Raises InputError for a path that does not exist or is a pipe.
    """
    scanner = _Scanner(Vocabulary(catalogue_here(catalogue)))
    findings: set[Finding] = set()
    skipped: list[Skipped] = []
    count = 0
    for path in dict.fromkeys(_files(paths, excluded)):
        count += 1
        shown = path.as_posix()
        try:
            findings.update(scanner.findings(path, shown))
        except _SkippedError as error:
            findings.update(error.findings)
            skipped.append(Skipped(shown, str(error)))
        done()
    order = sorted(findings, key=lambda each: (each.path, each.line, each.column, each.code))
    return Scan(tuple(order), tuple(skipped), count)


def _files(paths: Sequence[Path], excluded: Sequence[str]) -> Iterator[Path]:
    for path in paths:
        try:
            if path.is_dir():
                yield from files_of(path, excluded)
            elif not is_regular(path):
                raise InputError(f"{path}: neither a file nor a folder")
            elif form_of(path.name) is not None and not is_excluded(path, excluded):
                yield path
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}") from None


class _SkippedError(Exception):
    """A file that could not be read in its format; `findings` are those in its plain text."""

    def __init__(self, reason: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(reason)
        self.findings = findings


@dataclass
class _Scanner:
    vocabulary: Vocabulary

    def __post_init__(self) -> None:
        self._prefilter = Prefilter(self.vocabulary)

    def findings(self, path: Path, shown: str) -> list[Finding]:
        """The findings in one file. Raises _SkippedError."""
        form = form_of(path.name)
        data = _read(path, _NOTEBOOK_LIMIT if form == "notebook" else _LIMIT)
        if form is None or b"\0" in data[:_HEAD] or not self._prefilter.passes(data, form):
            return []
        if any(mark in data[:_HEAD] for mark in _GENERATED):
            return []
        if form == "json" and any(
            all(mark in data for mark in marks) for marks in (_CATALOGUE, _BENCH)
        ):
            return []
        text = _decoded(data, form)
        ignored = ignored_lines(text)
        if ignored is None:
            return []
        try:
            return self._judged(shown, self._content(text, form), ignored)
        except UnreadableError as error:
            rest = read_quoted(text) if form == "python" else Content()
            raise _SkippedError(str(error), self._judged(shown, rest, ignored)) from None

    def _content(self, text: str, form: Form) -> Content:
        if form == "python":
            return read_python(text, lines=self._prefilter.lines_of_interest(text))
        return read_notebook(text) if form == "notebook" else read_settings(text, form)

    def _judged(self, shown: str, content: Content, ignored: frozenset[int]) -> list[Finding]:
        found = judge(shown, content, self.vocabulary)
        return [each for each in found if each.line not in ignored]


def _read(path: Path, limit: int) -> bytes:
    try:
        # A file may have become a pipe since it was listed, and opening that would wait.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > limit:
                raise _SkippedError(f"larger than {limit >> 20} MiB")
            return file.read(size)
    except OSError as error:
        raise _SkippedError(f"cannot be read: {error.strerror or error}") from None


def _decoded(data: bytes, form: Form) -> str:
    encoding = "utf-8-sig"
    if form == "python":
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        except (SyntaxError, UnicodeDecodeError):
            encoding = "utf-8-sig"
    try:
        text = data.decode(encoding, errors="replace")
    except (LookupError, UnicodeDecodeError):
        text = data.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")

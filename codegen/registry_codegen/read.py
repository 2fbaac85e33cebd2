"""Read a catalogue file, and report problems with the file itself."""

from dataclasses import replace
from pathlib import Path

from registry_base.json_document import EMPTY, Document, parse_document, read_document
from registry_base.problems import DocumentError, Problem
from registry_codegen.errors import CatalogueError

__all__ = ["Document", "parse_catalogue", "read_catalogue"]


def read_catalogue(path: Path, name: str | None = None) -> Document:
    """Read a catalogue. Raises CatalogueError for a file that is missing or not strict JSON."""
    name = name or path.as_posix()
    try:
        return read_document(path, name)
    except FileNotFoundError:
        message = "there is no such file; name the catalogue or create it"
        raise CatalogueError([Problem(name, 1, 1, "/", message)]) from None
    except DocumentError as error:
        raise CatalogueError([_with_example(each) for each in error.problems]) from None


def _with_example(problem: Problem) -> Problem:
    if problem.message != EMPTY:
        return problem
    return replace(problem, message=f'{EMPTY}; a catalogue is {{"models": [...]}}')


def parse_catalogue(text: str, name: str) -> Document:
    """Parse the text of a catalogue; `name` is for messages. Raises CatalogueError."""
    try:
        return parse_document(text, name)
    except DocumentError as error:
        raise CatalogueError(error.problems) from None

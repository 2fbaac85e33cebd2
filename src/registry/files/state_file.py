"""Reading the files that this package keeps: the lock, logs, releases, results, caches.

Each is a JSON object with a version. Problems are reported in the same words everywhere, with their
position and a fix.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from registry.errors import RegistryError
from registry.files.json_records import ShapeError, from_json
from registry_base.json_document import Document, read_document
from registry_base.json_shapes import is_object
from registry_base.problems import DocumentError, Pointer, UnreadableError

T = TypeVar("T")


def read_state(
    path: Path,
    version: int,
    *,
    cure: str,
    error: Callable[[str], RegistryError],
    name: str | None = None,
) -> Document | None:
    """A file of ours in a version that this release reads; None if it is missing.

    Raises `error`, line by line, for a file that is damaged, each followed by `cure`; and for
    one that cannot be read, or that a newer release has written.

    >>> read_state(Path("no-such.json"), 1, cure="delete it", error=RegistryError)
    """
    try:
        document = read_document(path, name or str(path))
    except FileNotFoundError:
        return None
    except UnreadableError as unreadable:  # it need not be damaged
        (problem,) = unreadable.problems
        raise error(f"{problem.file}: {problem.message}") from None
    except DocumentError as damage:
        raise error("\n".join(f"{each}; {cure}" for each in damage.problems)) from None
    if not is_object(document.data):
        raise error(str(document.problem((), f"should be an object; {cure}")))
    given = document.data.get("version")
    if type(given) is int and given > version:
        message = f"{given} was written by a newer tessera-registry; upgrade to read it"
        raise error(str(document.problem(("version",), message)))
    if type(given) is not int or given != version:  # true is 1 to Python
        raise error(str(document.problem(("version",), f"should be {version}; {cure}")))
    return document


def read_record(
    document: Document,
    wanted: type[T],
    value: object,
    pointer: Pointer = (),
    *,
    cure: str,
    error: Callable[[str], RegistryError],
) -> T:
    """A part of such a file as a dataclass, or several in a tuple.

    Raises `error` with the place of the problem, followed by `cure`.
    """
    try:
        return from_json(wanted, value, pointer)
    except ShapeError as damage:
        message = f"{damage.message}; {cure}"
        raise error(str(document.problem(damage.pointer, message))) from None

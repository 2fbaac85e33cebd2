"""What can be the name of a repository, of a commit, and of a file in a repository."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# As the catalogue's schema has it: org/name as the Hub writes it.
_PART = "[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?"
_REPOSITORY = re.compile(rf"(?!.*(--|\.\.)){_PART}/{_PART}")
_LONGEST = 96
_COMMIT = re.compile(r"[0-9a-f]{40}")


def is_repository_name(text: str) -> bool:
    """Whether a text can be the name of a repository: org/name.

    >>> is_repository_name("BAAI/bge-m3"), is_repository_name("../bge-m3")
    (True, False)
    """
    return len(text) <= _LONGEST and _REPOSITORY.fullmatch(text) is not None


def is_commit(text: str) -> bool:
    """Whether a text is the full name of a commit: 40 hexadecimal digits."""
    return _COMMIT.fullmatch(text) is not None


def is_path_inside(path: str) -> bool:
    """Whether the name of a file stays inside its repository.

    >>> is_path_inside("onnx/model.onnx"), is_path_inside("../model.onnx")
    (True, False)
    """
    parts = PurePosixPath(path).parts
    return bool(parts) and path.isprintable() and "\\" not in path and not {"/", ".."} & {*parts}

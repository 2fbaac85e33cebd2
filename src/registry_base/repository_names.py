"""What can be the name of a repository, a commit, a file in a repository, or content."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# As the catalogue's schema has them: org/name as the Hub writes it, full commits and hashes.
_PART = "[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?"
_REPOSITORY = re.compile(rf"(?!.*(--|\.\.)){_PART}/{_PART}")
_LONGEST = 96
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OLLAMA = "sha256:"


def is_repository_name(text: str) -> bool:
    """Whether a text can be the name of a repository: org/name.

    >>> is_repository_name("BAAI/bge-m3"), is_repository_name("../bge-m3")
    (True, False)
    """
    return len(text) <= _LONGEST and _REPOSITORY.fullmatch(text) is not None


def is_commit(text: str) -> bool:
    """Whether a text is the full name of a commit: 40 hexadecimal digits."""
    return _COMMIT.fullmatch(text) is not None


def is_sha256(text: str) -> bool:
    """Whether a text is a SHA-256: 64 hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def is_ollama_digest(text: str) -> bool:
    """Whether a text is a digest as Ollama writes it.

    >>> is_ollama_digest("sha256:" + 64 * "0"), is_ollama_digest(64 * "0")
    (True, False)
    """
    return text.startswith(_OLLAMA) and is_sha256(text.removeprefix(_OLLAMA))


def is_path_inside(path: str) -> bool:
    """Whether the name of a file stays inside its repository.

    >>> is_path_inside("onnx/model.onnx"), is_path_inside("../model.onnx")
    (True, False)
    """
    parts = PurePosixPath(path).parts
    return bool(parts) and path.isprintable() and "\\" not in path and not {"/", ".."} & {*parts}

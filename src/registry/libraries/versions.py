"""Which versions of Python and of the libraries that models run on are installed."""

from __future__ import annotations

import platform

_LIBRARIES = (
    "tessera-registry", "numpy", "torch", "transformers", "sentence-transformers",
    "huggingface_hub", "ollama",
)  # fmt: skip


def library_versions() -> dict[str, str]:
    """Name -> version of what is installed, python first; nothing is imported for it.

    >>> list(library_versions())[:2]
    ['python', 'tessera-registry']
    """
    from importlib.metadata import PackageNotFoundError, version  # 10 ms, of every command

    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found

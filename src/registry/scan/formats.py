"""What a file is, by its name."""

from __future__ import annotations

from typing import Literal, TypeAlias

Form: TypeAlias = Literal["python", "notebook", "json", "toml", "yaml", "env", "dockerfile"]

_BY_SUFFIX: dict[str, Form] = {
    ".py": "python",
    ".pyi": "python",
    ".pyw": "python",
    ".ipynb": "notebook",
    ".json": "json",
    ".jsonc": "json",
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".env": "env",
    ".dockerfile": "dockerfile",
}
# Written by tools, and long: the names in them were not chosen there.
_WRITTEN = frozenset(
    {"package-lock.json", "npm-shrinkwrap.json", "models.lock.json", "models.versions.json",
     "tsconfig.json", "composer.lock", "pnpm-lock.yaml", "tokenizer.json", "vocab.json"}
)  # fmt: skip


def form_of(name: str) -> Form | None:
    """How a file is read, or None if it is not.

    >>> form_of("app.py"), form_of(".env.example"), form_of("Dockerfile.gpu"), form_of("a.png")
    ('python', 'env', 'dockerfile', None)
    """
    folded = name.lower()
    if folded in _WRITTEN:
        return None
    if folded.startswith(".env") and folded[4:5] in ("", ".", "-", "_"):
        return "env"
    if folded.partition(".")[0] in ("dockerfile", "containerfile"):
        return "dockerfile"
    return _BY_SUFFIX.get(f".{folded.rpartition('.')[2]}")

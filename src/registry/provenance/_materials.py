"""What bills of materials of any format list about a model: its origin, files and license."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from registry.files.lock_file import Lock, LockedFile, LockedModel
from registry_base.json_shapes import look_up

_HUB = "https://huggingface.co/"


@dataclass(frozen=True)
class License:
    """A license by its SPDX expression, else by its name, else by the address of its text."""

    expression: str | None = None
    name: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Material:
    """A model: its entry in the catalogue, and its commit and files as far as they are known."""

    entry: Mapping[str, Any]
    repository: str | None
    revision: str | None
    files: Mapping[str, LockedFile]

    @property
    def id(self) -> str:
        """Its id in the catalogue."""
        return str(self.entry["id"])

    @property
    def package_url(self) -> str | None:
        """Its purl, at the commit if one is known."""
        return package_url(self.repository, self.revision) if self.repository else None

    @property
    def page(self) -> str | None:
        """Where its files are, at the commit if one is known."""
        if self.repository is None:
            return None
        url = repository_page(self.repository)
        return f"{url}/tree/{self.revision}" if self.revision else url

    @property
    def license(self) -> License | None:
        """None if the entry names none."""
        text = self.entry.get("license")
        return _license(text) if text else None

    @property
    def base(self) -> str | None:
        """The repository that it was tuned from."""
        base = look_up(self.entry, "architecture", "base_model")
        return base if isinstance(base, str) and "/" in base else None


def materials(entries: Iterable[Mapping[str, Any]], lock: Lock) -> list[Material]:
    """The models of these entries, by id.

    Files are those of the lock if it holds the model at the commit of its entry, or if the entry
    names no commit.
    """
    ordered = sorted(entries, key=lambda entry: str(entry["id"]))
    return [_material(entry, lock.models.get(entry["id"])) for entry in ordered]


def package_url(repository: str, revision: str | None) -> str:
    """The purl of a repository on the Hub.

    >>> package_url("acme/embed", "8B32")
    'pkg:huggingface/acme/embed@8b32'
    """
    at = f"@{revision.lower()}" if revision else ""
    return f"pkg:huggingface/{quote(repository, safe='/')}{at}"


def repository_page(repository: str) -> str:
    """The page of a repository on the Hub."""
    return f"{_HUB}{quote(repository, safe='/')}"


def _material(entry: Mapping[str, Any], locked: LockedModel | None) -> Material:
    repository, revision = entry.get("huggingface_id"), entry.get("revision")
    # A lock at another commit lists other files.
    if locked and (locked.huggingface_id != repository or revision not in (locked.revision, None)):
        locked = None
    revision = revision or (locked.revision if locked else None)
    return Material(entry, repository, revision, locked.files if locked else {})


def _license(text: str) -> License:
    if text.startswith("https://"):
        return License(url=text)
    try:
        expression = canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return License(name=text)
    if expression.startswith("LicenseRef-"):
        return License(name=expression)
    return License(expression=expression)

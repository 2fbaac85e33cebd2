"""The state of a Hub: repositories by id, their former names, and access rights."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from .hub_commit import HubRefusedError
from .hub_content import Content
from .hub_repository import Files, Repository


@dataclass(frozen=True)
class Account:
    """The owner of a token, and the ids (fnmatch patterns) that it grants access to."""

    name: str
    access: tuple[str, ...]

    def may_read(self, repository_id: str) -> bool:
        return any(fnmatchcase(repository_id, pattern) for pattern in self.access)


class HubStore:
    """The repositories of a Hub, and its accounts by token."""

    def __init__(self) -> None:
        self.lfs_threshold = 10 << 20  # bytes, for files added from now on; see Repository
        self.page_size = 1000  # of every list
        self.writable = True  # by anyone; otherwise only with a token
        self.large_files: dict[str, Content] = {}  # uploaded, by SHA-256
        self.repositories: dict[str, Repository] = {}
        self.renamed: dict[str, str] = {}
        self.accounts: dict[str, Account] = {}

    def add(
        self, repository_id: str, files: Files, *, copied: bool = False, **details: Any
    ) -> Repository:
        """Add a repository with one commit; `details` are fields of Repository."""
        repository = Repository(repository_id, self.lfs_threshold, **details)
        repository.push(files, copied=copied)
        # Only now, so that concurrent requests never see it without a commit.
        self.repositories[repository_id] = repository
        return repository

    def rename(self, old: str, new: str) -> None:
        """Rename a repository; the old name redirects to the new one."""
        repository = self.repositories.pop(old)
        repository.id = new
        self.repositories[new] = repository
        self.renamed[old] = new

    def remove(self, repository_id: str) -> None:
        del self.repositories[repository_id]

    def authorize(self, token: str, *access: str, name: str = "tester") -> None:
        """Accept a token that may read the private and gated repositories matching `access`."""
        self.accounts[token] = Account(name, access)

    def account(self, authorization: str | None) -> Account | None:
        """The account of a request, by its Authorization header."""
        if authorization is None:
            return None
        try:
            return self.accounts[authorization.removeprefix("Bearer ")]
        except KeyError:
            raise HubRefusedError(401, "Invalid credentials in Authorization header") from None

    def visible(self, account: Account | None) -> list[Repository]:
        """The repositories that an account sees in lists."""
        return [r for r in self.repositories.values() if not r.private or _may_read(account, r)]

    def find(self, repository_id: str, account: Account | None) -> Repository:
        repository = self.repositories.get(repository_id)
        if repository is None or (repository.private and not _may_read(account, repository)):
            if account is None:
                raise HubRefusedError(401, "Invalid username or password.", "RepoNotFound")
            raise HubRefusedError(404, "Repository not found", "RepoNotFound")
        if repository.disabled:
            raise HubRefusedError(403, "Access to this resource is disabled.")
        return repository

    def check_files_readable(self, repository: Repository, account: Account | None) -> None:
        """Raise HubRefusedError if this account may not read a gated repository's files.

        As on the real Hub, everyone may list it; 401 asks for a token, 403 for a different one.
        """
        if repository.gated and not _may_read(account, repository):
            message = f"Access to model {repository.id} is restricted"
            if account is None:
                message += " and you must be authenticated to access it. Please log in."
                raise HubRefusedError(401, message, "GatedRepo")
            message += " and you are not in the authorized list. Ask for access on its page."
            raise HubRefusedError(403, message, "GatedRepo")


def _may_read(account: Account | None, repository: Repository) -> bool:
    return account is not None and account.may_read(repository.id)

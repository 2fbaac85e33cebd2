"""Upload a bundle to a private Hub, with huggingface_hub's own client.

Files are sent over HTTP, which every server with the Hub's interface accepts, directly from the
bundle: nothing is unpacked. The card is left out, because the client has the Hub validate its text,
which other servers cannot.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import huggingface_hub
from huggingface_hub import CommitOperationAdd, HfApi

from registry.bundles.manifest import BundledSnapshot, Member
from registry.bundles.opening import Bundle
from registry.errors import HubError, RepositoryMovedError, RepositoryNotFoundError
from registry.files.watcher import Watcher
from registry.hub.asking import ask
from registry.hub.endpoint import asking_at, token_is_for_it
from registry.hub.remote import open_remote

_CARD = "README.md"
_TITLE = "Upload a bundle of tessera-registry"


@dataclass(frozen=True)
class Uploaded:
    """A commit on a Hub that has the files of a snapshot."""

    snapshot: BundledSnapshot
    commit: str


def upload(bundle: Bundle, address: str, *, watcher: Watcher | None = None) -> tuple[Uploaded, ...]:
    """Upload the files of a bundle to a Hub, `address` as `endpoint_of` writes it.

    Every file is verified before the first one is sent. A missing repository is created as a
    private one; if its head already has the files, nothing is sent. HF_TOKEN is sent if the Hub is
    on the host of HF_ENDPOINT, else no token.

    Raises BundleError if a member does not match the manifest; HubError if the Hub refuses it.
    """
    for member in bundle.manifest.members:
        _verify(bundle, member, watcher)
    with asking_at(address), _quiet():
        api = HfApi(endpoint=address, token=None if token_is_for_it() else False)
        return tuple(
            Uploaded(each, _commit(bundle, each, api)) for each in bundle.manifest.snapshots
        )


def _verify(bundle: Bundle, member: Member, watcher: Watcher | None) -> None:
    label = bundle.manifest.label(member)
    if watcher is None:
        bundle.pour(member)
        return
    watcher.begin(label, member.size)
    bundle.pour(member, advance=lambda count: watcher.advance(label, count))
    watcher.end(label)


def _commit(bundle: Bundle, snapshot: BundledSnapshot, api: HfApi) -> str:
    """The commit that has the files of a snapshot. Raises HubError."""
    name = snapshot.huggingface_id

    def made() -> str:
        with ExitStack() as opened:
            operations = [
                CommitOperationAdd(
                    file.path, opened.enter_context(bundle.open(bundle.manifest.member_of(file)))
                )
                for file in snapshot.files
                if file.path != _CARD
            ]
            untyped: Any = api  # its create_commit is typed in part
            try:
                return str(untyped.create_commit(name, operations, commit_message=_TITLE).oid)
            except RuntimeError as error:  # in which the client wraps upload errors
                raise error.__cause__ or error from None

    try:
        open_remote(name)
    except RepositoryMovedError:
        raise
    except RepositoryNotFoundError:
        _create(api, name)
    return ask(made, name, None)


def _create(api: HfApi, name: str) -> None:
    untyped: Any = api
    try:
        ask(lambda: untyped.create_repo(name, private=True, exist_ok=True), name, None)
    except HubError as error:
        raise type(error)(f"{error} (the repository could not be made)") from None


@contextmanager
def _quiet() -> Generator[None]:
    """Keep the client off stderr: neither bars nor its note about HTTP, which is intended."""
    logger = logging.getLogger("huggingface_hub")
    level = logger.level
    untyped: Any = huggingface_hub.utils
    drawn = not untyped.are_progress_bars_disabled()
    logger.setLevel(logging.ERROR)
    if drawn:
        untyped.disable_progress_bars()
    try:
        with warnings.catch_warnings():
            # From its HTTP library, about how it is called.
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        logger.setLevel(level)
        if drawn:
            untyped.enable_progress_bars()

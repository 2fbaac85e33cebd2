"""Whether it is the right model: its locked digest, where it runs, what the server reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import CheckpointError, LoadError
from registry.files.lock_file import locked
from registry.models.api import repository_of
from registry.ollama.models import full_tag
from registry.ollama.server_word import ServerWord, contradictions, promised_word
from registry.ollama.sharing import shared_name

if TYPE_CHECKING:
    from registry.backends.interface import LoadOptions
    from registry.models.kinds import DenseLike, LlmLike
    from registry.ollama.connection import OllamaConnection


def check_served(
    model: DenseLike | LlmLike,
    connection: OllamaConnection,
    word: ServerWord,
    options: LoadOptions,
) -> None:
    """The cheap checks, before any request to the model itself.

    Raises LoadError for a tag with another digest than the lock's, and for a model that runs
    elsewhere unless `allow_remote`; CheckpointError if the server contradicts the entry.
    """
    served = f"{model.id}: {connection.tag} at {connection.address}"
    if word.remote is not None and not options.allow_remote:
        raise LoadError(
            f"{served} runs at {word.remote}: texts would leave this machine; pass "
            "allow_remote=True if they may"
        )
    _check_lock(model, connection, served)
    if connection.tag.startswith(f"{shared_name(model.id)}:"):
        return  # from weights on disk, and compared with those when it was made
    if found := list(contradictions(word, promised_word(model), "the registry")):
        raise CheckpointError(f"{served} {', and '.join(found)}; one of them is another model")


def _check_lock(model: DenseLike | LlmLike, connection: OllamaConnection, served: str) -> None:
    """The lock has a tag of the library; a shared or renamed model has a lock of its own."""
    if model.huggingface_id is None:
        return
    lock = locked(model.id, repository_of(model))
    wanted = None if lock is None else lock.ollama
    if wanted is None or full_tag(wanted.tag) != full_tag(connection.tag):
        return
    digest = connection.digest()
    if digest is not None and digest != wanted.digest:
        raise LoadError(
            f"{served} is {digest[:19]}, the lock has {wanted.digest[:19]}: the tag has moved; "
            f"`registry lock {model.id}` takes the new one"
        )

"""What backends that talk to a server share: options to refuse, and addresses to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.backends.interface import LoadOptions
from registry.errors import UnsupportedError

if TYPE_CHECKING:
    from registry.kinds import ModelLike

# Where and how a model runs is the server's business. `cache_dir` and `local_files_only` are not
# here: one setting of them serves every backend, and with a server nothing is downloaded.
_SERVER_DECIDES = (
    "device",
    "dtype",
    "quantization",
    "attention",
    "revision",
    "local_path",
    "trust_remote_code",
    "allow_pickle",
)


def refuse_local_options(
    backend: str, model: ModelLike, options: LoadOptions, *others: str
) -> None:
    """Refuse options that only make sense where the model runs in this process.

    Raises UnsupportedError naming every one that was given.
    """
    defaults = LoadOptions()
    given = [
        name
        for name in (*_SERVER_DECIDES, *others)
        if getattr(options, name) != getattr(defaults, name)
    ]
    if given:
        raise UnsupportedError(
            f"{model.id}: the backend {backend!r} takes no {', '.join(given)}: its server decides "
            "what it runs, where and how"
        )


def shown_address(address: str) -> str:
    """An address without the user, password and query that it may hold, even if it is none.

    >>> shown_address("https://me:secret@example.com:8000/v1?key=secret")
    'https://example.com:8000/v1'
    >>> shown_address("127.0.0.1:11434")
    '127.0.0.1:11434'
    >>> shown_address("http://me:sec/ret@example.com")
    'http://example.com'
    """
    scheme, separator, rest = address.strip().rpartition("://")
    return (scheme + separator + rest.rpartition("@")[2]).partition("?")[0]

"""What backends that talk to a server share: options to refuse, and how not to show a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.backends.interface import LoadOptions
from registry.errors import AuthenticationError, UnsupportedError

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


class Secret:
    """A key that shows itself to nobody who does not ask: not in repr, not in a traceback.

    >>> Secret("sk-123"), Secret("sk-123").redact("refused: sk-123")
    (Secret(***), 'refused: ***')
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not pickled")

    def reveal(self) -> str:
        """The key itself: only for the argument of a call, never for a variable."""
        return self._text

    def redact(self, message: str) -> str:
        """A message from elsewhere without the key, which some servers repeat."""
        return message.replace(self._text, "***")


def secret_from(text: str, source: str) -> Secret:
    """A key that fits into an HTTP header. Raises AuthenticationError naming its source."""
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isprintable() and " " not in stripped):
        # Said here, because an HTTP library that refuses a header quotes it.
        raise AuthenticationError(
            f"the key in {source} holds characters that no key has, such as spaces"
        )
    return Secret(stripped)


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
    """An address without the user, password and query that it may hold.

    >>> shown_address("https://me:secret@example.com:8000/v1?key=secret")
    'https://example.com:8000/v1'
    >>> shown_address("127.0.0.1:11434")
    '127.0.0.1:11434'
    """
    scheme, separator, rest = address.strip().rpartition("://")
    host, slash, path = rest.partition("/")
    return (scheme + separator + host.rpartition("@")[2] + slash + path).partition("?")[0]

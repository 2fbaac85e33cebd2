"""A key that no repr, log or traceback shows, not even one that prints local variables."""

from __future__ import annotations

import re

from registry.errors import AuthenticationError

# Blanks around a key come from files and shells; inside one, no HTTP header allows them.
_KEY = re.compile(r"\s*([!-~]+)\s*")


class Secret:
    """A key that is never shown unless it is asked for.

    Not a subclass of str: code that prints values may cut long texts, which makes them plain ones.

    >>> Secret("sk-123"), Secret("sk-123").redact("refused: sk-123")
    (Secret(***), 'refused: ***')
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        raise TypeError("a Secret cannot be pickled")

    def reveal(self) -> str:
        """The key itself: only for the argument of a call, never for a variable."""
        return self._text

    def redact(self, message: str) -> str:
        """A message from elsewhere without the key, which some servers repeat."""
        return message.replace(self._text, "***")

    def for_header(self, source: str) -> Secret:
        """The same key without blanks around it. Raises AuthenticationError naming its source."""
        found = _KEY.fullmatch(self._text)
        if found is None:
            # Checked here, because an HTTP library that rejects a header quotes it.
            raise AuthenticationError(
                f"the key in {source} is empty or contains characters that no key contains, such "
                "as spaces"
            )
        return Secret(found[1])


def hidden(key: str | Secret | None) -> Secret | None:
    """The key as a Secret. Pass a variable's value, and put the Secret in its place."""
    return Secret(key) if isinstance(key, str) else key


def shown_address(address: str) -> str:
    """An address without the user, password and query that it may hold, even if it is malformed.

    >>> shown_address("https://me:secret@example.com:8000/v1?key=secret")
    'https://example.com:8000/v1'
    >>> shown_address("127.0.0.1:11434")
    '127.0.0.1:11434'
    >>> shown_address("http://me:sec/ret@example.com")
    'http://example.com'
    """
    scheme, separator, rest = address.strip().rpartition("://")
    return (scheme + separator + rest.rpartition("@")[2]).partition("?")[0]

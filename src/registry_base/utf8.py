"""UTF-8 as files should have it: without a byte order mark, and nothing else in between."""

from __future__ import annotations


class Utf8Error(ValueError):
    """Bytes are not such a text; `line` and `column` say where, and the message what to do."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def decode(raw: bytes) -> str:
    r"""The text of a file. Raises Utf8Error.

    >>> decode(b"caf\xc3\xa9") == "caf\u00e9"
    True
    """
    if raw.startswith(b"\xef\xbb\xbf"):
        raise Utf8Error("starts with a byte order mark; save it as UTF-8 without one")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"not UTF-8 (byte 0x{raw[error.start]:02x}); save it as UTF-8"
        raise Utf8Error(message, line, column) from None

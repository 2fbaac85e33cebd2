"""A fingerprint as the last line of a comment, which may have other text above."""

from __future__ import annotations

import re

from registry.integrations.stores.place import KEY

_LINE = re.compile(rf"^{re.escape(KEY)}=(\S+)$", re.MULTILINE)


def stored(comment: str | None) -> str | None:
    """The fingerprint in a comment.

    >>> stored("Passages." + chr(10) + "tessera-registry.fingerprint=tr1:m@?:8:-.-:-")
    'tr1:m@?:8:-.-:-'
    """
    found = _LINE.search(comment or "")
    return found[1] if found else None


def stamped(comment: str | None, text: str) -> str:
    """The comment with a fingerprint in place of any before it.

    >>> stamped(None, "tr1:m@?:8:-.-:-")
    'tessera-registry.fingerprint=tr1:m@?:8:-.-:-'
    """
    line = f"{KEY}={text}"
    if _LINE.search(comment or ""):
        return _LINE.sub(lambda _: line, comment or "")
    return f"{comment}\n{line}" if comment else line

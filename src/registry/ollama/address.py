"""Where an Ollama server is, read as its own command line reads OLLAMA_HOST."""

from __future__ import annotations

import os
import re

from registry.errors import LoadError
from registry.network import is_host
from registry.secret import shown_address

DEFAULT_HOST = "127.0.0.1:11434"
_PORT = 11434
_USUAL_PORTS = {"http": 80, "https": 443}
# Addresses that servers bind to but clients cannot connect to.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not listened at
_HOST = re.compile(r"[A-Za-z0-9._~-]+|[0-9A-Fa-f:.]+(%[A-Za-z0-9._~-]+)?")


def ollama_url(given: str | None = None) -> str:
    """The address of a server: as given, else OLLAMA_HOST, else the usual one of this machine.

    Around OLLAMA_HOST, blanks and quotes are ignored, and an invalid port becomes the default, as
    Ollama itself has it; what is given in Python has to be an address as it stands.
    A user and a password before the host are kept. Raises LoadError for what is not an address.

    >>> ollama_url("1.2.3.4"), ollama_url(":1234"), ollama_url("[::1]")
    ('http://1.2.3.4:11434', 'http://127.0.0.1:1234', 'http://[::1]:11434')
    >>> ollama_url("https://example.com/ollama"), ollama_url("0.0.0.0:80")
    ('https://example.com:443/ollama', 'http://127.0.0.1:80')
    """
    strict = bool(given and given.strip())
    text = _bare((given if strict else os.environ.get("OLLAMA_HOST")) or "")
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = ("https" if text == "ollama.com" else "http"), text
    if scheme not in _USUAL_PORTS:
        raise _no_address(text, strict)
    usual = _USUAL_PORTS[scheme] if separator or text == "ollama.com" else _PORT
    place, slash, path = rest.partition("/")
    user, at, place = place.rpartition("@")
    host, port = _split(place)
    if not _HOST.fullmatch(host) or not is_host(host):
        raise _no_address(text, strict)
    host = _EVERYWHERE.get(host, host)
    is_port = port.isascii() and port.isdigit() and int(port) <= 65535
    if strict and ((port and not is_port) or place.count("[") != place.count("]")):
        raise _no_address(text, strict)
    number = int(port) if is_port else usual
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{user}{at}{shown}:{number}{slash}{path}".rstrip("/")


def _bare(text: str) -> str:
    """Without blanks, and one pair of quotes, around it."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text


def _split(place: str) -> tuple[str, str]:
    """The host and the port, either of them perhaps empty; IPv6 with or without brackets."""
    if place.startswith("["):
        host, _, rest = place[1:].partition("]")
        return host, rest.removeprefix(":")
    if place.count(":") > 1:
        return place, ""
    host, _, port = place.partition(":")
    return host or "127.0.0.1", port


def _no_address(text: str, given: bool) -> LoadError:
    source = "" if given else "OLLAMA_HOST: "
    return LoadError(f"{source}{shown_address(text)} is not a server address")


def shown_host(given: str | None = None) -> str:
    """The same address as a person wrote it, without its secrets.

    >>> shown_host("http://me:secret@example.com")
    'http://example.com'
    """
    return shown_address(_bare(given or os.environ.get("OLLAMA_HOST") or "") or DEFAULT_HOST)

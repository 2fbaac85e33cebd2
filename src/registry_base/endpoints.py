"""Addresses of Hubs, written in one form, so that they can be compared."""

from __future__ import annotations

from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def endpoint_of(address: str) -> str | None:
    """An address as a lock has it: no user, password, query or final slash; None if it is invalid.

    >>> endpoint_of("HTTP://me:secret@Hub.example:80/repository/hf/")
    'http://hub.example/repository/hf'
    >>> endpoint_of("hub.example")
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host or not address.isprintable() or " " in address:
        return None
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    return f"{parts.scheme}://{place}{parts.path}".rstrip("/")


def is_endpoint(text: str) -> bool:
    """Whether a text is an address written that way.

    >>> is_endpoint("http://host/repository/hf"), is_endpoint("http://host/")
    (True, False)
    """
    return endpoint_of(text) == text

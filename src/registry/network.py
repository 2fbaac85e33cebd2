"""What failed on the way to a server: its certificate, a proxy, redirects, how long to wait.

huggingface_hub uses httpx2 and ollama httpx. Their errors have the same names, so these are
recognized by name, and neither library is imported here.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import proxy_bypass

from registry.budgets import TooLargeError
from registry.secret import shown_address

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PORTS = {"http": 80, "https": 443}
# What no waiting mends. The two versions of httpx have no common classes.
_LASTING = (ssl.SSLCertVerificationError, TooLargeError, ImportError)
_LASTING_NAMES = {"TooManyRedirects", "UnsupportedProtocol", "InvalidURL", "OfflineModeIsEnabled"}
_NO_CONNECTION = {"ConnectError", "ConnectTimeout", "ConnectionError", "ConnectionRefusedError"}


class RedirectError(Exception):
    """A redirect that does not lead to an answer; the message follows the server's address."""


def check_redirect(status: int, method: str, url: str, location: str | None) -> None:
    """Raise RedirectError if a response sends the client nowhere, or to ask something else."""
    if status not in (301, 302, 303, 307, 308):
        return
    try:
        target = urlsplit(urljoin(url, location or ""))
        known = target.scheme in ("http", "https") and is_host(target.hostname or "")
    except ValueError:
        target, known = urlsplit(""), False
    if not location or not known:
        raise RedirectError("redirects, but to no usable address; give another one")
    if method == "POST" and status < 307:  # which clients repeat as GET, without what they sent
        raise RedirectError(
            f"redirects to {shown_address(target.geturl())} with status {status}, which drops what "
            "was sent; give that server's address"
        )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a response wants us to wait; None if it does not say.

    >>> retry_after({"retry-after": "7"}), retry_after({"retry-after": "soon"})
    (7.0, None)
    >>> retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"})
    0.0
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def network_failure(error: BaseException, url: str) -> str | None:
    """What failed between this machine and the server at `url`, and the fix; None if unknown.

    Nothing is quoted that may hold a password.

    >>> network_failure(ssl.SSLCertVerificationError("expired"), "https://example.com")[:43]
    'the certificate of https://example.com is n'
    """
    server = shown_address(url)
    raised = list(_chain(error))
    names = {kind.__name__ for each in raised for kind in type(each).__mro__}
    if (place := _lost_certificates(raised)) is not None:
        return f"{place} does not name a readable file or directory of certificates"
    for each in raised:
        if isinstance(each, ssl.SSLCertVerificationError):
            reason = getattr(each, "verify_message", "") or "no reason given"
            return (
                f"the certificate of {server} is not trusted ({reason}); if it is signed by an "
                "authority of your own, name that one's file in SSL_CERT_FILE"
            )
        if isinstance(each, ssl.SSLError):
            reason = (each.reason or "no reason given").replace("_", " ").lower()
            return f"no encrypted connection to {server} ({reason}); does it speak https?"
    for each in raised:
        if isinstance(each, RedirectError):
            return f"{server} {each}"
        if type(each).__name__ in _NO_CONNECTION and (target := _redirected_to(each, url)):
            return f"{server} redirects to {target}, and there is no connection to that"
    proxy = proxy_of(url)
    if any("SOCKS" in str(each) and isinstance(each, ImportError) for each in raised):
        variable = "the environment" if proxy is None else proxy[0]
        return (
            f"the SOCKS proxy in {variable} needs a package that is not installed: pip install "
            f"socksio; or add the host of {server} to NO_PROXY"
        )
    if any("proxy URL" in str(each) and isinstance(each, ValueError) for each in raised):
        return (
            f"{_bad_proxy() or 'a proxy variable'} does not hold a proxy address; correct or "
            "unset it"
        )
    if "TooManyRedirects" in names:
        return f"{server} redirects in a loop; check the address"
    if "DecodingError" in names:
        return f"the response from {server} is not encoded as its header Content-Encoding says"
    if proxy is not None and (names & _NO_CONNECTION or "ProxyError" in names):
        variable, address = proxy
        if "ProxyError" in names:
            why = _first_line(next(each for each in raised if type(each).__name__ == "ProxyError"))
            return (
                f"the proxy {address} in {variable} does not connect to {server} ({why}); correct "
                f"{variable}, or add the host to NO_PROXY"
            )
        return (
            f"cannot connect to the proxy {address} in {variable}, on the way to {server}; correct "
            f"{variable}, or add the host to NO_PROXY"
        )
    return None


def is_lasting(error: BaseException) -> bool:
    """Whether the same request would fail again, however long one waits.

    >>> is_lasting(ssl.SSLCertVerificationError("expired")), is_lasting(ConnectionResetError())
    (True, False)
    """
    raised = list(_chain(error))
    names = {kind.__name__ for each in raised for kind in type(each).__mro__}
    return (
        any(isinstance(each, (*_LASTING, RedirectError)) for each in raised)
        or not names.isdisjoint(_LASTING_NAMES)
        or any("proxy URL" in str(each) and isinstance(each, ValueError) for each in raised)
        or _lost_certificates(raised) is not None
    )


def is_host(host: str) -> bool:
    """Whether a name, in ASCII, may stand in an address; Python fails on others while it connects.

    >>> is_host("example.com."), is_host("::1"), is_host("a..b"), is_host("a" * 64 + ".com")
    (True, True, False, False)
    """
    labels = host.removesuffix(".").split(".")
    return ":" in host or (len(host) <= 253 and all(0 < len(label) <= 63 for label in labels))


def proxy_of(url: str) -> tuple[str, str] | None:
    """The variable that sets a proxy for an address, and the proxy without its password."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    try:
        if proxy_bypass(parts.netloc.rpartition("@")[2]):
            return None
    except ValueError:
        return None
    for scheme in (parts.scheme, "all"):
        name = f"{scheme}_proxy"
        for variable in (name, name.upper()):
            if variable in os.environ and (value := os.environ[variable]):
                return variable, shown_address(value)
            if name in os.environ:  # set and empty: there is none
                break
    return None


def _redirected_to(error: BaseException, url: str) -> str | None:
    """The server that an error of httpx is about, if it is another than that of the address."""
    try:
        request = getattr(error, "request", None)
    except RuntimeError:  # it has none
        return None
    if request is None or not url.isascii():  # requests have another form of such a name
        return None
    target = f"{request.url.scheme}://{request.url.netloc.decode()}"
    one, other = urlsplit(target), urlsplit(url)
    places = [(each.hostname, each.port or _PORTS.get(each.scheme)) for each in (one, other)]
    return None if places[0] == places[1] else shown_address(target)


def _bad_proxy() -> str | None:
    """The first variable that a library cannot parse as the address of a proxy."""
    for scheme in ("http", "https", "all"):
        for variable in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY"):
            value = os.environ.get(variable, "")
            known = ("http://", "https://", "socks5://", "socks5h://")
            if "://" in value and not value.startswith(known):
                return variable
    return None


def _lost_certificates(raised: list[BaseException]) -> str | None:
    """The variable that names missing certificates, if that caused the error."""
    if not any(isinstance(each, OSError) and each.filename is None for each in raised):
        return None
    for name in _CERTIFICATES:
        if (value := os.environ.get(name)) and not Path(value).exists():
            return name
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it was raised for; a library may hide that behind `from None`."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def _first_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or "no reason given"

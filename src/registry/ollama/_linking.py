"""Link a file into the blobs of an Ollama on this disk, as another name of the same bytes."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit


def blobs_folder(address: str) -> Path | None:
    """Where the server at an address keeps its blobs, if it is this user's own on this machine.

    address: as in OLLAMA_HOST. The folder is OLLAMA_MODELS or ~/.ollama/models, as Ollama's is.
    None if it is missing, or another user's: that server might not be able to read our file.
    """
    if not _is_here(address):
        return None
    models = os.environ.get("OLLAMA_MODELS") or Path.home() / ".ollama" / "models"
    folder = Path(models, "blobs")
    try:
        mine = folder.stat().st_uid == os.geteuid()
    except (OSError, AttributeError):  # not there; a system without user ids
        return None
    return folder if mine else None


def _is_here(address: str) -> bool:
    host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    try:
        ip = ip_address(host)
    except ValueError:
        return host == "localhost"
    return ip.is_loopback or ip.is_unspecified  # 0.0.0.0, an address that servers bind to


def link(path: Path, digest: str, folder: Path) -> Path | None:
    """Link a file as the blob of its digest ("sha256:..."), which the caller has checked.

    None if the file system does not allow it: another disk, no permission, no hard links.
    """
    blob = folder / digest.replace(":", "-")
    try:
        os.link(path.resolve(), blob)
    except OSError:
        return None
    return blob

"""Environment variables that make huggingface_hub use only a test Hub."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pytest

_FOREIGN = ("HF_", "HUGGINGFACE", "HUGGING_FACE", "TRANSFORMERS_OFFLINE", "SENTENCE_TRANSFORMERS")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


class Patch(Protocol):
    """A `pytest.MonkeyPatch`, or `builtins`: for good."""

    def setattr(self, target: object, name: str, value: object, /) -> None: ...


def environment(url: str, home: Path, *, token: str | None = None) -> dict[str, str]:
    """The environment of a child process: this one's, with the Hub at `url` and caches in `home`.

    Anything else that would affect huggingface_hub, such as a token or a proxy, is removed.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN) and name.lower() not in _PROXIES
    }
    return kept | _settings(url, home) | ({"HF_TOKEN": token} if token is not None else {})


def redirect(monkeypatch: pytest.MonkeyPatch, url: str, home: Path) -> None:
    """The same for this process."""
    for name in os.environ:
        if name.startswith(_FOREIGN) or name.lower() in _PROXIES:
            monkeypatch.delenv(name)
    for name, value in _settings(url, home).items():
        monkeypatch.setenv(name, value)
    reread(monkeypatch)


def reread(monkeypatch: Patch) -> None:
    """Make huggingface_hub reread the environment of this process, as it does on import.

    The old values return when `monkeypatch` is undone. transformers keeps copies of its own, so
    load models in a child process.
    """
    from huggingface_hub import close_session, constants, hf_api
    from huggingface_hub.utils import _cache_manager

    for name, value in _run(constants.__file__).items():
        if name.isupper():
            monkeypatch.setattr(constants, name, value)
    monkeypatch.setattr(hf_api.api, "endpoint", constants.ENDPOINT)
    monkeypatch.setattr(_cache_manager, "HF_HUB_CACHE", constants.HF_HUB_CACHE)
    close_session()  # the session has the old proxies


def _run(path: str) -> dict[str, object]:
    """The names that a module defines now, run under a name of its own."""
    names: dict[str, object] = {"__name__": "<run_path>", "__file__": path}
    exec(_compiled(path), names)
    return names


@cache
def _compiled(path: str) -> CodeType:
    return compile(Path(path).read_text("utf-8"), path, "exec")


def _settings(url: str, home: Path) -> dict[str, str]:
    return {
        "HF_ENDPOINT": url,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }

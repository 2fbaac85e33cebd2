"""How huggingface_hub is told to ask a Hub of the tests, and nobody else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_FOREIGN = ("HF_", "HUGGINGFACE", "HUGGING_FACE", "TRANSFORMERS_OFFLINE", "SENTENCE_TRANSFORMERS")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


def environment(url: str, home: Path, *, token: str | None = None) -> dict[str, str]:
    """The environment of a child process: this one's, with the Hub at `url` and caches in `home`.

    Whatever else would steer huggingface_hub, a token or a proxy among it, is left out.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN) and name.lower() not in _PROXIES
    }
    return kept | _settings(url, home) | ({"HF_TOKEN": token} if token is not None else {})


def redirect(monkeypatch: pytest.MonkeyPatch, url: str, home: Path) -> None:
    """The same for this process.

    huggingface_hub has read its environment when it was imported; what it made of that is
    replaced. transformers keeps copies of its own: load models in a child process.
    """
    from huggingface_hub import close_session, constants, hf_api

    for name in os.environ:
        if name.startswith(_FOREIGN) or name.lower() in _PROXIES:
            monkeypatch.delenv(name)
    for name, value in _settings(url, home).items():
        monkeypatch.setenv(name, value)
    cache = str(home / "hub")
    replaced = {
        "ENDPOINT": url,
        "HUGGINGFACE_CO_URL_TEMPLATE": f"{url}/{{repo_id}}/resolve/{{revision}}/{{filename}}",
        "HF_HOME": str(home),
        "HF_HUB_CACHE": cache,
        "HUGGINGFACE_HUB_CACHE": cache,
        "HF_TOKEN_PATH": str(home / "token"),
        "HF_STORED_TOKENS_PATH": str(home / "stored_tokens"),
        "HF_HUB_OFFLINE": False,
        "HF_HUB_DISABLE_XET": True,
        "HF_HUB_DISABLE_TELEMETRY": True,
    }
    for name, constant in replaced.items():
        monkeypatch.setattr(constants, name, constant)
    monkeypatch.setattr(hf_api.api, "endpoint", url)
    monkeypatch.setattr("huggingface_hub.utils._cache_manager.HF_HUB_CACHE", cache)
    close_session()  # it has the proxies of before


def _settings(url: str, home: Path) -> dict[str, str]:
    return {
        "HF_ENDPOINT": url,
        "HF_HOME": str(home),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }

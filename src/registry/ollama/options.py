"""Which Ollama server to use, and how."""

from __future__ import annotations

from dataclasses import dataclass

from registry.secret import Secret


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """Which server to use, the model's name there, and how long to wait for it in seconds.

    `api_key` never shows itself: `reveal()` it in the argument of a call, never in a variable.
    """

    base_url: str | None = None
    api_key: Secret | None = None
    timeout: float = 120.0
    server_model: str | None = None

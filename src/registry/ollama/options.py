"""Which Ollama server to use, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from registry.errors import InputError
from registry.secret import Secret

_LONGEST = 1_000_000  # seconds; sockets wait 2**31 milliseconds at most


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """Which server to use, the model's name there, and how long to wait for it in seconds.

    `api_key` never shows itself: `reveal()` it in the argument of a call, never in a variable.
    """

    base_url: str | None = None
    api_key: Secret | None = None
    timeout: float = 120.0
    server_model: str | None = None

    def __post_init__(self) -> None:
        """Raise InputError for what the libraries of the servers would fail on later."""
        for name, kind in (("base_url", str), ("server_model", str), ("api_key", Secret)):
            if not isinstance(given := getattr(self, name), kind | None):
                raise InputError(f"{name} should be text, not {type(given).__name__}")
        seconds = cast("object", self.timeout)
        number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
        if not number or not 0 < self.timeout <= _LONGEST:
            raise InputError(
                f"timeout should be a number of seconds above 0, {_LONGEST:,} at most, not "
                f"{seconds!r}"
            )

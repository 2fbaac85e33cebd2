"""Arguments of `ModelManager`: which go together, and which of them a backend gets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import InputError
from registry.loading.load import LoadArguments

if TYPE_CHECKING:
    from registry.backends.interface import Quantization
    from registry.secret import Secret

# A kind of runtime -> the backends that generate and embed in it. Any other model_type is the
# name of a backend that does both.
RUNTIMES = {"huggingface": ("transformers", "sentence-transformers")}
# Backends that do not use `base_url` -> what to do instead.
_NO_BASE_URL = {
    "ollama": "is not for Ollama: give its address as ollama_host",
    "transformers": "is for a server; these models run in this process",
    "sentence-transformers": "is for a server; these models run in this process",
}


def check_sharing(
    model_type: str, quantization: Quantization | None, use_flash_attention: bool
) -> None:
    """Refuse what Ollama decides itself. Raises InputError."""
    problems: list[str] = []
    if model_type not in ("huggingface", "ollama"):
        problems.append(f'is for model_type "huggingface" or "ollama", not {model_type!r}')
    given = {"quantization": quantization, "use_flash_attention": use_flash_attention}
    if names := [name for name, value in given.items() if value]:
        problems.append(f"leaves how the model runs to Ollama: leave out {', '.join(names)}")
    if problems:
        raise InputError(f"share_with_ollama {'; it '.join(problems)}")


def refuse_ignored(
    models: dict[str, str | None], servers: dict[str, str | None], model_type: str, backend: str
) -> None:
    """Reject arguments that would have no effect with the others. Raises InputError."""
    named = [name for name, value in models.items() if value is not None]
    problems = [f"give one of {', '.join(named)}, not all"] if len(named) > 1 else []
    if servers["ollama_host"] is not None and backend != "ollama":
        problems.append(f"ollama_host is for Ollama, not for model_type {model_type!r}")
    if servers["base_url"] is not None and backend in _NO_BASE_URL:
        problems.append(f"base_url {_NO_BASE_URL[backend]}")
    if problems:
        raise InputError("; ".join(problems))


def runtime_arguments(
    backend: str,
    device: str,
    cache_dir: str | Path | None,
    address: str | None,
    api_key: Secret | None,
) -> LoadArguments:
    """Arguments passed to a backend for every model that it loads."""
    arguments = LoadArguments(backend=backend, cache_dir=cache_dir, api_key=api_key)
    if address is not None:
        arguments["base_url"] = address
    arguments["device"] = device
    return arguments

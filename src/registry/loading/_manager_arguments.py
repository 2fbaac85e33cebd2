"""What `ModelManager` was given, as arguments of `load`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import InputError
from registry.loading.load import LoadArguments

if TYPE_CHECKING:
    from registry.backends.interface import Quantization
    from registry.secret import Secret


def check_sharing(
    model_type: str, quantization: Quantization | None, use_flash_attention: bool
) -> None:
    """Raises InputError for arguments that make no sense where Ollama runs the model."""
    problems: list[str] = []
    if model_type not in ("huggingface", "ollama"):
        problems.append(f'is for model_type "huggingface" or "ollama", not {model_type!r}')
    given = {"quantization": quantization, "use_flash_attention": use_flash_attention}
    if names := [name for name, value in given.items() if value]:
        problems.append(f"leaves how the model runs to Ollama: leave out {', '.join(names)}")
    if problems:
        raise InputError(f"share_with_ollama {'; it '.join(problems)}")


def arguments_of(
    backend: str,
    device: str,
    cache_dir: str | Path | None,
    ollama_host: str | None,
    api_key: Secret | None,
) -> LoadArguments:
    """What a backend is told whichever model it loads."""
    arguments = LoadArguments(backend=backend, cache_dir=cache_dir, api_key=api_key)
    if backend == "ollama":
        arguments["base_url"] = ollama_host
    else:
        arguments["device"] = device
    return arguments

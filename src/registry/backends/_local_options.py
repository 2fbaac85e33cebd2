"""What backends that run models in this process share: options to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.backends.interface import LoadOptions
from registry.errors import LoadError, UnsupportedError

if TYPE_CHECKING:
    from registry.models.kinds import Loadable


def refuse_server_options(backend: str, model: Loadable, options: LoadOptions) -> None:
    """Refuse options that only make sense if a server runs the model. Raises UnsupportedError.

    An address means that server: loading the model here would be a surprise.
    """
    given = (options.base_url, options.api_key, options.server_model, options.allow_remote or None)
    if any(each is not None for each in given):
        raise UnsupportedError(
            f"{model.id}: the backend {backend!r} runs in this process and does not talk to a "
            "server; for base_url, api_key, server_model and allow_remote choose "
            'backend="openai" or "ollama"'
        )


def refuse_dim(model: Loadable, options: LoadOptions) -> None:
    """Refuse a width for a model whose output cannot be cut shorter. Raises LoadError."""
    if options.dim is not None:
        raise LoadError(f"{model.id}: {model.kind} models do not support dim=")


def refuse_engine_options(backend: str, model: Loadable, options: LoadOptions) -> None:
    """Refuse options that only make sense for exports. Raises UnsupportedError."""
    if options.precision is not None or options.min_overlap is not None:
        raise UnsupportedError(
            f"{model.id}: precision= and min_overlap= apply to exports, which the backend "
            f'{backend!r} does not run; choose backend="openvino" or "onnx"'
        )

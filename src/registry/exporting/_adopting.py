"""The steps after a repository's own graph, from the modules of the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.exports.export import Engine, Head
from registry.exports.own_graph import After, output_of, unfit

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

_ACTIVATIONS: dict[str, Head | None] = {"Identity": None, "Sigmoid": "sigmoid"}


def adopted_output(
    model: Loadable, path: Path, engine: Engine, modules: Sequence[Any], activation: Any
) -> tuple[str, tuple[Head, ...]]:
    """Which output counts, and what follows it. Raises UnsupportedError."""
    names = [type(part).__name__ for part in modules]
    pooling = next((part for part in modules if type(part).__name__ == "Pooling"), None)
    name = type(activation).__name__
    if model.kind == "cross-encoder" and name not in _ACTIVATIONS:
        raise unfit(model, path, f"its activation {name} is not known here")
    mode = None if pooling is None else str(getattr(pooling, "pooling_mode", None))
    after = After(mode, "Normalize" in names, _ACTIVATIONS.get(name))
    return output_of(model, path, engine, after)

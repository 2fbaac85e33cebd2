"""The projection of a late-interaction checkpoint: present, and as wide as the entry says.

If it is missing, sentence-transformers adds one with random weights and only logs that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.checkpoints.checkpoint import Checkpoint, tensor_shapes

if TYPE_CHECKING:
    from registry.models.kinds import ColbertLike


def check_projection(checkpoint: Checkpoint, model: ColbertLike) -> None:
    """Check the projection before the library looks for it. Raises CheckpointError."""
    architectures = checkpoint.architectures
    if any(name.endswith("ForRetrieval") for name in architectures):
        return  # the projection is part of the network itself
    modules = checkpoint.modules
    if modules is not None:
        dense = [module for module in modules if module.type.endswith("Dense")]
        folders = [checkpoint.folder / module.path for module in dense]
        wanted = "a Dense module in modules.json"
    elif "HF_ColBERT" in architectures:
        folders = [checkpoint.folder]
        wanted = "linear.weight in the root safetensors file"
    else:
        folders = []
        wanted = 'modules.json, or "HF_ColBERT" in the architectures of config.json'
    found = _width(checkpoint, folders)
    if found is None and (model.has_projection or modules is None):
        raise checkpoint.error(
            f"no projection: the registry states {model.embedding_dim} dimensions through one, "
            f"and the library would fill it with random numbers; expected {wanted}"
        )
    if found is not None and found != model.embedding_dim:
        raise checkpoint.error(
            f"the projection gives {found} dimensions, but the registry states "
            f"{model.embedding_dim}"
        )


def _width(checkpoint: Checkpoint, folders: list[Path]) -> int | None:
    """The output width of the last projection in these folders: a linear layer (out, in)."""
    width = None
    for folder in folders:
        for path in sorted(folder.glob("*.safetensors")):
            shape = tensor_shapes(checkpoint, path).get("linear.weight", ())
            width = shape[0] if len(shape) == 2 else width
    return width

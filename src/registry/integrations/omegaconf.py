"""A resolver for OmegaConf, and so for Hydra: facts of a model inside a configuration.

A configuration names the model once, and takes the rest from there:

embedder:
  name: BAAI/bge-m3
  dim: ${model:${.name},embedding_dim}
"""

from __future__ import annotations

from typing import Any

from registry.catalogue.places import CatalogueLike
from registry.errors import InputError, MissingExtraError
from registry.integrations._names import model_named
from registry_base.json_shapes import is_tuple

try:
    from omegaconf import OmegaConf
except ModuleNotFoundError:
    raise MissingExtraError("omegaconf", "omegaconf") from None


def register_resolver(name: str = "model", *, catalogue: CatalogueLike | None = None) -> None:
    """Register `${model:NAME,FIELD}`; without a field it gives the id. May be called again.

    >>> register_resolver()
    >>> OmegaConf.create({"dim": "${model:BAAI/bge-m3,embedding_dim}"}).dim
    1024
    """

    def value(text: str, field: str = "id") -> Any:  # a field of whatever type
        model = model_named(str(text), None, catalogue=catalogue)
        if field.startswith("_") or not hasattr(model, field):
            raise InputError(f"{model.id} has no field {field!r}")
        found = getattr(model, field)
        return list(found) if is_tuple(found) else found

    OmegaConf.register_resolver(name, value, replace=True)

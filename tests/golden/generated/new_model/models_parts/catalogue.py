"""Every model."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "981ed61da500a5ad")

from . import MODULES
from .lookup import models_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from .aliases import AnyModel

MODEL_REGISTRY: Final[tuple[AnyModel, ...]] = tuple(
    model
    for modules in MODULES.values()
    for module in modules
    for model in models_in(module)
)
"""Every model in catalogue order: by type, then by id."""

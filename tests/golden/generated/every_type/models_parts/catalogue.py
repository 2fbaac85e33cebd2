"""Every model."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

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

"""The models that are selected where nobody selects others."""

# Source: "every_type.json", 10 models
# Input: sha256:de56efa577d9eba2ea91d1094d5d38a095395ec200341cc90ae7c3ecc398b9b0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "cd5346d434298503")

from types import MappingProxyType

from .lookup import get_model

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from .aliases import AnyModel

SELECTED_DEFAULTS: Final[Mapping[str, AnyModel]] = MappingProxyType({})
"""Which model serves in which role, where nothing selects another."""

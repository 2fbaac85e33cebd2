"""The models that are selected by default."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "981ed61da500a5ad")

from types import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from .aliases import AnyModel

SELECTED_DEFAULTS: Final[Mapping[str, AnyModel]] = MappingProxyType({})
"""Which model serves in which role, where nothing selects another."""

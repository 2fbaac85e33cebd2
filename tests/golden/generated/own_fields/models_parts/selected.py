"""The models that are selected by default."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "bdc0e189fe261dbc")

from types import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from .aliases import AnyModel

SELECTED_DEFAULTS: Final[Mapping[str, AnyModel]] = MappingProxyType({})
"""Which model serves in which role, where nothing selects another."""

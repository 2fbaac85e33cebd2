"""The types of models."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "981ed61da500a5ad")

from enum import StrEnum


class ModelType(StrEnum):
    """The types of models in this registry."""

    Colbert = "colbert"
    """Late-interaction text retriever: one vector per token, compared by MaxSim."""

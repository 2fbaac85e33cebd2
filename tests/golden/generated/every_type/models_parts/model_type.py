"""The types of models."""

# Source: "every_type.json", 10 models
# Input: sha256:de56efa577d9eba2ea91d1094d5d38a095395ec200341cc90ae7c3ecc398b9b0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "cd5346d434298503")

from enum import StrEnum


class ModelType(StrEnum):
    """The types of models in this registry."""

    Colbert = "colbert"
    """Late-interaction text retriever: one vector a token, compared by MaxSim."""
    Dense = "dense"
    """Encoder that gives one vector an input."""
    Sparse = "sparse"
    """Encoder that gives one weight a word of the vocabulary (SPLADE and its kin)."""
    CrossEncoder = "cross-encoder"
    """Reranker: reads query and document together and gives one score."""
    VisionLanguage = "vision-language"
    """Late-interaction retriever for document pages and images."""
    Llm = "llm"
    """Generates text."""
    Timeseries = "timeseries"
    """Forecasts time series."""
    Speech = "speech"
    """Writes down what was said."""

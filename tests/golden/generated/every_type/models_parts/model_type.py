"""The types of models."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

from enum import StrEnum


class ModelType(StrEnum):
    """The types of models in this registry."""

    Colbert = "colbert"
    """Late-interaction text retriever: one vector per token, compared by MaxSim."""
    Dense = "dense"
    """Encoder that gives one vector per input."""
    Sparse = "sparse"
    """Encoder that gives one weight per word of the vocabulary (SPLADE and its kin)."""
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

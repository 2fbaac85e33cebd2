"""The ids of models, for annotations: a misspelled literal is an error in the editor."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "981ed61da500a5ad")

from typing import TYPE_CHECKING, Literal, TypeAlias

ColbertModelId: TypeAlias = Literal["new-model"]
ModelId: TypeAlias = ColbertModelId

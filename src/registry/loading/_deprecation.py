"""A warning, once, for a model that its catalogue calls deprecated, with what to use instead.

Type checkers warn too: generated constants of such models have a class whose `status` is the
literal "deprecated", and `load` has an overload for each kind of them.
"""

from __future__ import annotations

import warnings
from typing import Literal, Protocol

from registry.models.kinds import ColbertLike, CrossEncoderLike, DenseLike, LlmLike, SparseLike


class _Deprecated(Protocol):
    @property
    def status(self) -> Literal["deprecated"]: ...


class DeprecatedColbert(_Deprecated, ColbertLike, Protocol):
    """A late-interaction model that is no longer the one to choose."""


class DeprecatedDense(_Deprecated, DenseLike, Protocol):
    """A dense model that is no longer the one to choose."""


class DeprecatedSparse(_Deprecated, SparseLike, Protocol):
    """A sparse model that is no longer the one to choose."""


class DeprecatedCrossEncoder(_Deprecated, CrossEncoderLike, Protocol):
    """A cross-encoder that is no longer the one to choose."""


class DeprecatedLlm(_Deprecated, LlmLike, Protocol):
    """A language model that is no longer the one to choose."""


_warned: set[str] = set()


def warn_of_deprecated(model: object) -> None:
    """Warn once about a model that its catalogue calls deprecated."""
    model_id = str(getattr(model, "id", ""))
    if getattr(model, "status", None) != "deprecated" or model_id in _warned:
        return
    _warned.add(model_id)
    successor: str | None = getattr(model, "superseded_by", None)
    cure = f"; use {successor}" if successor else ""
    warnings.warn(f"{model_id} is deprecated{cure}", DeprecationWarning, stacklevel=3)

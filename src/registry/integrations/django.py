"""Settings of Django that name a model, and columns as wide as its vectors.

    EMBED_MODEL = model_setting("EMBED_MODEL", "dense", default="all-minilm-l6-v2")

If you only need the selection, `[tool.registry.selected]` takes a variable of the project's own,
and `selected_embedding_model()` works in settings as anywhere.
"""

from __future__ import annotations

import os
from typing import Literal, overload

from registry._generated import AnyModel, CrossEncoderModel, DenseModel, LlmModel
from registry.catalogue.places import CatalogueLike
from registry.errors import MissingExtraError, RegistryError
from registry.integrations._names import model_named

try:
    from django.core.exceptions import ImproperlyConfigured
except ModuleNotFoundError:
    raise MissingExtraError("django", "django") from None


@overload
def model_setting(
    variable: str,
    model_type: Literal["dense"],
    *,
    default: str | None = None,
    catalogue: CatalogueLike | None = None,
) -> DenseModel: ...
@overload
def model_setting(
    variable: str,
    model_type: Literal["cross-encoder"],
    *,
    default: str | None = None,
    catalogue: CatalogueLike | None = None,
) -> CrossEncoderModel: ...
@overload
def model_setting(
    variable: str,
    model_type: Literal["llm"],
    *,
    default: str | None = None,
    catalogue: CatalogueLike | None = None,
) -> LlmModel: ...
@overload
def model_setting(
    variable: str,
    model_type: str | None = None,
    *,
    default: str | None = None,
    catalogue: CatalogueLike | None = None,
) -> AnyModel: ...
def model_setting(
    variable: str,
    model_type: str | None = None,
    *,
    default: str | None = None,
    catalogue: CatalogueLike | None = None,
) -> AnyModel:
    """The model that an environment variable names, else the default.

    Raises ImproperlyConfigured, with the variable, for an unknown name and for an empty one.

    >>> model_setting("NOT_SET", "dense", default="BAAI/bge-m3").embedding_dim
    1024
    """
    name = os.environ.get(variable) or default
    if name is None:
        raise ImproperlyConfigured(f"{variable} is not set; it names a model")
    try:
        model: AnyModel = model_named(name, model_type, catalogue=catalogue)
    except RegistryError as error:
        raise ImproperlyConfigured(f"{variable}: {error}") from None
    return model

"""From any text to a model: what a setting, an argument or a request says.

    resolve("sentence-transformers/all-MiniLM-L6-v2")                  # AnyModel
    resolve(settings.model, model_type=ModelType.Dense)                # DenseModel
    resolve(settings.model, model_type=ModelType.Llm, unknown=mine)    # or what `mine` returns

A text names a model by its id, its constant, an alias, a repository on the Hub, present or
former, or by what a runtime calls it: Ollama, a provider, fastembed, or a GGUF file. Case does
not matter. Everything else that takes a text looks it up in the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, overload

from registry._generated import (
    AnyModel,
    ColbertModel,
    CrossEncoderModel,
    DenseModel,
    LlmModel,
    ModelType,
    SparseModel,
    TimeseriesModel,
    VisionLanguageModel,
)
from registry.catalogue.here import Catalogue, catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import InputError
from registry.models.model_map import ModelMap
from registry.selection._recent import Recent
from registry.selection.models_here import model_map

Other = TypeVar("Other")

_recent = Recent()


@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Colbert, "colbert"],
    unknown: None = None,
    catalogue: CatalogueLike | None = None,
) -> ColbertModel: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Dense, "dense"],
    unknown: None = None,
    catalogue: CatalogueLike | None = None,
) -> DenseModel: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Sparse, "sparse"],
    unknown: None = None,
    catalogue: CatalogueLike | None = None,
) -> SparseModel: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.CrossEncoder, "cross-encoder"],
    unknown: None = None,
    catalogue: CatalogueLike | None = None,
) -> CrossEncoderModel: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.VisionLanguage, "vision-language"],
    unknown: None = None,
    catalogue: CatalogueLike | None = None,
) -> VisionLanguageModel: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Llm, "llm"],
    unknown: None = None,
    catalogue: CatalogueLike | None = None,
) -> LlmModel: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Timeseries, "timeseries"],
    unknown: None = None,
    catalogue: CatalogueLike | None = None,
) -> TimeseriesModel: ...
@overload
def resolve(
    text: str,
    *,
    model_type: str | None = None,
    unknown: None = None,
    catalogue: CatalogueLike | None = None,
) -> AnyModel: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Colbert, "colbert"],
    unknown: Callable[[str], Other],
    catalogue: CatalogueLike | None = None,
) -> ColbertModel | Other: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Dense, "dense"],
    unknown: Callable[[str], Other],
    catalogue: CatalogueLike | None = None,
) -> DenseModel | Other: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Sparse, "sparse"],
    unknown: Callable[[str], Other],
    catalogue: CatalogueLike | None = None,
) -> SparseModel | Other: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.CrossEncoder, "cross-encoder"],
    unknown: Callable[[str], Other],
    catalogue: CatalogueLike | None = None,
) -> CrossEncoderModel | Other: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.VisionLanguage, "vision-language"],
    unknown: Callable[[str], Other],
    catalogue: CatalogueLike | None = None,
) -> VisionLanguageModel | Other: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Llm, "llm"],
    unknown: Callable[[str], Other],
    catalogue: CatalogueLike | None = None,
) -> LlmModel | Other: ...
@overload
def resolve(
    text: str,
    *,
    model_type: Literal[ModelType.Timeseries, "timeseries"],
    unknown: Callable[[str], Other],
    catalogue: CatalogueLike | None = None,
) -> TimeseriesModel | Other: ...
@overload
def resolve(
    text: str,
    *,
    model_type: str | None = None,
    unknown: Callable[[str], Other],
    catalogue: CatalogueLike | None = None,
) -> AnyModel | Other: ...
def resolve(
    text: str,
    *,
    model_type: str | None = None,
    unknown: Callable[[str], Any] | None = None,
    catalogue: CatalogueLike | None = None,
) -> Any:
    """The model that a text from outside names, in the catalogue used here or a given one.

    `model_type`, a ModelType or its text, says which kind is wanted, and tells type checkers what
    is returned. `unknown` makes a model from a text that names none: `ModelConfig.unregistered`, or
    any function.

    Raises UnknownModelError, which is also a ValueError and names the nearest ones in at most 300
    characters; for a model of another type it does so whatever `unknown` is. Raises
    AmbiguousModelError if several models share the name, InputError for a model_type that does not
    exist, CatalogueFileError for a catalogue with problems.

    >>> resolve("BAAI/bge-m3").id, resolve("miniLM", model_type=ModelType.Dense).id
    ('bge-m3', 'all-minilm-l6-v2')
    >>> resolve("acme/embed", unknown=lambda name: name.upper())
    'ACME/EMBED'
    """
    if catalogue is None and _recent.still_holds():
        try:
            return _recent.found[text, model_type]
        except (KeyError, TypeError):  # not yet, or not a text at all
            pass
    if not _is_text(text):
        raise InputError(f"resolve takes the name of a model, not {text!r}")
    here = catalogue_here(catalogue)
    models: ModelMap[Any] = model_map(here, _kind(here, model_type))
    if unknown is not None and not models.knows(text):
        return unknown(text)
    model = models.require(text)
    if catalogue is None:
        _recent.remember(here, (text, model_type), model)
    return model


def _kind(here: Catalogue, model_type: str | None) -> str:
    """A type as a text, "" for all."""
    if model_type is None:
        return ""
    kinds = list(dict.fromkeys(map(str, (*ModelType, *here.module.ModelType))))
    if (kind := str(model_type)) not in kinds:
        raise InputError(f"there is no model_type {kind!r}; there are {', '.join(kinds)}")
    return kind


def _is_text(value: object) -> bool:
    """Whether it is a text: a caller without a type checker may pass an unset variable, None."""
    return isinstance(value, str)

"""Looking many models up."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

from itertools import chain

from . import MODULES, LazyModule
from .lookup import models_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Final, Literal, overload

    from . import aliases
    from .aliases import AnyModel
else:
    aliases = LazyModule(f"{__package__}.aliases")

    def overload(function):
        return function


_by_type: Final[dict[str, tuple[AnyModel, ...]]] = {}


@overload
def models_by_type(
    model_type: Literal[aliases.ModelType.Colbert],
) -> tuple[aliases.ColbertModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[aliases.ModelType.Dense],
) -> tuple[aliases.DenseModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[aliases.ModelType.Sparse],
) -> tuple[aliases.SparseModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[aliases.ModelType.CrossEncoder],
) -> tuple[aliases.CrossEncoderModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[aliases.ModelType.VisionLanguage],
) -> tuple[aliases.VisionLanguageModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[aliases.ModelType.Llm],
) -> tuple[aliases.LlmModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[aliases.ModelType.Timeseries],
) -> tuple[aliases.TimeseriesModel, ...]: ...
@overload
def models_by_type(
    model_type: Literal[aliases.ModelType.Speech],
) -> tuple[aliases.SpeechModel, ...]: ...
@overload
def models_by_type(
    model_type: aliases.ModelType,
) -> tuple[aliases.AnyModel, ...]: ...
def models_by_type(
    model_type: aliases.ModelType,
) -> tuple[aliases.AnyModel, ...]:
    """The models of one type, in catalogue order; none of a type that there is not.

    >>> {model.kind for model in models_by_type(aliases.ModelType.Colbert)}
    {'colbert'}
    """
    try:
        return _by_type[model_type]
    except KeyError:
        return _load_type(model_type)


def _load_type(model_type: str) -> tuple[AnyModel, ...]:
    groups = map(models_in, MODULES.get(model_type, ()))
    return _by_type.setdefault(model_type, tuple(chain.from_iterable(groups)))


# The types whose models have a field that is asked for; others need not be imported.
_TYPES_WITH: Final[Mapping[str, Iterable[str]]] = {
    "embedding_dim": [
        "colbert",
        "dense",
        "sparse",
        "vision-language",
    ],
    "languages": [
        "colbert",
        "dense",
        "sparse",
        "cross-encoder",
        "vision-language",
        "llm",
        "speech",
    ],
    "matryoshka_dims": [
        "colbert",
        "dense",
        "vision-language",
    ],
}

_groups: Final[dict[tuple[str, str | None], dict[str, tuple[AnyModel, ...]]]] = {}


def _having(name: str, model_type: str | None = None) -> Iterable[Any]:
    """The models of the classes with a field, of one type if given."""
    for each in _TYPES_WITH.get(name, MODULES):
        if model_type is None or each == model_type:
            yield from _by_type.get(each) or _load_type(each)


def _group(name: str, word: str, model_type: str | None = None) -> tuple[AnyModel, ...]:
    """The models whose field is a word, or has it among others; case does not matter."""
    groups = _groups.get((name, model_type))
    if groups is None:
        found: dict[str, dict[str, AnyModel]] = {}
        for model in _having(name, model_type):
            value: Any = getattr(model, name)
            for each in [value] if isinstance(value, str) else value or ():
                found.setdefault(each.casefold(), {})[model.id] = model
        groups = {each: tuple(models.values()) for each, models in found.items()}
        _groups[name, model_type] = groups
    return groups.get(word.casefold(), ())


def models_by_organization(organization: str) -> tuple[aliases.AnyModel, ...]:
    """The models of an organization, in catalogue order; case does not matter."""
    return _group("organization", organization)


def models_by_license(license: str) -> tuple[aliases.AnyModel, ...]:
    """The models under a license (SPDX), in catalogue order; case does not matter."""
    return _group("license", license)


def models_by_modality(modality: aliases.Modality) -> tuple[aliases.AnyModel, ...]:
    """The models that read "text", "image" ..., in catalogue order."""
    return _group("modalities", modality)


def models_by_language(language: str) -> tuple[aliases.AnyModel, ...]:
    """The models for a language (ISO 639 code), in catalogue order."""
    return _group("languages", language)


def models_by_max_embedding_dim(max_dim: int) -> tuple[aliases.EmbeddingModel, ...]:
    """The models whose vectors have at most `max_dim` dimensions, in catalogue order."""
    return tuple(model for model in _having("embedding_dim") if _fits(model, max_dim))


def _fits(model: Any, max_dim: int) -> bool:
    dim = getattr(model, "embedding_dim", None)
    return dim is not None and dim <= max_dim


def models_with_matryoshka(
    dim: int | None = None,
) -> tuple[aliases.MatryoshkaModel, ...]:
    """The models whose vectors may be truncated; to exactly `dim` if given."""
    return tuple(
        model
        for model in _having("matryoshka_dims")
        if _truncates(model) and (dim is None or dim in model.matryoshka_dims)
    )


def _truncates(model: Any) -> bool:
    return hasattr(model, "matryoshka_dims") and getattr(model, "matryoshka", False)


@overload
def find_models(
    *,
    model_type: Literal[aliases.ModelType.Colbert],
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.ColbertModel, ...]: ...
@overload
def find_models(
    *,
    model_type: Literal[aliases.ModelType.Dense],
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.DenseModel, ...]: ...
@overload
def find_models(
    *,
    model_type: Literal[aliases.ModelType.Sparse],
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.SparseModel, ...]: ...
@overload
def find_models(
    *,
    model_type: Literal[aliases.ModelType.CrossEncoder],
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.CrossEncoderModel, ...]: ...
@overload
def find_models(
    *,
    model_type: Literal[aliases.ModelType.VisionLanguage],
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.VisionLanguageModel, ...]: ...
@overload
def find_models(
    *,
    model_type: Literal[aliases.ModelType.Llm],
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.LlmModel, ...]: ...
@overload
def find_models(
    *,
    model_type: Literal[aliases.ModelType.Timeseries],
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.TimeseriesModel, ...]: ...
@overload
def find_models(
    *,
    model_type: Literal[aliases.ModelType.Speech],
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.SpeechModel, ...]: ...
@overload
def find_models(
    *,
    model_type: aliases.ModelType | None = None,
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.AnyModel, ...]: ...
def find_models(
    *,
    model_type: aliases.ModelType | None = None,
    organization: str | None = None,
    language: str | None = None,
    license: str | None = None,
    modality: aliases.Modality | None = None,
    max_embedding_dim: int | None = None,
    matryoshka: bool | None = None,
    status: aliases.Status | None = None,
) -> tuple[aliases.AnyModel, ...]:
    """The models that match all arguments, in catalogue order.

    >>> {model.kind for model in find_models(model_type=aliases.ModelType.Colbert)}
    {'colbert'}
    """
    asked = (
        ("organization", organization),
        ("languages", language),
        ("license", license),
        ("modalities", modality),
    )
    groups = [_group(name, word, model_type) for name, word in asked if word]
    found = groups[0] if groups else tuple(_having("id", model_type))
    for group in groups[1:]:
        ids = {model.id for model in group}
        found = tuple(model for model in found if model.id in ids)
    if max_embedding_dim is not None:
        found = tuple(model for model in found if _fits(model, max_embedding_dim))
    if matryoshka is not None:
        found = tuple(model for model in found if _truncates(model) is matryoshka)
    if status is not None:
        found = tuple(model for model in found if model.status == status)
    return found

"""Looking one model up."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

from . import LazyModule, all_ids, module_of, part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final, Literal, overload

    from typing_extensions import deprecated

    from . import aliases
    from .aliases import AnyModel
    from .ids import (
        ColbertModelId,
        DenseModelId,
        SparseModelId,
        CrossEncoderModelId,
        VisionLanguageModelId,
        LlmModelId,
        TimeseriesModelId,
        SpeechModelId,
        ModelId,
    )
else:
    from _collections_abc import Mapping

    aliases = LazyModule(f"{__package__}.aliases")

    def overload(function):
        return function

    def deprecated(message):
        return overload


_loaded: Final[dict[str, AnyModel]] = {}


def models_in(module: str) -> tuple[aliases.AnyModel, ...]:
    """The models of one module of constants, imported now if it has not been yet."""
    imported = vars(part(module))
    models: tuple[AnyModel, ...] = tuple(imported[name] for name in imported["__all__"])
    _loaded.update((model.id, model) for model in models)
    return models


def _load(model_id: str) -> AnyModel | None:
    module = module_of(model_id)
    if module is not None:
        models_in(module)
    return _loaded.get(model_id)


@overload
@deprecated("dense-10 is deprecated; use dense-small")
def get_model(
    model_id: Literal["dense-10"],
) -> aliases.DenseModel: ...
@overload
def get_model(
    model_id: ColbertModelId,
) -> aliases.ColbertModel: ...
@overload
def get_model(
    model_id: DenseModelId,
) -> aliases.DenseModel: ...
@overload
def get_model(
    model_id: SparseModelId,
) -> aliases.SparseModel: ...
@overload
def get_model(
    model_id: CrossEncoderModelId,
) -> aliases.CrossEncoderModel: ...
@overload
def get_model(
    model_id: VisionLanguageModelId,
) -> aliases.VisionLanguageModel: ...
@overload
def get_model(
    model_id: LlmModelId,
) -> aliases.LlmModel: ...
@overload
def get_model(
    model_id: TimeseriesModelId,
) -> aliases.TimeseriesModel: ...
@overload
def get_model(
    model_id: SpeechModelId,
) -> aliases.SpeechModel: ...
@overload
def get_model(
    model_id: ModelId,
) -> aliases.AnyModel: ...
def get_model(model_id: str) -> aliases.AnyModel:
    """The model of an id; a checker refuses a literal that is none.

    Raises UnknownModelError, with the nearest ids. For text that is not a literal, aliases
    and Hub repositories there is `find_model`.

    >>> get_model("late-interaction").id
    'late-interaction'
    """
    model = _loaded.get(model_id) or _load(model_id)
    if model is None:
        from .errors import UnknownModelError

        raise UnknownModelError(model_id)
    return model


@overload
def find_model(
    key: str,
    *,
    model_type: Literal[aliases.ModelType.Colbert],
) -> aliases.ColbertModel | None: ...
@overload
def find_model(
    key: str,
    *,
    model_type: Literal[aliases.ModelType.Dense],
) -> aliases.DenseModel | None: ...
@overload
def find_model(
    key: str,
    *,
    model_type: Literal[aliases.ModelType.Sparse],
) -> aliases.SparseModel | None: ...
@overload
def find_model(
    key: str,
    *,
    model_type: Literal[aliases.ModelType.CrossEncoder],
) -> aliases.CrossEncoderModel | None: ...
@overload
def find_model(
    key: str,
    *,
    model_type: Literal[aliases.ModelType.VisionLanguage],
) -> aliases.VisionLanguageModel | None: ...
@overload
def find_model(
    key: str,
    *,
    model_type: Literal[aliases.ModelType.Llm],
) -> aliases.LlmModel | None: ...
@overload
def find_model(
    key: str,
    *,
    model_type: Literal[aliases.ModelType.Timeseries],
) -> aliases.TimeseriesModel | None: ...
@overload
def find_model(
    key: str,
    *,
    model_type: Literal[aliases.ModelType.Speech],
) -> aliases.SpeechModel | None: ...
@overload
def find_model(
    key: str,
    *,
    model_type: aliases.ModelType | None = None,
) -> aliases.AnyModel | None: ...
def find_model(
    key: str,
    *,
    model_type: aliases.ModelType | None = None,
) -> aliases.AnyModel | None:
    """The model with this name, without regard to case, or None.

    A name is an id, a constant, an alias, a Hub repository, present or former, or what a
    runtime calls the model: Ollama, a provider, fastembed; or a GGUF file.

    Raises AmbiguousModelError where several models share the key; `model_type` decides.

    >>> found = find_model("LATE-INTERACTION")
    >>> found and found.id
    'late-interaction'
    """
    exact = _loaded.get(key)
    found = [exact] if exact else [MODELS_BY_ID[each] for each in _named(key)]
    if model_type is not None:
        kind: str = model_type
        found = [model for model in found if model.kind == kind]
    if len(found) > 1:
        from .errors import AmbiguousModelError

        raise AmbiguousModelError(key, tuple(model.id for model in found))
    return found[0] if found else None


def _named(key: str) -> tuple[str, ...]:
    from .keys import IDS_BY_NAME, ids_named

    return ids_named(IDS_BY_NAME, key)


class _ModelsById(Mapping["str", "AnyModel"]):
    """Every model by its id; a model is imported when it is asked for."""

    def __getitem__(self, model_id: str) -> AnyModel:
        model = _loaded.get(model_id) or _load(model_id)
        if model is None:
            raise KeyError(model_id)
        return model

    if not TYPE_CHECKING:  # as Mapping's own, but without importing the model

        def __contains__(self, model_id):
            return model_id in _loaded or (
                isinstance(model_id, str) and module_of(model_id) is not None
            )

    def __iter__(self) -> Iterator[str]:
        return iter(all_ids())

    def __len__(self) -> int:
        return len(all_ids())

    def __repr__(self) -> str:
        return f"<{len(self)} models by id>"


MODELS_BY_ID: Final[Mapping[str, AnyModel]] = _ModelsById()
"""Every model by its id, in catalogue order. Looking one up imports no other types."""

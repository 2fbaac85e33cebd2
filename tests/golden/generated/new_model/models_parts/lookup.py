"""Looking one model up."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "981ed61da500a5ad")

from . import LazyModule, all_ids, module_of, part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final, Literal, overload

    from . import aliases, ids
    from .aliases import AnyModel
else:
    from _collections_abc import Mapping

    aliases = LazyModule(f"{__package__}.aliases")
    ids = LazyModule(f"{__package__}.ids")

    def overload(function):
        return function


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


def get_model(model_id: ids.ModelId) -> aliases.AnyModel:
    """The model of an id; a checker refuses a literal that is none.

    Raises UnknownModelError, with the nearest ids. For text that is not a literal, aliases
    and Hub repositories there is `find_model`.

    >>> get_model("new-model").id
    'new-model'
    """
    model = _loaded.get(model_id) or _load(model_id)
    if model is None:
        from .errors import UnknownModelError

        raise UnknownModelError(model_id)
    return model


def find_model(
    key: str,
    *,
    model_type: aliases.ModelType | None = None,
) -> aliases.AnyModel | None:
    """The model with this name, without regard to case, or None.

    A name is an id, a constant, an alias, a Hub repository, present or former, or what a
    runtime calls the model: Ollama, a provider, fastembed; or a GGUF file.

    Raises AmbiguousModelError where several models share the key; `model_type` decides.

    >>> found = find_model("NEW-MODEL")
    >>> found and found.id
    'new-model'
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

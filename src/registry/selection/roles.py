"""Which model serves as embedding, as cross-encoder and as llm: set in one place.

The catalogue has defaults (`selected` in models.json). A project overrides them in its
pyproject.toml, the nearest one from the current folder upwards:

    [tool.registry.selected]
    embedding = "all-mpnet-base-v2"

There, `embedding = {env = "EMBED_MODEL", default = "all-mpnet-base-v2"}` consults a variable of the
project's own first. The environment overrides both: REGISTRY_EMBEDDING_MODEL,
REGISTRY_CROSS_ENCODER_MODEL, REGISTRY_LLM_MODEL; an empty variable counts as unset. Whatever
`resolve` accepts names a model. Nothing is cached: what counts is the folder and the environment at
the time of the call.

`EMBEDDING_MODELS`, `CROSS_ENCODER_MODELS` and `LLM_MODELS` hold what may be selected: the models
of the catalogue used here (`registry.catalogue.places`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar, overload

from registry._generated import CrossEncoderModel, DenseModel, LlmModel
from registry.catalogue.here import Catalogue, catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import AmbiguousModelError, SelectionError, UnknownModelError
from registry.models.kinds import Registered
from registry.models.model_map import ModelMap
from registry.selection.models_here import ModelsHere, model_map
from registry.selection.pyproject import find_pyproject, read_selected

Role = Literal["embedding", "cross_encoder", "llm"]
Source = Literal["environment", "pyproject", "catalogue"]

# Models of another catalogue have classes of its own, with the same fields: both come from one
# schema. So the public classes say what a type checker needs to know about them.
EMBEDDING_MODELS: Final = ModelsHere[DenseModel]("dense")
"""The dense models of the catalogue used here, by any of their names."""
CROSS_ENCODER_MODELS: Final = ModelsHere[CrossEncoderModel]("cross-encoder")
"""The cross-encoders by any of their names: `CROSS_ENCODER_MODELS["miniLM"]`."""
LLM_MODELS: Final = ModelsHere[LlmModel]("llm")
"""The language models by any of their names: `LLM_MODELS["mistral"]`."""

ROLES: Final[dict[Role, str]] = {
    "embedding": "dense",
    "cross_encoder": "cross-encoder",
    "llm": "llm",
}
"""Every role, and the type of the models that may serve in it."""

Model_co = TypeVar("Model_co", bound=Registered, covariant=True)


@dataclass(frozen=True)
class Selection(Generic[Model_co]):
    """The model of a role, and where that is set.

    `origin` is the variable, the file and line ("pyproject.toml:12"), or "catalogue".
    """

    role: Role
    model: Model_co
    source: Source
    origin: str


def selected_embedding_model(catalogue: CatalogueLike | None = None) -> DenseModel:
    """The model that embeds texts here, from the catalogue used here unless one is given.

    Raises SelectionError.

    >>> selected_embedding_model() in EMBEDDING_MODELS.values()
    True
    """
    return selection("embedding", catalogue).model


def selected_cross_encoder_model(catalogue: CatalogueLike | None = None) -> CrossEncoderModel:
    """The model that reranks here. Raises SelectionError."""
    return selection("cross_encoder", catalogue).model


def selected_llm_model(catalogue: CatalogueLike | None = None) -> LlmModel:
    """The model that writes here. Raises SelectionError."""
    return selection("llm", catalogue).model


@overload
def selection(
    role: Literal["embedding"], catalogue: CatalogueLike | None = None
) -> Selection[DenseModel]: ...
@overload
def selection(
    role: Literal["cross_encoder"], catalogue: CatalogueLike | None = None
) -> Selection[CrossEncoderModel]: ...
@overload
def selection(
    role: Literal["llm"], catalogue: CatalogueLike | None = None
) -> Selection[LlmModel]: ...
@overload
def selection(role: Role, catalogue: CatalogueLike | None = None) -> Selection[Registered]: ...
def selection(role: Role, catalogue: CatalogueLike | None = None) -> Selection[Registered]:
    """The model of a role, and where it is named.

    Raises SelectionError, which names the variable or the file and line, for a selection that
    names no model or one of the wrong type, and for a pyproject.toml that cannot be read;
    CatalogueFileError for a catalogue with problems.
    """
    if role not in ROLES:
        raise SelectionError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
    name = variable(role)
    if text := os.environ.get(name):
        model = _named(catalogue_here(catalogue), role, text, name)
        return Selection(role, model, "environment", name)
    path = find_pyproject()
    if path is not None and (written := read_selected(path, tuple(ROLES)).get(role)):
        place = written.variable or f"{written.place}: {role}"
        model = _named(catalogue_here(catalogue), role, written.text, place)
        if written.variable is not None:
            return Selection(role, model, "environment", written.variable)
        return Selection(role, model, "pyproject", written.place)
    here = catalogue_here(catalogue)
    defaults = here.module.SELECTED_DEFAULTS
    if role not in defaults:
        raise SelectionError(f"the catalogue {here.name} selects no {role}; set {name}")
    return Selection(role, defaults[role], "catalogue", "catalogue")


def is_selected(role: Role, catalogue: CatalogueLike | None = None) -> bool:
    """Whether a role's model is set anywhere; a catalogue of your own need not do so.

    Raises SelectionError for a selection that is wrong.
    """
    if role in catalogue_here(catalogue).module.SELECTED_DEFAULTS or os.environ.get(variable(role)):
        return True
    path = find_pyproject()
    return path is not None and role in read_selected(path, tuple(ROLES))


def no_selection(catalogue: CatalogueLike | None = None) -> SelectionError:
    """The error that no role is filled."""
    name = catalogue_here(catalogue).name
    return SelectionError(f"the catalogue {name} selects no models; `registry select ROLE ID` does")


def variable(role: Role) -> str:
    """The environment variable of a role.

    >>> variable("cross_encoder")
    'REGISTRY_CROSS_ENCODER_MODEL'
    """
    return f"REGISTRY_{role.upper()}_MODEL"


def _named(here: Catalogue, role: Role, text: str, place: str) -> Registered:
    models: ModelMap[Registered] = model_map(here, ROLES[role])
    try:
        return models.require(text)
    except (AmbiguousModelError, UnknownModelError) as error:
        raise SelectionError(f"{place}: {error}") from None

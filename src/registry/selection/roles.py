"""Which model serves as embedding, as cross-encoder and as llm: said in one place.

The catalogue has defaults (`selected` in models.json). A project overrules them in its
pyproject.toml, the nearest one from the current folder upwards:

    [tool.registry.selected]
    embedding = "all-mpnet-base-v2"

and the environment overrules both: REGISTRY_EMBEDDING_MODEL, REGISTRY_CROSS_ENCODER_MODEL,
REGISTRY_LLM_MODEL; an empty variable counts as none. Ids, aliases and Hub repositories all name
a model. Nothing is cached: what counts is the folder and the environment at the time of asking.

`EMBEDDING_MODELS`, `CROSS_ENCODER_MODELS` and `LLM_MODELS` hold what may be selected.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar, overload

from registry._generated import (
    SELECTED_DEFAULTS,
    AmbiguousModelError,
    AnyModel,
    CrossEncoderModel,
    DenseModel,
    LlmModel,
    ModelType,
    models_by_type,
)
from registry.errors import SelectionError
from registry.models.model_map import ModelMap
from registry.selection.pyproject import find_pyproject, read_selected

Role = Literal["embedding", "cross_encoder", "llm"]
Source = Literal["environment", "pyproject", "catalogue"]

EMBEDDING_MODELS: Final = ModelMap("dense", models_by_type(ModelType.Dense))
"""The dense models by id and alias: `EMBEDDING_MODELS["miniLM"]`."""
CROSS_ENCODER_MODELS: Final = ModelMap("cross-encoder", models_by_type(ModelType.CrossEncoder))
"""The cross-encoders by id and alias: `CROSS_ENCODER_MODELS["miniLM"]`."""
LLM_MODELS: Final = ModelMap("llm", models_by_type(ModelType.Llm))
"""The language models by id and alias: `LLM_MODELS["mistral"]`."""

CANDIDATES: Final[dict[Role, ModelMap[AnyModel]]] = {
    "embedding": EMBEDDING_MODELS,
    "cross_encoder": CROSS_ENCODER_MODELS,
    "llm": LLM_MODELS,
}
"""Every role, and the models that may serve in it."""

Model_co = TypeVar("Model_co", bound=AnyModel, covariant=True)


@dataclass(frozen=True)
class Selection(Generic[Model_co]):
    """The model that serves in a role, and who says so.

    `origin` is the variable, the file and line ("pyproject.toml:12"), or "catalogue".
    """

    role: Role
    model: Model_co
    source: Source
    origin: str


def selected_embedding_model() -> DenseModel:
    """The model that embeds texts here. Raises SelectionError.

    >>> selected_embedding_model() in EMBEDDING_MODELS.values()
    True
    """
    return selection("embedding").model


def selected_cross_encoder_model() -> CrossEncoderModel:
    """The model that reranks here. Raises SelectionError."""
    return selection("cross_encoder").model


def selected_llm_model() -> LlmModel:
    """The model that writes here. Raises SelectionError."""
    return selection("llm").model


@overload
def selection(role: Literal["embedding"]) -> Selection[DenseModel]: ...
@overload
def selection(role: Literal["cross_encoder"]) -> Selection[CrossEncoderModel]: ...
@overload
def selection(role: Literal["llm"]) -> Selection[LlmModel]: ...
@overload
def selection(role: Role) -> Selection[AnyModel]: ...
def selection(role: Role) -> Selection[AnyModel]:
    """The model of a role, and where that is said.

    Raises SelectionError, which names the variable or the file and line, for a selection that
    names no model or one of the wrong type, and for a pyproject.toml that cannot be read.
    """
    if role not in CANDIDATES:
        raise SelectionError(f"there is no role {role!r}; there are {', '.join(CANDIDATES)}")
    name = variable(role)
    # Looked at first: with it one gets by while pyproject.toml is broken.
    if text := os.environ.get(name):
        return Selection(role, _named(role, text, name), "environment", name)
    path = find_pyproject()
    if path is not None and (written := read_selected(path, tuple(CANDIDATES)).get(role)):
        place = f"{written.place}: {role}"
        return Selection(role, _named(role, written.text, place), "pyproject", written.place)
    if role not in SELECTED_DEFAULTS:  # built from a catalogue of somebody's own
        raise SelectionError(f"the catalogue selects no {role}; set {name}")
    return Selection(role, SELECTED_DEFAULTS[role], "catalogue", "catalogue")


def variable(role: Role) -> str:
    """The environment variable of a role.

    >>> variable("cross_encoder")
    'REGISTRY_CROSS_ENCODER_MODEL'
    """
    return f"REGISTRY_{role.upper()}_MODEL"


def _named(role: Role, text: str, place: str) -> AnyModel:
    models = CANDIDATES[role]
    try:
        model = models.find(text)
    except AmbiguousModelError as error:
        raise SelectionError(f"{place}: {error}") from None
    if model is None:
        raise SelectionError(f"{place}: {models.explain(text)}")
    return model

"""Backends by name.

Others add theirs through the entry point group `registry.backends`:

    [project.entry-points."registry.backends"]
    vllm = "acme_vllm:VllmBackend"

A backend's module is imported on first use, so that listing the names is cheap.
"""

from __future__ import annotations

import difflib
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from registry.backends.interface import ModelBackend
from registry.errors import BackendError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

GROUP = "registry.backends"

# name -> "module:class", as in an entry point.
_OWN = {
    "sentence-transformers": "registry.backends.sentence_transformers:SentenceTransformersBackend",
    "transformers": "registry.backends.transformers:TransformersBackend",
    "openvino": "registry.backends.openvino:OpenVinoBackend",
    "onnx": "registry.backends.onnx:OnnxBackend",
    "ollama": "registry.backends.ollama:OllamaBackend",
    "openai": "registry.backends.openai:OpenAIBackend",
}
# The extra of the distribution that brings what a backend imports.
_EXTRAS = {"openvino": "openvino", "onnx": "onnx", "ollama": "ollama", "openai": "hub"}
_DEFAULTS = {"llm": "transformers"}
_ENGINES = {"openvino": "openvino", "onnx": "onnxruntime"}


def backend_names() -> tuple[str, ...]:
    """The names of all backends, our own first."""
    others = sorted({point.name for point in _points()} - _OWN.keys())
    return (*_OWN, *others)


def is_own_backend(name: str) -> bool:
    """Whether a backend is one of ours, so that what it loads is known."""
    return name in _OWN


def default_backend(kind: str) -> str:
    """The backend that loads a kind of model by default, or for "auto".

    Encoders run on sentence-transformers or, if it is not installed, on an installed engine. Raises
    MissingExtraError if there is none: the smallest sufficient extra comes first in it.
    """
    if kind in _DEFAULTS:
        return _DEFAULTS[kind]
    if find_spec("sentence_transformers") is None:
        for name, package in _ENGINES.items():
            if find_spec(package) is not None:
                return name
        raise MissingExtraError("what runs encoders", "openvino", "onnx", "encoders")
    return "sentence-transformers"


def _points() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points  # 30 ms, of every first vector

    return entry_points(group=GROUP)


def _own(name: str) -> object:
    module, _, attribute = _OWN[name].partition(":")
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError as error:
        if (error.name or "registry").partition(".")[0] == "registry":
            raise  # ours: no extra would bring it
        raise MissingExtraError(str(error.name), _EXTRAS.get(name, "encoders")) from None


@lru_cache(maxsize=32)
def get_backend(name: str) -> ModelBackend:
    """The backend with a name. Raises BackendError with the available names."""
    if name in _OWN:
        found: object = _own(name)
    else:
        points = [point for point in _points() if point.name == name]
        if not points:
            near = difflib.get_close_matches(name, backend_names(), n=1)
            hint = (
                f"did you mean {near[0]!r}?" if near else f"there are {', '.join(backend_names())}"
            )
            raise BackendError(f"there is no backend {name!r}; {hint}")
        try:
            found = points[0].load()
        except Exception as error:  # third-party code: it may raise anything
            raise BackendError(
                f"the backend {name!r} cannot be imported from {points[0].value}: "
                f"{type(error).__name__}: {error}"
            ) from error
    if not (isinstance(found, type) and issubclass(found, ModelBackend)):
        raise BackendError(
            f"the backend {name!r} is not a subclass of registry.backends.ModelBackend"
        )
    return found()

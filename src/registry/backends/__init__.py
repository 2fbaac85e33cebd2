"""Backends by name.

Others add theirs through the entry point group `registry.backends`:

    [project.entry-points."registry.backends"]
    vllm = "acme_vllm:VllmBackend"

A backend's module is imported when it is first asked for, so that listing the names is free.
"""

from __future__ import annotations

import difflib
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec

from registry.backends.interface import ModelBackend
from registry.errors import BackendError, MissingExtraError

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
    others = sorted({point.name for point in entry_points(group=GROUP)} - _OWN.keys())
    return (*_OWN, *others)


def default_backend(kind: str) -> str:
    """The backend that loads a kind of model unless told otherwise, or told "auto".

    Encoders run on sentence-transformers; where it is not installed, on an engine that is. Raises
    MissingExtraError where none is: the smallest that would do comes first in it.
    """
    if kind in _DEFAULTS:
        return _DEFAULTS[kind]
    if find_spec("sentence_transformers") is None:
        for name, package in _ENGINES.items():
            if find_spec(package) is not None:
                return name
        raise MissingExtraError("what runs encoders", "openvino", "onnx", "encoders")
    return "sentence-transformers"


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
    """The backend of a name. Raises BackendError with the names there are."""
    if name in _OWN:
        found: object = _own(name)
    else:
        points = [point for point in entry_points(group=GROUP) if point.name == name]
        if not points:
            near = difflib.get_close_matches(name, backend_names(), n=1)
            hint = (
                f"did you mean {near[0]!r}?" if near else f"there are {', '.join(backend_names())}"
            )
            raise BackendError(f"there is no backend {name!r}; {hint}")
        try:
            found = points[0].load()
        except Exception as error:  # somebody else's code: it may raise anything
            raise BackendError(
                f"the backend {name!r} cannot be imported from {points[0].value}: "
                f"{type(error).__name__}: {error}"
            ) from error
    if not (isinstance(found, type) and issubclass(found, ModelBackend)):
        raise BackendError(f"the backend {name!r} is no class under registry.backends.ModelBackend")
    return found()

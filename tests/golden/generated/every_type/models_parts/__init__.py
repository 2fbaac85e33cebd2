"""The modules of a generated registry: each is imported when something of it is asked for."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

STAMP = "f59063e9645b036e"

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType
    from typing import Final

CATALOGUE_VERSION: Final[str | None] = "1.2.3"
"""The version of the catalogue this package was generated from."""
SCHEMA_VERSION: Final = "1.0"
"""The version of the catalogue's schema."""


def part(name: str) -> ModuleType:
    """One of the modules of this package, imported now if it has not been yet."""
    full_name = f"{__name__}.{name}"
    __import__(full_name)  # importlib would be one more import
    return sys.modules[full_name]


class LazyModule:
    """A module that is imported when something of it is first asked for.

    Annotations name `typing` and `words` by it: they mean something to who asks (such as
    `typing.get_type_hints`), and cost nothing before. Importing `typing`, `enum` and
    `dataclasses` takes longer than everything here.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> object:
        __import__(self._name)
        return getattr(sys.modules[self._name], name)


def same_generation(name: str, stamp: str) -> None:
    """Refuse a file that was not generated together with this one.

    Models and classes of two catalogues, or of two releases, would be mixed silently.
    """
    if stamp != STAMP:
        raise ImportError(
            f"{name} and {__name__} were not generated together: run `registry generate`, "
            "or build and install the package again"
        )


# The modules that hold the models of each type, and the ids in them, in catalogue order.
MODULES: Final[Mapping[str, Mapping[str, str]]] = {
    "colbert": {
        "type_colbert": """
late-interaction
""",
    },
    "dense": {
        "type_dense": """
dense-9
dense-10
dense-small
""",
    },
    "sparse": {
        "type_sparse": """
learned-sparse
""",
    },
    "cross-encoder": {
        "type_cross_encoder": """
reranker
""",
    },
    "vision-language": {
        "type_vision_language": """
pages
""",
    },
    "llm": {
        "type_llm": """
chat
""",
    },
    "timeseries": {
        "type_timeseries": """
forecast
""",
    },
    "speech": {
        "type_speech": """
whisperer
""",
    },
}


def module_of(model_id: str) -> str | None:
    """The module of a model, by its id: one search, without a table of all ids."""
    return _first(model_id, _ids())


def module_of_constant(name: str) -> str | None:
    """The module of a model, by the name of its constant."""
    return _first(name, ((module, _constants(ids)) for module, ids in _ids()))


def all_ids() -> list[str]:
    """The id of every model, in catalogue order."""
    return [model_id for _, ids in _ids() for model_id in ids.split()]


def all_constants() -> list[str]:
    """The name of the constant of every model, in catalogue order."""
    return [name for _, ids in _ids() for name in _constants(ids).split()]


def _ids() -> Iterator[tuple[str, str]]:
    for modules in MODULES.values():
        yield from modules.items()


def _constants(ids: str) -> str:
    return ids.upper().replace("-", "_").replace(".", "_")


def _first(name: str, texts: Iterator[tuple[str, str]]) -> str | None:
    if "\n" in name:
        return None
    line = f"\n{name}\n"
    return next((module for module, text in texts if line in text), None)

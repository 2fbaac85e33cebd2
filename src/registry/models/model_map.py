"""Models by any of their names: the class of EMBEDDING_MODELS and the like."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar, cast

from registry.errors import AmbiguousModelError, UnknownKeyError, UnknownModelError
from registry.models.kinds import Registered
from registry_base.spellings import ids_named

Model_co = TypeVar("Model_co", bound=Registered, covariant=True)

_LONGEST = 300  # characters of a message
_SHOWN = 80


class ModelMap(Mapping[str, Model_co]):
    """A read-only mapping from every name of a model to it, for one type or, without one, all.

    `by_id` holds the models of all types, `names` the ids that each name in lower case may mean;
    `left_out` says why a model that a name may mean is not here.
    Iterating gives ids and aliases in catalogue order, an id before its aliases; a look-up
    takes every other name as well, ignoring case. A missing key raises UnknownKeyError.
    """

    def __init__(
        self,
        kind: str,
        by_id: Mapping[str, Registered],
        names: Mapping[str, tuple[str, ...]],
        left_out: Callable[[str, str], str | None],
    ) -> None:
        self.kind = kind
        self._by_id = by_id
        self._names = names
        self._left_out = left_out

    @cached_property
    def models(self) -> tuple[Model_co, ...]:
        """The models themselves, in catalogue order."""
        # Of the class that `kind` promises, which a checker cannot see.
        return cast("tuple[Model_co, ...]", tuple(filter(self._has, self._by_id.values())))

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(key for model in self.models for key in (model.id, *model.aliases))

    def _has(self, model: Any) -> bool:  # of a class that its catalogue has
        return not self.kind or model.kind == self.kind

    def _named(self, text: str) -> list[Registered]:
        return [self._by_id[each] for each in ids_named(self._names, text)]

    def __getitem__(self, key: str) -> Model_co:
        text = str(key)  # whatever it is, a mapping answers with a KeyError
        model = self.find(key) if text is key else None
        if model is None:
            raise UnknownKeyError(text, self.explain(text), self.suggestions(text))
        return model

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and any(map(self._has, self._named(key)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"<{len(self.models)} {self._noun}s under {len(self)} keys>"

    def find(self, text: str) -> Model_co | None:
        """The model of a name, or None. Raises AmbiguousModelError if several share it."""
        found = [model for model in self._named(text) if self._has(model)]
        if len(found) > 1:
            raise AmbiguousModelError(text, tuple(model.id for model in found))
        return cast("Model_co", found[0]) if found else None

    def knows(self, text: str) -> bool:
        """Whether a text names a model of any type."""
        return bool(ids_named(self._names, text))

    def require(self, text: str) -> Model_co:
        """The model of a name. Raises UnknownModelError and AmbiguousModelError."""
        model = self.find(text)
        if model is None:
            raise UnknownModelError(text, self.explain(text), self.suggestions(text))
        return model

    def suggestions(self, text: str) -> tuple[str, ...]:
        """Suggestions for a text that is not a name: at most three, one per model."""
        folded = text.strip().casefold()
        spelt = {key.casefold(): key for key in self._keys}
        begun = [key for key in spelt if _bare(folded) and _bare(key).startswith(_bare(folded))]
        near: dict[str, str] = {}
        for key in begun or difflib.get_close_matches(folded[:_SHOWN], spelt, n=6):
            near.setdefault(self._named(key)[0].id, spelt[key])
        if not near:  # further off: repositories, and what runtimes call models
            for name in difflib.get_close_matches(folded[:_SHOWN], self._names, n=6):
                for model in filter(self._has, self._named(name)):
                    repository = model.huggingface_id or ""
                    spelt_so = repository.casefold() == name
                    near.setdefault(model.id, repository if spelt_so else name)
        return tuple(near.values())[:3]

    def explain(self, text: str) -> str:
        """Why a text names no model here, and which may be meant, in at most 300 characters."""
        shown = _shown(text)
        problem = f"there is no {self._noun} {shown}"
        if others := [f"{model.id} ({model.kind})" for model in self._named(text)]:
            problem = (
                f"{shown} is not a model of type {self.kind}; it is a name of "
                f"{', '.join(others[:2])}"
            )
        elif (why := self._left_out(text, self.kind)) and len(problem) + len(why) < _LONGEST - 1:
            return f"{problem}: {why}"
        suggestions = self.suggestions(text)
        while suggestions:
            message = f"{problem}; did you mean {' or '.join(suggestions)}?"
            if len(message) <= _LONGEST:
                return message
            suggestions = suggestions[:-1]
        option = f" --type {self.kind}" if self.kind else ""
        return f"{problem}; `registry list{option}` shows them all"

    @property
    def _noun(self) -> str:
        return f"{self.kind} model" if self.kind else "model"


def _shown(text: str) -> str:
    written = repr(text)
    return written if len(written) <= _SHOWN else f"{written[: _SHOWN - 4]}...'"


def _bare(text: str) -> str:
    # "gemma3" begins as "gemma-3-270m-it" does.
    return "".join(filter(str.isalnum, text))

"""Models of one type by their short keys: what EMBEDDING_MODELS and its kin are made of."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from registry.errors import AmbiguousModelError, UnknownKeyError
from registry.models.kinds import Registered

Model_co = TypeVar("Model_co", bound=Registered, covariant=True)


class ModelMap(Mapping[str, Model_co]):
    """A read-only mapping from every id and alias of one type to its model.

    Keys come in catalogue order, an id before its aliases. As with `find_model`, a look-up does
    not mind case. A key that is not there raises UnknownKeyError.
    """

    def __init__(
        self,
        kind: str,
        models: tuple[Model_co, ...],
        every: Collection[Registered] = (),
    ) -> None:
        self.kind = kind
        self.models = models
        self._every = every  # of whatever type, to say what else a key names

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(key for model in self.models for key in (model.id, *model.aliases))

    @cached_property
    def _by_key(self) -> dict[str, Model_co]:
        return {key: models[0] for key, models in self._all_by_key.items()}

    @cached_property
    def _all_by_key(self) -> dict[str, list[Model_co]]:
        # Within a type a key is one model's; over all types an alias may be several models'.
        found: dict[str, list[Model_co]] = {model.id: [model] for model in self.models}
        for model in self.models:
            for alias in model.aliases:
                owners = found.setdefault(alias.casefold(), [])
                if model not in owners:
                    owners.append(model)
        return found

    def __getitem__(self, key: str) -> Model_co:
        if key in self:
            return self._by_key[key.casefold()]
        text = str(key)  # whatever it is, a mapping answers with a KeyError
        raise UnknownKeyError(text, self.explain(text), self.suggestions(text))

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.casefold() in self._by_key

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"<{len(self.models)} {self.kind} models under {len(self)} keys>"

    def find(self, text: str) -> Model_co | None:
        """The model of an id, an alias or a Hub repository, or None.

        Raises AmbiguousModelError for a repository that several models share.
        """
        folded = text.casefold()
        found = self._all_by_key.get(folded) or self._in_repository(folded)
        if len(found) > 1:
            raise AmbiguousModelError(text, tuple(model.id for model in found))
        return found[0] if found else None

    def suggestions(self, text: str) -> tuple[str, ...]:
        """Keys that may be meant by a text that is none: at most three."""
        folded = text.casefold()
        if same := self._in_repository(folded):
            return tuple(model.id for model in same)
        spelt = {key.casefold(): key for key in self._keys}
        near: dict[str, str] = {}  # one key a model
        begun = [key for key in spelt if _bare(folded) and _bare(key).startswith(_bare(folded))]
        for key in begun or difflib.get_close_matches(folded, spelt, n=6):
            near.setdefault(self._by_key[key].id, spelt[key])
        return tuple(near.values())[:3]

    def explain(self, text: str) -> str:
        """Why a text names no model here, and which may be meant."""
        if self._in_repository(text.casefold()):
            problem = f"{text!r} is a Hub repository, no id or alias"
        elif others := self._of_any_type(text):
            problem = f"{text!r} is no {self.kind} model, but a key of {others}"
        else:
            problem = f"there is no {self._noun} {text!r}"
        if suggestions := self.suggestions(text):
            return f"{problem}; did you mean {' or '.join(suggestions)}?"
        option = f" --type {self.kind}" if self.kind else ""
        return f"{problem}; `registry list{option}` shows them all"

    @property
    def _noun(self) -> str:
        return f"{self.kind} model" if self.kind else "model"

    def _in_repository(self, folded: str) -> list[Model_co]:
        return [model for model in self.models if _repository(model) == folded]

    def _of_any_type(self, text: str) -> str:
        """The models of whatever type with this key, with their types."""
        folded = text.casefold()
        found = [
            f"{model.id} ({model.kind})"
            for model in self._every
            if folded in (model.id, _repository(model), *map(str.casefold, model.aliases))
        ]
        return ", ".join(found)


def _repository(model: Registered) -> str | None:
    return None if model.huggingface_id is None else model.huggingface_id.casefold()


def _bare(text: str) -> str:
    # "gemma3" begins as "gemma-3-270m-it" does.
    return "".join(filter(str.isalnum, text))

"""What looking a model up may raise."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "981ed61da500a5ad")

from . import all_ids
from .keys import IDS_BY_NAME, ids_named


class RegistryError(Exception):
    """Root of the errors of this registry.

    RegistryError
    ├── UnknownModelError    no model of that name
    └── AmbiguousModelError  a name that several models share
    """


class UnknownModelError(RegistryError, LookupError, ValueError):
    """No model has that id or name; `suggestions` are those that may have been meant.

    A ValueError too, as for any text from outside that means nothing. The message has at
    most 300 characters.
    """

    def __init__(
        self, key: str, message: str | None = None, suggestions: tuple[str, ...] = ()
    ) -> None:
        if message is None:
            message, suggestions = _explained(key)
        super().__init__(message)
        self.key = key
        self.suggestions = suggestions

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.key, str(self), self.suggestions))


def _explained(key: str) -> tuple[str, tuple[str, ...]]:
    """Why a text is not an id, and the ids that may have been meant."""
    import difflib

    ids, folded = all_ids(), key.casefold()
    same = ids_named(IDS_BY_NAME, key)[:3]
    if same:
        meant = ", ".join(same)
        return f"{_shown(key)} is not an id; it is another name of {meant}", same
    near = _begun(folded, ids) or difflib.get_close_matches(folded, ids, n=3)
    hint = "MODEL_REGISTRY lists them all"
    if near:
        hint = f"did you mean {' or '.join(near)}?"
    return f"there is no model {_shown(key)}; {hint}", tuple(near)


def _shown(key: str) -> str:
    text = repr(key)
    return text if len(text) <= 80 else f"{text[:76]}...'"


def _begun(folded: str, ids: list[str]) -> list[str]:
    """The first ids that begin as a text does: "gemma3" for "gemma-3-270m-it"."""
    bare = "".join(filter(str.isalnum, folded))
    return [
        model_id
        for model_id in ids
        if bare and "".join(filter(str.isalnum, model_id)).startswith(bare)
    ][:3]


class AmbiguousModelError(RegistryError, LookupError, ValueError):
    """A name belongs to several models; `candidates` are their ids."""

    def __init__(self, key: str, candidates: tuple[str, ...]) -> None:
        more = ", ..." if candidates[3:] else ""
        super().__init__(
            f"{_shown(key)} is the key of {', '.join(candidates[:3])}{more}; use one of "
            "these ids, or say which model_type"
        )
        self.key = key
        self.candidates = candidates

    def __reduce__(self) -> tuple[object, ...]:
        return (AmbiguousModelError, (self.key, self.candidates))

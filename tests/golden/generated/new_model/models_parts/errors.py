"""What looking a model up may raise."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "7fa2186524d06092")

from . import all_ids
from .keys import IDS


class RegistryError(Exception):
    """Root of the errors of this registry.

    RegistryError
    ├── UnknownModelError    no model of that id
    └── AmbiguousModelError  a key that several models share
    """


class UnknownModelError(RegistryError, LookupError):
    """No model has that id; `suggestions` are the ids that may have been meant."""

    def __init__(self, key: str) -> None:
        import difflib

        ids, folded = all_ids(), key.casefold()
        same = tuple(each for each in IDS.get(folded, ()) if each != key)
        near = _begun(folded, ids) or difflib.get_close_matches(folded, ids, n=3)
        self.key = key
        self.suggestions: tuple[str, ...] = same or tuple(near)
        if same:
            message = f"{key!r} is no id, but another key of {', '.join(same)}"
        elif near:
            message = f"there is no model {key!r}; did you mean {' or '.join(near)}?"
        else:
            message = f"there is no model {key!r}; MODEL_REGISTRY lists them all"
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        return (UnknownModelError, (self.key,))


def _begun(folded: str, ids: list[str]) -> list[str]:
    """The first ids that begin as a text does: "gemma3" for "gemma-3-270m-it"."""
    bare = "".join(filter(str.isalnum, folded))
    return [
        model_id
        for model_id in ids
        if bare and "".join(filter(str.isalnum, model_id)).startswith(bare)
    ][:3]


class AmbiguousModelError(RegistryError, LookupError):
    """A key belongs to several models; `candidates` are their ids."""

    def __init__(self, key: str, candidates: tuple[str, ...]) -> None:
        super().__init__(
            f"{key!r} is the key of {', '.join(candidates)}; use one of these ids, "
            "or say which model_type"
        )
        self.key = key
        self.candidates = candidates

    def __reduce__(self) -> tuple[object, ...]:
        return (AmbiguousModelError, (self.key, self.candidates))

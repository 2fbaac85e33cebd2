"""Other names of models: Hub repositories and aliases."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "c80ec366f0100a8a")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Hub repository and aliases of each model.
_KEYS: Final = {
    "new-model": ("org/new-model",),
}


def _ids_by_key() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for model_id, keys in _KEYS.items():
        for key in (model_id, *keys):
            found.setdefault(key.casefold(), {})[model_id] = None
    return {key: tuple(ids) for key, ids in found.items()}


IDS: Final = _ids_by_key()
"""The ids of the models that an id, an alias or a Hub repository may mean, in lower case."""

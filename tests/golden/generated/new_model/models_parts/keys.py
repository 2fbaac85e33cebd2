"""Other names of models: Hub repositories and aliases."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "7fa2186524d06092")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Id, Hub repository and aliases of each model, none of which has blanks in it. As text: it
# is read faster than a table of ten thousand tuples.
_KEYS: Final = """
new-model org/new-model
"""


def _ids_by_key() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _KEYS.strip().splitlines():
        model_id, *others = line.split()
        for key in (model_id, *others):
            folded = key.casefold()
            ids = found.get(folded, ())
            if model_id not in ids:
                found[folded] = (*ids, model_id)
    return found


IDS: Final = _ids_by_key()
"""The ids of the models that an id, an alias or a Hub repository may mean, in lower case."""

"""Other names of models: Hub repositories and aliases."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "3f68c0e8252c47da")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Id, Hub repository and aliases of each model, none of which has blanks in it. As text: it
# is read faster than a table of ten thousand tuples.
_KEYS: Final = """
acme-embed acme/embed
acme-scribe acme/scribe
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

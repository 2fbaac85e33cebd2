"""Other names of models: Hub repositories and aliases."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "a06ef835cc66d6ee")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Id, Hub repository and aliases of each model, none of which has blanks in it. As text: it
# is read faster than a table of ten thousand tuples.
_KEYS: Final = """
late-interaction org/late-interaction late colbert-alias
dense-9 org/dense-9
dense-10 org/dense-10
dense-small org/dense-small small
learned-sparse org/learned-sparse
reranker org/reranker small
pages org/pages
chat org/chat
forecast org/forecast
whisperer org/whisperer
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

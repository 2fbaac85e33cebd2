"""The accuracy expected of each kind of model on the checks' examples."""

from __future__ import annotations

from typing import Literal

from registry.bench.results import Check

# By kind, the accuracy below which something is wrong; retrieval.py and cloze.py give reference
# values.
_FLOORS = {"dense": 0.8, "sparse": 0.7, "colbert": 0.8, "cross-encoder": 0.8, "llm": 0.5}


def checked(
    name: Literal["retrieval", "cloze"],
    model: object,
    *,
    accuracy: float,
    ndcg: float | None = None,
) -> Check:
    """A check's result, with the floor of the model's kind if it is made for English prose.

    >>> from registry import ALL_MINILM_L6_V2, TEXT2VEC_BASE_CHINESE
    >>> checked("retrieval", ALL_MINILM_L6_V2, accuracy=0.2).passed
    False
    >>> checked("retrieval", TEXT2VEC_BASE_CHINESE, accuracy=0.2).passed
    """
    floor = _FLOORS[str(getattr(model, "kind", ""))] if _is_for_english_prose(model) else None
    return Check(
        name=name,
        accuracy=accuracy,
        ndcg=ndcg,
        floor=floor,
        passed=None if floor is None else accuracy >= floor,
    )


def _is_for_english_prose(model: object) -> bool:
    # From any registry: a missing fact does not prevent the check.
    languages: tuple[str, ...] = tuple(getattr(model, "languages", None) or ("en",))
    modalities: tuple[str, ...] = tuple(getattr(model, "modalities", None) or ("text",))
    domain: str | None = getattr(model, "domain", None)
    return "en" in languages and modalities == ("text",) and domain is None

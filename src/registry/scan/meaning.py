"""What an identifier, a key or an option says about its value.

Names are read as words: `EMBED_MODEL_NAME`, `embedModelName` and `--embed-model-name` are the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["dim", "length", "window"]
"""What a number is: a vector width; a length that inputs are cut to; a claimed maximum length."""


def _all(names: str) -> frozenset[str]:
    return frozenset(names.split())


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_MODEL = _all(
    "model models llm llms embedder embedders embedding embeddings reranker rerankers encoder "
    "ranker checkpoint checkpoints modelname modelid"
)
# `model_type="mistral"` names an architecture, `embedding_provider="mistral"` a company.
_NO_MODEL = _all(
    "api architecture arch args author backend batch cache class cls collection column count "
    "description device dim dimension dimensions dims dir directory dtype endpoint engine family "
    "field file filename folder format framework host index key kind kwargs label length library "
    "mode organization owner path port prefix prompt provider revision role service size store "
    "conversion doc docs map mapping pattern patterns strategy suffix table task template title "
    "tokens type url version width"
)
_REPOSITORY = _all(
    "repo_id hf_repo hf_repo_id hf_id hub_id huggingface_id model_path model_name_or_path "
    "name_or_path pretrained_model_name_or_path pretrained_model_or_path model_dir"
)
_DIM = _all("dim dims dimension dimensions dimensionality ndims")
_WIDE = _all("vector vectors embedding embeddings embed emb output")
_NO_DIM = _all("head heads hidden ffn inner intermediate image patch batch sparse max")
_LENGTH = (
    "max_length", "max_len", "max_seq_length", "max_seq_len", "max_sequence_length",
    "max_input_length", "max_input_tokens", "max_tokens", "max_model_len", "n_ctx", "num_ctx",
)  # fmt: skip
_WINDOW = ("context_length", "context_window", "context_size", "max_context", "context_len")
_NARROWEST = 32


@lru_cache(maxsize=4096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case.

    >>> words("EMBED_MODEL_NAME"), words("maxSeqLength")
    (('embed', 'model', 'name'), ('max', 'seq', 'length'))
    """
    return tuple(word.lower() for word in _WORDS.findall(name))


@lru_cache(maxsize=4096)
def means_model(name: str) -> bool:
    """Whether the value under this name is a model.

    >>> means_model("RERANK_MODEL"), means_model("model_type"), means_model("color")
    (True, False, False)
    """
    found = words(name)
    if "_".join(found) in _REPOSITORY:
        return True
    return not _MODEL.isdisjoint(found) and _NO_MODEL.isdisjoint(found)


@lru_cache(maxsize=4096)
def role_of(name: str) -> Role | None:
    """Which fact about a model a number under this name states.

    >>> role_of("vector_size"), role_of("MAX_SEQ_LENGTH"), role_of("batch_size")
    ('dim', 'length', None)
    """
    found = words(name)
    snake = "_".join(found)
    if snake.endswith(_WINDOW):
        return "window"
    if snake.endswith(_LENGTH):
        return "length"
    if not _NO_DIM.isdisjoint(found):
        return None
    if not _DIM.isdisjoint(found):
        return "dim"
    wide = not _WIDE.isdisjoint(found) and found[-1] in ("size", "width", "length")
    return "dim" if wide else None


def is_plausible(value: int, role: Role | None) -> bool:
    """Whether a number can be a fact of a model at all: `dim=1` is an axis."""
    return value >= _NARROWEST and (role is None or value < 1 << 24)

"""An unknown prompt of a model whose family was trained with one."""

from __future__ import annotations

import re
import warnings

# Families whose model cards require a prefix for queries.
_FAMILIES = re.compile(
    r"/(multilingual-)?e5-|/bge-(small|base|large)-(en|zh)|nomic-embed-text|arctic-embed"
    r"|mxbai-embed-large|qwen3-embedding|embeddinggemma|/instructor-|stella_en|gte-qwen|/uae-large"
    r"|coderankembed",
    re.IGNORECASE,
)
_warned: set[str] = set()


class UnknownPromptWarning(UserWarning):
    """Queries have no prompt although the model's family was trained with one."""


def warn_of_unknown_prompt(model: object) -> None:
    """Warn once per model if no query prompt is known and its family is known to need one.

    An empty prompt means that none is needed; one in the checkpoint applies automatically.
    """
    prompt: str | None = getattr(model, "query_prompt", "")
    repository: str = getattr(model, "huggingface_id", None) or ""
    if prompt is not None or getattr(model, "prompts_in_checkpoint", None):
        return
    if _FAMILIES.search(repository) and repository not in _warned:
        _warned.add(repository)
        warnings.warn(
            f"{repository}: no query prompt is known, but models of this family need one; set "
            'query_prompt, to "" if none is needed',
            UnknownPromptWarning,
            stacklevel=3,
        )

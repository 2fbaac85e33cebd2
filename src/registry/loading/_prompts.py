"""A prompt that nobody knows, of a model whose family was trained with one."""

from __future__ import annotations

import re
import warnings

# Families whose model cards ask for a text before each query.
_FAMILIES = re.compile(
    r"/(multilingual-)?e5-|/bge-(small|base|large)-(en|zh)|nomic-embed-text|arctic-embed"
    r"|mxbai-embed-large|qwen3-embedding|embeddinggemma|/instructor-|stella_en|gte-qwen|/uae-large"
    r"|coderankembed",
    re.IGNORECASE,
)
_warned: set[str] = set()


class UnknownPromptWarning(UserWarning):
    """Queries go in bare although the model is of a family that was trained with a prompt."""


def warn_of_unknown_prompt(model: object) -> None:
    """Warn once a model where no query prompt is known and its family is known to want one.

    An empty prompt says that none is needed; one in the checkpoint applies by itself.
    """
    prompt: str | None = getattr(model, "query_prompt", "")
    repository: str = getattr(model, "huggingface_id", None) or ""
    if prompt is not None or getattr(model, "prompts_in_checkpoint", None):
        return
    if _FAMILIES.search(repository) and repository not in _warned:
        _warned.add(repository)
        warnings.warn(
            f"{repository}: no query prompt is known, but models of this family want one; set "
            'query_prompt, to "" if none is needed',
            UnknownPromptWarning,
            stacklevel=3,
        )

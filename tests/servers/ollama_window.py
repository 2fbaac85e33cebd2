"""How much of a text an Ollama server reads, and its error if that is less than all.

A token is a word or a sign, which is close enough to reality; two more surround a text.
"""

from __future__ import annotations

import json
import re

from servers.faults import Json

_TOKEN = re.compile(r"\w+|[^\w\s]")
_AROUND = 2  # tokens before and after a text
_TURN = 22  # tokens of a conversation's template
_USUAL_CONTEXT = 4096  # without a GPU
_USUAL_BATCH = 2048


def token_count(text: str) -> int:
    """The tokens of a text.

    >>> token_count("word " * 600)
    602
    """
    return len(_TOKEN.findall(text)) + _AROUND


def conversation_tokens(prompt: str, roles: list[str]) -> int:
    """The tokens of a conversation; in the prompt, roles precede the turns."""
    return token_count(prompt) - 2 * len(roles) + _TURN


def embedding_window(length: int, options: Json) -> int:
    """The number of tokens of a text that are read: the smallest of three limits."""
    context = options.get("num_ctx") or _USUAL_CONTEXT
    return int(min(length, context, options.get("num_batch") or _USUAL_BATCH))


def prompt_window(length: int, options: Json) -> int:
    """The number of tokens for a prompt and its answer."""
    return int(min(length, options.get("num_ctx") or _USUAL_CONTEXT))


def cut(text: str, window: int) -> str:
    """The beginning of a text that fits."""
    tokens = list(_TOKEN.finditer(text))
    fit = max(0, window - _AROUND)
    return text if len(tokens) <= fit else text[: tokens[fit - 1].end() if fit else 0]


def too_long(count: int, window: int) -> str:
    """The error for a prompt that does not fit: JSON inside the JSON of an error."""
    message = (
        f"request ({count} tokens) exceeds the available context size ({window} tokens), "
        "try increasing it"
    )
    error = {
        "code": 400,
        "message": message,
        "type": "exceed_context_size_error",
        "n_prompt_tokens": count,
        "n_ctx": window,
    }
    return json.dumps({"error": error}, separators=(",", ":"))

"""How much of a text an Ollama server reads, and what it says where that is less than all.

A token is a word or a sign, as is near enough to the real thing; two more stand around a text.
"""

from __future__ import annotations

import json
import re

from servers.faults import Json

_TOKEN = re.compile(r"\w+|[^\w\s]")
_AROUND = 2  # tokens before and behind a text
_TURN = 22  # tokens of the template of a conversation
_USUAL_CONTEXT = 4096  # without a GPU
_USUAL_BATCH = 2048


def token_count(text: str) -> int:
    """The tokens of a text.

    >>> token_count("word " * 600)
    602
    """
    return len(_TOKEN.findall(text)) + _AROUND


def conversation_tokens(prompt: str, roles: list[str]) -> int:
    """The tokens of a conversation, whose roles stand before the turns in the prompt."""
    return token_count(prompt) - 2 * len(roles) + _TURN


def embedding_window(length: int, options: Json) -> int:
    """Tokens of a text that are read: the smallest of three limits."""
    context = options.get("num_ctx") or _USUAL_CONTEXT
    return int(min(length, context, options.get("num_batch") or _USUAL_BATCH))


def prompt_window(length: int, options: Json) -> int:
    """Tokens of a prompt and its answer."""
    return int(min(length, options.get("num_ctx") or _USUAL_CONTEXT))


def cut(text: str, window: int) -> str:
    """The beginning of a text that fits."""
    tokens = list(_TOKEN.finditer(text))
    fit = max(0, window - _AROUND)
    return text if len(tokens) <= fit else text[: tokens[fit - 1].end() if fit else 0]


def too_long(count: int, window: int) -> str:
    """What is said of a prompt that does not fit: JSON inside the JSON of an error."""
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

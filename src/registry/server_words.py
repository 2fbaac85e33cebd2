"""The message in an error, as the various servers send it."""

from __future__ import annotations

import json
import re
from typing import cast

from registry.secret import Secret

_LONGEST = 500
_NESTED = 8  # JSON in JSON in JSON: no server nests a message deeper
# Where servers keep the message, in order of preference.
_FIELDS = ("error", "message", "detail", "msg", "error_message")

# How llama.cpp (and so Ollama), vLLM and OpenAI say that a prompt does not fit.
_TOO_LONG = (
    re.compile(
        r"request \((?P<tokens>\d+) tokens\) exceeds the available context size \((?P<window>\d+)"
    ),
    re.compile(r"maximum context length (?:is|of) (?P<window>\d+) tokens\D+(?P<tokens>\d+)"),
)
# OpenAI names the tokens of prompt and answer together before those of the prompt.
_OF_PROMPT = re.compile(r"tokens \((\d+) in the (?:messages|prompt)")
_REFUSING, _FAILING = (400, 413, 422), (424, 500)
_LENGTH = re.compile(
    r"too (?:large|long)\b|too many tokens|less than \d+ tokens"
    r"|exceeds? .*(?:context|sequence|input|tokens|length)",
    re.IGNORECASE,
)
# Ollama answers 400 if the process that runs the model has died.
_DIED = re.compile(r"\bEOF\b|\bterminated\b|connection (?:refused|reset)", re.IGNORECASE)


def refuses_length(status: int | None, words: str) -> bool:
    """Whether an error refuses a text that is valid, so for its length; else the server failed.

    llama.cpp answers 500 then, as servers also do that are overloaded, so its words decide.
    status: None for an error with a status of success.

    >>> refuses_length(500, "input (2002 tokens) is too large to process"), refuses_length(422, "")
    (True, True)
    >>> refuses_length(500, "unsupported value: NaN"), refuses_length(429, "too many requests")
    (False, False)
    """
    if status in _REFUSING:
        return not _DIED.search(words)
    return status in (None, *_FAILING) and _LENGTH.search(words) is not None


def tokens_and_window(words: str) -> tuple[int, int] | None:
    """The tokens of a prompt and of the window that it does not fit in, if the message says so.

    None if tokens of the answer are among them: such a prompt may fit.

    >>> tokens_and_window("maximum context length is 64 tokens. However, you requested 90 tokens")
    (90, 64)
    """
    for pattern in _TOO_LONG:
        if found := pattern.search(words):
            of_prompt = _OF_PROMPT.search(words)
            tokens = int(of_prompt[1] if of_prompt is not None else found["tokens"])
            window = int(found["window"])
            return (tokens, window) if tokens >= window else None
    return None


def server_words(body: object) -> str:
    r"""The message, on one line; empty if there is none, as in an HTML page.

    Takes text, JSON, JSON inside JSON, and the lists of FastAPI.

    >>> server_words('{"error": "{\\"error\\": {\\"message\\": \\"too long\\"}}"}')
    'too long'
    >>> server_words({"detail": [{"loc": ["body", "model"], "msg": "Field required"}]})
    'Field required (body.model)'
    """
    return " ".join(_sentence(body, _NESTED).split())


def quotable(words: str, key: Secret | None) -> str:
    """Words of a server for a message: without the key, which some repeat, and not too long.

    >>> quotable("refused: sk-123", Secret("sk-123"))
    'refused: ***'
    """
    # In this order: of a key that is cut off, the rest would stay.
    return (words if key is None else key.redact(words))[:_LONGEST]


def _sentence(body: object, depth: int) -> str:
    if isinstance(body, str):
        return _of_text(body, depth)
    if depth and isinstance(body, list):
        said = [_sentence(each, depth - 1) for each in cast("list[object]", body)]
        return "; ".join(each for each in said if each)
    if depth and isinstance(body, dict):
        fields = cast("dict[str, object]", body)
        for name in _FIELDS:
            if fields.get(name):
                return _sentence(fields[name], depth - 1) + _place(fields.get("loc"))
    return "" if body is None else f"{body}"


def _of_text(text: str, depth: int) -> str:
    bare = text.strip()
    if bare.startswith("<"):
        return ""
    if depth and bare.startswith(("{", "[")):
        try:
            found = json.loads(bare)
        except (ValueError, RecursionError):
            return text
        if isinstance(found, (dict, list)):
            return _sentence(cast("object", found), depth - 1)
    return text


def _place(places: object) -> str:
    """Where FastAPI found it: ["body", "input", 3]."""
    if not isinstance(places, list) or not places:
        return ""
    return f" ({'.'.join(str(each) for each in cast('list[object]', places))})"

"""How many tokens a server reports to have read."""

from __future__ import annotations

from typing import Any, cast


def used_tokens(answer: object) -> int | None:
    """The number of tokens that a server reports to have read."""
    usage = cast("dict[str, Any]", answer).get("usage") if isinstance(answer, dict) else None
    tokens = cast("dict[str, Any]", usage).get("prompt_tokens") if isinstance(usage, dict) else None
    return tokens if isinstance(tokens, int) and not isinstance(tokens, bool) else None

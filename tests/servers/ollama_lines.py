"""Lines of an Ollama server's streams, and the statistics in the last one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from servers.faults import Json
from servers.ollama_vectors import SECOND
from servers.ollama_window import token_count


def times_of(elapsed: int, prompt: str, count: int) -> dict[str, int]:
    return {
        "total_duration": elapsed + SECOND,
        "load_duration": SECOND,
        "prompt_eval_count": token_count(prompt),
        "prompt_eval_duration": 1_000_000,
        "eval_count": count,
        "eval_duration": elapsed,
    }


def line_of(content: Json) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"

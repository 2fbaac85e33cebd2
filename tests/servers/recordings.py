"""A server of the tests beside what a real one answered: where they differ.

A recording is a file of JSON lines: method, path, request, status, content type, and `body` or, of
a stream, `lines`. Long inputs are written as {"repeat": text, "characters": n}. What is compared:
status, content type, names of fields, texts of errors and what the lines of a stream say; values
(vectors, times, digests, counts) are not.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from servers.faults import Json


def recorded(path: Path) -> list[Json]:
    """The requests and answers, in their order: some change what the server has."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def request_of(line: Json) -> str:
    """A name for a recorded request."""
    asked = json.dumps(line.get("request", line.get("request_text", "")), ensure_ascii=False)
    return f"{line['method']} {line['path']} {asked[:120]}"


def differences(url: str, line: Json) -> list[str]:
    """Ask a server what was asked, and say where its answer is another."""
    status, kind, body = _ask(url, line)
    found: list[str] = []
    if status != line["status"]:
        found.append(f"status {line['status']}, here {status}")
    wanted_kind = (line.get("content_type") or "").partition(";")[0]
    if wanted_kind != kind.partition(";")[0]:
        found.append(f"content type {wanted_kind or 'none'}, here {kind or 'none'}")
    return [*found, *_of_body(line, body)]


def _of_body(line: Json, body: Any) -> Iterator[str]:
    wanted: Any = line.get("lines", line.get("body"))
    if "lines" in line and isinstance(body, list):
        if _squeezed(wanted) != _squeezed(body):
            yield f"lines {_squeezed(wanted)}, here {_squeezed(body)}"
    elif isinstance(wanted, dict) and isinstance(body, dict):
        if wanted.get("error") != body.get("error"):
            yield f"error {wanted.get('error')!r}, here {body.get('error')!r}"
        elif "error" not in wanted and (apart := sorted(set(wanted) ^ set(body))):
            yield f"fields that only one has: {', '.join(apart)}"
    elif type(wanted) is not type(body):
        yield f"a {type(wanted).__name__}, here a {type(body).__name__}"


def _ask(url: str, line: Json) -> tuple[int, str, Any]:
    data = json.dumps(_expanded(line["request"])).encode() if "request" in line else None
    if "request_text" in line:
        data = line["request_text"].encode()
    headers = {"Content-Type": "application/json"} if data is not None else {}
    request = urllib.request.Request(url + line["path"], data, headers, method=line["method"])
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text, kind = answer.read().decode(), answer.headers.get("Content-Type") or ""
        if "ndjson" in kind:
            return answer.status, kind, [json.loads(row) for row in text.splitlines() if row]
        try:
            return answer.status, kind, json.loads(text)
        except ValueError:
            return answer.status, kind, text


def _expanded(value: Any) -> Any:
    """What is written short, in full."""
    if isinstance(value, dict):
        if set(value) == {"repeat", "characters"}:
            return (value["repeat"] * value["characters"])[: value["characters"]]
        return {key: _expanded(item) for key, item in value.items()}
    return [_expanded(item) for item in value] if isinstance(value, list) else value


def _said(row: Json) -> str:
    """What a line of a stream says, without its numbers."""
    if "error" in row:
        return f"error: {row['error']}"
    status = row.get("status")
    if status is None:
        return "done" if row.get("done") else "part"
    return " ".join(word for word in status.split() if not any(c.isdigit() for c in word))


def _squeezed(rows: list[Json]) -> list[str]:
    """What the lines say, the same behind each other once."""
    found: list[str] = []
    for said in map(_said, rows):
        if found[-1:] != [said]:
            found.append(said)
    return found

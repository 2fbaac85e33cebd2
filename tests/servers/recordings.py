"""Compare a simulated server with recorded answers of a real one.

A recording is a file of JSON lines: method, path, request, status, content type, and `body` or,
for a stream, `lines`. Long values are written as {"repeat": text, "characters": n} or {"repeat":
value, "times": n}; the rest of a list as {"...": n}. Compared are status, content type, field
names, error texts and the content of stream lines, but not values (vectors, times, digests,
counts). `deep` also compares fields at any depth, the lengths of lists and whole error bodies:
for a recording of a server with the same state as ours.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from servers.faults import Json

_MORE = "..."


def recorded(path: Path) -> list[Json]:
    """The requests and answers, in order, because some change the server's state."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def request_of(line: Json) -> str:
    """A name for a recorded request."""
    asked = json.dumps(line.get("request", line.get("request_text", "")), ensure_ascii=False)
    return f"{line['method']} {line['path']} {asked[:120]}"


def differences(url: str, line: Json, *, deep: bool = False) -> list[str]:
    """Repeat a recorded request, and report how the answer differs."""
    status, kind, body = _ask(url, line)
    found: list[str] = []
    if status != line["status"]:
        found.append(f"status {line['status']}, here {status}")
    wanted_kind = (line.get("content_type") or "").partition(";")[0]
    if wanted_kind != kind.partition(";")[0]:
        found.append(f"content type {wanted_kind or 'none'}, here {kind or 'none'}")
    if not deep:
        return [*found, *_of_body(line, body)]
    wanted = _expanded(line.get("body"))
    if line["status"] >= 400:  # compare the whole body
        return [*found, *([] if wanted == body else [f"{wanted!r}, here {body!r}"])]
    return [*found, *_shape(wanted, body, "answer")]


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


def _shape(wanted: Any, found: Any, place: str) -> Iterator[str]:
    """Differences in type and structure, ignoring values: fields, lengths, texts and numbers."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        if apart := sorted(set(wanted) ^ set(found)):
            yield f"{place}: fields that only one has: {', '.join(apart)}"
        for name in wanted.keys() & found.keys():
            yield from _shape(wanted[name], found[name], f"{place}.{name}")
    elif isinstance(wanted, list) and isinstance(found, list):
        rest = wanted[-1].get(_MORE, 0) if wanted and isinstance(wanted[-1], dict) else 0
        shown = wanted[:-1] if rest else wanted
        if len(found) != len(shown) + rest:
            yield f"{place}: {len(shown) + rest} items, here {len(found)}"
        for index, pair in enumerate(zip(shown, found, strict=False)):
            yield from _shape(*pair, f"{place}.{index}")
    elif _kind(wanted) != _kind(found):
        yield f"{place}: a {_kind(wanted)}, here a {_kind(found)}"


def _kind(value: Any) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return "number" if number else type(value).__name__


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
    """A value with its abbreviations expanded."""
    if isinstance(value, dict):
        if set(value) == {"repeat", "characters"}:
            return (value["repeat"] * value["characters"])[: value["characters"]]
        if set(value) == {"repeat", "times"}:
            return [_expanded(value["repeat"])] * value["times"]
        return {key: _expanded(item) for key, item in value.items()}
    return [_expanded(item) for item in value] if isinstance(value, list) else value


def _said(row: Json) -> str:
    """The content of a stream line, without numbers."""
    if "error" in row:
        return f"error: {row['error']}"
    status = row.get("status")
    if status is None:
        return "done" if row.get("done") else "part"
    return " ".join(word for word in status.split() if not any(c.isdigit() for c in word))


def _squeezed(rows: list[Json]) -> list[str]:
    """The content of the lines, with consecutive duplicates merged."""
    found: list[str] = []
    for said in map(_said, rows):
        if found[-1:] != [said]:
            found.append(said)
    return found

"""Names of models inside command lines and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PART = r"[A-Za-z0-9][\w.-]{0,100}"
_NAME = rf"(?P<name>{_PART}(?:/{_PART}){{0,3}}(?::[\w.-]{{0,60}}\w)?)"
_END = r"(?=[\s\"'`;,)&|]|$)"
_OPTION = re.compile(
    r"(?<!\S)--?(?:[\w-]{0,40}model(?:[-_](?:id|name|path))?|m)[= ]+"
    rf"[\"']?{_NAME}{_END}"
)
_VERB = re.compile(
    r"\b(?P<tool>huggingface-cli|hf|ollama|vllm|registry)\s+(?:download|pull|run|serve)\s+"
    rf"(?:--[\w-]+\s+)*[\"']?{_NAME}{_END}"
)
_QUOTED = re.compile(
    r"(?P<tool>SentenceTransformer|CrossEncoder|SparseEncoder|from_pretrained|snapshot_download)?"
    rf"[(=,\[]\s*(?P<quote>\\?[\"']){_NAME}(?P=quote)"
)
_SETTING = re.compile(rf"\b\w{{0,40}}MODEL\w{{0,40}}=[\"']?{_NAME}{_END}")
_URL = re.compile(
    r"(?:huggingface\.co|hf\.co)/(?P<name>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)"
    r"/(?:resolve|raw)/(?P<revision>[^/\s\"']+)"
)
_NO_FETCH = ("ollama", "vllm", "registry")
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Embedded:
    """A name inside a text, `at` characters from its start."""

    text: str
    at: int
    certain: bool
    loads: bool = False
    pinned: bool = False


def names_in_command(text: str) -> Iterator[Embedded]:
    """The names in options, verbs and quotes of a command line.

    >>> [found.text for found in names_in_command("ollama pull llama3.1:8b && serve --model x/y")]
    ['llama3.1:8b', 'x/y']
    """
    seen: set[int] = set()
    for pattern, certain in ((_VERB, True), (_OPTION, True), (_SETTING, True), (_QUOTED, False)):
        for match in pattern.finditer(text):
            if match.start("name") in seen or match.groupdict().get("tool") == "registry":
                continue
            seen.add(match.start("name"))
            fetches = match.groupdict().get("tool") not in (None, *_NO_FETCH)
            yield Embedded(
                match["name"], match.start("name"), certain,
                loads=fetches, pinned="revision" in text,
            )  # fmt: skip


def names_in_url(text: str) -> Iterator[Embedded]:
    """The repositories whose files a URL of the Hub fetches.

    >>> url = "https://huggingface.co/BAAI/bge-m3/resolve/main/config.json"
    >>> [(found.text, found.pinned) for found in names_in_url(url)]
    [('BAAI/bge-m3', False)]
    """
    for match in _URL.finditer(text):
        pinned = _COMMIT.fullmatch(match["revision"]) is not None
        yield Embedded(match["name"], match.start("name"), True, loads=True, pinned=pinned)

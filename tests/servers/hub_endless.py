"""Oversized or very slow answers, as from a malicious Hub."""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Iterator

from .hub_faults import Kind

HEADERS = {"bomb": {"Content-Encoding": "gzip"}}
_PIECE = 1 << 16


def pieces(kind: Kind, body: bytes) -> Iterator[bytes]:
    """The bytes of an answer that never ends, or might as well not.

    endless  an array of JSON that never ends
    bomb     the same, compressed: a thousand times larger in memory than on the wire
    trickle  the right answer, at two bytes per second
    """
    if kind == "trickle":
        for index in range(len(body)):
            yield body[index : index + 1]
            time.sleep(0.5)
        return
    numbers = b"[" + b"7," * (_PIECE // 2)
    if kind == "endless":
        yield numbers
        while True:
            yield numbers[1:]
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        file.write(numbers)
        for _ in range(2_000):
            packed.seek(0)
            yield packed.getvalue()
            packed.truncate()
            file.write(bytes(_PIECE) * 16)
    yield packed.getvalue()

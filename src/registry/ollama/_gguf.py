"""Whether a GGUF file is complete, by its header: otherwise a server only says "EOF".

The layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from registry_base.regular_file import open_regular

_MAGIC = b"GGUF"
_HEADER = struct.Struct("<4sIQQ")
_KNOWN = (2, 3)  # versions whose header is laid out like this
# Bytes of a value of a type of metadata; 8 is a text, 9 an array.
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TEXT, _ARRAY = 8, 9
# Numbers in a block of a type of tensor, and bytes of the block: the usual ones.
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 30: (1, 2),
}  # fmt: skip
_MOST = 1 << 31  # of anything that a header counts: more is damage


class _DamagedError(Exception):
    """The header is impossible."""


def gguf_damage(path: Path) -> str | None:
    """What is wrong with a file that should be GGUF; None if nothing is found. Raises OSError."""
    size = path.stat().st_size
    if size == 0:
        return "is empty"
    with open_regular(path) as file:
        head = file.read(_HEADER.size)
        if not head.startswith(_MAGIC[: len(head)]):
            return "is not a GGUF file"
        if len(head) < _HEADER.size:
            return f"is truncated: {size} bytes"
        _, version, tensors, entries = _HEADER.unpack(head)
        if version not in _KNOWN:
            return None  # another version; the server may know it
        try:
            end = _end(file, tensors, entries)
        except (_DamagedError, struct.error):
            return "has a damaged or truncated header"
    if end > size:
        return f"is truncated: {size} of at least {end} bytes"
    return None


def _end(file: BinaryIO, tensors: int, entries: int) -> int:
    """Where the last tensor ends, as far as that is known."""
    if tensors == 0 or tensors > _MOST or entries > _MOST:
        raise _DamagedError
    alignment = 32
    for _ in range(entries):
        key = _text(file)
        (kind,) = _read(file, "<I")
        if key == b"general.alignment" and kind in (4, 5):
            (alignment,) = _read(file, "<I")
            if alignment == 0:
                raise _DamagedError
        else:
            _skip(file, kind)
    last = 0
    for _ in range(tensors):
        _text(file)
        (dimensions,) = _read(file, "<I")
        if dimensions > 8:
            raise _DamagedError
        numbers = 1
        for length in _read(file, f"<{dimensions}Q"):
            numbers *= length
        kind, offset = _read(file, "<IQ")
        block, size = _BLOCKS.get(kind, (1, 0))
        last = max(last, offset + numbers // block * size)
    begin = -(-file.tell() // alignment) * alignment
    return begin + last


def _read(file: BinaryIO, layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _text(file: BinaryIO) -> bytes:
    (length,) = _read(file, "<Q")
    if length > _MOST:
        raise _DamagedError
    found = file.read(length)
    if len(found) < length:
        raise _DamagedError
    return found


def _skip(file: BinaryIO, kind: int, depth: int = 4) -> None:
    if kind == _TEXT:
        _text(file)
    elif kind == _ARRAY and depth:
        inner, length = _read(file, "<IQ")
        if length > _MOST:
            raise _DamagedError
        if inner in _SIZES:
            file.seek(length * _SIZES[inner], 1)
        else:
            for _ in range(length):
                _skip(file, inner, depth - 1)
    elif kind in _SIZES:
        file.seek(_SIZES[kind], 1)
    else:
        raise _DamagedError

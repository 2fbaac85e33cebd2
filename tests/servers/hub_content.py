"""The content of a repository's file: bytes, a file on disk, or zeros that are not stored."""

from __future__ import annotations

import hashlib
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

_PIECE = 1 << 20  # bytes read and sent at once
_BYTES = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"), 1),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 2),
    **dict.fromkeys(("U32", "I32", "F32"), 4),
    **dict.fromkeys(("U64", "I64", "F64"), 8),
}


class Content(ABC):
    """Bytes of a known `size`, read in pieces."""

    size: int

    @abstractmethod
    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to, but not including, `stop`."""

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        return b"".join(self.pieces(start, self.size if stop is None else min(stop, self.size)))

    @cached_property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for piece in self.pieces(0, self.size):
            digest.update(piece)
        return digest.hexdigest()


class Bytes(Content):
    """Content in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        yield self.data[start:stop]


class File(Content):
    """Content on disk: serves the current bytes, whatever was hashed before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            file.seek(start)
            while start < stop and (piece := file.read(min(_PIECE, stop - start))):
                yield piece
                start += len(piece)


class Sparse(Content):
    """`head`, then zeros up to `size` bytes, made as they are sent.

    Its sha256 is fake, derived from both: hashing gigabytes of zeros would take longer than most
    tests. A client that downloads all of it and checks the hash will find a mismatch.
    """

    def __init__(self, head: bytes, size: int) -> None:
        self.head = head
        self.size = size

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        if start < len(self.head):
            yield self.head[start:stop]
            start = len(self.head)
        zeros = bytes(_PIECE)
        while start < stop:
            yield zeros[: stop - start]
            start += _PIECE

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.head + str(self.size).encode()).hexdigest()


def safetensors(
    tensors: Mapping[str, tuple[str, Sequence[int]]], *, sparse: bool = False
) -> Content:
    """A safetensors file of zeros: {"linear.weight": ("F32", (128, 384))}.

    With `sparse` only its header is held in memory, so it may have any size; see Sparse.

    >>> content = safetensors({"weight": ("BF16", (70_000, 1_000_000))}, sparse=True)
    >>> content.size > 140_000_000_000, count_parameters(content)
    (True, {'BF16': 70000000000})
    """
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, (dtype, shape) in tensors.items():
        start, end = end, end + math.prod(shape) * _BYTES[dtype]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    whole = Sparse(len(text).to_bytes(8, "little") + text, 8 + len(text) + end)
    return whole if sparse else Bytes(whole.read())


def count_parameters(content: Content) -> dict[str, int]:
    """Parameters by dtype of a safetensors file; empty if the file is damaged."""
    length = int.from_bytes(content.read(0, 8), "little")
    try:
        header = json.loads(content.read(8, 8 + length))
        tensors = [tensor for name, tensor in header.items() if name != "__metadata__"]
        counts: dict[str, int] = {}
        for tensor in tensors:
            dtype = tensor["dtype"]
            counts[dtype] = counts.get(dtype, 0) + math.prod(tensor["shape"])
    except (ValueError, AttributeError, KeyError, TypeError):
        return {}
    return counts

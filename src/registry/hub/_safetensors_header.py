"""The header of a safetensors file on disk: which tensors it holds, without reading them.

The format: eight bytes for the length of the header, little-endian; the header, JSON; the tensors.
https://huggingface.co/docs/safetensors#format
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from registry.hub.source import Tensor
from registry_base.json_shapes import is_list, is_object
from registry_base.regular_file import open_regular

LONGEST = 25_000_000
"""Bytes of a header, as huggingface_hub has it."""

_MOST = 2**63 - 1


def read_header(path: Path) -> Mapping[str, Tensor]:
    """The tensors of a safetensors file by name.

    Raises ValueError if it is damaged, or shorter than its header says; OSError if it cannot be
    read.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else _MOST
        text = file.read(length) if length <= min(size - 8, LONGEST) else b""
    try:
        data: Any = json.loads(text)
        tensors = parsed(data)
        end = max((int(data[name]["data_offsets"][1]) for name in tensors), default=0)
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        raise ValueError("is damaged or not a safetensors file") from None
    if 8 + length + end > size:
        raise ValueError(f"is truncated: {size} of {8 + length + end} bytes")
    return tensors


def parsed(header: Any) -> dict[str, Tensor]:
    """The tensors in an untrusted header. Raises ValueError if it is not a valid one.

    >>> parsed({"linear.weight": {"dtype": "F32", "shape": [128, 384], "data_offsets": [0, 4]}})
    {'linear.weight': Tensor(dtype='F32', shape=(128, 384))}
    """
    if not is_object(header):
        raise ValueError("no object")
    tensors: dict[str, Tensor] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        dtype, shape = (entry.get("dtype"), entry.get("shape")) if is_object(entry) else ("", 0)
        if not isinstance(dtype, str) or not is_list(shape) or not _are_sizes(shape):
            raise ValueError(f"{name} is not a tensor")
        tensors[name] = Tensor(dtype, tuple(shape))
    return tensors


def _are_sizes(shape: list[Any]) -> bool:
    # No tensor has more dimensions; a million of them would take hours to multiply.
    return len(shape) <= 16 and all(type(size) is int and 0 <= size <= _MOST for size in shape)

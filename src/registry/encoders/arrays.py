"""Vectors as callers give them: of any number type, or what is not vectors at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.errors import InputError


def checked_vectors(given: object, name: str) -> NDArray[np.float32]:
    """Vectors (n, dim) as float32, in which products of int8 or float16 neither wrap nor overflow.

    Raises InputError, which uses that name, for anything else.

    >>> checked_vectors([[1, 2]], "queries").dtype
    dtype('float32')
    """
    array = _array(given, name, "(n, dim)")
    if array.ndim != 2:
        raise InputError(f"{name} should be (n, dim), not {array.shape}")
    return array.astype(np.float32, copy=False)


# A caller without a type checker may pass anything.
def checked_token_vectors(given: Any, name: str) -> list[NDArray[np.generic]]:
    """Arrays of numbers, one per text. Raises InputError, which uses that name."""
    if not hasattr(given, "__iter__"):
        raise InputError(f"{name} should be a list of (tokens, dim), not {type(given).__name__}")
    return [_array(each, f"{name}[{index}]", "(tokens, dim)") for index, each in enumerate(given)]


def _array(given: object, name: str, shape: str) -> NDArray[np.generic]:
    try:
        array: NDArray[np.generic] = np.asarray(given)
    # What the array of another library says: that it is on a GPU, say.
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{name} should be numbers {shape}: {error}") from None
    if array.dtype.kind not in "fiub":
        raise InputError(f"{name} should be numbers {shape}, not {type(given).__name__}")
    return array

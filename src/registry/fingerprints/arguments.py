"""The keyword arguments of `fingerprint`, for functions that pass them on."""

from __future__ import annotations

from typing import TypedDict


class FingerprintArguments(TypedDict, total=False):
    """How vectors were made, all optional; `fingerprint` explains each."""

    dim: int | None
    quantization: str | None
    revision: str | None
    runtime: str | None
    pooling: str | None
    precision: str | None

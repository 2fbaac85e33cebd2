"""How far the same model may be from its probe, by the precision that a server states.

Measured on all-MiniLM-L6-v2 against float32: weights rounded to float16, bfloat16 and blocks of 8
to 3 bits (largest difference of a text and of a similarity: 0.0018 and 0.0002, 0.014 and 0.007,
0.023 and 0.005, 0.14 and 0.03 at 6, 0.19 and 0.06 at 5, 0.51 and 0.11 at 4, 1.0 and 0.2 at 3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Tolerance:
    """difference: of a text, see `comparing`. similarity: of the cosine of two short texts."""

    difference: float
    similarity: float


EXACT = Tolerance(0.02, 0.004)
_HALF = Tolerance(0.05, 0.02)  # bfloat16
_BY_BITS = {
    8: Tolerance(0.08, 0.03),
    6: Tolerance(0.3, 0.08),
    5: Tolerance(0.45, 0.15),
    4: Tolerance(0.8, 0.25),
    3: Tolerance(1.3, 0.4),
    2: Tolerance(1.3, 0.4),
}
# onnxruntime's int8 rounds a whole matrix, and its activations, with one scale: measured 0.57 and
# 0.05.
_WHOLE = ("int8", "w8a8")
_BITS = re.compile(r"(?:i?q|int|fp|mxfp|nvfp|nf|w)?([234568])(?:bit)?(?![0-9])")


def tolerance_of(precision: str | None) -> Tolerance:
    """The allowed difference at a precision; if it is missing or unknown, that of four bits.

    >>> tolerance_of("F16") == tolerance_of("float32") == EXACT
    True
    >>> tolerance_of("Q4_K_M") == tolerance_of("int4") == tolerance_of(None)
    True
    """
    said = (precision or "").lower().removeprefix("torch.")
    if said in ("f32", "fp32", "float32", "f16", "fp16", "float16", "half"):
        return EXACT
    if said in ("bf16", "bfloat16"):
        return _HALF
    found = None if said in _WHOLE else _BITS.match(said)
    return _BY_BITS[int(found[1])] if found else _BY_BITS[4]

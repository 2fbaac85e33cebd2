"""Whether the processor multiplies in bfloat16 natively.

Instruction sets by their names in /proc/cpuinfo: AMX-BF16 (Intel, Sapphire Rapids and later) and
AVX512-BF16 (also AMD, Zen 4 and later).
"""

from __future__ import annotations

import re
from pathlib import Path


def bfloat16_of(cpuinfo: Path = Path("/proc/cpuinfo")) -> str | None:
    """The instruction set by which this processor multiplies in bfloat16; None without one."""
    try:
        found = re.search(r"^flags\s*:(.*)$", cpuinfo.read_text("utf-8", "replace"), re.MULTILINE)
    except OSError:
        return None
    flags = found[1].split() if found else []
    names = {"amx_bf16": "AMX-BF16", "avx512_bf16": "AVX512-BF16"}
    return next((name for flag, name in names.items() if flag in flags), None)

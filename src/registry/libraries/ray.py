"""Ray Data: how many finished blocks a worker may hold until the driver has fetched them.

By itself it is two, and a worker with small blocks waits for the driver in between. There is no
public setting. Where a version has none either, the same rows are written, more slowly.
"""

from __future__ import annotations

from typing import Any

_BUFFER = "_max_num_blocks_in_streaming_gen_buffer"  # of 2.60


def hold_blocks(context: Any, count: int) -> bool:  # a DataContext, typed in part
    """Let each worker hold that many finished blocks; whether this version can."""
    if not hasattr(context, _BUFFER):
        return False
    setattr(context, _BUFFER, count)
    return True

"""The precision that a torch network computes in, as its weights show."""

from __future__ import annotations

from typing import Any


def precision_of(network: Any) -> str | None:  # of any class of torch's
    """The name of its number format, such as "bfloat16"; None if it has no floating-point weights.

    Of several, the first that is not float32: layers that are kept exact matter less than those
    that are not.
    """
    found = {
        str(each.dtype).removeprefix("torch.")
        for each in network.parameters()
        if each.is_floating_point()
    }
    return next((name for name in sorted(found) if name != "float32"), "float32" if found else None)

"""Amounts of memory as people write and read them."""

from __future__ import annotations

import re

from registry.errors import InputError

_FORM = re.compile(
    r"(?P<amount>\d{1,15}(?:\.\d{1,15})?)\s*(?P<power>[KMGT])i?B?",
    re.ASCII | re.IGNORECASE,  # without ASCII the Kelvin sign is a K, and digits are of any script
)
_POWERS = {"K": 1, "M": 2, "G": 3, "T": 4}
_MOST = 1 << 53  # 8 PiB: no machine has more, so a larger amount is a slip


def parse_memory(amount: str | int) -> int:
    """Bytes of an amount such as "8GB", "8GiB", "8192MB" or "0.5T"; a number is bytes already.

    GB and GiB both mean 2**30 bytes, MB and MiB 2**20: memory is made and reported in powers of
    two, and a card of "8 GB" has 8,192 MiB. (The GB of a disk is 10**9; this is
    not for disks.)

    Raises InputError for anything else, including an empty text.

    >>> parse_memory("8GB") == parse_memory("8 GiB") == parse_memory("8192mb") == 8 * 2**30
    True
    """
    if isinstance(amount, int):
        size = amount
    else:
        found = _FORM.fullmatch(amount.strip())
        if found is None:
            raise InputError(f"{amount!r} is not an amount of memory; write 8GB, 8GiB or 8192MB")
        size = int(float(found["amount"]) * 1024 ** _POWERS[found["power"].upper()])
    if not 0 < size <= _MOST:
        raise InputError(f"{amount!r}: memory should be above 0, and at most 8192TB")
    return size


def human_memory(size: int) -> str:
    """Bytes in the units in which memory is compared.

    >>> human_memory(5 * 2**29), human_memory(40 * 2**20)
    ('2.5 GiB', '40 MiB')
    """
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 / 10 else f"{size / 2**20:.0f} MiB"

"""Parameter counts as people write them ("110M") and as integers."""

import re
from decimal import Decimal

_COUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?[KMBT]?")
_UNITS = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def parse_count(text: str) -> int:
    """Read "110M" as 110000000. Raises ValueError for what is not a count.

    >>> parse_count("7.24B")
    7240000000
    """
    if not _COUNT.fullmatch(text):
        raise ValueError(f"not a count: {text!r}")
    unit = _UNITS.get(text[-1], 1)
    return int(Decimal(text.rstrip("KMBT")) * unit)


def agrees(text: str, exact: int) -> bool:
    """Whether `text` is an exact count, rounded to the digits that it gives.

    >>> agrees("110M", 109_482_240), agrees("110M", 150_000_000)
    (True, False)
    """
    count = parse_count(text)
    digits = text.rstrip("KMBT")
    decimals = len(digits.partition(".")[2])
    step = max(Decimal(1), Decimal(_UNITS.get(text[-1], 1)) / 10**decimals)
    # People round, truncate and count heads in or out: allow one and a half units of the last
    # digit.
    return bool(abs(Decimal(exact) - count) <= step * Decimal("1.5"))


def format_count(count: int) -> str:
    """Write an exact count as people do, to three digits; `agrees` with it.

    >>> format_count(109_482_240), format_count(1_543_268_864), format_count(66_985_530)
    ('109M', '1.54B', '67M')
    """
    rounded = round(count, 3 - len(str(count))) if count >= 1000 else count
    unit = next((name for name, size in reversed(_UNITS.items()) if rounded >= size), "")
    number = Decimal(rounded) / _UNITS.get(unit, 1)
    return f"{number.normalize():f}{unit}"

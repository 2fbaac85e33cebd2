"""Parameter counts as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency import COUNTS, count_of
from registry_base.quantity import agrees, parse_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1", 1),
        ("110M", 110_000_000),
        ("7.24B", 7_240_000_000),
        ("22.7M", 22_700_000),
        ("1K", 1_000),
        ("1.8T", 1_800_000_000_000),
        ("0.6B", 600_000_000),
        ("33.4M", 33_400_000),  # not 33399999, as with binary fractions
    ],
)
def test_parse_count(text: str, count: int) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize(
    "text", ["", "M", "NaN", "Infinity", "1e9", "-1M", "1 M", "1M\n", "\u0661M", "1MM"]
)
def test_no_count(text: str) -> None:
    with pytest.raises(ValueError, match="count"):
        parse_count(text)


@given(text=COUNTS)
def test_parse_count_is_exact(text: str) -> None:
    assert parse_count(text) == count_of(text)


@pytest.mark.parametrize(
    ("text", "exact", "yes"),
    [
        ("110M", 109_482_240, True),
        ("110M", 111_500_000, True),  # off by one and a half units of the last digit
        ("110M", 111_500_001, False),
        ("7.2B", 7_241_732_096, True),
        ("7.24B", 7_241_732_096, True),
        ("7.2B", 7_400_000_000, False),
        ("7B", 8_500_000_000, True),
        ("7B", 8_500_000_001, False),
        ("1", 1, True),
        ("1", 3, False),
    ],
)
def test_agrees(text: str, exact: int, yes: bool) -> None:
    assert agrees(text, exact) is yes


@given(text=COUNTS, off=st.integers(2, 10**6))
def test_agrees_with_itself_only(text: str, off: int) -> None:
    count = parse_count(text)
    step = count_of("1" + text.lstrip("0123456789.")) or 1
    assert agrees(text, count)
    assert not agrees(text, count + off * step)

"""Rows for people and programs: a table on a terminal, tab-separated text in a pipe.

Whatever the width of the terminal, text to copy stays in one piece and no figure is cut. If a table
is too wide, a column of words wraps at blanks; if that is not enough, the last columns go below
their row.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from registry.cli.terminal.output import inform, on_terminal, plain, write, write_styled

Row = Sequence[str]
Record = Mapping[str, str]
# Columns that wrap; those with text to copy or figures do not.
_WORDS = frozenset({"from", "passed over", "state", "what", "why", "without figures"})
_BETWEEN = 3  # blanks between two columns
_NARROWEST = 16  # columns in which words can still be read
_BELOW = 4  # blanks before cells below their row


def write_rows(head: Row, rows: Sequence[Row], styles: Mapping[str, str] | None = None) -> None:
    """Write rows under a head; styles are rich's, by column. The head shows on a terminal only."""
    if on_terminal():
        write_table(head, rows, styles)
    else:
        write("".join("\t".join(map(plain, row)) + "\n" for row in rows))


def write_table(
    head: Row,
    rows: Sequence[Row],
    styles: Mapping[str, str] | None = None,
    *,
    right: Sequence[str] = (),
    optional: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> None:
    """Write a table to a terminal; nothing without rows.

    Columns in `right` are right-aligned. If the terminal is too narrow, `optional` columns are left
    out in their order, and a message says so. `notes` go below the rows, one for
    each; an empty one takes no line.
    """
    if not rows:
        return
    from rich.console import Console

    screen = Console().width
    cells = [tuple(map(plain, row)) for row in rows]
    kept = list(head)
    left_out: list[str] = []
    said = [plain(note) for note in notes] or [""] * len(rows)
    records = [
        {**dict(zip(head, row, strict=True)), "": note}
        for row, note in zip(cells, said, strict=True)
    ]
    widths = _widths(head, records)
    for name in optional:
        if name in kept and _total(kept, widths) > screen:
            kept.remove(name)
            left_out.append(name)
    beside, below, odd = _laid_out(kept, records, screen)
    parts = _lines(records, beside, below, odd, screen, frozenset(right), styles or {})
    write_styled(parts, whole=True)
    if left_out:
        inform(f"this terminal is too narrow for {' and '.join(left_out)}; --json shows all")


def _widths(names: Sequence[str], records: Sequence[Record]) -> dict[str, int]:
    return {name: max(len(name), *(len(record[name]) for record in records)) for name in names}


def _laid_out(
    names: Sequence[str], records: Sequence[Record], screen: int
) -> tuple[dict[str, int], tuple[str, ...], frozenset[int]]:
    """The columns side by side, those below each row, and the few rows that are too long.

    Those have all but their first cell below them, so that one long name affects no other row.
    """
    found = _fitted(names, _widths(names, records), screen)
    long = [sum(len(record[name]) for name in names) for record in records]
    order = sorted(range(len(records)), key=lambda at: -long[at])
    for count in range(1, len(records) // 10 + 1):
        odd = frozenset(order[:count])
        rest = [record for at, record in enumerate(records) if at not in odd]
        beside, below = _fitted(names, _widths(names, rest), screen)
        if found[1] and not below:
            return beside, below, odd
    return *found, frozenset[int]()


def _total(names: Sequence[str], widths: Mapping[str, int]) -> int:
    return sum(widths[name] for name in names) + _BETWEEN * (len(names) - 1)


def _fitted(
    names: Sequence[str], widths: Mapping[str, int], screen: int
) -> tuple[dict[str, int], tuple[str, ...]]:
    """The columns side by side with their widths, and those that go below.

    >>> _fitted(["model", "size", "why"], {"model": 30, "size": 9, "why": 60}, 80)
    ({'model': 30, 'size': 9, 'why': 35}, ())
    >>> _fitted(["model", "size", "why"], {"model": 60, "size": 9, "why": 60}, 80)
    ({'model': 60, 'size': 9}, ('why',))
    """
    for count in range(len(names), 0, -1):
        shown = {name: widths[name] for name in names[:count]}
        wordy = sorted(_WORDS & shown.keys(), key=lambda name: (-shown[name], name))
        for name in wordy:
            over = _total(list(shown), shown) - screen
            if over > 0:
                shown[name] = max(shown[name] - over, min(shown[name], _NARROWEST))
        if count == 1 or _total(list(shown), shown) <= screen:
            return shown, tuple(names[count:])
    raise AssertionError("a table has columns")


def _lines(
    records: Sequence[Record],
    beside: Mapping[str, int],
    below: Sequence[str],
    odd: frozenset[int],
    screen: int,
    right: frozenset[str],
    styles: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Texts with their styles: the head, a rule, the rows."""
    blanks = " " * _BETWEEN
    head = blanks.join(_aligned(name, width, name in right) for name, width in beside.items())
    yield f"{head.rstrip()}\n", "bold"
    yield f"{'─' * max(_total(list(beside), beside), len(head.rstrip()))}\n", ""
    first, *others = beside
    for at, record in enumerate(records):
        shown = {first: len(record[first])} if at in odd else beside
        columns = {name: _wrapped(record[name], width) for name, width in shown.items()}
        for number in range(max(map(len, columns.values()))):
            for index, (name, texts) in enumerate(columns.items()):
                text = texts[number] if number < len(texts) else ""
                yield blanks if index else "", ""
                cell = _aligned(text, shown[name], name in right)
                yield cell.rstrip() if index == len(columns) - 1 else cell, styles.get(name, "")
            yield "\n", ""
        under = (*others, *below) if at in odd else below
        said = ", ".join(f"{name} {record[name]}" for name in under if record[name].strip("-"))
        for text, style in ((said, ""), (record[""], "yellow")):
            for line in textwrap.wrap(text, max(screen - _BELOW, _NARROWEST)):
                yield f"{' ' * _BELOW}{line}\n", style


def _aligned(text: str, width: int, right: bool) -> str:
    return text.rjust(width) if right else text.ljust(width)


def _wrapped(text: str, width: int) -> list[str]:
    if len(text) <= width:
        return [text]
    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]

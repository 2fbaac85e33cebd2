"""Rows for people and programs: a table on a terminal, tab-separated text in a pipe."""

from collections.abc import Mapping, Sequence

from registry.cli.terminal.output import complain, on_terminal, plain, write, write_rich

Row = Sequence[str]
# What people copy is never broken; other columns give way to these.
_COPIED = ("id", "model", "tag")
_BETWEEN = 3  # blanks between two columns


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
) -> None:
    """Write a table to a terminal; nothing without rows.

    Columns `right` are aligned there. Where the terminal is too narrow, `optional` columns are
    left out, the first of them first, and a message says so.
    """
    if not rows:
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    cells = [tuple(map(plain, row)) for row in rows]
    widths = {
        name: max(len(name), *(len(row[column]) for row in cells))
        for column, name in enumerate(head)
    }
    kept = list(head)
    left_out: list[str] = []
    for name in optional:
        needed = sum(widths[each] for each in kept) + _BETWEEN * (len(kept) - 1)
        if name in kept and needed > Console().width:
            kept.remove(name)
            left_out.append(name)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for name in kept:
        table.add_column(
            name,
            style=(styles or {}).get(name, ""),
            overflow="fold",
            justify="right" if name in right else "left",
            no_wrap=name in right,
            min_width=widths[name] if name in _COPIED else None,
        )
    places = [list(head).index(name) for name in kept]
    for row in cells:
        table.add_row(*(row[place] for place in places))
    write_rich(table)
    if left_out:
        complain(f"this terminal is too narrow for {' and '.join(left_out)}; --json shows all")

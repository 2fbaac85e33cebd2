"""Rows for people and programs: a table on a terminal, tab-separated text in a pipe."""

from collections.abc import Mapping, Sequence

from registry.cli.terminal.output import on_terminal, plain, write, write_rich

Row = Sequence[str]


def write_rows(head: Row, rows: Sequence[Row], styles: Mapping[str, str] | None = None) -> None:
    """Write rows under a head; styles are rich's, by column. The head shows on a terminal only."""
    if not on_terminal():
        write("".join("\t".join(map(plain, row)) + "\n" for row in rows))
        return
    if not rows:
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for name in head:
        table.add_column(name, style=(styles or {}).get(name, ""), overflow="fold")
    for row in rows:
        table.add_row(*map(plain, row))
    write_rich(table)

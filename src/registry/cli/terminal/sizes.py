"""Bytes for people, in binary units, as tools for memory and disks show them."""

from registry.cli.terminal.output import on_terminal


def human_size(size: int) -> str:
    """A number of bytes as people write it.

    >>> human_size(512), human_size(90_900_000), human_size(3 << 40)
    ('512 B', '86.7 MiB', '3.0 TiB')
    """
    if size < 1024:
        return f"{size} B"
    amount = float(size)
    for unit in ("KiB", "MiB", "GiB"):
        amount /= 1024
        if amount < 1024:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1024:.1f} TiB"


def size_cell(size: int) -> str:
    """A number of bytes in a row: for people on a terminal, as a number in a pipe."""
    return human_size(size) if on_terminal() else str(size)

"""docs/benchmarks.md: one section per group, so running one group keeps the others."""

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path

_HEAD = """\
# Benchmarks

Written by `python -m benchmarks` (`make bench`), a section a group; not edited by hand. Run it
on an idle machine: `python -m benchmarks GROUP` measures one group and leaves the other
sections as they are, `--no-peers` leaves out the packages of others, `--quick` tries it out and
writes nothing.

Cases that are compared are measured in turn, round after round, in one run. Figures are
medians, and the range in parentheses is the middle half of the measurements (all of them where
there are fewer than four). A ratio is the median of the ratios within rounds.
"""


@dataclass(frozen=True)
class Target:
    """A promised figure and the measured one."""

    what: str
    target: str
    measured: str
    met: bool


@dataclass(frozen=True)
class Table:
    """A table; the first column has text, the others numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """The results of a group."""

    title: str
    about: str
    tables: tuple[Table, ...]
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()


def machine() -> str:
    """The machine and its load, in one line."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        found = re.search(r"^model name\s*: (.+)$", cpuinfo.read_text("utf-8"), re.MULTILINE)
        processor = found[1] if found else processor
    python = f"{platform.python_implementation()} {platform.python_version()}"
    load = os.getloadavg()[0]
    return (
        f"{processor}, {os.cpu_count()} cores, {platform.system()}; {python}; "
        f"load average {load:.1f} before the start"
    )


def render_section(name: str, section: Section, where: str) -> str:
    """A section as Markdown that is also readable in a terminal."""
    parts = [
        f"## {section.title}",
        section.about.strip(),
        f"Command: `python -m benchmarks {name}`. Machine: {where}.",
    ]
    if section.targets:
        rows = tuple(
            (each.what, each.target, each.measured, "yes" if each.met else "**no**")
            for each in section.targets
        )
        parts.append(_table(Table("", ("figure", "target", "measured", "met"), rows)))
    parts += [_table(table) for table in section.tables]
    if section.notes:
        parts.append("\n".join(f"- {note}" for note in section.notes))
    return "\n\n".join(parts)


def write_section(path: Path, name: str, text: str) -> None:
    """Replace a group's section in the report, or add it; sections are sorted by name."""
    sections = _sections(path.read_text("utf-8")) if path.exists() else {}
    sections[name] = text
    blocks = [
        f"<!-- begin {each} -->\n{sections[each].strip()}\n<!-- end {each} -->\n"
        for each in sorted(sections)
    ]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([_HEAD, *blocks]), "utf-8")


def _sections(text: str) -> dict[str, str]:
    found = re.findall(r"<!-- begin (\w+) -->\n(.*?)<!-- end \1 -->", text, re.DOTALL)
    return dict(found)


def _table(table: Table) -> str:
    rows = [table.columns, *table.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    numbers = bool(table.title)

    def line(row: tuple[str, ...]) -> str:
        cells = [
            text.rjust(width) if index and numbers else text.ljust(width)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        return f"| {' | '.join(cells)} |"

    rule = [
        "-" * (width + 1) + ":" if index and numbers else "-" * (width + 2)
        for index, width in enumerate(widths)
    ]
    lines = [line(table.columns), f"|{'|'.join(rule)}|", *map(line, table.rows)]
    heading = [f"### {table.title}", ""] if table.title else []
    return "\n".join([*heading, *lines])

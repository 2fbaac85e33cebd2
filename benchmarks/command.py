"""The command: which groups to run, what to print, what to write."""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from benchmarks import groups
from benchmarks.bench import Bench
from benchmarks.checkout import ROOT
from benchmarks.report import machine, render_section, write_section
from benchmarks.workspace import Workspace

REPORT = ROOT / "docs" / "benchmarks.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run groups one after the other; 1 if one failed, whose section then stays unchanged."""
    options = _parser().parse_args(arguments)
    unknown = sorted(set(options.groups) - set(groups.names()))
    if unknown:
        known = ", ".join(groups.names())
        print(f"benchmarks: no group {', '.join(unknown)}; there are {known}", file=sys.stderr)
        return 2
    failed = False
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        bench = Bench(Workspace(Path(folder)), quick=options.quick, peers=options.peers)
        for name in options.groups or groups.names():
            print(f"{name} ...", file=sys.stderr, flush=True)
            began, where = time.monotonic(), machine()
            try:
                section = groups.load(name)(bench)
            except Exception:
                traceback.print_exc()
                print(f"{name} failed; its section stays as it was", file=sys.stderr)
                failed = True
                continue
            text = render_section(name, section, where)
            print(text, flush=True)
            print(f"{name} took {time.monotonic() - began:.0f} s\n", file=sys.stderr, flush=True)
            if not options.quick:
                write_section(REPORT, name, text)
    return int(failed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the project's figures and write them into docs/benchmarks.md.",
    )
    parser.add_argument(
        "groups", nargs="*", metavar="GROUP", help=f"{', '.join(groups.names())} (default: all)"
    )
    parser.add_argument(
        "--no-peers",
        dest="peers",
        action="store_false",
        help="leave out other packages (they are installed into benchmarks/.cache)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="a few rounds; print the figures, write nothing"
    )
    return parser

"""The documents of a catalogue: time to write, size, and speed in the browser."""

import gzip
import sys
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page

from benchmarks.bench import Bench
from benchmarks.checkout import ROOT
from benchmarks.processes import cpu_seconds
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Case, Measure, Samples, interleaved

sys.path.insert(0, str(ROOT / "tests"))  # for the tests' browser module

from browser import chromium

_SIZES = (300, 5_000)
# Typed, corrected, narrowed, cleared: each step is a keystroke.
_QUERIES = ("s", "sm", "sma", "smal", "small", "sma", "s", "", "b", "bg", "bge", "", "multi", "")
# The work of one keystroke: from the event to the frame that shows the first matching rows.
_KEYSTROKE = """
query => new Promise(done => {
  const box = document.querySelector("input[type=search]");
  const start = performance.now();
  box.value = query;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})
"""


def run(bench: Bench) -> Section:
    """Write the documents of two catalogues, then search both pages in Chromium."""
    folders = {size: bench.workspace.folder / f"pages_{size}" for size in _SIZES}
    written = interleaved(
        {
            str(size): Case(_writing(bench.workspace.catalogue(size), folder), every=3)
            for size, folder in folders.items()
        },
        bench.rounds(9),
    )
    with chromium() as browser:
        version = browser.version
        typed = {
            size: _typing(browser, folder / "catalogue.html", bench.rounds(5))
            for size, folder in folders.items()
        }
    seconds = written["300"].median
    work = typed[300][0].median
    return Section(
        title="Documents",
        about=(
            "`registry docs`: MODELS.md and catalogue.html, and the search of the page in Chromium "
            f"{version}. Writing is CPU time of the whole command, the start of Python and the "
            "validation of the catalogue included."
        ),
        targets=(
            Target("300 models, the command", "≤ 1 s", f"{seconds:.2f} s", seconds <= 1),
            Target(
                "300 models, main thread for a keystroke",
                "≤ 16 ms",
                f"{work * 1e3:.1f} ms",
                work <= 0.016,
            ),
        ),
        tables=(
            Table(
                "Writing",
                ("models", "s for the command", "catalogue.html kB", "gzipped kB", "MODELS.md kB"),
                tuple(_written(size, folders[size], written[str(size)]) for size in _SIZES),
            ),
            Table(
                "A keystroke in the search",
                ("models", "ms of the main thread", "ms until the first rows are there"),
                tuple(
                    (f"{size:,}", *(samples.spread.text(1e3) for samples in typed[size]))
                    for size in _SIZES
                ),
            ),
        ),
        notes=(
            "The main thread's figure is CPU time of its tasks, script, style, layout and paint, "
            "from the event to the frame that shows the first rows; the other is what a person "
            "waits, the wait for the next frame of the screen included.",
        ),
    )


def _writing(catalogue: Path, folder: Path) -> Measure:
    command = (sys.executable, "-m", "registry", "docs")

    def measure() -> float:
        return cpu_seconds([*command, "--catalogue", str(catalogue), "--output", str(folder)])

    return measure


def _written(size: int, folder: Path, samples: Samples) -> tuple[str, ...]:
    page = (folder / "catalogue.html").read_bytes()
    markdown = (folder / "MODELS.md").read_bytes()
    sizes = (len(page), len(gzip.compress(page, mtime=0)), len(markdown))
    return (f"{size:,}", samples.spread.text(1, 2), *(f"{count / 1e3:,.0f}" for count in sizes))


def _typing(browser: Browser, file: Path, rounds: int) -> tuple[Samples, Samples]:
    """Seconds of the main thread, and seconds until the first rows are shown, per keystroke."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    metrics = page.context.new_cdp_session(page)
    # CPU time of the thread, which is not affected by other processes.
    metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    page.wait_for_selector("tbody tr")
    work, wait = Samples(), Samples()
    for _ in range(rounds):
        for query in _QUERIES:
            _rest(page)
            before = _busy(metrics)
            wait.by_round[len(wait.by_round)] = page.evaluate(_KEYSTROKE, query) / 1e3
            work.by_round[len(work.by_round)] = _busy(metrics) - before
    page.close()
    return work, wait


def _rest(page: Page) -> None:
    """Let the page finish its work between keystrokes: more rows, the plot, the address."""
    page.wait_for_timeout(400)


def _busy(metrics: CDPSession) -> float:
    found = metrics.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in found if each["name"] == "TaskDuration"))

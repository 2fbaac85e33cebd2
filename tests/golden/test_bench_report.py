"""results.json and results.md as others read them. A change of either is a change for them.

UPDATE_GOLDEN=1 pytest tests/golden/test_bench_report.py
"""

import json
import os
from pathlib import Path

from bench_results import RESULTS
from registry.bench.report import markdown
from registry.bench.storing import read_results, to_json

FOLDER = Path(__file__).parent / "bench"


def held(name: str, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        (FOLDER / name).write_text(text, "utf-8")
    assert text == (FOLDER / name).read_text("utf-8")


def test_json() -> None:
    held("results.json", json.dumps(to_json(RESULTS), indent=2, ensure_ascii=False) + "\n")


def test_json_is_read_back() -> None:
    assert read_results(FOLDER / "results.json") == RESULTS


def test_markdown() -> None:
    held("results.md", markdown(RESULTS, plots=("speed.svg", "memory.svg")))

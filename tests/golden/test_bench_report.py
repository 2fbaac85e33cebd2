"""results.json and results.md, which users parse: any change of the format affects them.

UPDATE_GOLDEN=1 pytest tests/golden/test_bench_report.py
"""

import json

from bench_results import RESULTS
from goldens import GOLDEN, compare
from registry.bench.report import markdown
from registry.bench.storing import read_results, to_json


def test_json() -> None:
    compare("bench/results.json", json.dumps(to_json(RESULTS), indent=2, ensure_ascii=False) + "\n")


def test_json_is_read_back() -> None:
    assert read_results(GOLDEN / "bench" / "results.json") == RESULTS


def test_markdown() -> None:
    compare("bench/results.md", markdown(RESULTS, plots=("speed.svg", "memory.svg")))

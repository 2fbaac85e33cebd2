"""`registry scan` from outside: its output and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import complaint, environment, run, without_styles
from environments import Result
from in_process import run_at_terminal

from catalogues import catalogue, entry
from goldens import Golden

APP = """\
from sentence_transformers import SentenceTransformer

MODEL = "BAAI/bge-m3"
DIM = 384
encoder = SentenceTransformer("all-MiniLM-L6-v2")
OTHER_MODEL = "BAAI/bge-none"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "old.py").write_text("print 'BAAI/bge-m3'\n")
    return tmp_path


def scan(project: Path, *arguments: str) -> Result:
    return run("scan", *arguments, cwd=project)


def test_in_a_pipe_each_finding_is_a_line(project: Path, golden: Golden) -> None:
    result = scan(project)
    assert result.status == 1
    golden(result.stdout)
    golden(result.stderr)


def test_json_has_every_field(project: Path) -> None:
    found = json.loads(scan(project, "--json").stdout)
    assert found["files"] == 2
    assert [each["path"] for each in found["skipped"]] == ["old.py"]
    (number,) = [each for each in found["findings"] if each["code"] == "wrong-number"]
    assert {key: number[key] for key in ("path", "line", "column", "found", "expected", "ids")} == {
        "path": "app.py", "line": 4, "column": 7, "found": "384", "expected": "1024",
        "ids": ["bge-m3"],
    }  # fmt: skip
    assert number["constants"] == ["BGE_M3"]


def test_sarif_is_what_code_hosts_take(project: Path) -> None:
    log = json.loads(scan(project, "--sarif").stdout)
    assert log["version"] == "2.1.0"
    (each,) = log["runs"]
    rules = [rule["id"] for rule in each["tool"]["driver"]["rules"]]
    assert {"hard-coded", "wrong-number"} <= set(rules)
    for result in each["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("note", "warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        where = location["physicalLocation"]
        assert where["artifactLocation"]["uri"] in ("app.py", "old.py")
        assert 1 <= where["region"]["startColumn"] < where["region"]["endColumn"]
    assert each["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--only", "wrong-number"], {"wrong-number"}),
        (["--ignore", "hard-coded", "--ignore", "missing-revision"],
         {"wrong-number", "unknown-model"}),
    ],
)  # fmt: skip
def test_codes_may_be_chosen(project: Path, options: list[str], codes: set[str]) -> None:
    result = scan(project, "app.py", *options)
    assert result.status == 1
    assert {line.split("\t")[1] for line in result.stdout.splitlines()} == codes


def test_a_former_name_is_told_with_the_one_of_today(tmp_path: Path) -> None:
    models = catalogue(entry("tiny", huggingface_id="acme/tiny", former_ids=["acme/old-tiny"]))
    (tmp_path / "models.json").write_text(json.dumps(models))
    (tmp_path / "app.py").write_text('NAME = "acme/Old-Tiny"\n')
    (each,) = json.loads(scan(tmp_path, "--json").stdout)["findings"]
    assert (each["code"], each["expected"], each["ids"]) == ("former-name", "acme/tiny", ["tiny"])


def test_nothing_found_is_success(project: Path) -> None:
    result = scan(project, "app.py", "--only", "former-name")
    assert (result.status, result.stdout) == (0, "")
    assert scan(project, "--exclude", "*.py").status == 0


def test_the_catalogue_that_counts_here_has_the_names(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text(
        json.dumps(catalogue(entry("tiny", huggingface_id="acme/tiny")))
    )
    (tmp_path / "app.py").write_text('MODEL = "acme/tiny"\nOTHER = "BAAI/bge-m3"\n')
    result = scan(tmp_path)
    assert [line.split("\t")[2:4] for line in result.stdout.splitlines()] == [["acme/tiny", "TINY"]]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["nothing.py"], 1),
        (["--only", "hardcoded"], 2),
        (["--json", "--sarif"], 2),
    ],
)
def test_what_makes_no_sense_is_refused(project: Path, arguments: list[str], status: int) -> None:
    assert complaint("scan", *arguments, cwd=project, status=status)


def test_on_a_terminal_it_is_a_table(project: Path) -> None:
    shown, _, status = run_at_terminal(["scan", "app.py"], project, environment(), columns=120)
    assert status == 1
    assert "BGE_M3" in without_styles(shown)

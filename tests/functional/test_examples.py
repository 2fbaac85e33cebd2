"""The examples that load models, run as README says, offline and on real weights."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import warm
from environments import Result
from sources import ROOT

EXAMPLES = ROOT / "examples"


def run(cwd: Path, name: str, *arguments: str, **variables: str) -> Result:
    foreign = ("REGISTRY_", "PYTHON")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    offline = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(cwd / "empty")}
    return warm.run([EXAMPLES / name, *arguments], cwd, kept | offline | variables)


def test_similarity_puts_three_kinds_of_scores_side_by_side(tmp_path: Path) -> None:
    done = run(tmp_path, "registry_similarity.py", "--offline")

    assert done.status == 0, done.stderr
    rows = re.findall(r"^([A-Z].*\.) +(\S+) +(\S+) +(\S+)$", done.stdout, re.MULTILINE)
    assert len(rows) == 8  # two queries, four documents
    password, dog = rows[:4], rows[4:]
    best = [[row[0].split()[0] for row in rows if row[n].startswith("*")] for n in (1, 2, 3)]
    # A dense model matches the meaning, a sparse one the word "reset".
    assert best[0] == ["Forgot", "The"]
    assert best[1] == ["Reset", "The"]
    assert len(best[2]) == 2  # the projection is untrained, so any ranking will do
    for texts in (password, dog):
        for scores in list(zip(*texts, strict=True))[1:]:
            numbers = [float(score.strip("*")) for score in scores]
            assert scores[numbers.index(max(numbers))].startswith("*")
    assert "it proves the wiring, not the quality" in done.stdout


@pytest.mark.parametrize(
    ("question", "nearest"),
    [((), "Refunds"), (("Where is the cat?",), "The kitten"), (("opening hours",), "Our office")],
)
def test_sentences_are_ranked_by_meaning(
    question: tuple[str, ...], nearest: str, tmp_path: Path
) -> None:
    done = run(tmp_path, "rank_sentences.py", *question)

    assert done.status == 0, done.stderr
    assert "all-MiniLM-L6-v2: 5 vectors of 384 dimensions" in done.stdout
    ranked = re.findall(r"^ +(-?\d\.\d{3})  (.+)$", done.stdout, re.MULTILINE)
    scores = [float(score) for score, _ in ranked]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert ranked[0][1].startswith(nearest)


def test_what_cannot_be_had_is_said_in_a_sentence(tmp_path: Path) -> None:
    similarity = run(tmp_path, "registry_similarity.py")
    ranking = run(tmp_path, "rank_sentences.py", REGISTRY_EMBEDDING_MODEL="bge-m3")
    misspelled = run(tmp_path, "rank_sentences.py", REGISTRY_EMBEDDING_MODEL="bge-m4")

    for done, says in (
        (similarity, "all-minilm-l6-v2: .* is not in the cache"),
        (ranking, "bge-m3: .* is not in the cache"),
        (misspelled, "REGISTRY_EMBEDDING_MODEL: .* did you mean bge-m3"),
    ):
        assert done.status == 1
        assert re.match(says, done.stderr), done.stderr
        assert done.stderr.count("\n") == 1

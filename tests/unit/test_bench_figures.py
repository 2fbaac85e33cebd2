"""The logic of `registry.bench`: figures, ranks, reading results, labels on plots."""

from __future__ import annotations

import copy
import json
import math
import statistics
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench_results import DENSE, MACHINE, RESULTS, ROWS
from registry import (
    ALL_MINILM_L6_V2,
    BGE_SMALL_ZH_V1_5,
    CHRONOS_BOLT_TINY,
    CODELLAMA_7B_INSTRUCT,
    MS_MARCO_MINILM_L6_V2,
    QWEN3_0_6B,
)
from registry.bench import KINDS, BenchOptions, BenchResults, bench_models, benchable_models
from registry.bench._cloze import beginnings
from registry.bench._figures import latency, p95
from registry.bench._floors import checked
from registry.bench._job import Job
from registry.bench._ledger import open_ledger
from registry.bench._retrieval import candidates, examples, judge, rank
from registry.bench.report import by_reason
from registry.bench.storing import read_results, to_json, write_results
from registry.errors import BackendError, BenchError, InputError
from registry.files.json_records import from_json

SECONDS = st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=50)


# Figures


@given(SECONDS)
def test_the_95th_percentile(samples: list[float]) -> None:
    """Interpolated linearly between ranks, as numpy does."""
    ordered = sorted(samples)
    place = 0.95 * (len(ordered) - 1)
    low, high = math.floor(place), math.ceil(place)
    expected = ordered[low] + (ordered[high] - ordered[low]) * (place - low)

    assert p95(samples) == pytest.approx(expected)


@given(SECONDS)
def test_the_first_call_is_not_among_the_others(samples: list[float]) -> None:
    found = latency(99.0, samples)

    assert (found.first, found.samples) == (99.0, len(samples))
    assert found.median == statistics.median(samples)


# Checks


def test_each_query_has_one_passage() -> None:
    every = examples()
    assert len({each.query for each in every}) == len({each.passage for each in every}) == 36
    for index in range(len(every)):
        chosen = candidates(index)
        assert chosen[0] == index
        assert len(set(chosen)) == len(chosen) == 8
        assert sum(every[i].topic == every[index].topic for i in chosen) == 3
    prompts = {each.prompt for each in beginnings()}
    assert len(prompts) == 12
    for each in beginnings():  # otherwise repeating the question would count as an answer
        assert not any(word.lower() in each.prompt.lower().split() for word in each.expected)


@given(st.lists(st.floats(allow_nan=True), min_size=1, max_size=12), st.data())
def test_a_rank_gives_nobody_the_benefit_of_the_doubt(
    scores: list[float], data: st.DataObject
) -> None:
    right = data.draw(st.integers(0, len(scores) - 1))

    found = rank(scores, right)

    mine = scores[right]
    better = sum(score > mine for score in scores)
    if math.isnan(mine):
        assert found == len(scores)
    else:
        assert better < found <= len(scores)
        assert (found == 1) == (better == 0 and scores.count(mine) == 1)


def test_ndcg_by_hand() -> None:
    found = judge([1, 2, 3, 10, 11], ALL_MINILM_L6_V2)

    gains = [1, 1 / math.log2(3), 1 / 2, 1 / math.log2(11), 0]
    assert found.accuracy == 0.2
    assert found.ndcg == pytest.approx(sum(gains) / 5)
    assert (found.floor, found.passed) == (0.8, False)
    assert judge([1] * 5, ALL_MINILM_L6_V2).passed


@pytest.mark.parametrize(
    ("model", "floor"),
    [
        (ALL_MINILM_L6_V2, 0.8),
        (MS_MARCO_MINILM_L6_V2, 0.8),
        (QWEN3_0_6B, 0.5),
        (BGE_SMALL_ZH_V1_5, None),  # Chinese
        (CODELLAMA_7B_INSTRUCT, None),  # programs
        (replace(ALL_MINILM_L6_V2, languages=()), 0.8),  # an unknown language does not excuse it
        (replace(ALL_MINILM_L6_V2, modalities=("text", "image")), None),
    ],
)
def test_what_a_model_is_not_made_for_is_not_held_against_it(
    model: object, floor: float | None
) -> None:
    found = checked("retrieval", model, accuracy=0.1)
    assert (found.floor, found.passed) == (floor, None if floor is None else False)


# Results as JSON


@pytest.mark.parametrize("model", benchable_models(), ids=lambda model: model.id)
def test_a_model_arrives_as_it_was(model: Any) -> None:
    job = Job.of(model, BenchOptions(runs=3), local_path=Path("here"))
    data = json.loads(json.dumps({**vars(job), "options": vars(job.options)}))

    arrived = Job.from_json(data)

    assert arrived == replace(job, model=arrived.model)
    assert Path(arrived.local_path or "").is_absolute()
    there = vars(arrived.loadable())
    assert there["kind"] == model.kind
    for name in ("id", "huggingface_id", "revision", "safetensors_files", "batch_size"):
        assert there[name] == getattr(model, name)
    assert there.get("matryoshka_dims") == getattr(model, "matryoshka_dims", None)
    for name in ("exports", "variants"):
        sent = [asdict(each) for each in getattr(model, name, ())]
        assert [vars(each) for each in there.get(name, ())] == sent


# Results on disk


def changed(data: Any, *path: str | int, value: Any) -> Any:
    data = copy.deepcopy(data)
    at = data
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("machine", "memory"), "much", "/machine/memory: should be a whole number"),
        (("machine", "memory"), True, "/machine/memory: should be a whole number"),
        (("machine", "cores"), "8", "/machine/cores: should be a whole number"),
        (("machine", "libraries"), [], "/machine/libraries: should be an object"),
        (("options", "runs"), 0, "runs should be at least 1"),
        (("options",), None, "/options: should be an object with backend, batch_size"),
        (("models", 0, "kind"), "timeseries", "/models/0/kind: should be one of dense, "),
        (("models", 0, "measurement", "check", "floor"), "no", "/check/floor: should be a number"),
        (("models", 0, "measurement", "output", "dim"), [], "/measurement/output/dim: should be"),
        (("models",), {}, "/models: should be a list"),
        (("version",), 2, "written by a newer tessera-registry"),
    ],
)
def test_damaged_results_say_where(
    tmp_path: Path, path: tuple[str | int, ...], value: object, says: str
) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(changed(to_json(RESULTS), *path, value=value)))

    with pytest.raises(BenchError, match=r"results\.json:\d+:\d+: /") as caught:
        read_results(file)
    assert says in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"version": 1', "[" * 100_000, "\xff"])
def test_what_is_no_result_at_all(tmp_path: Path, text: str) -> None:
    file = tmp_path / "results.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BenchError, match=r"results\.json:\d+:\d+: .*move it away"):
        read_results(file)


@given(st.data())
def test_no_damage_gets_through(data: st.DataObject) -> None:
    """Any value anywhere in the file gives either an error or valid results."""
    document = json.loads(json.dumps(asdict(RESULTS)))
    path: list[str | int] = []
    at = document
    while isinstance(at, (dict, list)) and at and (not path or data.draw(st.booleans())):
        keys = sorted(at) if isinstance(at, dict) else range(len(at))
        key: Any = data.draw(st.sampled_from(keys))  # a name or an index
        path.append(key)
        at = at[key]
    value: object = data.draw(
        st.none() | st.booleans() | st.integers() | st.text() | st.just([]) | st.just({})
    )
    try:
        found = from_json(BenchResults, changed(document, *path, value=value))
    except (ValueError, InputError):
        return
    assert from_json(BenchResults, json.loads(json.dumps(asdict(found)))) == found


def test_rows_are_kept_as_they_come(tmp_path: Path) -> None:
    options = BenchOptions()
    with open_ledger(tmp_path, options, resume=False) as ledger:
        for count, row in enumerate(reversed(ROWS), start=1):
            ledger.add(row)
            found = read_results(tmp_path / "results.json")
            assert found is not None
            assert len(found.models) == count
            assert found.finished is None
        results = ledger.finish()
    assert [KINDS.index(row.kind) for row in results.models] == sorted(
        KINDS.index(row.kind) for row in ROWS
    )
    assert read_results(tmp_path / "results.json") == results
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.json"]


def test_what_is_sound_is_not_measured_again(tmp_path: Path) -> None:
    with open_ledger(tmp_path, BenchOptions(), resume=False) as ledger:
        ledger.add(*ROWS)
    with open_ledger(tmp_path, BenchOptions(), resume=True) as ledger:
        kept = {row.id for row in ROWS if ledger.has(row)}
        assert kept == {
            "small-embedder",
            "writer-8b",
        }  # neither the failed one nor those without figures
        (row, *_) = ROWS
        assert not ledger.has(replace(row, revision="f" * 40))
        assert not ledger.has(replace(row, local_path="elsewhere"))
        assert ledger.has(replace(row, measurement=None, status="skipped"))


def test_results_of_another_machine_are_not_mixed(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    write_results(file, RESULTS)
    before = file.read_bytes()

    with pytest.raises(BenchError) as caught, open_ledger(tmp_path, RESULTS.options, resume=True):
        pytest.fail("it went on")

    assert f"machine processor was '{MACHINE.processor}' and is " in str(caught.value)
    assert file.read_bytes() == before


def test_other_options_are_not_mixed(tmp_path: Path) -> None:
    with open_ledger(tmp_path, BenchOptions(runs=3), resume=False) as ledger:
        ledger.add(*ROWS)
    with (
        pytest.raises(BenchError, match="option runs was 3 and is 4"),
        open_ledger(tmp_path, BenchOptions(runs=4), resume=True),
    ):
        pytest.fail("it went on")


def test_earlier_results_are_put_aside(tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", RESULTS)
    with open_ledger(tmp_path, BenchOptions(), resume=False) as ledger:
        ledger.add(ROWS[0])
    (aside,) = tmp_path.glob("results-*.json")
    assert read_results(aside) == RESULTS


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with open_ledger(tmp_path, BenchOptions(), resume=False) as ledger:
        ledger.add(ROWS[0])
        with (
            pytest.raises(BenchError, match="another run is writing there"),
            open_ledger(tmp_path, BenchOptions(), resume=False),
        ):
            pytest.fail("it went on")
        ledger.add(ROWS[1])
    found = read_results(tmp_path / "results.json")
    assert found is not None
    assert len(found.models) == 2


# Nonsensical options


def test_everything_that_makes_no_sense_is_said_at_once(tmp_path: Path) -> None:
    model: Any = CHRONOS_BOLT_TINY
    with pytest.raises(InputError) as caught:
        bench_models(
            [ALL_MINILM_L6_V2, model],
            local_paths={"all-minilm-l6-v2": tmp_path / "nowhere", "other": tmp_path},
            timeout=0,
            output=tmp_path / "out",
        )
    assert str(caught.value).splitlines() == [
        "chronos-bolt-tiny is of type timeseries; benchmarks cover dense, sparse, colbert, "
        "cross-encoder, llm",
        f"all-minilm-l6-v2: there is no {tmp_path / 'nowhere'}",
        "there is a path for other, which is not being measured",
        "timeout should be above 0 seconds, not 0",
    ]
    assert not (tmp_path / "out").exists()
    with pytest.raises(BackendError, match="did you mean 'transformers'"):
        bench_models([ALL_MINILM_L6_V2], options=BenchOptions(backend="transfomers"))
    with pytest.raises(InputError, match="runs should be at least 1; threads should be at least 1"):
        BenchOptions(runs=0, threads=0)


def test_skipped_models_stand_under_their_reason() -> None:
    assert by_reason(ROWS) == {
        "not in the Hugging Face cache": ["absent-embedder", "absent-reranker"]
    }


# Plots


def many(count: int) -> BenchResults:
    """Models whose points are close together, as those of a family are."""
    rows = tuple(
        replace(
            ROWS[0],
            id=f"embedder-number-{number}",
            parameters=int(1e8 * 1.25 ** (number % 7)),
            measurement=replace(
                DENSE, throughput=replace(DENSE.throughput, per_second=100 * 1.3 ** (number // 7))
            ),
        )
        for number in range(count)
    )
    return replace(RESULTS, models=rows)


def test_names_cover_neither_each_other_nor_a_point() -> None:
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

    from registry.bench._drawing import draw_speed

    rows = [(row, row.measurement) for row in many(28).models if row.measurement is not None]
    figure: Any = Figure(layout="constrained", dpi=150)
    draw_speed(figure, rows, "speed")
    (axes,) = figure.axes

    names = [child for child in axes.texts if isinstance(child, Annotation) and child.get_text()]
    assert {name.get_text() for name in names} == {row.id for row, _ in rows}
    boxes = [name.get_window_extent() for name in names]
    points = [
        axes.transData.transform((row.parameters or 0, found.throughput.per_second))
        for row, found in rows
    ]
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[index + 1 :])
        assert not any(box.contains(*point) for point in points)
        assert axes.get_window_extent().containsx(box.x0)
        assert axes.get_window_extent().containsx(box.x1)


def test_the_same_figures_give_the_same_pictures(tmp_path: Path) -> None:
    from registry.bench._plots import write_plots

    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        write_plots(many(3), folder)
    names = sorted(path.name for path in folders[0].iterdir())
    assert names == ["memory.png", "memory.svg", "speed.png", "speed.svg"]
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()

    write_plots(replace(RESULTS, models=()), folders[0])

    assert list(folders[0].iterdir()) == []  # plots of an earlier run would show other models

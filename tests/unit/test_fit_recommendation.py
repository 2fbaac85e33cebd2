"""Which models are recommended, in which order, and why: with made-up models."""

from dataclasses import replace
from typing import Any

import pytest

from fit_models import bert, llm
from registry import (
    ALL_MINILM_L6_V2,
    COLBERT_V2,
    MS_MARCO_MINILM_L6_V2,
    estimate_memory,
    recommend,
)
from registry._generated import Variant
from registry.errors import InputError
from registry.fit import (
    TASKS,
    TIERS,
    Machine,
    Recommendations,
    Task,
    machine_with,
    recommend_tiers,
)
from registry.fit._tasks import size_class
from registry.models.kinds import Weighed

GIB = 2**30
LARGE = machine_with(ram=64 * GIB)
GPU = machine_with(vram=64 * GIB)
# Published for llama.cpp, as language models usually are.
GGUF = tuple(Variant(id=name, quantization=name) for name in ("q8_0", "q4_K_M", "q4_0"))


def dense(name: str, figure: float | None = None, **facts: Any) -> Weighed:
    return bert(id=name, beir13_avg=figure, **{"languages": ("en",), "release_date": None} | facts)


def chat(name: str, billions: float, date: str | None = "2024-01", **facts: Any) -> Weighed:
    """A language model with as many layers as its size needs."""
    layer = 2048 * (2 * 2048 + 2 * 512 + 3 * 8192)
    known = {
        "id": name, "parameters": f"{billions}B", "parameter_count": int(billions * 1e9),
        "release_date": date, "domain": None, "instruction_tuned": True, "variants": GGUF,
        "num_layers": int(billions * 1e9 / layer), "hidden_dim": 2048, "intermediate_size": 8192,
        "num_attention_heads": 16, "num_key_value_heads": 4, "head_dim": 128, "languages": ("en",),
    }  # fmt: skip
    return llm(**known | facts)


def ask(task: Task, *models: Weighed, machine: Machine = LARGE, **more: Any) -> Recommendations:
    return recommend(task, machine=machine, models=models, **more)


def ids(found: Recommendations) -> list[str]:
    return [each.model.id for each in found.fitting]


def left_out(found: Recommendations) -> dict[str, str]:
    return {each.model.id: each.reason for each in found.left_out}


class TestOrderOfRetrieval:
    def test_the_better_figure_first(self) -> None:
        found = ask("retrieval", dense("b", 0.41), dense("a", 0.52), dense("c", 0.30))
        assert ids(found) == ["a", "b", "c"]
        assert [each.figure for each in found.fitting] == [0.52, 0.41, 0.30]
        assert found.fitting[0].reason.startswith("nDCG@10 0.520; dense vectors; about ")

    def test_less_than_a_hundredth_is_noise_and_the_faster_one_comes_first(self) -> None:
        slower = {"num_layers": 8, "parameter_count": 7_000_000}
        models = dense("slow", 0.523, **slower), dense("fast", 0.518)
        assert ids(ask("retrieval", *models)) == ["fast", "slow"]
        assert ids(ask("retrieval", *models, machine=GPU)) == ["fast", "slow"]

    def test_without_a_figure_behind_all_that_have_one(self) -> None:
        found = ask(
            "retrieval",
            dense("new", None, release_date="2026-01-01"),
            dense("newer", None, release_date="2026-02"),
            dense("dateless"),
            dense("measured", 0.1),
        )
        assert ids(found) == ["measured", "newer", "new", "dateless"]
        assert "no comparable figure" in found.fitting[1].reason

    def test_fast_enough_comes_before_better(self) -> None:
        # 2 operations per weight and token, 256 tokens per passage, 30e9 per second and core.
        heavy = dense(
            "heavy", 0.6, parameter_count=400_000_000, num_layers=24, hidden_dim=1024,
            vocab_size=30_522,
        )  # fmt: skip
        one_core = machine_with(ram=64 * GIB, cores=1)
        found = ask("retrieval", heavy, dense("light", 0.4), machine=one_core)
        assert ids(found) == ["light", "heavy"]
        light, slow = (each.speed for each in found.fitting)
        assert slow.per_second == pytest.approx(30e9 / 2 / 256 / (400e6 - 30_522 * 1024))
        assert (light.fast_enough, slow.fast_enough) == (True, False)
        assert "slow here, about 0.2 passages per second" in found.fitting[1].reason
        # With sixteen cores it is fast enough.
        many = machine_with(ram=64 * GIB, cores=16)
        assert ids(ask("retrieval", heavy, dense("light", 0.4), machine=many))[0] == "heavy"

    def test_kinds(self) -> None:
        late = replace(COLBERT_V2, id="late", beir13_avg=0.5, languages=("en",))
        ranker = replace(MS_MARCO_MINILM_L6_V2, id="ranker")
        found = ask("retrieval", late, ranker, dense("dense", 0.4), chat("llm", 1))
        assert ids(found) == ["late", "dense"]
        assert left_out(found) == {}
        assert "late interaction" in found.fitting[0].reason
        assert ids(ask("rerank", late, ranker)) == ["ranker"]


class TestOrderOfLanguageModels:
    def test_classes_of_size_then_date_then_size(self) -> None:
        models = [
            chat("old-8b", 8, "2023-05-01"),
            chat("new-7b", 7, "2025-01-01"),
            chat("new-7.5b", 7.5, "2025-01"),
            chat("newest-1b", 1, "2026-01-01"),
            chat("dateless-20b", 20, None),
        ]
        assert ids(ask("chat", *models, machine=GPU)) == [
            *("new-7.5b", "new-7b", "old-8b", "newest-1b", "dateless-20b")
        ]
        assert [size_class(chat("x", b)) for b in (0.4, 0.5, 2, 9.9, 10, 40)] == [0, 1, 2, 2, 3, 4]

    def test_the_order_is_explained(self) -> None:
        found = ask("chat", chat("one", 8, "2025-04-28"), chat("two", 8, None), machine=GPU)
        assert found.notes == (
            "no comparable figures are published for these models: ordered by class of size, "
            "then by date",
        )
        first, second = (each.reason for each in found.fitting)
        assert first.startswith("8B weights, of 2025-04")
        assert second.startswith("8B weights, date unknown")

    def test_the_most_precise_format_that_fits_and_is_fast_enough(self) -> None:
        # 6 billion weights of 8.5 bits are 6.4 GB: 3 tokens per second at 20 GB/s, fewer than 5.
        model = chat("six", 6)
        (found,) = ask("chat", model).fitting
        assert found.fit.estimate.quantization == "q4_K_M"
        assert found.speed.per_second == pytest.approx(20e9 / found.fit.estimate.weights)
        assert found.speed.fast_enough
        (on_a_gpu,) = ask("chat", model, machine=GPU).fitting
        assert on_a_gpu.fit.estimate.quantization == "q8_0"
        assert on_a_gpu.speed.per_second is None

    def test_too_slow_in_every_format_then_in_the_fastest(self) -> None:
        (found,) = ask("chat", chat("twenty", 20)).fitting
        assert found.fit.estimate.quantization == "q4_0"
        assert not found.speed.fast_enough

    def test_of_experts_only_the_active_ones_are_read(self) -> None:
        experts = chat("experts", 20, active_parameter_count=2_000_000_000)
        (found,) = ask("chat", experts).fitting
        assert found.fit.estimate.quantization == "q8_0"
        read = found.fit.estimate.weights / 10
        assert found.speed.per_second == pytest.approx(20e9 / read)


class TestWhoIsLeftOut:
    def test_deprecated(self) -> None:
        found = ask(
            "retrieval",
            dense("old", 0.9, status="deprecated", superseded_by="new"),
            dense("gone", 0.9, status="deprecated", superseded_by=None),
            dense("new", 0.1),
        )
        assert ids(found) == ["new"]
        assert left_out(found) == {"old": "deprecated, superseded by new", "gone": "deprecated"}

    def test_made_for_something_else(self) -> None:
        models = chat("coder", 1, domain="code"), chat("base", 1, instruction_tuned=False)
        assert left_out(ask("chat", *models)) == {
            "coder": "made for code",
            "base": "a base model: it continues texts and answers no questions",
        }
        assert ids(ask("code", *models, chat("general", 1))) == ["coder"]
        assert left_out(ask("code", *models))["base"] == "not made for code"
        eyes = dense("eyes", modalities=("image",)), dense("law", domain="law")
        assert left_out(ask("retrieval", *eyes)) == {
            "eyes": "reads no text",
            "law": "made for law",
        }

    def test_languages(self) -> None:
        models = (
            dense("english", 0.9),
            dense("german", 0.2, languages=("de", "en")),
            dense("unknown", 0.8, languages=()),
        )
        found = ask("retrieval", *models, language=" DE ")
        assert ids(found) == ["german", "unknown"]
        assert left_out(found) == {"english": "not made for de"}
        assert "languages unknown" in found.fitting[1].reason
        assert "languages unknown" not in found.fitting[0].reason
        assert found.notes == ("the figures are for English; none are known for de",)
        assert ask("retrieval", *models, language="en").notes == ()

    def test_a_context_that_is_too_long(self) -> None:
        found = ask("retrieval", dense("short", 0.9), context=1000)
        assert left_out(found) == {"short": "it reads at most 512 tokens, not 1,000"}

    def test_a_format_that_there_is_not(self) -> None:
        packed = dense("packed", variants=GGUF)
        found = ask("retrieval", dense("plain"), packed, quantization="Q8_0")
        assert ids(found) == ["packed"]
        assert left_out(found) == {"plain": "not published in q8_0"}
        # Anyone can quantize a language model.
        assert ids(ask("chat", chat("any", 1, variants=()), quantization="q2_K")) == ["any"]

    def test_unknown_sizes(self) -> None:
        class Unknown:
            id, kind, parameter_count = "unknown", "dense", None

        found = ask("retrieval", Unknown(), dense("known"))
        assert ids(found) == ["known"]
        assert "parameter_count is unknown" in left_out(found)["unknown"]


class TestWhatDoesNotFit:
    def test_the_nearest_first_and_what_would_help(self) -> None:
        small = machine_with(vram=3 * GIB)
        models = chat("seven", 7), chat("eight", 8), chat("one", 1)
        found = ask("chat", *models, machine=small)
        assert ids(found) == ["one"]
        assert [each.model.id for each in found.too_large] == ["seven", "eight"]
        assert found.too_large[0].reason.endswith(
            "GiB too much; no smaller published format, context or batch helps"
        )
        assert all(not each.fit and not each.fit.cures for each in found.too_large)

    def test_smaller_batches_are_tried_first(self) -> None:
        model = dense("wide", hidden_dim=1024, num_layers=24, parameter_count=340_000_000)
        whole = ask("retrieval", model, machine=machine_with(ram=64 * GIB)).fitting[0].fit.estimate
        less = machine_with(ram=int(whole.total * 1.1))  # 15 % should stay free
        (found,) = ask("retrieval", model, machine=less).fitting
        assert (whole.batch_size, found.fit.estimate.batch_size) == (32, 16)
        assert "in batches of 16" in found.reason

    def test_little_to_spare_is_said(self) -> None:
        one = estimate_memory(dense("a"), batch_size=1).total
        (tight,) = ask("retrieval", dense("a"), machine=machine_with(ram=int(one * 1.1))).fitting
        (roomy,) = ask("retrieval", dense("a"), machine=machine_with(ram=int(one * 1.2))).fitting
        assert tight.fit.estimate.batch_size == 1
        assert "tight, " in tight.reason
        assert "tight" not in roomy.reason

    def test_a_better_one_that_may_not_fit_comes_behind(self) -> None:
        large = dense("large", 0.5, num_layers=48, parameter_count=300_000_000)
        small = dense("small", 0.4)
        memory = int(estimate_memory(large, batch_size=1).total * 1.1)
        found = ask("retrieval", large, small, machine=machine_with(ram=memory))
        assert ids(found) == ["small", "large"]
        assert "tight, " in found.fitting[1].reason

    def test_code_from_a_repository_is_said(self) -> None:
        (found,) = ask("retrieval", dense("a", trust_remote_code=True)).fitting
        assert found.reason.endswith("runs code from its repository")


class TestQuestions:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ({"task": "translation"}, "task 'translation' is not one of retrieval, rerank, chat"),
            ({"language": "xx"}, "the language 'xx'; "),
            ({"language": "enn"}, "the language 'enn'; did you mean en?"),
            ({"language": ""}, "the language ''; write an ISO 639 code such as de"),
            ({"context": 0}, "context should be at least 1 token, not 0"),
            ({"limit": 0}, "limit should be at least 1, not 0"),
            ({"limit": -1}, "limit should be at least 1, not -1"),
            ({"quantization": "q9"}, "quantization 'q9' is not one of fp32"),
            ({"quantization": "int8"}, "quantization int8 needs a GPU with CUDA"),
        ],
    )
    def test_without_sense(self, arguments: dict[str, Any], said: str) -> None:
        asked: dict[str, Any] = {"machine": LARGE, "models": [ALL_MINILM_L6_V2]} | arguments
        with pytest.raises(InputError) as caught:
            recommend(**asked)
        assert said in str(caught.value)

    def test_no_models(self) -> None:
        found = ask("retrieval")
        assert (found.fitting, found.too_large, found.left_out) == ((), (), ())

    def test_at_most_so_many(self) -> None:
        models = [chat(f"m{size}", size) for size in range(1, 9)]
        small = machine_with(vram=3 * GIB)
        everything = ask("chat", *models, machine=small)
        some = ask("chat", *models, machine=small, limit=2)
        assert some.fitting == everything.fitting[:2]
        assert some.too_large == everything.too_large[:2]


class TestTiers:
    def test_the_four_classic_ones_come_out_of_the_estimate(self) -> None:
        assert [(tier.machine.device, tier.machine.memory // GIB) for tier in TIERS] == [
            *(("cpu", 8), ("gpu", 2), ("gpu", 8), ("gpu", 24))
        ]
        for tier, found in recommend_tiers(limit=4):
            assert [each.task for each in found] == list(TASKS)
            for each in found:
                assert each == recommend(each.task, machine=tier.machine, limit=4)
                # The registry has no code model with less than 6 billion weights.
                assert each.fitting or (each.task, tier.name) == ("code", "GPU of 2 to 4 GB")

    def test_more_memory_never_recommends_a_smaller_language_model(self) -> None:
        best = [
            size_class(found.fitting[0].model)
            for tier, (found,) in recommend_tiers(["chat"])
            if tier.machine.device == "gpu"
        ]
        assert best == sorted(best)
        assert best[0] < best[-1]

    def test_an_iterator_of_models_serves_all_tiers(self) -> None:
        found = recommend_tiers(["retrieval"], models=iter([dense("one", 0.5)]))
        assert [ids(each) for _, (each,) in found] == [["one"]] * 4


class TestEngines:
    """Backends without torch run encoders on CPUs."""

    def test_who_has_them(self) -> None:
        both = [dense("plain"), dense("coded", trust_remote_code=True)]
        found = recommend(machine=LARGE, models=both)
        assert {each.model.id: each.engines for each in found.fitting} == {
            "plain": ("openvino", "onnx"),
            "coded": (),
        }
        assert [each.engines for each in recommend(machine=GPU, models=both).fitting] == [(), ()]
        assert recommend("chat", machine=LARGE, models=[chat("talker", 1)]).advice == ()

    def test_bfloat16_is_advised_where_the_processor_has_it(self) -> None:
        plain = recommend(machine=LARGE, models=[dense("plain")])
        half = recommend(machine=replace(LARGE, bfloat16="AMX-BF16"), models=[dense("plain")])
        assert len(half.advice) == len(plain.advice) + 1
        assert 'dtype="bfloat16"' in half.advice[-1]
        assert "AMX-BF16" in half.advice[-1]

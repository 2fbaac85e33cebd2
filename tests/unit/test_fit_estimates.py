"""Estimates as a whole, whether models fit, and what would make them fit."""

from dataclasses import asdict
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import registry
from fit_models import SMALL_BERT, SMALL_BERT_WEIGHTS, SMALL_LLM, bert, llm
from registry import LLAMA_3_8B_INSTRUCT, MODEL_REGISTRY, estimate_memory, fits
from registry._generated import Variant
from registry.errors import InputError
from registry.fit import Cure, parse_memory
from registry.fit._fitting import choices
from registry.fit._formats import FORMATS
from registry.fit._overhead import Device
from registry.fit._usual import longest_context
from registry.models.kinds import Weighed

MIB, GIB = 2**20, 2**30
KINDS = ("dense", "colbert", "sparse", "cross-encoder", "llm")
MODELS = [
    model for model in MODEL_REGISTRY if model.kind in KINDS and model.parameter_count is not None
]
# Formats to compare with each other: rows that are not multiples of 256 take more, most in _M.
FAMILIES = (
    ("fp32", "fp16", "bf16", "int8", "nf4"),
    ("q8_0", "q5_1", "q5_0", "q4_1", "q4_0"),
    ("q8_0", "q6_K", "q5_K_M", "q4_K_M", "q3_K_M", "q2_K"),
    ("q8_0", "q6_K", "q5_K_S", "q4_K_S", "q2_K"),
)
PARTS = ("weights", "kv_cache", "activations", "tokenizer", "overhead", "held_back")


class TestEstimate:
    def test_every_part_of_an_encoder(self) -> None:
        need = estimate_memory(SMALL_BERT, context=100, batch_size=3)
        assert asdict(need) == {
            "model_id": "small-bert",
            "quantization": "fp32",
            "device": "cpu",
            "context": 100,
            "batch_size": 3,
            "weights": 4 * SMALL_BERT_WEIGHTS,
            "kv_cache": 0,  # an encoder reads a text once
            "activations": 3 * 100 * 4 * (3 * 256 + 2 * 1024) + 3 * 100**2,
            "tokenizer": 450 * 1000,
            "overhead": 448 * MIB,
            "held_back": 3 * 100 * 4 * (8 * 256 + 1024),
            "notes": (),
        }

    def test_every_part_of_a_language_model_on_a_gpu(self) -> None:
        need = estimate_memory(
            SMALL_LLM, quantization="4bit", context=1000, batch_size=2, device="gpu"
        )
        parts = {name: getattr(need, name) for name in PARTS}
        assert parts == {
            "weights": 2 * 256_000 + 3_934_464 * 4.5 / 8,
            "kv_cache": 2 * 4 * 2 * 64 * 2 * 1000 * 2,
            "activations": 2 * 1000 * 2 * (4 * 256 + 3 * 1024) + 2 * 1000**2 + 2 * 4 * 1000,
            "tokenizer": 0,
            "overhead": 512 * MIB,
            "held_back": 0,
        }
        assert need.total == sum(parts.values())

    @pytest.mark.parametrize(
        ("model", "device", "quantization", "context", "batch_size"),
        [
            (SMALL_BERT, "cpu", "fp32", 512, 32),
            (SMALL_BERT, "gpu", "fp32", 512, 128),
            (bert(memory_mb=6.8), "cpu", "fp32", 512, 32),
            (bert(memory_mb=6.8), "gpu", "bf16", 512, 128),
            (bert(max_sequence_length=256, batch_size=7), "cpu", "fp32", 256, 7),
            (bert(context_length=8192), "cpu", "fp32", 512, 32),
            (bert(context_length=64), "cpu", "fp32", 64, 32),
            (bert(context_length=None), "cpu", "fp32", 512, 32),
            (SMALL_LLM, "cpu", "bf16", 2048, 1),
            (llm(context_length=131_072), "gpu", "bf16", 4096, 1),
            (llm(memory_mb=16.0), "cpu", "fp32", 2048, 1),
        ],
    )
    def test_what_is_taken_where_nothing_is_said(
        self, model: Weighed, device: Device, quantization: str, context: int, batch_size: int
    ) -> None:
        need = estimate_memory(model, device=device)
        assert need.quantization == quantization
        assert (need.context, need.batch_size) == (context, batch_size)

    def test_assumptions_are_said(self) -> None:
        assert estimate_memory(SMALL_LLM).notes == ("stored format unknown, taken as bf16",)
        on_a_gpu = estimate_memory(SMALL_BERT, device="gpu")
        assert on_a_gpu.notes == ("stored format unknown, taken as fp32",)
        assert estimate_memory(SMALL_LLM, quantization="q8_0").notes == ()
        seeing = estimate_memory(bert(modalities=("text", "image")))
        assert seeing.notes == ("for texts; images need more",)

    def test_a_context_with_documented_scaling(self) -> None:
        scaled = llm(extended_context_length=8192)
        assert estimate_memory(scaled, context=8192).context == 8192

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ({"context": 0}, "context should be at least 1 token, not 0"),
            ({"context": -5}, "context should be at least 1 token, not -5"),
            ({"context": 513}, "small-bert: it reads at most 512 tokens, not 513"),
            ({"batch_size": 0}, "batch_size should be at least 1, not 0"),
            ({"quantization": "q9"}, "quantization 'q9' is not one of fp32, "),
            ({"quantization": ""}, "quantization '' is not one of fp32, "),
            ({"quantization": "8bit"}, "quantization int8 needs a GPU with CUDA"),
            ({"quantization": "nf4"}, "quantization nf4 needs a GPU with CUDA"),
        ],
    )
    def test_arguments_without_sense(self, arguments: dict[str, Any], said: str) -> None:
        for ask in (estimate_memory, lambda model, **more: fits(model, "8GB", **more)):
            with pytest.raises(InputError) as caught:
                ask(SMALL_BERT, **arguments)
            assert str(caught.value).startswith(said)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Weighed, dict[str, Any]]:
    """A model of the registry, and settings to run it with."""
    model = draw(st.sampled_from(MODELS))
    device = draw(st.sampled_from(["cpu", "gpu"]))
    possible = [name for name in FORMATS if device == "gpu" or name not in ("int8", "nf4")]
    return model, {
        "device": device,
        "quantization": draw(st.none() | st.sampled_from(possible)),
        "context": draw(st.integers(1, min(longest_context(model) or 512, 40_000))),
        "batch_size": draw(st.integers(1, 300)),
    }


class TestMoreNeverNeedsLess:
    @given(question=questions(), more=st.integers(1, 2000))
    def test_more_context_or_a_larger_batch(
        self, question: tuple[Weighed, dict[str, Any]], more: int
    ) -> None:
        model, setting = question
        need = estimate_memory(model, **setting)
        batch = estimate_memory(model, **setting | {"batch_size": need.batch_size + more})
        assert batch.total >= need.total
        longer = need.context + more
        if longer <= (longest_context(model) or longer):
            assert estimate_memory(model, **setting | {"context": longer}).total >= need.total

    def test_contexts_one_by_one(self) -> None:
        # Around 32 MiB per tensor; glibc returns larger ones at once.
        for model in (registry.SPLADE_V3, registry.BGE_BASE_EN_V1_5):
            needs = [
                estimate_memory(model, context=context, batch_size=32).total
                for context in range(300, 513)
            ]
            assert all(less <= more for less, more in pairwise(needs))

    def test_more_bits(self) -> None:
        for model in MODELS:
            for names in FAMILIES:
                totals = [
                    estimate_memory(model, quantization=name, device="gpu").total for name in names
                ]
                assert totals == sorted(totals, reverse=True), (model.id, names)


class TestFits:
    @given(question=questions(), size=st.integers(1, 200_000).map(lambda each: each * MIB))
    def test_agrees_with_the_estimate(
        self, question: tuple[Weighed, dict[str, Any]], size: int
    ) -> None:
        model, setting = question
        fit = fits(model, size, **setting)
        assert bool(fit) == (fit.estimate.total <= size)
        assert fit.spare - fit.missing == size - fit.estimate.total
        assert 0 in (fit.spare, fit.missing)
        asked: dict[str, Any] = {**setting, "quantization": fit.estimate.quantization}
        assert fit.estimate == estimate_memory(model, **asked)
        if setting["quantization"] is not None or not fit:
            return
        # The most precise of the usual formats is chosen.
        for each in choices(model, fit.estimate.device):
            if each.name == fit.estimate.quantization:
                break
            assert not fits(model, size, **setting | {"quantization": each.name})

    @given(question=questions(), share=st.floats(0.05, 0.999))
    def test_a_cure_cures_and_is_the_least_that_does(
        self, question: tuple[Weighed, dict[str, Any]], share: float
    ) -> None:
        model, setting = question
        need = estimate_memory(model, **setting)
        setting["quantization"] = need.quantization
        size = int(need.total * share)
        fit = fits(model, size, **setting)
        assert not fit
        for cure in fit.cures:
            found = cure.estimate
            assert found.total <= size
            changed = {
                name: getattr(found, name)
                for name in ("quantization", "context", "batch_size")
                if getattr(found, name) != setting[name]
            }
            assert found == estimate_memory(model, **setting | changed)
            assert changed
            # One step closer to the original request does not fit.
            if set(changed) == {"quantization"}:
                names = list(FORMATS)
                between = names[
                    names.index(need.quantization) + 1 : names.index(found.quantization)
                ]
                for each in choices(model, need.device):
                    if each.name in between and each.runtime == FORMATS[need.quantization].runtime:
                        assert not fits(model, size, **setting | {"quantization": each.name})
            if set(changed) == {"batch_size"}:
                more = {"batch_size": found.batch_size + 1}
                assert estimate_memory(model, **setting | more).total > size
            if "context" in changed and found.context + 128 <= need.context:
                more = changed | {"context": found.context + 128}
                assert estimate_memory(model, **setting | more).total > size

    @pytest.mark.parametrize("device", ["cpu", "gpu"])
    def test_every_model_fits_somewhere_and_nowhere_into_a_mebibyte(self, device: Device) -> None:
        for model in MODELS:
            assert fits(model, "8192TB", device=device), model.id
            lacking = fits(model, "1MB", device=device)
            assert not lacking, model.id
            assert lacking.cures == (), model.id

    def test_the_most_precise_that_fits_is_chosen(self) -> None:
        model = LLAMA_3_8B_INSTRUCT
        sizes = {
            name: estimate_memory(model, quantization=name).total
            for name in ("q8_0", "q4_K_M", "q4_0")
        }
        for name, size in sizes.items():
            assert fits(model, size).estimate.quantization == name
        none = fits(model, min(sizes.values()) - 1)
        assert (bool(none), none.missing, none.estimate.quantization) == (False, 1, "q4_0")
        # Only a shorter context helps.
        assert [cure.change for cure in none.cures] == [
            "a context of 3,968 tokens instead of 4,096"
        ]

    def test_each_single_cure_is_offered(self) -> None:
        need = estimate_memory(SMALL_BERT, device="gpu", batch_size=32)
        fit = fits(SMALL_BERT, need.total - MIB, quantization="fp32", device="gpu", batch_size=32)
        assert [cure.change for cure in fit.cures] == [
            "fp16 instead of fp32",
            "a context of 384 tokens instead of 512",
            "batches of 31 instead of 32",
        ]
        assert isinstance(fit.cures[0], Cure)

    def test_a_format_with_as_many_bits_may_still_be_smaller(self) -> None:
        # q4_K_M keeps some tensors in q6_K; q4_0 has the same 4.5 bits without those.
        asked: dict[str, Any] = {"quantization": "q4_K_M", "context": 128}
        need = estimate_memory(LLAMA_3_8B_INSTRUCT, **asked)
        fit = fits(LLAMA_3_8B_INSTRUCT, need.total - 100 * MIB, **asked)
        assert [cure.change for cure in fit.cures] == ["q4_0 instead of q4_K_M"]

    def test_all_changes_together_where_no_single_one_suffices(self) -> None:
        variants = tuple(Variant(id=name, quantization=name) for name in ("q8_0", "q4_0"))
        model = llm(context_length=100_000, variants=variants)
        asked: dict[str, Any] = {"quantization": "q8_0", "context": 50_000, "batch_size": 4}
        least = estimate_memory(model, quantization="q4_0", context=256, batch_size=1)
        (cure,) = fits(model, least.total, **asked).cures
        assert cure.change == "q4_0, a context of 256 tokens and one text at a time"
        assert cure.estimate == least

    def test_together_they_leave_the_context_as_it_is_where_that_fits(self) -> None:
        asked: dict[str, Any] = {"quantization": "fp32", "context": 100, "batch_size": 2}
        asked["device"] = "gpu"
        size = estimate_memory(
            SMALL_BERT, quantization="nf4", context=100, batch_size=1, device="gpu"
        )
        (cure,) = fits(SMALL_BERT, size.total, **asked).cures
        assert cure.change == "nf4, a context of 100 tokens and one text at a time"

    def test_nothing_helps(self) -> None:
        fit = fits(SMALL_LLM, "1MB")
        assert (bool(fit), fit.cures) == (False, ())

    def test_memory_as_text_or_bytes(self) -> None:
        assert fits(SMALL_BERT, "2GB") == fits(SMALL_BERT, 2 * GIB)
        assert fits(SMALL_BERT, "2GB").memory == 2 * GIB
        with pytest.raises(InputError, match="is not an amount of memory"):
            fits(SMALL_BERT, "much")


class TestParseMemory:
    @pytest.mark.parametrize(
        ("text", "size"),
        [
            ("8GB", 8 * GIB),
            ("8 GiB", 8 * GIB),
            (" 8g ", 8 * GIB),
            ("8192MB", 8 * GIB),
            ("0.5T", 512 * GIB),
            ("1.5k", 1536),
            ("8192TB", 2**53),
            ("999999999999K", 999_999_999_999 * 1024),
            (1, 1),
            (2**53, 2**53),
        ],
    )
    def test_amounts(self, text: str | int, size: int) -> None:
        assert parse_memory(text) == size

    @pytest.mark.parametrize(
        "text",
        [
            *("", " ", "8", "GB", "8 GB free", "8.GB", ".5GB", "1e3GB", "+8GB", "-8GB", "8GBB"),
            *("8EB", "8G B", "8,5GB", "nanGB", "infGB", "0x8GB", "8GB\0", "8GB\n8GB", "\ud800"),
            # The Kelvin sign, digits of other scripts, an i without a dot.
            *("8\u212a", "\u0668GB", "\uff18GB", "8G\u0131B"),
            *("9" * 5000 + "GB", "8" + " " * 5000 + "X"),
        ],
    )
    def test_no_amounts(self, text: str) -> None:
        with pytest.raises(
            InputError, match="is not an amount of memory; write 8GB, 8GiB or 8192MB"
        ):
            parse_memory(text)

    @pytest.mark.parametrize("amount", ["0GB", "0.0MB", "0.0001K", 0, -1, "8193TB", 2**53 + 1])
    def test_amounts_that_no_machine_has(self, amount: str | int) -> None:
        with pytest.raises(InputError, match="above 0, and at most 8192TB"):
            parse_memory(amount)

    @given(text=st.text(max_size=12) | st.from_regex(r"\d{1,3}(\.\d)?\s?[kKmMgGtT]i?[bB]?"))
    def test_any_text_is_an_amount_or_a_clear_error(self, text: str) -> None:
        try:
            size = parse_memory(text)
        except InputError as error:
            said = str(error)
            assert said.startswith(repr(text))
        else:
            assert 0 < size <= 2**53

    @given(amount=st.integers(1, 8192 * 1024))
    def test_units_agree(self, amount: int) -> None:
        assert parse_memory(f"{amount}GB") == parse_memory(f"{amount * 1024}MiB") == amount * GIB

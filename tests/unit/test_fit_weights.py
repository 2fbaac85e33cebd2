"""The size of weights: by hand and compared with published files; guesses about a network."""

import dataclasses

import pytest

from fit_models import SMALL_BERT, SMALL_LLM, SMALL_LLM_WEIGHTS, bert, llm
from registry import (
    LLAMA_3_8B_INSTRUCT,
    PHI_3_MINI_4K_INSTRUCT,
    QWEN2_5_CODER_7B_INSTRUCT,
    LlmModel,
)
from registry._generated import Variant
from registry.errors import InputError
from registry.fit import estimate_memory
from registry.fit._formats import (
    BLOCK_FORMATS,
    FORMATS,
    known_format,
    more_bits,
    number_format,
    raised_layers,
)
from registry.fit._network import network_of
from registry.fit._weight_bytes import stored_format, weight_bytes
from registry.models.kinds import Weighed

MIB, GIB = 2**20, 2**30
# Llama-3-8B according to `llama-quantize --help`: GiB per file, and the loss in perplexity.
SIZES = {
    "q2_K": 2.96, "q3_K_M": 3.74, "q4_0": 4.34, "q4_1": 4.78, "q4_K_S": 4.37, "q4_K_M": 4.58,
    "q5_0": 5.21, "q5_1": 5.65, "q5_K_S": 5.21, "q5_K_M": 5.33, "q6_K": 6.14, "q8_0": 7.96,
}  # fmt: skip
LOST = {
    "q2_K": 3.5199, "q3_K_M": 0.6569, "q4_0": 0.4685, "q4_1": 0.4511, "q4_K_S": 0.2689,
    "q4_K_M": 0.1754, "q5_0": 0.1316, "q5_1": 0.1062, "q5_K_S": 0.1049, "q5_K_M": 0.0569,
    "q6_K": 0.0217, "q8_0": 0.0026,
}  # fmt: skip


def weights(model: Weighed, quantization: str) -> int:
    return weight_bytes(model, network_of(model), number_format(quantization))


class TestFormats:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("fp32", "fp32"),
            ("F32", "fp32"),
            ("float16", "fp16"),
            ("bfloat16", "bf16"),
            ("8bit", "int8"),
            ("4bit", "nf4"),
            ("Q4_K_M", "q4_K_M"),
            ("q4-k-m", "q4_K_M"),
            (" Q8_0 ", "q8_0"),
        ],
    )
    def test_however_it_is_spelt(self, text: str, name: str) -> None:
        assert number_format(text).name == name

    @pytest.mark.parametrize("text", ["", "q", "tq1_0", "q4_K_M_L", "4", "fp32 fp16", "q4_k"])
    def test_unknown(self, text: str) -> None:
        assert known_format(text) is None
        with pytest.raises(InputError, match="is not one of fp32, fp16, bf16, int8, nf4, q8_0"):
            number_format(text)

    def test_bits_of_blocks(self) -> None:
        # From the comments next to the structs in ggml-common.h.
        assert {name: block.bits for name, block in BLOCK_FORMATS.items()} == {
            "q4_0": 4.5, "q4_1": 5, "q5_0": 5.5, "q5_1": 6, "q8_0": 8.5,
            "q2_K": 2.625, "q3_K": 3.4375, "q4_K": 4.5, "q5_K": 5.5, "q6_K": 6.5625,
        }  # fmt: skip

    def test_the_order_is_that_of_precision(self) -> None:
        torch = [each.bits for each in FORMATS.values() if each.runtime == "torch"]
        assert torch == sorted(torch, reverse=True)
        mixes = [name for name, each in FORMATS.items() if each.runtime == "llama.cpp"]
        assert mixes == sorted(LOST, key=LOST.__getitem__)

    def test_which_layers_get_more_bits(self) -> None:
        # The first and last eighth, and every third in between.
        assert [layer for layer in range(32) if more_bits(layer, 32)] == [
            *(0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27),
            *(28, 29, 30, 31),
        ]
        assert (raised_layers("all", 32), raised_layers("eighth", 7)) == (32, 0)


class TestByHand:
    @pytest.mark.parametrize(
        ("quantization", "expected"),
        [
            ("fp32", 4 * SMALL_LLM_WEIGHTS),
            ("fp16", 2 * SMALL_LLM_WEIGHTS),
            ("bf16", 2 * SMALL_LLM_WEIGHTS),
            # The vocabulary's 256,000 weights stay in 16 bits.
            ("int8", 2 * 256_000 + 3_934_464),
            ("nf4", 2 * 256_000 + 3_934_464 * 4.5 / 8),
            # 34 bytes per 32 weights, including the vocabulary.
            ("q8_0", SMALL_LLM_WEIGHTS / 32 * 34),
            # 18 bytes per 32 weights; the vocabulary's matrix in q6_K: 210 bytes per 256 weights.
            ("q4_0", 256_000 / 256 * 210 + 3_934_464 / 32 * 18),
            # Also in q6_K: values and feed-forward outputs in layers 2 and 3 of 0 to 3.
            (
                "q4_K_M",
                (256_000 + (131_072 + 1_048_576) / 2) / 256 * 210
                + (3_934_464 - (131_072 + 1_048_576) / 2) / 256 * 144,
            ),
        ],
    )
    def test_a_small_language_model(self, quantization: str, expected: float) -> None:
        assert weights(SMALL_LLM, quantization) == expected

    def test_rows_that_do_not_divide_into_blocks(self) -> None:
        # A width of 320 = 10 x 32, not a multiple of 256: q5_0 (22 bytes) instead of q4_K, q8_0
        # instead of q6_K; the feed-forward outputs have rows of 1,024 and stay as they are.
        model = llm(hidden_dim=320, num_attention_heads=5, parameter_count=5_401_920)
        head, keys_and_gates = 320_000, 4 * 320 * (320 + 128 + 2 * 1024)
        values, outputs, down = 4 * 320 * 128, 4 * 320 * 320, 4 * 320 * 1024
        norms = 5_401_920 - head - keys_and_gates - values - outputs - down
        assert norms == 9 * 320
        expected = (
            head / 32 * 34
            + (keys_and_gates + outputs + values / 2 + norms) / 32 * 22
            + values / 2 / 32 * 34
            + down / 2 / 256 * (144 + 210)
        )
        assert weights(model, "q4_K_M") == expected

    def test_experts_multiply_the_feed_forward_part(self) -> None:
        more = 3 * (3 * 4 * 256 * 1024)
        experts = llm(num_experts=4, parameter_count=SMALL_LLM_WEIGHTS + more)
        assert weights(experts, "q4_0") - weights(SMALL_LLM, "q4_0") == more / 32 * 18

    def test_a_network_built_otherwise_keeps_the_average(self) -> None:
        half = llm(parameter_count=SMALL_LLM_WEIGHTS // 2)
        assert weights(half, "q4_0") == pytest.approx(weights(SMALL_LLM, "q4_0") / 2, rel=1e-3)

    def test_guessed_networks_are_reckoned_on_the_high_side(self) -> None:
        unknown = dataclasses.replace(
            LLAMA_3_8B_INSTRUCT, hidden_dim=None, num_layers=None, vocab_size=None, variants=()
        )
        for name, each in FORMATS.items():
            if each.runtime == "llama.cpp":
                known = weights(LLAMA_3_8B_INSTRUCT, name)
                assert known <= weights(unknown, name) <= 2 * known


class TestMeasuredComesFirst:
    def test_memory_mb_is_what_is_stored(self) -> None:
        # 8 MiB for 4.19M weights is two bytes each; 32 bits take twice that.
        stored = llm(memory_mb=8.0)
        assert weights(stored, "bf16") == weights(stored, "fp16") == 8 * MIB
        assert weights(stored, "fp32") == 16 * MIB
        assert weights(stored, "q8_0") == weights(SMALL_LLM, "q8_0")

    @pytest.mark.parametrize(
        ("memory", "stored"), [(None, None), (8.0, "bf16"), (8.4, "bf16"), (16.0, "fp32")]
    )
    def test_the_size_tells_the_stored_format(
        self, memory: float | None, stored: str | None
    ) -> None:
        found = stored_format(llm(memory_mb=memory))
        assert (found.name if found else None) == stored

    def test_the_bytes_of_a_variant_before_all_else(self) -> None:
        variants = (
            Variant(id="a", quantization="Q4_K_M", bytes=1_234_567),
            Variant(id="b", quantization="F16", bytes=7_654_321),
            Variant(id="c", quantization="q8_0"),
            Variant(id="d", quantization="tq1_0", bytes=1),
        )
        model = llm(memory_mb=8.0, variants=variants)
        assert weights(model, "q4_K_M") == 1_234_567
        assert weights(model, "fp16") == 7_654_321
        assert weights(model, "q8_0") == weights(SMALL_LLM, "q8_0")
        assert weights(model, "bf16") == 8 * MIB


class TestAgainstPublishedFiles:
    """Files also have a tokenizer of a few MiB; a larger difference means a wrong formula."""

    @pytest.mark.parametrize("quantization", SIZES)
    def test_llama_3_8b(self, quantization: str) -> None:
        size = weights(LLAMA_3_8B_INSTRUCT, quantization) / GIB
        assert size == pytest.approx(SIZES[quantization], rel=0.006)

    @pytest.mark.parametrize(
        ("model", "file_bytes"),
        [
            (LLAMA_3_8B_INSTRUCT, 4_661_724_384),
            (QWEN2_5_CODER_7B_INSTRUCT, 4_431_390_720),
            (PHI_3_MINI_4K_INSTRUCT, 2_176_181_568),
        ],
    )
    def test_q4_0(self, model: LlmModel, file_bytes: int) -> None:
        assert 0 < file_bytes - weights(model, "q4_0") < 10 * MIB


class TestNetwork:
    def test_what_is_known_is_taken(self) -> None:
        network = network_of(SMALL_LLM)
        assert (network.layers, network.hidden, network.intermediate) == (4, 256, 1024)
        assert (network.heads, network.kv_heads, network.head_dim) == (4, 2, 64)
        assert (network.vocabulary, network.window, network.guessed) == (1000, None, ())
        assert network.body == SMALL_LLM_WEIGHTS - 256_000

    def test_the_feed_forward_width_explains_the_number_of_weights(self) -> None:
        assert network_of(SMALL_BERT).intermediate == 1024
        gated = bert(architecture_type="qwen3", parameter_count=256_000 + 4 * 256 * (1024 + 3072))
        assert network_of(gated).intermediate == 1024

    @pytest.mark.parametrize("parameter_count", [300_000, 30_000_000])
    def test_a_width_without_sense_is_four_times_the_hidden_one(self, parameter_count: int) -> None:
        assert network_of(bert(parameter_count=parameter_count)).intermediate == 1024

    @pytest.mark.parametrize(
        ("facts", "layers", "hidden", "guessed"),
        [
            # 12 L h² = 100M: h = sqrt(100M / 12 / 12) and L = 100M / 12 / 768².
            ({"num_layers": 12, "hidden_dim": None}, 12, 833, ("width",)),
            ({"num_layers": None, "hidden_dim": 768}, 14, 768, ("depth",)),
            # h = cbrt(128 x 100M / 12), and L = cbrt(100M / 12 / 32²), both on the high side.
            ({"num_layers": None, "hidden_dim": None}, 20, 1022, ("depth", "width")),
        ],
    )
    def test_what_is_unknown_comes_from_the_number_of_weights(
        self, facts: dict[str, None], layers: int, hidden: int, guessed: tuple[str, ...]
    ) -> None:
        network = network_of(bert(parameter_count=100_000_000, **facts))
        assert (network.layers, network.hidden, network.guessed) == (layers, hidden, guessed)

    def test_an_unknown_vocabulary_is_the_largest(self) -> None:
        network = network_of(bert(parameter_count=100_000_000, vocab_size=None))
        assert (network.vocabulary, network.guessed) == (262_144, ("vocabulary",))

    def test_guesses_are_said(self) -> None:
        need = estimate_memory(bert(num_layers=None, hidden_dim=None, vocab_size=None))
        assert need.notes == (
            "depth, width, vocabulary estimated from the parameter count, on the high side",
        )

    def test_a_table_of_vectors_is_no_network(self) -> None:
        static = bert(
            architecture_type="model2vec", parameter_count=7_680_000, embedding_dim=256,
            hidden_dim=None, num_layers=None, vocab_size=None,
        )  # fmt: skip
        network = network_of(static)
        assert (network.layers, network.hidden, network.vocabulary) == (1, 256, 30_000)
        assert network.guessed == ()

    def test_no_number_of_weights_no_estimate(self) -> None:
        class Unknown:
            id, kind, parameter_count = "unknown", "dense", None

        with pytest.raises(InputError, match="unknown: parameter_count is unknown"):
            estimate_memory(Unknown())

    @pytest.mark.parametrize("kind", ["timeseries", "vision-language", "", 7])
    def test_only_models_of_texts(self, kind: object) -> None:
        class Other:
            id, parameter_count = "other", 1_000_000

        Other.kind = kind  # type: ignore[attr-defined] # as a foreign registry might
        with pytest.raises(InputError, match="other: memory is estimated for text models"):
            estimate_memory(Other())

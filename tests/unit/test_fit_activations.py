"""Memory besides the weights: activations, the KV cache, what the C library does not return."""

from dataclasses import replace

import pytest

from fit_models import SMALL_BERT, SMALL_LLM, bert, llm
from registry import (
    ALL_MINILM_L6_V2,
    GEMMA_3_270M_IT,
    LLAMA_3_8B_INSTRUCT,
    estimate_memory,
)
from registry._generated import Variant
from registry.fit._activations import activation_bytes
from registry.fit._formats import number_format
from registry.fit._kv_cache import kv_cache_bytes
from registry.fit._network import network_of
from registry.fit._overhead import held_back_bytes, runtime_bytes, tokenizer_bytes
from registry.models.kinds import Weighed

MIB = 2**20
FP32, FP16, NF4, Q4_0 = map(number_format, ("fp32", "fp16", "nf4", "q4_0"))


def activations(
    model: Weighed,
    context: int,
    batch_size: int = 1,
    quantization: str = "fp32",
    kind: str = "dense",
) -> int:
    return activation_bytes(
        network_of(model),
        number_format(quantization),
        kind,
        context=context,
        batch_size=batch_size,
    )


class TestActivationsInTorch:
    @pytest.mark.parametrize(
        ("model", "numbers_a_token"),
        [
            (SMALL_BERT, 3 * 256 + 2 * 1024),
            (llm(architecture_type="qwen3"), 4 * 256 + 3 * 1024),
            # Attention: queries, keys, values, their copies, the result.
            (llm(intermediate_size=256), 8 * 256),
        ],
    )
    def test_the_widest_moment_of_a_layer(self, model: Weighed, numbers_a_token: int) -> None:
        mask = 3 * 100**2
        assert activations(model, 100, 3) == 3 * 100 * 4 * numbers_a_token + mask
        # int8 and nf4 are unpacked to 16 bits for computing.
        for quantization in ("fp16", "bf16", "int8", "nf4"):
            expected = 3 * 100 * 2 * numbers_a_token + mask
            assert activations(model, 100, 3, quantization) == expected

    def test_modernbert_has_both_matrices_in_one_and_two_masks_of_numbers(self) -> None:
        model = llm(architecture_type="modernbert")
        assert activations(model, 100) == 100 * 4 * (5 * 256 + 4 * 1024) + 2 * 4 * 100**2

    @pytest.mark.parametrize(
        ("architecture", "scores", "beside"), [("mpnet", 3, 8), ("deberta-v2", 6, 18), ("t5", 2, 8)]
    )
    def test_where_attention_is_not_fused_scores_grow_with_the_square(
        self, architecture: str, scores: int, beside: int
    ) -> None:
        model = bert(architecture_type=architecture)
        expected = 2 * 500 * 4 * (beside * 256 + scores * 4 * 500)
        assert activations(model, 500, 2) == expected

    def test_a_sparse_model_scores_the_whole_vocabulary_for_every_token(self) -> None:
        model = bert(vocab_size=30_000, parameter_count=11_000_000)
        expected = 2 * (2 * 100 * 4 * 30_000) + 16 * 2 * 30_000
        assert activations(model, 100, 2, kind="sparse") == expected

    def test_a_language_model_scores_it_for_the_last_token(self) -> None:
        dense = activations(SMALL_LLM, 100, 2, "fp16")
        assert activations(SMALL_LLM, 100, 2, "fp16", kind="llm") == dense + 2 * 4 * 1000


GEMMA_WITH_BYTES = replace(
    GEMMA_3_270M_IT,
    variants=(Variant(id="q4_k_m", quantization="q4_K_M", bytes=253_113_184),),
)


class TestLlamaCpp:
    """Compared with the buffer sizes printed by b11549, and the memory of its process."""

    @pytest.mark.parametrize(
        ("context", "printed"), [(2048, 21.28), (4096, 23.28), (16_384, 35.28), (32_768, 51.28)]
    )
    def test_a_compute_buffer_with_windows(self, context: int, printed: float) -> None:
        found = activations(GEMMA_3_270M_IT, context, quantization="q4_K_M", kind="llm")
        # The scores of one token have a buffer of their own: 1.00 MiB.
        assert found / MIB == pytest.approx(printed + 1, rel=0.1)

    @pytest.mark.parametrize(
        ("shape", "printed"),  # hidden and intermediate size, heads, their width; six layers
        [
            ((512, 512, 8, 64), 9.02),
            ((512, 1024, 8, 64), 13.02),
            ((512, 2048, 8, 64), 19.02),
            ((512, 4096, 8, 64), 31.02),
            ((1024, 1024, 8, 64), 16.02),
            ((512, 1024, 8, 128), 15.02),
            ((512, 1024, 16, 64), 13.02),
            ((512, 1024, 32, 64), 15.02),
            ((1024, 2816, 16, 64), 28.52),
        ],
    )
    def test_a_compute_buffer(self, shape: tuple[int, int, int, int], printed: float) -> None:
        hidden, intermediate, heads, width = shape
        model = llm(
            hidden_dim=hidden,
            intermediate_size=intermediate,
            num_attention_heads=heads,
            head_dim=width,
        )
        found = activations(model, 2048, quantization="q8_0", kind="llm")
        assert found / MIB == pytest.approx(printed, rel=0.15)

    @pytest.mark.parametrize(("context", "printed"), [(256, 3.51), (512, 7.26), (2048, 35.05)])
    def test_an_encoder_reads_a_text_at_once(self, context: int, printed: float) -> None:
        found = activations(ALL_MINILM_L6_V2, context, quantization="q8_0")
        assert found / MIB == pytest.approx(printed, rel=0.05)

    @pytest.mark.parametrize(
        ("context", "process"),
        [(2048, 358), (4096, 367), (16_384, 430), (32_768, 478)],
    )
    def test_a_whole_process(self, context: int, process: int) -> None:
        need = estimate_memory(GEMMA_WITH_BYTES, quantization="q4_K_M", context=context)
        assert need.total / MIB == pytest.approx(process, rel=0.15)
        reckoned = estimate_memory(GEMMA_3_270M_IT, quantization="q4_K_M", context=context)
        assert reckoned.total / MIB == pytest.approx(process, rel=0.15)


class TestKvCache:
    def cache(self, model: Weighed, context: int, quantization: str, batch_size: int = 1) -> int:
        network, number = network_of(model), number_format(quantization)
        return kv_cache_bytes(network, number, context=context, batch_size=batch_size)

    @pytest.mark.parametrize(
        ("quantization", "size"), [("fp32", 4), ("fp16", 2), ("nf4", 2), ("q8_0", 2), ("q2_K", 2)]
    )
    def test_two_times_layers_heads_width_and_tokens(self, quantization: str, size: int) -> None:
        found = self.cache(SMALL_LLM, 1000, quantization, 3)
        assert found == 2 * 4 * 2 * 64 * size * 1000 * 3

    def test_llama_3_8b_as_llama_cpp_prints_it(self) -> None:
        # "KV self size  =  256.00 MiB" for 2,048 tokens.
        assert self.cache(LLAMA_3_8B_INSTRUCT, 2048, "q4_K_M") == 256 * MIB

    @pytest.mark.parametrize(("context", "kept"), [(50, 50), (100, 100), (101, 100), (2000, 100)])
    def test_local_attention_keeps_its_window(self, context: int, kept: int) -> None:
        model = llm(architecture_type="mistral", sliding_window=100)
        assert self.cache(model, context, "fp16") == 2 * 2 * 64 * 2 * 4 * kept
        # llama.cpp ignores the window if all layers are local.
        assert self.cache(model, context, "q8_0") == 2 * 2 * 64 * 2 * 4 * context

    @pytest.mark.parametrize(
        ("architecture", "layers", "whole"),
        [("gemma2", 26, 13), ("gemma3_text", 18, 3), ("gemma3", 26, 4), ("gpt_oss", 24, 12)],
    )
    def test_some_layers_see_everything(self, architecture: str, layers: int, whole: int) -> None:
        model = llm(architecture_type=architecture, num_layers=layers, sliding_window=100)
        a_token = 2 * 2 * 64 * 2
        torch = whole * 2000 + (layers - whole) * 100
        assert self.cache(model, 2000, "bf16") == a_token * torch
        # llama.cpp keeps a micro-batch of 512 tokens in addition to the window.
        in_llama_cpp = whole * 2000 + (layers - whole) * 612
        assert self.cache(model, 2000, "q4_0") == a_token * in_llama_cpp


class TestOverhead:
    def test_libraries(self) -> None:
        assert runtime_bytes(FP32, "cpu") == runtime_bytes(FP16, "cpu") == 448 * MIB
        assert runtime_bytes(Q4_0, "cpu") == 32 * MIB
        assert runtime_bytes(NF4, "gpu") == runtime_bytes(Q4_0, "gpu") == 512 * MIB

    @pytest.mark.parametrize(
        ("architecture", "quantization", "an_entry"),
        [("bert", "fp32", 450), ("xlm-roberta", "fp32", 1200), ("llama", "q4_0", 240)],
    )
    def test_a_tokenizer_lies_in_the_ram(
        self, architecture: str, quantization: str, an_entry: int
    ) -> None:
        network = network_of(bert(architecture_type=architecture))
        number = number_format(quantization)
        assert tokenizer_bytes(network, number, "cpu") == 1000 * an_entry
        assert tokenizer_bytes(network, number, "gpu") == 0

    @pytest.mark.parametrize(
        ("hidden", "kept"),
        # In MiB. A feed-forward tensor has four times the size of a hidden state, a layer eleven.
        [
            (1, 8 * 1 + 4),
            (10, 8 * 10 + 32),
            (32, 8 * 32 + 32),
            # Beyond that, the larger batch itself reuses what smaller ones leave.
            (40, 8 * 32 + 32 - 11 * 8),
            (64, 0),
            (1000, 0),
        ],
    )
    def test_held_back(self, hidden: int, kept: int) -> None:
        network = network_of(SMALL_BERT)
        # 4 x 256 tokens of 256 numbers of 4 bytes are 1 MiB.
        found = held_back_bytes(network, FP32, "cpu", context=256, batch_size=4 * hidden)
        assert found == kept * MIB

    def test_nothing_is_held_back_by_llama_cpp_and_on_a_gpu(self) -> None:
        network = network_of(SMALL_BERT)
        assert held_back_bytes(network, Q4_0, "cpu", context=256, batch_size=4) == 0
        assert held_back_bytes(network, FP32, "gpu", context=256, batch_size=4) == 0

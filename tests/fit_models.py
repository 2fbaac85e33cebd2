"""Models with round numbers, for tests of memory needs that do not depend on the catalogue."""

from dataclasses import replace
from typing import Any

from registry import ALL_MINILM_L6_V2, LLAMA_3_8B_INSTRUCT, DenseModel, LlmModel

# Four layers of width 256, and 9 x 256 weights of norms:
# 1000 x 256 + 4 x 256 x (2 x 256 + 2 x 128 + 3 x 1024) + 9 x 256
SMALL_LLM_WEIGHTS = 4_190_464
SMALL_LLM: LlmModel = replace(
    LLAMA_3_8B_INSTRUCT,
    id="small-llm",
    architecture_type="llama",
    parameters="4.19M",
    parameter_count=SMALL_LLM_WEIGHTS,
    active_parameter_count=None,
    context_length=2048,
    extended_context_length=None,
    hidden_dim=256,
    num_layers=4,
    intermediate_size=1024,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=64,
    num_experts=None,
    vocab_size=1000,
    sliding_window=None,
    memory_mb=None,
    variants=(),
)
# Its feed-forward width is unknown: 1024 matches the number of weights.
# 1000 x 256 + 512 x 256 + 4 x 256 x (4 x 256 + 2 x 1024)
SMALL_BERT_WEIGHTS = 3_532_800
SMALL_BERT: DenseModel = replace(
    ALL_MINILM_L6_V2,
    id="small-bert",
    architecture_type="bert",
    parameters="3.53M",
    parameter_count=SMALL_BERT_WEIGHTS,
    context_length=512,
    max_sequence_length=None,
    max_position_embeddings=512,
    batch_size=None,
    hidden_dim=256,
    num_layers=4,
    num_attention_heads=4,
    vocab_size=1000,
    memory_mb=None,
    variants=(),
    trust_remote_code=False,
)


def llm(**facts: Any) -> LlmModel:
    """The small language model with other facts."""
    return replace(SMALL_LLM, **facts)


def bert(**facts: Any) -> DenseModel:
    """The small encoder with other facts."""
    return replace(SMALL_BERT, **facts)

"""Mistakes with loaded models: every checker must report exactly the marked lines."""

from acme_models import ACME_INTENT_V3

from registry import (
    ALL_MINILM_L6_V2,
    CHRONOS_BOLT_TINY,
    COLBERT_V2,
    EMBEDDING_MODELS,
    MS_MARCO_MINILM_L6_V2,
    QWEN3_1_7B,
    SPLADE_V3,
    AnyModel,
    DenseModel,
    ModelConfig,
    ModelInfo,
    ModelManager,
    fingerprint,
    load,
    selected_embedding_model,
    selected_llm_model,
)
from registry.encoders.dense import DenseEncoder
from registry.encoders.multi_vector import MultiVectorEncoder
from registry.selection.roles import selection


def bare(info: ModelInfo, model: AnyModel) -> None:
    load(info)  # error: a model of unknown kind
    load(model)  # error: maybe of a kind that no backend loads


load("all-minilm-l6-v2")  # error: an id is not a model
load(CHRONOS_BOLT_TINY)  # error: no backend loads time series
load(ACME_INTENT_V3)  # error: a kind of another registry
load(ModelConfig("acme/encoder", 768, 512))  # error: no kind
load(ModelConfig.from_registry("miniLM"))  # error: only the registry knows its kind

load(QWEN3_1_7B, quantization="3bit")  # error: no such width
load(QWEN3_1_7B, attention="flashy")  # error: no such attention
load(QWEN3_1_7B, quantisation="4bit")  # error: a misspelled argument
load(ALL_MINILM_L6_V2, dim="256")  # error: a string where a number is expected
load(ALL_MINILM_L6_V2, "cpu")  # error: keyword arguments only

load(MS_MARCO_MINILM_L6_V2).encode_queries(["a"])  # error: a reranker encodes nothing
load(QWEN3_1_7B).encode_documents(["a"])  # error: a language model encodes nothing
load(ALL_MINILM_L6_V2).generate("a")  # error: an encoder writes nothing
load(ALL_MINILM_L6_V2).top_terms(3)  # error: only sparse encoders have it
load(ALL_MINILM_L6_V2).encode_queries(["a"], quantization="int3")  # error: no such precision
dense: DenseEncoder = load(SPLADE_V3)  # error: sparse
late: MultiVectorEncoder = load(ModelConfig.bge_base_en_v1_5())  # error: dense
load(ModelConfig.splade_v3()).rerank("a", ["b"])  # error: an encoder

model: DenseModel = selected_llm_model()  # error: an LLM
selected_embedding_model().ollama_tga  # error: a misspelled field
EMBEDDING_MODELS["miniLM"].num_experts  # error: a field of LLMs
selection("embeding")  # error: no such role
fingerprint(QWEN3_1_7B)  # error: makes no vectors
fingerprint(MS_MARCO_MINILM_L6_V2)  # error: a cross-encoder makes no vectors
fingerprint(COLBERT_V2, dims=128)  # error: a misspelled argument

ModelManager(quantization="3bit")  # error: no such width
ModelManager("huggingface", None, None, "qwen3-0.6b")  # error: by keyword only
ModelManager().generate_embeddings(["a"])  # error: takes a single text

"""A program that must pass: what checkers know about loaded models.

It is never run. `acme_models` is another registry, compiled from examples/own_registry.
"""

from collections.abc import AsyncGenerator, Generator
from typing import assert_type

import numpy as np
from acme_models import ACME_ASSISTANT_8B, ACME_EMBED_DOCS_V2, ACME_RERANK_DOCS_V1
from acme_models import get_model as get_acme_model
from numpy.typing import NDArray

from registry import (
    ALL_MINILM_L6_V2,
    COLBERT_V2,
    CROSS_ENCODER_MODELS,
    EMBEDDING_MODELS,
    LLM_MODELS,
    MS_MARCO_MINILM_L6_V2,
    QWEN3_1_7B,
    SPLADE_V3,
    CrossEncoderModel,
    DenseModel,
    EmbeddingModel,
    LlmModel,
    ModelConfig,
    ModelManager,
    ModelType,
    Sampling,
    check_fingerprint,
    find_model,
    fingerprint,
    load,
    locked_revision,
    resolve,
    selected_cross_encoder_model,
    selected_embedding_model,
    selected_llm_model,
)
from registry.encoders.dense import DenseEncoder
from registry.encoders.generator import TextGenerator
from registry.encoders.multi_vector import MultiVectorEncoder
from registry.encoders.quantization import QuantizedVectors
from registry.encoders.reranker import Ranked, Reranker
from registry.encoders.sparse import SparseEncoder
from registry.selection.model_config import ColbertConfig, DenseConfig, LlmConfig
from registry.selection.roles import Selection, selection

Vectors = NDArray[np.float32]

# Each kind of model loads as its own kind of object.
assert_type(load(ALL_MINILM_L6_V2), DenseEncoder)
assert_type(load(COLBERT_V2), MultiVectorEncoder)
assert_type(load(SPLADE_V3), SparseEncoder)
assert_type(load(MS_MARCO_MINILM_L6_V2), Reranker)
assert_type(load(QWEN3_1_7B), TextGenerator)
assert_type(load(COLBERT_V2, device="cpu", dtype="float16"), MultiVectorEncoder)
assert_type(load(QWEN3_1_7B, quantization="4bit", attention="flash"), TextGenerator)
assert_type(load(ALL_MINILM_L6_V2, backend="ollama", base_url="http://127.0.0.1"), DenseEncoder)

# So do models of another registry,
assert_type(load(ACME_EMBED_DOCS_V2, dim=256), DenseEncoder)
assert_type(load(ACME_RERANK_DOCS_V1, local_path="weights"), Reranker)
assert_type(load(ACME_ASSISTANT_8B), TextGenerator)
assert_type(load(get_acme_model("acme-embed-docs-v2")), DenseEncoder)

# models by value,
assert_type(ModelConfig.colbert_v2(), ColbertConfig)
assert_type(load(ModelConfig.colbert_v2()), MultiVectorEncoder)
assert_type(load(ColbertConfig("acme/encoder", 128, 512)), MultiVectorEncoder)
assert_type(load(ModelConfig("acme/encoder", 768, 512).as_dense()), DenseEncoder)
assert_type(ModelConfig.from_registry("miniLM", model_type=ModelType.Dense), DenseConfig)
assert_type(ModelConfig.from_registry("anything"), ModelConfig)
assert_type(LlmConfig("acme/writer", None, 8192).context_length, int)
assert_type(ModelConfig.all_minilm_l6_v2().embedding_dim, int)

# and models that were looked up or selected.
assert_type(EMBEDDING_MODELS["miniLM"], DenseModel)
assert_type(CROSS_ENCODER_MODELS["miniLM"], CrossEncoderModel)
assert_type(LLM_MODELS["mistral"], LlmModel)
assert_type(LLM_MODELS.get("mistral"), LlmModel | None)
assert_type(load(EMBEDDING_MODELS["miniLM"]), DenseEncoder)
assert_type(load(LLM_MODELS["mistral"]), TextGenerator)
assert_type(selected_embedding_model(), DenseModel)
assert_type(selected_cross_encoder_model(), CrossEncoderModel)
assert_type(selected_llm_model(), LlmModel)
assert_type(selection("llm"), Selection[LlmModel])
assert_type(selection("llm").model, LlmModel)
assert_type(selection("cross_encoder").model, CrossEncoderModel)
assert_type(load(selected_embedding_model()), DenseEncoder)


def load_what_was_typed(text: str) -> TextGenerator | None:
    model = find_model(text, model_type=ModelType.Llm)
    return None if model is None else load(model)


def vectors(encoder: DenseEncoder) -> None:
    assert_type(encoder.encode_queries(["a"]), Vectors)
    assert_type(encoder.encode_documents(["a"], quantization="int8"), QuantizedVectors)
    assert_type(encoder.similarity(encoder.encode_queries(["a"]), np.zeros((1, 2), "f4")), Vectors)


def weights(encoder: SparseEncoder) -> None:
    tops = encoder.top_terms(encoder.encode_documents(["a"]), count=5)
    assert_type(tops, list[list[tuple[str, float]]])


def tokens(encoder: MultiVectorEncoder) -> None:
    assert_type(encoder.encode_queries(["a"]), list[Vectors])


def ranks(reranker: Reranker) -> None:
    assert_type(reranker.rerank("a", ["b"]), list[Ranked])
    assert_type(reranker.scores("a", ["b"]), Vectors)


async def texts(generator: TextGenerator) -> None:
    assert_type(generator.generate("a", Sampling(temperature=0)), str)
    assert_type(generator.stream([{"role": "user", "content": "a"}]), Generator[str])
    assert_type(await generator.agenerate("a"), str)


async def manager() -> None:
    both = ModelManager(model_size="qwen3_medium", quantization="8bit")
    assert_type(both.model, LlmModel)
    assert_type(both.embedding_model, DenseModel)
    assert_type(both.generator, TextGenerator)
    assert_type(both.encoder, DenseEncoder)
    assert_type(both.generate_response("a", max_tokens=5), str)
    assert_type(both.generate_stream("a", temperature=0.2), Generator[str])
    assert_type(both.generate_embeddings("a"), Vectors)
    assert_type(both.generate_batch_embeddings(["a", "b"]), Vectors)
    assert_type(await both.agenerate_response("a"), str)
    stream = both.agenerate_stream("a")
    print(assert_type(stream, AsyncGenerator[str]))
    assert_type(await both.agenerate_embeddings("a"), Vectors)
    assert_type(await both.agenerate_batch_embeddings(["a"]), Vectors)


# A fingerprint needs a model that makes vectors, from any source.
assert_type(fingerprint(COLBERT_V2, dim=128, quantization="int8"), str)
assert_type(fingerprint(ACME_EMBED_DOCS_V2), str)
assert_type(fingerprint(ModelConfig.splade_v3()), str)
check_fingerprint(fingerprint(SPLADE_V3), SPLADE_V3)
print(vectors, weights, tokens, ranks, texts, manager, load_what_was_typed)


def index(model: EmbeddingModel) -> int:
    """Accepts models of any registry."""
    return model.embedding_dim


index(ACME_EMBED_DOCS_V2)
index(COLBERT_V2)
assert_type(resolve("bge", model_type=ModelType.Dense), DenseModel)
assert_type(resolve("mistral", model_type="llm"), LlmModel)
assert_type(resolve("bge", model_type=ModelType.Dense, unknown=len), DenseModel | int)
assert_type(locked_revision(ACME_ASSISTANT_8B), str | None)

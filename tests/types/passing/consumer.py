"""A program that must pass: what checkers know about the registry."""

from typing import assert_type

import registry
from registry import (
    BGE_M3,
    COLBERT_V2,
    MODEL_REGISTRY,
    MODELS_BY_ID,
    QWEN3_1_7B,
    SPLADE_V3,
    AnyModel,
    ColbertModel,
    CrossEncoderModel,
    DenseModel,
    EmbeddingModel,
    LlmModel,
    Modality,
    ModelId,
    ModelInfo,
    ModelType,
    SparseModel,
    find_model,
    find_models,
    get_model,
    models_by_language,
    models_by_max_embedding_dim,
    models_by_type,
)

assert_type(COLBERT_V2, ColbertModel)
assert_type(SPLADE_V3, SparseModel)
assert_type(registry.ALL_MINILM_L6_V2, DenseModel)
assert_type(COLBERT_V2.embedding_dim, int)
assert_type(COLBERT_V2.revision, str | None)
assert_type(QWEN3_1_7B.context_length, int)
assert_type(BGE_M3.context_length, int | None)
assert_type(COLBERT_V2.languages, tuple[str, ...])

assert_type(models_by_type(ModelType.Dense), tuple[DenseModel, ...])
assert_type(models_by_type(ModelType.Colbert), tuple[ColbertModel, ...])
assert_type(find_model("anything"), AnyModel | None)
assert_type(find_model("miniLM", model_type=ModelType.CrossEncoder), CrossEncoderModel | None)
assert_type(find_models(model_type=ModelType.Llm, language="en"), tuple[LlmModel, ...])
assert_type(find_models(language="en", modality="text"), tuple[AnyModel, ...])
assert_type(models_by_language("de"), tuple[AnyModel, ...])
assert_type(models_by_max_embedding_dim(128), tuple[EmbeddingModel, ...])
assert_type(MODEL_REGISTRY, tuple[AnyModel, ...])
assert_type([model.name for model in MODEL_REGISTRY], list[str])
assert_type(MODELS_BY_ID["colbert-v2"], AnyModel)


def of_any_id(model_id: ModelId) -> AnyModel:
    return get_model(model_id)


def width(model: EmbeddingModel) -> int:
    return model.embedding_dim


def describe(model: ModelInfo) -> str:
    return f"{model.name}: {model.description}"


def narrow(model: AnyModel) -> int | None:
    if isinstance(model, ColbertModel):
        assert_type(model, ColbertModel)
        return model.query_length
    if model.type is ModelType.Llm:
        return model.num_experts
    return model.context_length


def every_type(model_type: ModelType) -> tuple[AnyModel, ...]:
    return models_by_type(model_type)


chosen: ModelId = "bge-m3"
what: Modality = "image"
print(width(COLBERT_V2), width(BGE_M3), describe(QWEN3_1_7B), narrow(BGE_M3), chosen, what)

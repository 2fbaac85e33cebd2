"""A program full of mistakes: every checker must object to every marked line and no other."""

from registry import (
    BGE_M3,
    COLBERT_V2,
    QWEN3_1_7B,
    ColbertModel,
    DenseModel,
    EmbeddingModel,
    Modality,
    ModelId,
    ModelInfo,
    ModelType,
    find_models,
    get_model,
    models_by_modality,
    models_by_type,
)


def width(model: EmbeddingModel) -> int:
    return model.embedding_dim


def rerank(model: ColbertModel) -> str:
    return model.id


get_model("colbrt-v2")  # error: a misspelled id (of at most 4,096, for pyrefly)
width(QWEN3_1_7B)  # error: an LLM where an encoder is expected
rerank(BGE_M3)  # error: a dense model where a late-interaction model is expected
COLBERT_V2.embedding_dim = 96  # error: the registry is frozen
COLBERT_V2.num_experts  # error: a field this type does not have
QWEN3_1_7B.embedding_dim  # error: an LLM has no embedding_dim
ModelType.Colbrt  # error: a misspelled type
dense: tuple[DenseModel, ...] = models_by_type(ModelType.Colbert)  # error: the wrong type
find_models(model_type=ModelType.Dense, langauge="de")  # error: a misspelled filter
models_by_modality("pictures")  # error: no such modality
wrong_id: ModelId = "gpt-17"  # error: no such model (of at most 4,096, for pyrefly)
wrong_word: Modality = "smell"  # error: no such modality
ModelInfo(id="x")  # error: fields are missing
COLBERT_V2.revision.upper()  # error: a revision may be unknown

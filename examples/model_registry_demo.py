"""Tour of the typed registry: every query function, then an overview of the catalogue.

Run it with nothing installed but tessera-registry:

    python examples/model_registry_demo.py
"""

from collections.abc import Iterable

from registry import (
    CATALOGUE_VERSION,
    COLBERT_V2,
    MODEL_REGISTRY,
    QWEN3_1_7B,
    AmbiguousModelError,
    AnyModel,
    EmbeddingModel,
    MatryoshkaModel,
    ModelType,
    UnknownModelError,
    find_model,
    find_models,
    get_model,
    models_by_language,
    models_by_license,
    models_by_max_embedding_dim,
    models_by_modality,
    models_by_organization,
    models_by_type,
    models_with_matryoshka,
)


def show(title: str, models: Iterable[AnyModel | EmbeddingModel | MatryoshkaModel]) -> None:
    """Print how many models there are and the first few ids."""
    found = tuple(models)
    ids = ", ".join(model.id for model in found[:4])
    print(f"  {title:<48} {len(found):>4}  {ids}{', ...' if len(found) > 4 else ''}")


def constants() -> None:
    """A model is a constant; what it has not got is an error in the editor."""
    print("Constants")
    print(f"  COLBERT_V2.huggingface_id     {COLBERT_V2.huggingface_id}")
    print(f"  COLBERT_V2.embedding_dim      {COLBERT_V2.embedding_dim}")
    print(f"  COLBERT_V2.context_length     {COLBERT_V2.context_length} tokens")
    print(f"  QWEN3_1_7B.parameters         {QWEN3_1_7B.parameters}")
    print(f"  QWEN3_1_7B.ollama_tag         {QWEN3_1_7B.ollama_tag}")


def look_ups() -> None:
    """By id, by alias, by Hub repository; and what happens when there is no such model."""
    print("\nLook-ups")
    bge = get_model("bge-base-en-v1.5")  # a DenseModel: the checker knows
    print(f'  get_model("bge-base-en-v1.5")           {bge.pooling} pooling, {bge.embedding_dim}')
    print(f'  find_model("BAAI/bge-m3")               {find_model("BAAI/bge-m3") is not None}')
    mini = find_model("miniLM", model_type=ModelType.Dense)
    print(f'  find_model("miniLM", model_type=Dense)  {mini.id if mini else None}')
    for key in ("miniLM", "colbrt-v2"):
        try:
            model = find_model(key)
            if model is None:
                raise UnknownModelError(key)
        except (AmbiguousModelError, UnknownModelError) as error:
            print(f"  {type(error).__name__}: {error}")


def queries() -> None:
    """Every query function; results are tuples in catalogue order."""
    print("\nQueries")
    show("models_by_type(ModelType.Colbert)", models_by_type(ModelType.Colbert))
    show('models_by_organization("BAAI")', models_by_organization("BAAI"))
    show('models_by_language("de")', models_by_language("de"))
    show("models_by_max_embedding_dim(128)", models_by_max_embedding_dim(128))
    show("models_with_matryoshka()", models_with_matryoshka())
    show("models_with_matryoshka(dim=256)", models_with_matryoshka(dim=256))
    show('models_by_license("apache-2.0")', models_by_license("apache-2.0"))
    show('models_by_modality("image")', models_by_modality("image"))
    dense = find_models(
        model_type=ModelType.Dense, language="de", license="MIT", max_embedding_dim=768
    )
    show("find_models(Dense, de, MIT, at most 768)", dense)


def overview() -> None:
    """How many of each type, with the range of sizes."""
    print(f"\nCatalogue {CATALOGUE_VERSION}: {len(MODEL_REGISTRY)} models")
    for model_type in ModelType:
        models = models_by_type(model_type)
        sizes = sorted(model.parameter_count for model in models if model.parameter_count)
        pinned = sum(model.revision is not None for model in models)
        span = f"{sizes[0] / 1e6:,.0f}M to {sizes[-1] / 1e6:,.0f}M parameters" if sizes else ""
        print(f"  {model_type:<16} {len(models):>4}   {pinned:>4} pinned   {span}")


if __name__ == "__main__":
    constants()
    look_ups()
    queries()
    overview()

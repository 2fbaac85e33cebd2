"""The fields of a model in the groups a person looks for them in."""

from collections.abc import Iterator
from typing import Any

# Already at the head of the page.
_HEAD = frozenset({"type", "id", "name", "description"})
_SECTIONS: dict[str, tuple[str, ...]] = {
    "Source": (
        "huggingface_id",
        "revision",
        "organization",
        "release_date",
        "license",
        "gated",
        "status",
        "superseded_by",
        "aliases",
        "ollama_tag",
        "base_model",
    ),
    "Output": (
        "embedding_dim",
        "matryoshka",
        "matryoshka_dims",
        "multi_vector",
        "pooling",
        "normalize",
        "similarity",
        "has_projection",
        "projection_dims",
        "requires_projection",
        "prediction_length",
        "max_horizon",
        "quantiles",
    ),
    "Input": (
        "modalities",
        "languages",
        "programming_languages",
        "domain",
        "instruction_tuned",
        "context_length",
        "extended_context_length",
        "max_sequence_length",
        "query_length",
        "document_length",
        "image_size",
        "multivariate",
        "covariates",
    ),
    "Prompts": (
        "query_prompt",
        "document_prompt",
        "classification_prompt",
        "clustering_prompt",
        "similarity_prompt",
    ),
    "Architecture": (
        "architecture_type",
        "architecture_variant",
        "parameters",
        "parameter_count",
        "active_parameters",
        "active_parameter_count",
        "num_layers",
        "hidden_dim",
        "intermediate_size",
        "num_attention_heads",
        "num_key_value_heads",
        "head_dim",
        "num_experts",
        "num_experts_per_token",
        "sliding_window",
        "max_position_embeddings",
        "vocab_size",
        "patch_size",
        "output_patch_size",
    ),
    "Quality": (
        "beir_avg",
        "beir_avg_datasets",
        "beir13_avg",
        "beir15_avg",
        "mteb_avg",
        "mteb_eng_v1_avg",
        "ms_marco_mrr10",
        "trec_dl19_ndcg10",
    ),
    "Running it": (
        "memory_mb",
        "quantization",
        "batch_size",
        "memory_per_batch_mb",
        "gpu_recommended",
        "packages",
        "trust_remote_code",
    ),
    "Files": (
        "config_file",
        "tokenizer_file",
        "tokenizer_model",
        "safetensors_files",
        "pytorch_files",
        "onnx_files",
        "openvino_files",
        "gguf_files",
    ),
    "Variants": ("variants",),
    "Facts from": ("sources",),
    "Metadata": ("metadata",),
}


# Fields are of all types, hence Any.
def sections(data: dict[str, Any]) -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """The known fields of a model, group by group.

    A field no group names comes last, under "More": whatever the schema learns is shown.
    """
    placed = _HEAD.union(*_SECTIONS.values())
    groups = {**_SECTIONS, "More": tuple(name for name in data if name not in placed)}
    for title, names in groups.items():
        known = [(name, data[name]) for name in names if _is_known(data.get(name))]
        if known:
            yield title, known


def _is_known(value: object) -> bool:
    return value is not None and value != () and value != [] and value != {}

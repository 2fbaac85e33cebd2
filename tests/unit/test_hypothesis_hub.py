"""Any repository can be described, and the catalogue accepts any description."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from catalogues import TYPES
from memory_repository import BERT, MemoryRepository, pipeline
from registry.errors import HubError
from registry.hub._description import describe
from registry.hub.new_entry import left_out, make_entry
from registry_codegen.conformance import document_problems, entry_problems
from registry_codegen.rules import check

NAMES = (
    "config.json",
    "modules.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "tokenizer_config.json",
    "artifact.metadata",
    "1_Pooling/config.json",
    "2_Dense/config.json",
    "adapter_config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "2_Asym/config.json",
    "pytorch_model.bin",
    "tiny-q4_0.gguf",
    "tiny-q8_0.gguf",
    "tiny-bf16-00001-of-00002.gguf",
    "mmproj-f16.gguf",
)
KEYS = (
    *BERT,
    *("d_model", "dim", "id2label", "num_labels", "auto_map", "text_config", "vision_config"),
    *("vlm_config", "chronos_config", "quantiles", "context_length", "prediction_length"),
    *("num_experts", "num_experts_per_tok", "head_dim", "sliding_window", "embedding_dim"),
    *("matryoshka_dimensions", "model_max_length", "max_seq_length", "similarity_fn_name"),
    *("rope_scaling", "rope_type", "factor", "original_max_position_embeddings", "pad_token_id"),
    *("multi_query", "multi_query_group_num", "attn_config", "kv_lora_rank", "rotary_dim", "types"),
    *("n_positions", "n_embd", "seq_length", "kv_channels", "image_processor", "img_processor"),
    *("image_processor_type", "feature_extractor_type", "audio_config", "architectures"),
    *("prompts", "query", "document", "pooling_mode", "embedding_dimension", "out_features"),
    *("query_length", "document_length", "query_maxlen", "dim", "projection_dim"),
)
CARD_KEYS = (
    *("license", "license_name", "license_link", "language", "base_model", "model-index"),
    *("results", "dataset", "metrics", "name", "type", "value", "split"),
)
WORDS = st.one_of(
    st.sampled_from(
        ["bert", "xlm-roberta", "gemma3", "falcon", "yarn", "bert-base-uncased", "vit", "pt-BR",
         "HF_ColBERT", "BertForMaskedLM", "LlamaForCausalLM", "mean", "cls",
         "cosine", "dot", "mit", "other", "qwen", "en", "iw", "eng", "zzz", "MTEB(eng, v2)",
         "mean_task", "a/b", "../..", "https://[", "https://a.example/x y", "\u202eevil",
         "x\x1b[2J"]
    ),
    st.text(max_size=8),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.integers(1, 10**6),
    st.sampled_from([2**31, 2**53, 2**64, 10**30, -(10**30), 384, 512, 514, 1, 2, 0]),
    st.floats(),
)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)


def json_values(keys: tuple[str, ...]) -> st.SearchStrategy[Any]:
    names = st.one_of(st.sampled_from(keys), st.text(max_size=4))
    return st.recursive(
        SCALARS,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=6)
        ),
        max_leaves=12,
    )


CONFIGS = st.one_of(
    st.dictionaries(st.sampled_from(KEYS), json_values(KEYS), max_size=14),
    # A valid configuration with a few strange values in it.
    st.dictionaries(st.sampled_from(KEYS), json_values(KEYS), max_size=4).map(
        lambda strange: {**BERT, **strange}
    ),
)
MODULES = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.one_of(
                st.sampled_from(
                    ["sentence_transformers.models.Transformer", "x.Pooling", "x.Normalize",
                     "sentence_transformers.models.Dense", "x.SpladePooling", "pylate.models.Dense",
                     "."]
                ),
                SCALARS,
            ),
            "path": st.one_of(st.sampled_from(["", "1_Pooling", "2_Dense", "../.."]), SCALARS),
        }
    ),
    max_size=4,
)  # fmt: skip
TEXTS = st.one_of(
    CONFIGS.map(json.dumps),
    MODULES.map(json.dumps),
    json_values(KEYS).map(json.dumps),
    st.sampled_from(["", "{", "[" * 100_000, '{"hidden_size": ' + "9" * 5000 + "}", "NaN", "\0"]),
    st.text(max_size=20),
)
TENSORS = st.dictionaries(
    st.sampled_from(["linear.weight", "embeddings.weight", "embedding.weight", "position_ids"]),
    st.tuples(
        st.sampled_from(["F32", "BF16", "I64", "I32", "F8_E4M3", "\x00"]),
        st.lists(st.sampled_from([0, 1, 128, 384, 2**40, 2**63 - 1]), max_size=4).map(tuple),
    ),
    max_size=3,
)


SOUND: dict[str, Any] = {  # in the format of MemoryRepository
    "config.json": BERT,
    "modules.json": pipeline("Transformer", "Pooling", "Dense"),
    "1_Pooling/config.json": {"embedding_dimension": 384, "pooling_mode": "mean"},
    "2_Dense/config.json": {"out_features": 128},
    "artifact.metadata": {"dim": 128, "query_maxlen": 32},
}
SOUND_TENSORS: dict[str, dict[str, tuple[str, tuple[int, ...]]]] = {
    "model.safetensors": {
        "embeddings.weight": ("F32", (30522, 384)),
        "linear.weight": ("F32", (128, 384)),
    }
}


@st.composite
def repositories(draw: st.DrawFn) -> MemoryRepository:
    """Half of them valid except for a few strange files, the others entirely strange."""
    files: dict[str, Any] = draw(st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=8))
    weights = st.sampled_from(["model.safetensors", "2_Dense/model.safetensors"])
    tensors = draw(st.dictionaries(weights, TENSORS, max_size=2))
    if draw(st.booleans()):
        kept = draw(st.sets(st.sampled_from(NAMES), max_size=2))
        files = {**SOUND, **{name: text for name, text in files.items() if name in kept}}
        files["config.json"] = json.dumps(draw(CONFIGS))
        tensors = SOUND_TENSORS
    return MemoryRepository(
        files,
        tensors,
        card=draw(st.dictionaries(st.sampled_from(CARD_KEYS), json_values(CARD_KEYS), max_size=5)),
        tags=tuple(draw(st.lists(WORDS, max_size=3))),
        pipeline_tag=draw(st.one_of(st.none(), WORDS)),
        created=draw(st.sampled_from([None, "2022-03-02", "2025-01-31"])),
        gated=draw(st.sampled_from([None, True, False])),
    )


@given(repositories(), st.one_of(st.none(), st.sampled_from(TYPES)))
def test_no_repository_is_too_strange(source: MemoryRepository, model_type: str | None) -> None:
    description = describe(source, model_type)
    told = " ".join([description.type_reason, *description.unknown.values()])
    assert told.isprintable()
    assert json.dumps({path: fact.value for path, fact in description.facts.items()})


@given(repositories(), st.sampled_from(TYPES))
def test_an_entry_is_one_that_the_catalogue_takes(
    source: MemoryRepository, model_type: str
) -> None:
    description = describe(source, model_type)
    try:
        entry = make_entry(description)
    except HubError:  # a required fact of the type is unknown
        return
    data = {"models": [json.loads(json.dumps(entry, allow_nan=False))]}
    assert [*document_problems(data), *entry_problems(data["models"], None)] == []
    assert list(check(data)) == []
    named = {path for paths in entry["sources"].values() for path in paths}
    # These may be used in part, with the rest reported.
    assert set(left_out(description)) & named <= {"capabilities.languages", "variants"}

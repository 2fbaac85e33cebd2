"""Which type a repository is recognized as, by which evidence, and when it stays unknown."""

from typing import Any

import pytest

from memory_repository import BERT, MemoryRepository, pipeline
from registry.hub._description import describe

PIPELINES = {
    "dense": pipeline("Transformer", "Pooling", "Normalize"),
    "sparse": pipeline("MLMTransformer", "SpladePooling"),
    "late": pipeline("Transformer", "pylate.models.Dense.Dense"),
}


def config(*architectures: str, **more: Any) -> dict[str, Any]:
    return {**BERT, "architectures": list(architectures), **more}


def written_by(name: str) -> dict[str, Any]:
    return {"config_sentence_transformers.json": {"model_type": name}}


def decided(files: dict[str, Any], **metadata: Any) -> tuple[str | None, str]:
    found = describe(MemoryRepository(files, **metadata))
    return found.type, found.type_reason


@pytest.mark.parametrize(
    ("files", "metadata", "expected"),
    [
        ({"modules.json": PIPELINES["dense"]}, {}, ("dense", "modules.json: Pooling")),
        (
            {"modules.json": pipeline("StaticEmbedding")},
            {},
            ("dense", "modules.json: StaticEmbedding"),
        ),
        ({"modules.json": PIPELINES["sparse"]}, {}, ("sparse", "modules.json: SpladePooling")),
        (
            {"modules.json": pipeline("Transformer", "Pooling", "SparseAutoEncoder")},
            {},
            ("sparse", "modules.json: SparseAutoEncoder"),
        ),
        ({"modules.json": PIPELINES["late"]}, {}, ("colbert", "modules.json: Dense")),
        (
            {"modules.json": pipeline("Transformer", "LogitScore")},
            {},
            ("cross-encoder", "modules.json: LogitScore"),
        ),
        (
            written_by("ColBERT"),
            {},
            ("colbert", "config_sentence_transformers.json: model_type ColBERT"),
        ),
        (
            {"config.json": config("HF_ColBERT"), "artifact.metadata": {"dim": 128}},
            {},
            ("colbert", "config.json: architectures HF_ColBERT"),
        ),
        (
            {"config.json": config("ColPaliForRetrieval", vlm_config={"vision_config": {}})},
            {},
            (
                "vision-language",
                "config.json: architectures ColPaliForRetrieval, with a vision part",
            ),
        ),
        (
            {"config.json": config("BertForSequenceClassification", id2label={"0": "LABEL_0"})},
            {"pipeline_tag": "text-classification", "tags": ("sentence-transformers",)},
            (
                "cross-encoder",
                "config.json: architectures BertForSequenceClassification with one label, and "
                "pipeline_tag text-classification and sentence-transformers",
            ),
        ),
        (
            {"config.json": config("BertForSequenceClassification", id2label={"0": "LABEL_0"})},
            {"huggingface_id": "acme/tiny-reranker"},
            (
                "cross-encoder",
                "config.json: architectures BertForSequenceClassification with one label, and the "
                "name acme/tiny-reranker",
            ),
        ),
        (
            {"config.json": config("GemmaForCausalLM")},
            {"pipeline_tag": "text-classification", "tags": ("sentence-transformers",)},
            (
                "cross-encoder",
                "pipeline_tag text-classification and sentence-transformers, over a network that "
                "is config.json: architectures GemmaForCausalLM",
            ),
        ),
        (
            {"config.json": config("Qwen3ForCausalLM")},
            {"pipeline_tag": "text-ranking", "huggingface_id": "acme/tiny-reranker"},
            (
                "cross-encoder",
                "pipeline_tag text-ranking and the name acme/tiny-reranker, over a network that is "
                "config.json: architectures Qwen3ForCausalLM",
            ),
        ),
        (
            {"config.json": config("BertForSequenceClassification", sentence_transformers={})},
            {},
            ("cross-encoder", "config.json: sentence_transformers"),
        ),
        (
            {"config.json": config("Qwen3ForCausalLM")},
            {"pipeline_tag": "text-generation"},
            ("llm", "config.json: architectures Qwen3ForCausalLM"),
        ),
        (
            {"config.json": config("Gemma3ForConditionalGeneration")},
            {"pipeline_tag": "image-text-to-text"},
            ("llm", "pipeline_tag image-text-to-text"),
        ),
        (
            {
                "modules.json": PIPELINES["dense"],
                "config.json": config("T5ForConditionalGeneration", vision_config=None),
            },
            {},
            ("dense", "modules.json: Pooling"),
        ),
        (
            {"config.json": config("Qwen3VLForConditionalGeneration", vision_config={})},
            {"pipeline_tag": "sentence-similarity"},
            ("vision-language", "pipeline_tag sentence-similarity, with a vision part"),
        ),
        (
            {
                "modules.json": PIPELINES["dense"],
                "config.json": config("Qwen3VLForConditionalGeneration", vision_config={}),
            },
            {},
            ("vision-language", "modules.json: Pooling, with a vision part"),
        ),
        (
            {
                "modules.json": pipeline("CLIPModel"),
                "config.json": config("CLIPModel", vision_config={}),
            },
            {},
            ("dense", "modules.json: CLIPModel"),
        ),
        (
            {"config.json": config("T5ForConditionalGeneration", chronos_config={})},
            {},
            ("timeseries", "config.json: chronos_config"),
        ),
        (
            {"config.json": config("TinyTimeMixerForPrediction")},
            {},
            ("timeseries", "config.json: architectures TinyTimeMixerForPrediction"),
        ),
        (
            {"config.json": config("BertForMaskedLM")},
            {"tags": ("transformers", "splade")},
            ("sparse", "config.json: architectures BertForMaskedLM, tagged splade"),
        ),
    ],
)
def test_evidence_that_decides(
    files: dict[str, Any], metadata: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert decided(files, **metadata) == expected


@pytest.mark.parametrize("name", ["EmbeddedLLM/tiny", "acme/embedded-tiny", "acme/low-rank-tiny"])
def test_names_that_only_resemble_one_say_nothing(name: str) -> None:
    assert decided({"config.json": config("LlamaForCausalLM")}, huggingface_id=name)[0] == "llm"


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_encoders_have_benchmark_results_and_such_names(kind: str) -> None:
    files = {"modules.json": PIPELINES[kind]}
    assert decided(files, tags=("mteb",), huggingface_id="acme/reranker-embedding")[0] == kind


def test_the_pipeline_goes_before_the_head_of_the_network() -> None:
    files = {"modules.json": PIPELINES["dense"], "config.json": config("MistralForCausalLM")}
    assert decided(files)[0] == "dense"


@pytest.mark.parametrize(
    ("files", "metadata", "reason"),
    [
        ({}, {}, "there is neither modules.json nor config.json"),
        ({"config.json": "{"}, {}, "config.json is not JSON"),
        ({"modules.json": "{"}, {}, "modules.json is not JSON"),
        (
            {"modules.json": pipeline("BoW", "Normalize")},
            {},
            "modules.json lists BoW and Normalize, which can be several",
        ),
        ({"config.json": {}}, {}, "there is no modules.json, and config.json has no architectures"),
        (
            {"config.json": config("BertForMaskedLM")},
            {},
            "there is no modules.json, and BertForMaskedLM alone can be several",
        ),
        (
            {"config.json": config("BertForSequenceClassification")},
            {},
            "BertForSequenceClassification with 2 labels is a classifier",
        ),
        (
            {"adapter_config.json": {}, "adapter_model.safetensors": 1},
            {},
            "adapter_config.json: an adapter of another model",
        ),
        (
            {"config.json": config("Qwen3ForCausalLM")},
            {"pipeline_tag": "text-ranking"},
            "the evidence is contradictory: config.json: architectures Qwen3ForCausalLM says llm; "
            "pipeline_tag text-ranking says cross-encoder",
        ),
        (
            {"config.json": config("GemmaForCausalLM")},
            {"pipeline_tag": "text-classification"},
            "the evidence is contradictory: config.json: architectures GemmaForCausalLM says llm; "
            "pipeline_tag text-classification says a classifier",
        ),
        (
            {"config.json": config("MistralForCausalLM")},
            {"pipeline_tag": "feature-extraction", "library": "sentence-transformers"},
            "the evidence is contradictory: config.json: architectures MistralForCausalLM says "
            "llm; pipeline_tag feature-extraction says an encoder; sentence-transformers says an "
            "encoder or a reranker",
        ),
        (
            {"config.json": config("Qwen3ForCausalLM")},
            {"huggingface_id": "acme/tiny-reranker"},
            "the evidence is contradictory: config.json: architectures Qwen3ForCausalLM says llm; "
            "the name acme/tiny-reranker says cross-encoder",
        ),
        (
            {"config.json": config("Qwen3ForCausalLM")},
            {"pipeline_tag": "text-generation", "huggingface_id": "acme/Qwen3-Embedding-8B"},
            "the evidence is contradictory: config.json: architectures Qwen3ForCausalLM says llm; "
            "the name acme/Qwen3-Embedding-8B says an encoder",
        ),
        (
            {"config.json": config("GemmaForCausalLM")},
            {"pipeline_tag": "text-generation", "tags": ("rerank",)},
            "the evidence is contradictory: config.json: architectures GemmaForCausalLM says llm; "
            "tag rerank says cross-encoder",
        ),
        (
            {"config.json": config("MistralForCausalLM")},
            {"pipeline_tag": "text-generation", "tags": ("mteb",)},
            "the evidence is contradictory: config.json: architectures MistralForCausalLM says "
            "llm; tag mteb says an encoder or a reranker",
        ),
        (
            {"config.json": config("BertForSequenceClassification", id2label={"0": "quality"})},
            {"pipeline_tag": "text-classification"},
            "the evidence is contradictory: config.json: architectures "
            "BertForSequenceClassification with one label says cross-encoder; pipeline_tag "
            "text-classification says a classifier",
        ),
        (
            {"config.json": config("BertForSequenceClassification", id2label={"0": "quality"})},
            {},
            "BertForSequenceClassification with one label scores something; nothing says that it "
            "ranks",
        ),
        (
            {"modules.json": PIPELINES["dense"]},
            {"pipeline_tag": "text-ranking"},
            "the evidence is contradictory: modules.json: Pooling says dense; pipeline_tag "
            "text-ranking says cross-encoder",
        ),
        (
            {"modules.json": PIPELINES["dense"]},
            {"tags": ("cross-encoder",)},
            "the evidence is contradictory: modules.json: Pooling says dense; tag cross-encoder "
            "says cross-encoder",
        ),
        (
            {"config.json": config("BertForTokenClassification")},
            {"pipeline_tag": "text-generation"},
            "the evidence is contradictory: pipeline_tag text-generation says llm; config.json: "
            "architectures BertForTokenClassification says something else",
        ),
        (
            {"modules.json": PIPELINES["dense"], **written_by("SparseEncoder")},
            {},
            "the evidence is contradictory: config_sentence_transformers.json: model_type "
            "SparseEncoder says sparse; modules.json: Pooling says dense",
        ),
    ],
)
def test_what_stays_open(files: dict[str, Any], metadata: dict[str, Any], reason: str) -> None:
    assert decided(files, **metadata) == (None, reason)


def test_one_vector_of_a_page_is_no_late_interaction() -> None:
    qwen = config("Qwen3VLForConditionalGeneration", vision_config={})
    files = {"config.json": {**qwen, "text_config": {"hidden_size": 64}}}
    found = describe(MemoryRepository(files, pipeline_tag="sentence-similarity"))
    assert found.type == "vision-language"
    assert found.facts["specs.embedding_dim"].value == 64
    assert not {"similarity", "capabilities.multi_vector"} & found.facts.keys()


def test_who_asks_may_overrule() -> None:
    found = describe(MemoryRepository({"config.json": config("BertForMaskedLM")}), "sparse")
    assert (found.type, found.type_reason) == ("sparse", "as asked")
    assert found.facts["specs.embedding_dim"].value == 30522

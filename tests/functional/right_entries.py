"""Correct entries of all types, as a careful person writes them, and their repositories' files.

Configurations have the relevant parts of the real models' ones; weights have the right number of
elements, but no content.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from servers.hub_content import safetensors

ST = "sentence_transformers.models."


@dataclass(frozen=True)
class Right:
    """An entry without the fields that all share, and its repository."""

    name: str
    type: str
    license: str
    card: str
    count: int
    fields: dict[str, Any]
    files: dict[str, Any] = field(default_factory=dict[str, Any])
    dtype: str = "F32"
    gated: str | bool = False
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    tensor: str = "weight"
    id: str = ""

    @property
    def entry(self) -> dict[str, Any]:
        """The entry as in a catalogue."""
        organization, _, name = self.name.partition("/")
        return {
            "id": self.id or name.lower().replace("_", "-"),
            "type": self.type,
            "name": name,
            "description": "One of these tests.",
            "huggingface_id": self.name,
            "organization": organization,
            "license": self.license,
            **self.fields,
        }

    @property
    def contents(self) -> dict[str, Any]:
        """The files of the repository."""
        texts = {
            path: content if isinstance(content, str | bytes) else json.dumps(content)
            for path, content in self.files.items()
        }
        texts["README.md"] = f"---\n{self.card}\n---\n# x\n"
        if self.count:
            weights = safetensors({self.tensor: (self.dtype, (self.count,))}, sparse=True)
            return {**texts, "model.safetensors": weights}
        return texts


def modules(*types: str) -> list[dict[str, Any]]:
    """modules.json: the network in the root, the others in folders."""
    return [
        {
            "idx": index,
            "name": str(index),
            "path": f"{index}_{each.rpartition('.')[2]}" if index else "",
            "type": each if "." in each else f"{ST}{each}",
        }
        for index, each in enumerate(types)
    ]


def pooling(width: int, mode: str) -> dict[str, Any]:
    return {"word_embedding_dimension": width, f"pooling_mode_{mode}": True}


def config(architecture: str, model_type: str, **more: Any) -> dict[str, Any]:
    return {"architectures": [architecture], "model_type": model_type, **more}


def bert(width: int, layers: int, heads: int, vocab: int, **more: Any) -> dict[str, Any]:
    sizes = {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "vocab_size": vocab,
        "max_position_embeddings": 512,
    }
    return {**config("BertModel", "bert", **sizes), **more}


def llm(architecture: str, model_type: str, sizes: tuple[int, ...], **more: Any) -> dict[str, Any]:
    names = ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
    return config(architecture, model_type, **dict(zip(names, sizes, strict=True)), **more)


ROBERTA = bert(1024, 24, 16, 250002, model_type="xlm-roberta", pad_token_id=1)
M3 = {**ROBERTA, "max_position_embeddings": 8194}
SENTENCES = "license: apache-2.0\npipeline_tag: sentence-similarity\nlanguage: en"
GENERATES = "license: apache-2.0\npipeline_tag: text-generation\nlanguage: en"
RANKS = "license: apache-2.0\npipeline_tag: text-ranking\nlanguage: en"
OWN_CODE = {"AutoModel": "modeling.Own"}

DENSE = [
    Right(
        "sentence-transformers/all-MiniLM-L6-v2",
        "dense",
        "Apache-2.0",
        SENTENCES,
        22_713_216,
        {
            "architecture": {"type": "bert"},
            "specs": {
                "parameters": "22.7M",
                "embedding_dim": 384,
                "hidden_dim": 384,
                "context_length": 512,
                "max_sequence_length": 256,
                "memory_mb": 87,
            },
            "pooling": "mean",
            "normalize": True,
        },
        {
            "config.json": bert(384, 6, 12, 30522),
            "modules.json": modules("Transformer", "Pooling", "Normalize"),
            "1_Pooling/config.json": pooling(384, "mean_tokens"),
            "sentence_bert_config.json": {"max_seq_length": 256},
        },
    ),
    Right(  # its pipeline truncates at 256, the context length that its authors state
        "acme/truncating",
        "dense",
        "MIT",
        "license: mit\nlanguage: en",
        22_713_216,
        {
            "specs": {"parameters": "22.7M", "embedding_dim": 384, "context_length": 256},
            "pooling": "mean",
        },
        {
            "config.json": bert(384, 6, 12, 30522),
            "modules.json": modules("Transformer", "Pooling"),
            "1_Pooling/config.json": pooling(384, "mean_tokens"),
            "sentence_bert_config.json": {"max_seq_length": 256},
        },
    ),
    Right(
        "sentence-transformers/all-mpnet-base-v2",
        "dense",
        "Apache-2.0",
        SENTENCES,
        109_486_464,
        {
            "architecture": {"type": "mpnet"},
            "specs": {
                "parameters": "109M",
                "embedding_dim": 768,
                "context_length": 512,
                "max_sequence_length": 384,
                "max_position_embeddings": 514,
            },
        },
        {
            "config.json": bert(
                768, 12, 12, 30527, model_type="mpnet", max_position_embeddings=514, pad_token_id=1
            ),
            "modules.json": modules("Transformer", "Pooling", "Normalize"),
            "1_Pooling/config.json": pooling(768, "mean_tokens"),
            "sentence_bert_config.json": {"max_seq_length": 384},
        },
    ),
    Right(
        "BAAI/bge-m3",
        "dense",
        "MIT",
        "license: mit\npipeline_tag: sentence-similarity\ntags: [sentence-transformers]",
        567_754_752,
        {
            "architecture": {"type": "xlm-roberta"},
            "specs": {
                "parameters": "568M",
                "parameter_count": 567_754_752,
                "embedding_dim": 1024,
                "context_length": 8192,
                "max_position_embeddings": 8194,
                "memory_mb": 2166,
            },
            "pooling": "cls",
            "normalize": True,
            "dependencies": {"trust_remote_code": False},
        },
        {
            "config.json": M3,
            "modules.json": modules("Transformer", "Pooling", "Normalize"),
            "1_Pooling/config.json": pooling(1024, "cls_token"),
            "sentence_bert_config.json": {"max_seq_length": 8192},
        },
    ),
    Right(  # only the model page shows that it needs code: there is no auto_map
        "nomic-ai/nomic-embed-text-v1.5",
        "dense",
        "Apache-2.0",
        SENTENCES,
        136_731_648,
        {
            "architecture": {"type": "nomic_bert"},
            "specs": {
                "parameters": "137M",
                "embedding_dim": 768,
                "hidden_dim": 768,
                "num_layers": 12,
                "num_attention_heads": 12,
                "context_length": 8192,
            },
            "dependencies": {"trust_remote_code": True},
            "prompts": {"query": "search_query: ", "document": "search_document: "},
        },
        {
            "config.json": config(
                "NomicBertModel",
                "nomic_bert",
                n_embd=768,
                n_layer=12,
                n_head=12,
                n_positions=8192,
                vocab_size=30528,
                auto_map=OWN_CODE,
            ),
            "modules.json": modules("Transformer", "Pooling"),
            "1_Pooling/config.json": pooling(768, "mean_tokens"),
            "sentence_bert_config.json": {"max_seq_length": 8192},
        },
    ),
    Right(
        "jinaai/jina-embeddings-v2-base-en",
        "dense",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: feature-extraction\nlanguage: en",
        137_368_320,
        {
            "specs": {"parameters": "137M", "embedding_dim": 768, "context_length": 8192},
            "dependencies": {"trust_remote_code": True},
            "pooling": "mean",
            "files": {"weights": {"onnx": "onnx/model_fp16.onnx"}},
        },
        {
            "config.json": bert(
                768, 12, 12, 30528, max_position_embeddings=8192, auto_map=OWN_CODE
            ),
            "modules.json": modules("Transformer", "Pooling"),
            "1_Pooling/config.json": pooling(768, "mean_tokens"),
            "onnx/model.onnx": "x",
            "onnx/model_fp16.onnx": "x",
        },
    ),
    Right(
        "intfloat/e5-mistral-7b-instruct",
        "dense",
        "MIT",
        "license: mit\nlanguage: en\ntags: [mteb, sentence-transformers]",
        7_110_660_096,
        {
            "architecture": {"type": "mistral"},
            "specs": {
                "parameters": "7.11B",
                "embedding_dim": 4096,
                "context_length": 32768,
                "max_sequence_length": 4096,
                "memory_mb": 13563,
            },
            "pooling": "lasttoken",
            "normalize": True,
        },
        {
            "config.json": llm(
                "MistralModel",
                "mistral",
                (4096, 32, 32, 32000),
                max_position_embeddings=32768,
                num_key_value_heads=8,
            ),
            "modules.json": modules("Transformer", "Pooling", "Normalize"),
            "1_Pooling/config.json": pooling(4096, "lasttoken"),
            "sentence_bert_config.json": {"max_seq_length": 4096},
        },
        dtype="F16",
    ),
    Right(
        "openai/clip-vit-base-patch32",
        "dense",
        "MIT",
        "license: mit\npipeline_tag: zero-shot-image-classification",
        151_277_313,
        {
            "architecture": {"type": "clip"},
            "specs": {
                "parameters": "151M",
                "embedding_dim": 512,
                "context_length": 77,
                "image_size": 224,
                "patch_size": 32,
            },
            "capabilities": {"modalities": ["text", "image"]},
        },
        {
            "config.json": config(
                "CLIPModel",
                "clip",
                projection_dim=512,
                text_config={"model_type": "clip_text_model", "bos_token_id": 0},
                vision_config={"image_size": 224, "patch_size": 32},
            )
        },
    ),
    Right(
        "google/vit-base-patch16-224-in21k",
        "dense",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: image-feature-extraction",
        86_389_248,
        {
            "specs": {
                "parameters": "86.4M",
                "embedding_dim": 768,
                "image_size": 224,
                "patch_size": 16,
            },
            "capabilities": {"modalities": ["image"]},
        },
        {
            "config.json": config(
                "ViTModel",
                "vit",
                hidden_size=768,
                num_hidden_layers=12,
                num_attention_heads=12,
                image_size=224,
                patch_size=16,
            )
        },
    ),
    Right(
        "facebook/esm2_t6_8M_UR50D",
        "dense",
        "MIT",
        "license: mit",
        7_511_801,
        {
            "architecture": {"type": "esm"},
            "specs": {
                "parameters": "7.51M",
                "embedding_dim": 320,
                "context_length": 1024,
                "max_position_embeddings": 1026,
            },
        },
        {
            "config.json": bert(
                320, 6, 20, 33, model_type="esm", max_position_embeddings=1026, pad_token_id=1
            ),
            "tokenizer_config.json": {"model_max_length": 1000000000000000019884624838656},
        },
    ),
    Right(
        "acme/query-and-document-heads",
        "dense",
        "MIT",
        "license: mit\nlanguage: en",
        109_482_240,
        {
            "architecture": {"has_projection": True, "projection_dims": 256},
            "specs": {"parameters": "109M", "embedding_dim": 256, "context_length": 512},
        },
        {
            "config.json": bert(768, 12, 12, 30522),
            "modules.json": modules("Transformer", "Pooling", "Asym"),
            "1_Pooling/config.json": pooling(768, "mean_tokens"),
            "2_Asym/config.json": {"types": {"q_0": f"{ST}Dense.Dense", "d_0": f"{ST}Dense.Dense"}},
            "2_Asym/q_0/config.json": {"in_features": 768, "out_features": 256},
            "2_Asym/d_0/config.json": {"in_features": 768, "out_features": 256},
        },
    ),
]
SPARSE = [
    Right(
        "naver/splade-v3",
        "sparse",
        "CC-BY-NC-SA-4.0",
        "license: cc-by-nc-sa-4.0\nlanguage: en\ntags: [splade]",
        109_514_298,
        {"specs": {"parameters": "110M", "embedding_dim": 30522, "context_length": 512}},
        {"config.json": bert(768, 12, 12, 30522, architectures=["BertForMaskedLM"])},
    ),
    Right(
        "opensearch-project/opensearch-neural-sparse-encoding-v2-distill",
        "sparse",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: fill-mask\nlanguage: en",
        66_985_530,
        {
            "architecture": {"type": "distilbert"},
            "specs": {
                "parameters": "67M",
                "embedding_dim": 30522,
                "hidden_dim": 768,
                "num_layers": 6,
                "num_attention_heads": 12,
                "context_length": 512,
            },
        },
        {
            "config.json": config(
                "DistilBertForMaskedLM",
                "distilbert",
                dim=768,
                n_layers=6,
                n_heads=12,
                hidden_dim=3072,
                vocab_size=30522,
                max_position_embeddings=512,
            )
        },
        id="neural-sparse-v2-distill",
    ),
    Right(
        "BAAI/bge-m3",
        "sparse",
        "MIT",
        "license: mit\npipeline_tag: sentence-similarity\ntags: [sentence-transformers]",
        567_754_752,
        {"specs": {"parameters": "568M", "embedding_dim": 250002, "context_length": 8192}},
        id="bge-m3-sparse",
    ),
]
CROSS_ENCODERS = [
    Right(
        "cross-encoder/ms-marco-MiniLM-L6-v2",
        "cross-encoder",
        "Apache-2.0",
        RANKS,
        22_713_601,
        {"specs": {"parameters": "22.7M", "context_length": 512}},
        {
            "config.json": bert(
                384,
                6,
                12,
                30522,
                architectures=["BertForSequenceClassification"],
                id2label={"0": "LABEL_0"},
            )
        },
    ),
    Right(
        "BAAI/bge-reranker-v2-m3",
        "cross-encoder",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: text-classification\ntags: [sentence-transformers]",
        567_755_777,
        {"specs": {"parameters": "568M", "context_length": 8192, "max_sequence_length": 1024}},
        {
            "config.json": {
                **M3,
                "architectures": ["XLMRobertaForSequenceClassification"],
                "id2label": {"0": "LABEL_0"},
            },
            "tokenizer_config.json": {"model_max_length": 8192},
        },
    ),
    Right(
        "BAAI/bge-reranker-v2-gemma",
        "cross-encoder",
        "Apache-2.0",
        "license: apache-2.0\npipeline_tag: text-classification\ntags: [sentence-transformers]",
        2_506_172_416,
        {"specs": {"parameters": "2.51B", "context_length": 8192, "hidden_dim": 2048}},
        {
            "config.json": llm(
                "GemmaForCausalLM",
                "gemma",
                (2048, 18, 8, 256000),
                max_position_embeddings=8192,
                head_dim=256,
                num_key_value_heads=1,
            )
        },
    ),
    Right(
        "acme/its-authors-know-that-it-ranks",
        "cross-encoder",
        "MIT",
        "license: mit",
        22_713_601,
        {"specs": {"parameters": "22.7M", "context_length": 512}},
        {
            "config.json": bert(
                384,
                6,
                12,
                30522,
                architectures=["BertForSequenceClassification"],
                id2label={"0": "LABEL_0"},
            ),
            "tokenizer_config.json": {"model_max_length": 1024},
        },
    ),
]
LATE = [
    Right(
        "colbert-ir/colbertv2.0",
        "colbert",
        "MIT",
        "license: mit\nlanguage: en\ntags: [ColBERT]",
        109_580_544,
        {
            "architecture": {"has_projection": True, "projection_dims": 128},
            "specs": {
                "parameters": "110M",
                "embedding_dim": 128,
                "context_length": 512,
                "query_length": 32,
                "document_length": 180,
            },
            "similarity": "maxsim",
        },
        {
            "config.json": bert(768, 12, 12, 30522, architectures=["HF_ColBERT"]),
            "artifact.metadata": {"query_maxlen": 32, "doc_maxlen": 180, "dim": 128},
        },
    ),
    Right(
        "lightonai/GTE-ModernColBERT-v1",
        "colbert",
        "Apache-2.0",
        SENTENCES,
        149_014_272,
        {
            "specs": {
                "parameters": "149M",
                "embedding_dim": 128,
                "context_length": 8192,
                "query_length": 32,
                "document_length": 300,
            },
            "similarity": "maxsim",
        },
        {
            "config.json": llm(
                "ModernBertModel",
                "modernbert",
                (768, 22, 12, 50370),
                max_position_embeddings=8192,
            ),
            "modules.json": modules("Transformer", "pylate.models.Dense.Dense"),
            "1_Dense/config.json": {"in_features": 768, "out_features": 128},
            "config_sentence_transformers.json": {
                "query_length": 32,
                "document_length": 300,
                "similarity_fn_name": "MaxSim",
            },
        },
    ),
    Right(
        "vidore/colpali-v1.3-hf",
        "vision-language",
        "Gemma",
        "license: gemma\npipeline_tag: visual-document-retrieval",
        2_923_629_936,
        {
            "specs": {
                "parameters": "2.92B",
                "embedding_dim": 128,
                "hidden_dim": 2048,
                "image_size": 448,
                "patch_size": 14,
            },
            "similarity": "maxsim",
            "capabilities": {"modalities": ["text", "image"]},
        },
        {
            "config.json": config(
                "ColPaliForRetrieval",
                "colpali",
                embedding_dim=128,
                vlm_config={
                    "model_type": "paligemma",
                    "text_config": {"model_type": "gemma", "hidden_size": 2048},
                    "vision_config": {"image_size": 448, "patch_size": 14},
                },
            )
        },
        dtype="BF16",
    ),
]

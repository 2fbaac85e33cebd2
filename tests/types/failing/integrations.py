"""Mistakes with the integrations for other libraries."""

from pydantic import BaseModel

from registry import ALL_MINILM_L6_V2, COLBERT_V2, QWEN3_8B, SPLADE_V3, LlmModel
from registry.integrations.argparse import DENSE
from registry.integrations.chroma import DenseEmbeddingFunction
from registry.integrations.django import model_setting
from registry.integrations.dspy import DenseEmbedder, DenseRetriever
from registry.integrations.haystack import DenseDocumentEmbedder, DenseTextEmbedder
from registry.integrations.langchain import DenseEmbeddings
from registry.integrations.llama_index import DenseEmbedding
from registry.integrations.mteb import MtebEncoder
from registry.integrations.pydantic import DenseField
from registry.integrations.pydantic_ai import DenseEmbeddingModel


class Body(BaseModel):
    model: DenseField = ALL_MINILM_L6_V2
    wrong: DenseField = QWEN3_8B  # error: a language model is not a dense one


llm: LlmModel = DENSE("bge-m3")  # error: gives dense models
other: LlmModel = model_setting("EMBED_MODEL", "dense")  # error: gives dense models
dim: str = Body().model.embedding_dim  # error: an int

DenseEmbeddingFunction(QWEN3_8B)  # error: a language model gives no vectors
DenseEmbedder(QWEN3_8B)  # error: a language model gives no vectors
DenseRetriever(COLBERT_V2, corpus=[])  # error: a vector per token
DenseTextEmbedder(QWEN3_8B)  # error: a language model gives no vectors
DenseDocumentEmbedder(SPLADE_V3)  # error: a weight per word
DenseEmbeddings(QWEN3_8B)  # error: a language model gives no vectors
DenseEmbedding(QWEN3_8B)  # error: a language model gives no vectors
MtebEncoder(QWEN3_8B)  # error: a language model gives no vectors
DenseEmbeddingModel(QWEN3_8B)  # error: a language model gives no vectors
DenseEmbeddings(ALL_MINILM_L6_V2, backends="onnx")  # error: misspelled
DenseEmbeddings("all-minilm-l6-v2")  # error: an id

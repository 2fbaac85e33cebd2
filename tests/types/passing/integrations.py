"""A program that must pass: the integrations for other libraries."""

from argparse import ArgumentParser
from typing import Annotated, assert_type

from pydantic import BaseModel

from registry import ALL_MINILM_L6_V2, CrossEncoderModel, DenseModel, LlmModel
from registry.integrations.argparse import CROSS_ENCODER, DENSE, ModelArgument
from registry.integrations.chroma import DenseEmbeddingFunction
from registry.integrations.django import model_setting
from registry.integrations.dspy import DenseEmbedder, DenseRetriever
from registry.integrations.haystack import DenseDocumentEmbedder, DenseTextEmbedder
from registry.integrations.langchain import DenseEmbeddings
from registry.integrations.llama_index import DenseEmbedding
from registry.integrations.mteb import MtebEncoder
from registry.integrations.pydantic import DenseField, LlmField
from registry.integrations.pydantic_ai import DenseEmbeddingModel
from registry.integrations.sqlalchemy import ModelVector, vector_column
from registry.integrations.typer import DenseOption, model_option


class Body(BaseModel):
    model: DenseField = ALL_MINILM_L6_V2
    writer: LlmField | None = None


assert_type(Body().model, DenseModel)
assert_type(Body().writer, LlmModel | None)
assert_type(DENSE("bge-m3"), DenseModel)
assert_type(CROSS_ENCODER("miniLM"), CrossEncoderModel)
ArgumentParser().add_argument("--model", type=DENSE)
ArgumentParser().add_argument("--model", type=ModelArgument[DenseModel]("dense"))
assert_type(model_setting("EMBED_MODEL", "dense"), DenseModel)
assert_type(vector_column(), ModelVector)


def main(
    model: DenseOption = ALL_MINILM_L6_V2,
    other: Annotated[DenseModel, model_option("dense", "--other")] = ALL_MINILM_L6_V2,
) -> None:
    assert_type(model, DenseModel)
    assert_type(other, DenseModel)


DenseEmbeddingFunction(ALL_MINILM_L6_V2, backend="openvino")
DenseEmbedder(ALL_MINILM_L6_V2, role="query")
DenseRetriever(ALL_MINILM_L6_V2, corpus=[], k=3)
DenseTextEmbedder(ALL_MINILM_L6_V2)
DenseDocumentEmbedder(ALL_MINILM_L6_V2, meta_fields_to_embed=["title"])
DenseEmbedding(ALL_MINILM_L6_V2)
MtebEncoder(ALL_MINILM_L6_V2, dim=384)
DenseEmbeddingModel(ALL_MINILM_L6_V2)
assert_type(DenseEmbeddings(ALL_MINILM_L6_V2).fingerprint, str)

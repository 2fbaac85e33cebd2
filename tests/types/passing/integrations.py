"""What checkers see of the pieces for other libraries."""

from argparse import ArgumentParser
from typing import Annotated, assert_type

from pydantic import BaseModel

from registry import ALL_MINILM_L6_V2, CrossEncoderModel, DenseModel, LlmModel
from registry.integrations.argparse import CROSS_ENCODER, DENSE, ModelArgument
from registry.integrations.django import model_setting
from registry.integrations.pydantic import DenseField, LlmField
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

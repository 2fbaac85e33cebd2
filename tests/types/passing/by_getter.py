"""A program that must pass above 1,000 models: there is a getter per type."""

from typing import assert_type

from registry import (
    AnyModel,
    ColbertModel,
    DenseModel,
    DenseModelId,
    get_colbert_model,
    get_dense_model,
    get_model,
    load,
)
from registry.encoders.multi_vector import MultiVectorEncoder

assert_type(get_model("colbert-v2"), AnyModel)
assert_type(get_colbert_model("colbert-v2"), ColbertModel)
assert_type(get_dense_model("all-minilm-l6-v2"), DenseModel)
assert_type(load(get_colbert_model("colbert-v2")), MultiVectorEncoder)


def of_a_dense_id(model_id: DenseModelId) -> DenseModel:
    return get_dense_model(model_id)


print(of_a_dense_id("bge-m3"))

"""A program that must pass up to 1,000 models: an id determines the class."""

from typing import assert_type

from registry import (
    ColbertModel,
    CrossEncoderModel,
    DenseModel,
    TimeseriesModel,
    get_model,
    load,
)
from registry.encoders.multi_vector import MultiVectorEncoder

assert_type(get_model("colbert-v2"), ColbertModel)
assert_type(get_model("all-minilm-l6-v2"), DenseModel)
assert_type(get_model("ms-marco-minilm-l6-v2"), CrossEncoderModel)
assert_type(get_model("chronos-bolt-tiny"), TimeseriesModel)
assert_type(load(get_model("colbert-v2")), MultiVectorEncoder)

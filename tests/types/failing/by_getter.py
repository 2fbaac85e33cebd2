"""Mistakes that checkers find above 1,000 models, when there is a getter per type."""

from registry import get_dense_model, load

get_dense_model("colbert-v2")  # error: a late-interaction model where a dense one is expected
get_dense_model("bge-m33")  # error: a misspelled id
get_dense_model("bge-m3").num_experts  # error: a field this type does not have
load(get_dense_model("bge-m3")).rerank("a", ["b"])  # error: an encoder

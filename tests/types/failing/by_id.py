"""Mistakes that checkers find up to 1,000 models, when an id determines the class."""

from registry import ColbertModel, get_model, load


def rerank(model: ColbertModel) -> str:
    return model.id


rerank(get_model("bge-m3"))  # error: a dense model where a late-interaction model is expected
get_model("colbert-v2").num_experts  # error: a field this type does not have
load(get_model("chronos-bolt-tiny"))  # error: no backend loads time series

"""Mistakes that checkers see up to 1,000 models, where an id is enough to know the class."""

from registry import ColbertModel, get_model, load


def rerank(model: ColbertModel) -> str:
    return model.id


rerank(get_model("bge-m3"))  # error: a dense model where a late-interaction model is wanted
get_model("colbert-v2").num_experts  # error: a field this type has not got
load(get_model("chronos-bolt-tiny"))  # error: nobody loads time series

"""The default checkpoint of an architecture: "bert" -> google-bert/bert-base-uncased, and why.

    _recommendation  the question and the answer: Hub, cache, static defaults, guess
    _popular         what is popular on the Hub, and whether it can be read
    _judgement       which of the popular ones are credible, and why the others are not
    _static          what is known offline: types, well-known checkpoints, guesses
    _cache           huggingface_model_types.json, shared by processes

Requests need the extra `hub`; with USE_STATIC_REGISTRY=true the standard library is enough.
"""

from registry.defaults._judgement import Candidate
from registry.defaults._popular import PopularModel, query_huggingface_api, try_model_access
from registry.defaults._recommendation import (
    DefaultModel,
    get_recommended_default_model,
    known_default_models,
)

__all__ = [
    "Candidate",
    "DefaultModel",
    "PopularModel",
    "get_recommended_default_model",
    "known_default_models",
    "query_huggingface_api",
    "try_model_access",
]

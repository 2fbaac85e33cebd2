"""Names of repositories as cards give them, and as the Hub has them now.

The first models had no organization in their names. In 2024 the Hub moved each to one, and
redirects from the old names.
"""

from __future__ import annotations

import re

from registry_base.repository_names import is_repository_name

_ORGANISATIONS = {
    "google-bert": (
        "bert-base-cased bert-base-chinese bert-base-german-cased bert-base-multilingual-cased "
        "bert-base-multilingual-uncased bert-base-uncased bert-large-cased bert-large-uncased "
        "bert-large-cased-whole-word-masking bert-large-uncased-whole-word-masking "
        "bert-large-cased-whole-word-masking-finetuned-squad "
        "bert-large-uncased-whole-word-masking-finetuned-squad bert-base-cased-finetuned-mrpc"
    ),
    "FacebookAI": (
        "roberta-base roberta-large roberta-large-mnli xlm-roberta-base xlm-roberta-large "
        "xlm-roberta-large-finetuned-conll02-dutch xlm-roberta-large-finetuned-conll02-spanish "
        "xlm-roberta-large-finetuned-conll03-english xlm-roberta-large-finetuned-conll03-german "
        "xlm-clm-ende-1024 xlm-clm-enfr-1024 xlm-mlm-100-1280 xlm-mlm-17-1280 xlm-mlm-en-2048 "
        "xlm-mlm-ende-1024 xlm-mlm-enfr-1024 xlm-mlm-enro-1024 xlm-mlm-tlm-xnli15-1024 "
        "xlm-mlm-xnli15-1024"
    ),
    "distilbert": (
        "distilbert-base-cased distilbert-base-cased-distilled-squad distilbert-base-german-cased "
        "distilbert-base-multilingual-cased distilbert-base-uncased distilgpt2 distilroberta-base "
        "distilbert-base-uncased-distilled-squad "
        "distilbert-base-uncased-finetuned-sst-2-english"
    ),
    "openai-community": (
        "gpt2 gpt2-large gpt2-medium gpt2-xl openai-gpt roberta-base-openai-detector "
        "roberta-large-openai-detector"
    ),
    "google-t5": "t5-11b t5-3b t5-base t5-large t5-small",
    "albert": (
        "albert-base-v1 albert-base-v2 albert-large-v1 albert-large-v2 albert-xlarge-v1 "
        "albert-xlarge-v2 albert-xxlarge-v1 albert-xxlarge-v2"
    ),
    "xlnet": "xlnet-base-cased xlnet-large-cased",
    "almanach": "camembert-base",
    "dbmdz": "bert-base-german-dbmdz-cased bert-base-german-dbmdz-uncased",
    "Salesforce": "ctrl",
    "transfo-xl": "transfo-xl-wt103",
    "TurkuNLP": "bert-base-finnish-cased-v1 bert-base-finnish-uncased-v1",
}
_MOVED = {
    name: f"{organisation}/{name}"
    for organisation, names in _ORGANISATIONS.items()
    for name in names.split()
}
_ADDRESS = re.compile(r"https://(?:huggingface\.co|hf\.co)/(?P<name>[^/?#]+(?:/[^/?#]+)?)/?")


def present_name(given: str) -> str | None:
    """What the Hub calls a repository now, given a name or an address; None if that is neither.

    >>> present_name("bert-base-uncased"), present_name("acme/tiny"), present_name("../tiny")
    ('google-bert/bert-base-uncased', 'acme/tiny', None)
    """
    address = _ADDRESS.fullmatch(given.strip())
    name = address["name"] if address is not None else given.strip()
    name = _MOVED.get(name, name)
    return name if is_repository_name(name) and "/" in name else None

"""sentence-transformers: its four classes, and where its networks keep their tokenizers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from registry.libraries.seams import Part, Seam

LOADING = Seam(
    "sentence-transformers",
    ">=6.2,<6.3",
    (
        # Older releases have no MultiVectorEncoder.
        Part("sentence_transformers:SentenceTransformer.encode_query"),
        Part("sentence_transformers:MultiVectorEncoder.encode_query"),
        Part("sentence_transformers:SparseEncoder.encode_query"),
        Part("sentence_transformers:CrossEncoder.num_labels"),
        Part("sentence_transformers.base.modules:Transformer.tokenizer"),
    ),
)


def tokenizers_of(network: Any) -> Iterator[Any]:  # the library's classes share no type
    """The tokenizers of transformers in a network, of all routes of its Routers."""
    from transformers import PreTrainedTokenizerBase

    for module in network.modules():
        tokenizer = getattr(module, "tokenizer", None)
        if isinstance(tokenizer, PreTrainedTokenizerBase):
            yield tokenizer

"""Check that tokenizers have a vocabulary: transformers makes up an empty one if files are missing.

Every text would become the same unknown tokens, and vectors and answers would look right.
"""

from __future__ import annotations

from typing import Any

from registry.checkpoints.checkpoint import Checkpoint
from registry.libraries.sentence_transformers import tokenizers_of
from registry.libraries.transformers import knows_words


def check_tokenizer(
    checkpoint: Checkpoint,
    tokenizer: Any,  # the library's classes have no types to rely on
) -> None:
    """Make sure that a transformers tokenizer was read from files. Raises CheckpointError."""
    if not knows_words(tokenizer):
        raise checkpoint.error(
            "the checkpoint has no tokenizer, such as tokenizer.json; the library would create an "
            "empty one"
        )


def check_tokenizers(checkpoint: Checkpoint, network: Any) -> None:
    """Check every tokenizer of a sentence-transformers network. Raises CheckpointError."""
    for tokenizer in tokenizers_of(network):
        check_tokenizer(checkpoint, tokenizer)

"""A tokenizer that knows words: transformers makes one up that knows none where files are missing.

Every text would become the same unknown tokens, and vectors and answers would look right.
"""

from __future__ import annotations

from typing import Any

from registry.checkpoints.checkpoint import Checkpoint

# Made-up tokenizers have special tokens, and beside them what marks the beginning of a word.
_MADE_UP = 2


def check_tokenizer(
    checkpoint: Checkpoint,
    tokenizer: Any,  # the library's classes have no types to rely on
) -> None:
    """Make sure that a tokenizer of transformers came out of files. Raises CheckpointError."""
    if len(tokenizer) - len(tokenizer.all_special_tokens) <= _MADE_UP:
        raise checkpoint.error(
            "the checkpoint has no tokenizer, such as tokenizer.json; the library would make one "
            "up that knows no words"
        )


def check_tokenizers(checkpoint: Checkpoint, network: Any) -> None:
    """Every tokenizer of a network of sentence-transformers. Raises CheckpointError."""
    from transformers import PreTrainedTokenizerBase

    for module in network.modules():
        tokenizer = getattr(module, "tokenizer", None)
        if isinstance(tokenizer, PreTrainedTokenizerBase):
            check_tokenizer(checkpoint, tokenizer)

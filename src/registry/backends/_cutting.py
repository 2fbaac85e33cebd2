"""Cut texts where the checkpoint would, for servers that read further."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.models.lengths import own_length
from registry.models.revisions import locked_revision

if TYPE_CHECKING:
    from registry.models.kinds import ModelLike

Cut = Callable[[str], str]


def cutter(model: ModelLike, cache_dir: Path | None) -> Cut | None:
    """Cuts a text to the entry's length by the checkpoint's tokenizer, if that is in the cache.

    None without the package tokenizers, the file, or a length. Raises CatalogueFileError for a lock
    that cannot be read.
    """
    length = own_length(model)
    if length is None or model.huggingface_id is None:
        return None
    try:
        from huggingface_hub import try_to_load_from_cache
        from tokenizers import Tokenizer
    except ModuleNotFoundError:
        return None
    found = try_to_load_from_cache(
        model.huggingface_id,
        "tokenizer.json",
        cache_dir=cache_dir,
        revision=locked_revision(model),
    )
    if not isinstance(found, str):
        return None
    untyped: Any = Tokenizer  # an extension module
    tokenizer: Any = untyped.from_file(found)
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def cut(text: str) -> str:
        encoding = tokenizer.encode(text)
        special: list[int] = encoding.special_tokens_mask
        if len(special) <= length:
            return text
        own = [end for (_, end), mask in zip(encoding.offsets, special, strict=True) if not mask]
        # The last token may be a part of a character, and its end is that of the character; or the
        # text gets other tokens without what followed.
        for end in sorted(set(own[: max(length - sum(special), 0)]), reverse=True):
            if len(tokenizer.encode(text[:end]).ids) <= length:
                return text[:end]
        return ""

    return cut

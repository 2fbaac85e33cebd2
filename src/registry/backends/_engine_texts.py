"""From texts to a graph's input: tokens in batches of similar length, with numpy alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from registry.exports.export import Expansion, Route

# Largest batch, including padding: more does not fit into the CPU's cache.
_BATCH_TOKENS = 4_096
# Most padding in a batch. More costs more time than another batch does: on a CPU, a batch of some
# hundred tokens takes as long per token as one of thousands.
_BATCH_PADDING = 64

Tokens = NDArray[np.int64]
Text = str | tuple[str, str]


@dataclass(frozen=True)
class Batch:
    """Rows of tokens of similar length. rows: which texts. scored: which tokens' vectors count."""

    rows: list[int]
    inputs: dict[str, Tokens]
    scored: NDArray[np.bool_]


def open_tokenizer(folder: Path, route: Route) -> Any:  # of an extension module
    """The tokenizer of a route; routes with the same settings may share it."""
    from tokenizers import Tokenizer

    untyped: Any = Tokenizer
    tokenizer = untyped.from_file(str(folder / route.tokenizer))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if route.length is not None:
        tokenizer.enable_truncation(route.length)
    return tokenizer


class TextReader:
    """How a route reads texts."""

    def __init__(self, tokenizer: Any, route: Route, threads: int) -> None:
        self._tokenizer, self._route, self._threads = tokenizer, route, threads

    def token(self, index: int) -> str:
        """The word of a token's number."""
        return str(self._tokenizer.id_to_token(index))

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, including those that are cut off."""
        found = self._encoded(texts)
        return [len(each.ids) + sum(map(_own, each.overflowing)) for each in found]

    def batches(self, texts: Sequence[Text], size: int) -> Iterator[Batch]:
        """The texts, longest first, in batches of at most `size` texts with little padding."""
        found = self._encoded(texts)
        ids = [each.ids for each in found]
        types = [each.type_ids for each in found] if isinstance(texts[0], tuple) else None
        least = 1 if self._route.expansion is None else self._route.expansion.length
        widths = np.array([max(len(each), least) for each in ids])
        order = np.argsort(-widths, kind="stable")
        start = 0
        while start < len(order):
            rows = order[start : start + size]
            widest = int(widths[rows[0]])
            padding = np.cumsum(widest - widths[rows])
            fit = int(np.searchsorted(padding, _BATCH_PADDING, side="right"))
            rows = rows[: max(1, min(fit, _BATCH_TOKENS // widest))]
            yield self._batch(rows.tolist(), ids, types)
            start += len(rows)

    def _encoded(self, texts: Sequence[Text]) -> list[Any]:
        """The tokens of each text.

        A batch goes to threads of the tokenizer's own, one per core whatever was asked for; what
        they allocate leaves gaps in memory, which grows by a fifth over a million texts.
        """
        special = self._route.special_tokens
        if self._threads > 1:
            found: list[Any] = self._tokenizer.encode_batch_fast(
                list(texts), add_special_tokens=special
            )
            return found
        pairs = ((text, None) if isinstance(text, str) else text for text in texts)
        return [self._tokenizer.encode(*pair, add_special_tokens=special) for pair in pairs]

    def _batch(self, rows: list[int], ids: list[list[int]], types: list[list[int]] | None) -> Batch:
        route, expansion = self._route, self._route.expansion
        width = max(1, max(len(ids[row]) for row in rows))
        if expansion is not None:
            width = max(width, expansion.length)
        shape = (len(rows), width)
        tokens = np.full(shape, route.pad, np.int64)
        mask = np.zeros(shape, np.int64)
        segments = np.full(shape, route.pad_type, np.int64)
        for place, row in enumerate(rows):
            count = len(ids[row])
            part = slice(width - count, width) if route.pad_left else slice(0, count)
            tokens[place, part] = ids[row]
            mask[place, part] = 1
            segments[place, part] = types[row] if types is not None else 0
        scored = mask.astype(bool)
        if expansion is not None:
            scored = _expand(tokens, mask, expansion)
        if route.skip:
            scored &= ~np.isin(tokens, route.skip)
        inputs = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": segments}
        return Batch(rows, inputs, scored)


def _own(piece: Any) -> int:
    """How many tokens of a piece that was cut off are the text's: each piece has special ones."""
    mask: list[int] = piece.special_tokens_mask
    return mask.count(0)


def _expand(tokens: Tokens, mask: Tokens, expansion: Expansion) -> NDArray[np.bool_]:
    """Fill queries up in place; returns which tokens count afterwards."""
    # numpy types comparisons in part.
    filled = cast(Any, (mask == 0) & (np.arange(tokens.shape[1]) < expansion.length))
    tokens[filled] = expansion.token
    scored: NDArray[np.bool_] = np.logical_or(mask, filled)
    if expansion.attend:
        mask[filled] = 1
    return scored

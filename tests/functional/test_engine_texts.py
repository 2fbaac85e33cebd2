"""The tokens that the engines get: the same on one thread and on several, with little padding."""

import dataclasses
from itertools import pairwise
from typing import Any

import pytest
from checkpoints import minilm_folder
from hypothesis import given
from hypothesis import strategies as st

from registry.backends._engine_texts import Text, TextReader, open_tokenizer
from registry.exports.export import Expansion, Route

TEXTS: list[Text] = ["hi there", "word " * 40, "", "日本語 ज्वार"]
PAIRS: list[Text] = [("a question", "an answer " * 20), ("why", "")]


@pytest.mark.parametrize("texts", [TEXTS, PAIRS], ids=["texts", "pairs"])
def test_threads_change_no_token(texts: list[Text]) -> None:
    route = Route(graph="model.onnx", tokenizer="tokenizer.json", length=8)
    tokenizer = open_tokenizer(minilm_folder(), route)

    def read(threads: int) -> list[Any]:
        batches = TextReader(tokenizer, route, threads).batches(texts, 8)
        return [(each.rows, {k: v.tolist() for k, v in each.inputs.items()}) for each in batches]

    assert read(1) == read(2)


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_cut_off_is_counted_without_special_tokens(threads: int) -> None:
    texts = ["word " * 40, "[SEP] " * 40, "[PAD] word " * 9, "日本語 ज्वार " * 9, "hi there", ""]
    route = Route(graph="model.onnx", tokenizer="tokenizer.json", length=8)
    whole, cut = (
        TextReader(open_tokenizer(minilm_folder(), each), each, threads).lengths(texts)
        for each in (dataclasses.replace(route, length=None), route)
    )
    assert cut == whole
    assert cut[0] == 42


ROUTE = Route(graph="model.onnx", tokenizer="tokenizer.json", length=256)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=40), st.integers(1, 32))
def test_each_text_is_in_one_batch_and_is_hardly_padded(counts: list[int], size: int) -> None:
    reader = TextReader(open_tokenizer(minilm_folder(), ROUTE), ROUTE, 1)
    texts: list[Text] = ["word " * count for count in counts]
    batches = list(reader.batches(texts, size))
    masks = [each.inputs["attention_mask"] for each in batches]
    assert sorted(row for each in batches for row in each.rows) == list(range(len(texts)))
    for batch, mask in zip(batches, masks, strict=True):
        assert mask.sum(1).tolist() == [min(counts[row] + 2, 256) for row in batch.rows]
        assert len(batch.rows) <= size
        assert (mask == 0).sum() <= 64
    # No more batches than that takes: the first text of each would have been one too many before.
    for mask, following in pairwise(masks):
        rows, width = mask.shape
        padding = (mask == 0).sum() + width - following[0].sum()
        assert rows == size or padding > 64 or (rows + 1) * width > 4_096


def test_what_is_filled_up_is_not_padding() -> None:
    expansion = Expansion(length=32, token=103, attend=False, fixed=True)
    route = Route(graph="model.onnx", tokenizer="tokenizer.json", expansion=expansion)
    reader = TextReader(open_tokenizer(minilm_folder(), route), route, 1)
    texts: list[Text] = ["word " * count for count in range(24)]
    assert len(list(reader.batches(texts, 32))) == 1

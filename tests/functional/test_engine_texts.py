"""The tokens of the engines are the same on one thread and on several."""

from typing import Any

import pytest
from checkpoints import minilm_folder

from registry.backends._engine_texts import Text, TextReader, open_tokenizer
from registry.exports.export import Route

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

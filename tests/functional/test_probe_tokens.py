"""Token counts of servers compared with the lock, and scripts that are tokenized differently."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from probe_fixtures import PROMPTED, Network, blocks, changed, encoder, locked, probe, weights

from registry import load
from registry.errors import CheckpointError
from servers.mistaken import Embed, MistakenServer

__all__ = ["encoder", "locked", "probe"]  # fixtures that pytest finds by name


def counted(network: Network, around: int = 0, prompt: str = "") -> Callable[[str], int]:
    """Count the tokens of a network, plus `around`."""

    def count(text: str) -> int:
        return len(network.tokenizer(prompt + text).input_ids) + around

    return count


COUNTS: dict[str, tuple[Callable[[Any], Callable[[str], int]], str | None]] = {
    "all": (counted, None),
    "without those around": (lambda network: counted(network, -2), None),
    "characters": (lambda network: len, None),
    "nothing": (lambda network: lambda text: 0, None),
    "always as many": (lambda network: lambda text: 7, None),
    "words": (lambda network: lambda text: len(text.split()), None),
    "of another tokenizer": (
        lambda network: lambda text: counted(network)(text.replace("é", "@#")),
        "another tokenizer",
    ),
    "a prompt too much": (
        lambda network: counted(network, prompt="represent this for retrieval: "),
        "a different prompt before every text",
    ),
    "a prompt that gets lost": (
        lambda network: lambda text: counted(network)(text.removeprefix("query: ")),
        "queries alone",
    ),
    "a prompt of documents": (
        lambda network: lambda text: counted(network)(text) + 4 * (not text.startswith("query: ")),
        "documents alone",
    ),
}


@pytest.fixture(scope="module")
def exact(encoder: Any) -> Embed:
    return changed(encoder, lambda network: None)


@pytest.fixture(scope="module")
def four_bits(encoder: Any) -> Embed:
    return changed(encoder, weights(blocks(4)))


@pytest.mark.parametrize("name", COUNTS)
def test_tokens_tell_also_where_numbers_agree(
    encoder: Any, four_bits: Embed, locked: Path, name: str
) -> None:
    count, told = COUNTS[name]
    with MistakenServer(four_bits) as server:
        server.precision = "Q4_0"
        server.count = count(encoder.network)
        if told is None:
            load(PROMPTED, backend="openai", base_url=server.url).close()
            return
        with pytest.raises(CheckpointError, match=told):
            load(PROMPTED, backend="openai", base_url=server.url)


def test_where_numbers_agree_exactly_they_decide(encoder: Any, exact: Embed, locked: Path) -> None:
    with MistakenServer(exact) as server:
        server.count = counted(encoder.network, 9)
        load(PROMPTED, backend="openai", base_url=server.url).close()


@pytest.mark.parametrize("languages", [("en",), ("en", "hi"), (), None])
def test_scripts_that_the_entry_does_not_promise(
    exact: Embed, locked: Path, languages: Any
) -> None:
    """A tokenizer that drops vowel signs, as llama.cpp's does."""

    def without_signs(text: str) -> str:
        return "".join(each for each in text if unicodedata.category(each) not in ("Mc", "Mn"))

    model = dataclasses.replace(PROMPTED, languages=languages)
    with MistakenServer(lambda texts: exact([without_signs(text) for text in texts])) as server:
        if languages == ("en",):
            load(model, backend="openai", base_url=server.url).close()
            return
        with pytest.raises(CheckpointError, match="drops vowel signs"):
            load(model, backend="openai", base_url=server.url)

"""What every text generator promises, whatever backend runs it.

A backend's test file subclasses the suite and provides what to test:

    class TestOllama(GeneratorSuite):
        @pytest.fixture
        def generator(self, server): return load(MODEL, backend="ollama", base_url=server.url)

        @pytest.fixture
        def busy(self, server): return lambda: server.streams > 0

The model should produce at least 200 tokens, and at temperature 0 the same words each time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import aclosing, closing
from typing import TypeVar

import pytest

from registry.encoders.generator import Message, Prompt, Sampling, TextGenerator
from registry.errors import InputError

PROMPT = "Once upon a time"
_SHORT = Sampling(temperature=0, max_tokens=8)
# Too long to finish: even at a millisecond per word, faster than any model here, it takes longer
# than the tests wait, so a generation that ends in time was really cancelled. A busy machine may
# take a while to cancel.
_LONG = Sampling(temperature=0, max_tokens=100_000)
_SECONDS = 300.0

Result = TypeVar("Result")


class GeneratorSuite:
    """The tests; a subclass provides `generator` and `busy`."""

    @pytest.fixture
    def generator(self) -> TextGenerator:
        raise NotImplementedError

    @pytest.fixture
    def busy(self) -> Callable[[], bool]:
        """Returns whether the model, wherever it runs, is generating now."""
        raise NotImplementedError

    @pytest.fixture
    def long_prompt(self) -> str:
        """100,000 characters."""
        return "word " * 20_000

    def test_the_stream_joined_is_the_whole(self, generator: TextGenerator) -> None:
        whole = generator.generate(PROMPT, _SHORT)
        pieces = list(generator.stream(PROMPT, _SHORT))
        assert whole
        assert "".join(pieces) == whole
        assert len(pieces) > 1
        assert all(pieces), "a piece silently is none"

    def test_a_conversation_is_answered(self, generator: TextGenerator) -> None:
        messages: list[Message] = [
            {"role": "user", "content": "Hello"},
            {"role": "assistant", "content": "Hello, who are you?"},
            {"role": "user", "content": "Nobody"},
        ]
        whole = generator.generate(messages, _SHORT)
        assert whole
        assert whole != generator.generate(messages[:1], _SHORT)

    @pytest.mark.parametrize("most", [1, 5])
    def test_max_tokens_is_the_longest_answer(self, generator: TextGenerator, most: int) -> None:
        sampling = Sampling(temperature=0, max_tokens=most)
        pieces = list(generator.stream(PROMPT, sampling))
        longer = generator.generate(PROMPT, Sampling(temperature=0, max_tokens=3 * most))
        # A piece is at least one token.
        assert 1 <= len(pieces) <= most
        assert longer.startswith("".join(pieces))
        assert len(longer) > len("".join(pieces))

    def test_a_seed_gives_the_same_words_again(self, generator: TextGenerator) -> None:
        sampling = Sampling(temperature=1, max_tokens=8, top_p=0.9, seed=7)
        assert generator.generate(PROMPT, sampling) == generator.generate(PROMPT, sampling)

    def test_a_stop_ends_the_answer(self, generator: TextGenerator) -> None:
        whole = generator.generate(PROMPT, Sampling(temperature=0, max_tokens=24))
        middle = len(whole) // 3
        stop = whole[middle : middle + 3]
        stopped = generator.generate(
            PROMPT, Sampling(temperature=0, max_tokens=24, stop=(stop, "never said"))
        )
        assert whole.startswith(stopped)
        assert len(stopped) < len(whole)

    def test_an_empty_prompt_is_one(self, generator: TextGenerator) -> None:
        assert isinstance(generator.generate("", _SHORT), str)

    def test_a_hundred_thousand_characters(
        self, generator: TextGenerator, long_prompt: str
    ) -> None:
        assert len(long_prompt) == 100_000
        assert isinstance(generator.generate(long_prompt, Sampling(max_tokens=2)), str)
        assert generator.generate(PROMPT, _SHORT)

    @pytest.mark.parametrize(
        "prompt", ["half \ud83e a llama", [{"role": "user", "content": "\udc00"}], []]
    )
    def test_what_no_tokenizer_reads_is_refused(
        self, generator: TextGenerator, prompt: Prompt
    ) -> None:
        with pytest.raises(InputError):
            generator.generate(prompt)
        with pytest.raises(InputError):
            list(generator.stream(prompt))
        with pytest.raises(InputError):
            _run(generator.agenerate(prompt))

    def test_closing_a_stream_stops_the_model(
        self, generator: TextGenerator, busy: Callable[[], bool]
    ) -> None:
        with closing(generator.stream(PROMPT, _LONG)) as pieces:
            assert next(pieces)
            assert busy(), "the first words should come before the last are made"
        _wait_until(lambda: not busy())
        assert generator.generate(PROMPT, _SHORT)

    def test_a_stream_that_was_never_begun_closes(self, generator: TextGenerator) -> None:
        generator.stream(PROMPT, _LONG).close()
        assert generator.generate(PROMPT, _SHORT)

    def test_the_asynchronous_twins_say_the_same(self, generator: TextGenerator) -> None:
        async def both() -> tuple[str, list[str]]:
            whole = await generator.agenerate(PROMPT, _SHORT)
            return whole, [piece async for piece in generator.astream(PROMPT, _SHORT)]

        whole, pieces = _run(both())
        assert whole == generator.generate(PROMPT, _SHORT)
        assert "".join(pieces) == whole

    def test_the_event_loop_goes_on_meanwhile(self, generator: TextGenerator) -> None:
        async def count_turns() -> int:
            turns = 0
            task = asyncio.ensure_future(
                generator.agenerate(PROMPT, Sampling(temperature=0, max_tokens=200))
            )
            while not task.done():
                await asyncio.sleep(0.001)
                turns += 1
            await task
            return turns

        assert _run(count_turns()) > 5

    def test_closing_an_asynchronous_stream_stops_the_model(
        self, generator: TextGenerator, busy: Callable[[], bool]
    ) -> None:
        async def begin_and_close() -> None:
            async with aclosing(generator.astream(PROMPT, _LONG)) as pieces:
                assert await anext(pieces)
                assert await asyncio.to_thread(busy)

        _run(begin_and_close())
        _wait_until(lambda: not busy())
        assert generator.generate(PROMPT, _SHORT)

    @pytest.mark.parametrize("whole", [False, True], ids=["astream", "agenerate"])
    def test_cancelling_stops_the_model(
        self, generator: TextGenerator, busy: Callable[[], bool], whole: bool
    ) -> None:
        async def take(pieces: AsyncIterator[str], begun: asyncio.Event) -> None:
            async for _ in pieces:
                begun.set()

        async def begin_and_cancel() -> None:
            begun = asyncio.Event()
            task: asyncio.Future[str] | asyncio.Future[None]
            if whole:
                task = asyncio.ensure_future(generator.agenerate(PROMPT, _LONG))
                while not await asyncio.to_thread(busy):
                    assert not task.done()
            else:
                task = asyncio.ensure_future(take(generator.astream(PROMPT, _LONG), begun))
                await asyncio.wait_for(begun.wait(), _SECONDS)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, _SECONDS)

        _run(begin_and_cancel())
        _wait_until(lambda: not busy())
        assert generator.generate(PROMPT, _SHORT)


def _run(work: Coroutine[object, None, Result]) -> Result:
    async def within_time() -> Result:
        return await asyncio.wait_for(work, 120)

    return asyncio.run(within_time())


def _wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("the model went on")

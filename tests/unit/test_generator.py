"""The base class of text generators: it checks arguments and releases streams."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Generator
from contextvars import ContextVar
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import registry
from registry import QWEN3_0_6B, Message, Sampling
from registry.encoders.generator import TextGenerator
from registry.errors import InputError

NUMBERS = st.one_of(st.integers(), st.floats(), st.booleans(), st.none(), st.text())


class TestSampling:
    def test_it_is_exported(self) -> None:
        assert {"Message", "Sampling"} <= set(registry.__all__)
        assert Message(role="user", content="Hello") == {"role": "user", "content": "Hello"}

    def test_the_limits_are_within(self) -> None:
        Sampling(temperature=0, max_tokens=1, top_p=1, seed=0, stop=())
        Sampling(temperature=2.0, max_tokens=2**63 - 1, top_p=1e-9, seed=2**63 - 1, stop=("\n",))

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("temperature", [-0.1, 2.1, float("nan"), float("inf"), True, "1", None]),
            ("max_tokens", [0, -1, 1.0, float("nan"), True, "1", None, 2**63]),
            ("top_p", [0, -0.5, 1.01, float("nan"), True, "1"]),
            ("seed", [-1, 1.0, True, "1", 2**63]),
            ("stop", ["\n", ["\n"], None, ("",), ("a", ""), ("a", 1), ("\ud83e",)]),
        ],
    )
    def test_what_makes_no_sense_is_named(self, field: str, values: list[Any]) -> None:
        for value in values:
            with pytest.raises(InputError, match=rf"^{field} should ") as caught:
                Sampling(**{field: value})
            assert ";" not in str(caught.value)

    def test_all_complaints_come_at_once(self) -> None:
        wrong: dict[str, Any] = dict.fromkeys(("temperature", "max_tokens", "top_p", "seed"), -1)
        with pytest.raises(InputError) as caught:
            Sampling(**wrong, stop=("",))
        complaints = str(caught.value).split("; ")
        assert [text.split()[0] for text in complaints] == [*wrong, "stop"]

    @given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.lists(st.one_of(st.text(), st.none())))
    def test_whatever_is_given_it_holds_or_is_refused(
        self, temperature: Any, max_tokens: Any, top_p: Any, seed: Any, stop: list[Any]
    ) -> None:
        with contextlib.suppress(InputError):
            sampling = Sampling(
                temperature=temperature,
                max_tokens=max_tokens,
                top_p=top_p,
                seed=seed,
                stop=tuple(stop),
            )
            assert 0.0 <= sampling.temperature <= 2.0
            assert type(sampling.max_tokens) is int
            assert sampling.top_p is None or 0 < sampling.top_p <= 1
            assert sampling.seed is None or type(sampling.seed) is int
            assert all(text.encode() for text in sampling.stop)


class Slow(TextGenerator):
    """Yields "one", then works on "two" until released; records when it is closed."""

    def __init__(self) -> None:
        super().__init__(QWEN3_0_6B)
        self.working, self.let_go, self.closed = (threading.Event() for _ in range(3))
        self.threads = set[int]()

    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        try:
            self.threads.add(threading.get_ident())
            yield "one"
            self.threads.add(threading.get_ident())
            self.working.set()
            assert self.let_go.wait(30)
            yield "two"
        finally:
            self.threads.add(threading.get_ident())
            self.closed.set()


async def when(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 30)


async def cancel_at_work(slow: Slow) -> asyncio.Task[str]:
    task = asyncio.create_task(slow.agenerate("x"))
    await when(slow.working)
    task.cancel()
    for _ in range(10):  # until the cancellation is noticed
        await asyncio.sleep(0)
    return task


class TestAsynchronousStreams:
    def test_a_cancelled_one_is_closed_before_the_cancellation_comes_back(self) -> None:
        async def main(slow: Slow) -> None:
            task = await cancel_at_work(slow)
            assert not task.done()
            slow.let_go.set()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert slow.closed.is_set()

        asyncio.run(main(Slow()))

    def test_a_second_cancellation_does_not_keep_it_from_closing(self) -> None:
        async def main(slow: Slow) -> None:
            task = await cancel_at_work(slow)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not slow.closed.is_set()
            slow.let_go.set()
            await when(slow.closed)

        asyncio.run(main(Slow()))

    def test_also_after_the_loop_has_gone(self, caplog: pytest.LogCaptureFixture) -> None:
        slow = Slow()

        async def main() -> None:
            task = await cancel_at_work(slow)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(main())
        slow.let_go.set()
        assert slow.closed.wait(30)
        assert not caplog.records

    def test_a_loop_that_ends_meanwhile_waits_for_it(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        slow = Slow()

        async def main() -> None:
            task = asyncio.create_task(slow.agenerate("x"))
            await when(slow.working)
            asyncio.get_running_loop().call_later(0.05, slow.let_go.set)
            assert not task.done()

        asyncio.run(main())  # cancels all remaining tasks
        assert slow.closed.is_set()
        assert not caplog.records

    def test_an_error_after_a_cancellation_is_nobodys(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        class Failing(Slow):
            def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
                yield from super()._stream(prompt, sampling)
                raise OSError("too late")

        async def main(slow: Slow) -> None:
            task = await cancel_at_work(slow)
            slow.let_go.set()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(main(Failing()))
        assert not caplog.records

    def test_one_thread_and_context_serve_a_whole_stream(self) -> None:
        seen = ContextVar("seen", default="nothing")

        class Contextual(Slow):
            def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
                token = seen.set("the stream")
                yield from super()._stream(prompt, sampling)
                seen.reset(token)  # fails in another context

        async def main(slow: Slow) -> str:
            slow.let_go.set()
            seen.set("the caller")
            text = await slow.agenerate("x")
            assert seen.get() == "the caller"
            return text

        slow = Contextual()
        assert asyncio.run(main(slow)) == "onetwo"
        assert len(slow.threads) == 1
        assert threading.get_ident() not in slow.threads

    @pytest.mark.parametrize("ending", ["closed", "cancelled", "exhausted", "failed"])
    def test_no_thread_is_left(self, ending: str) -> None:
        async def main(slow: Slow) -> None:
            if ending == "cancelled":
                task = await cancel_at_work(slow)
                slow.let_go.set()
                with pytest.raises(asyncio.CancelledError):
                    await task
            elif ending == "closed":
                async with contextlib.aclosing(slow.astream("x")) as pieces:
                    assert await anext(pieces) == "one"
            elif ending == "failed":
                with pytest.raises(InputError):
                    await slow.agenerate([])
            else:
                slow.let_go.set()
                assert await slow.agenerate("x") == "onetwo"

        asyncio.run(main(Slow()))
        left = [each for each in threading.enumerate() if "registry-stream" in each.name]
        for thread in left:  # they have been told to end
            thread.join(30)
        assert not any(thread.is_alive() for thread in left)


def test_a_backend_hears_at_once_that_nobody_waits() -> None:
    class Attentive(Slow):
        def _stoppable(
            self, prompt: str | list[Message], sampling: Sampling, stopped: threading.Event
        ) -> Generator[str]:
            yield "one"
            self.working.set()
            assert stopped.wait(30)
            self.closed.set()

    async def main(slow: Slow) -> None:
        task = asyncio.create_task(slow.agenerate("x"))
        await when(slow.working)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert slow.closed.is_set()

    asyncio.run(main(Attentive()))


@pytest.mark.parametrize("call", [TextGenerator.generate, TextGenerator.stream])
def test_a_conversation_is_checked(call: Callable[..., object]) -> None:
    for messages in ([], [{"role": "user"}], [{"role": "user", "content": 3}]):
        with pytest.raises(InputError):
            call(Slow(), messages)

"""What every generator behind a server promises, besides what all generators promise.

class TestPromises(ServerSuite):
    backend, path, words_begin = "ollama", "/api/generate", 0
    reasons = {"end": "the last line is missing", "garbage": "something that Ollama does not send"}

    @pytest.fixture
    def server(self): ...

    @pytest.fixture
    def generator(self, server): return load(MODEL, backend="ollama", base_url=server.url)
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from generator_suite import PROMPT, GeneratorSuite

from registry import QWEN3_0_6B
from registry.encoders.generator import Sampling, TextGenerator
from registry.errors import BackendError, ServerUnavailableError, UnsupportedError
from registry.loading.load import load
from servers.faults import Kind
from servers.loopback import LoopbackServer

SHORT = Sampling(temperature=0, max_tokens=8)
KEY = "sk-4f9a7c-never-to-be-seen"

# Options that only the server can decide, each with a value that is not the default.
SERVER_DECIDES = [
    ("device", "cuda"),
    ("dtype", "float16"),
    ("quantization", "4bit"),
    ("attention", "flash"),
    ("revision", "a" * 40),
    ("local_path", "somewhere"),
    ("trust_remote_code", True),
    ("allow_pickle", True),
]

both_ways = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])


class ServerSuite(GeneratorSuite):
    """The tests; a subclass describes the protocol and provides `server` and `generator`."""

    backend: ClassVar[str]
    # The path that streams answers, and the number of stream parts before the first word.
    path: ClassVar[str]
    words_begin: ClassVar[int]
    # The reason given for a stream that is cut off, and for one that is garbage.
    reasons: ClassVar[dict[Kind, str]]

    def check_error(self, error: BaseException) -> None:
        """Check what this backend promises about its errors beyond the suite."""

    @pytest.fixture
    def server(self) -> LoopbackServer:
        raise NotImplementedError

    @pytest.fixture
    def busy(self, server: LoopbackServer) -> Callable[[], bool]:
        return lambda: server.streams > 0

    @both_ways
    @pytest.mark.parametrize(
        ("kind", "error", "message"),
        [
            ("error", BackendError, "out of memory"),
            ("cut", ServerUnavailableError, "was cut off"),
            ("reset", ServerUnavailableError, "was cut off"),
            ("end", ServerUnavailableError, "was cut off"),
            ("garbage", ServerUnavailableError, "was cut off"),
            ("hang", ServerUnavailableError, "sent nothing for 0.3 s"),
        ],
    )
    def test_a_stream_that_goes_wrong(
        self,
        server: LoopbackServer,
        kind: Kind,
        error: type[Exception],
        message: str,
        asynchronous: bool,
    ) -> None:
        # A busy machine may be silent for a while even if nothing is wrong.
        patience = 0.3 if kind == "hang" else 30.0
        generator = load(
            QWEN3_0_6B, backend=self.backend, base_url=server.url, timeout=patience, api_key=KEY
        )
        server.fails(kind, after=self.words_begin + 3, message="out of memory", path=self.path)
        pieces: list[str] = []

        async def take() -> None:
            async for piece in generator.astream(PROMPT, SHORT):
                pieces.append(piece)

        with pytest.raises(error, match=message) as caught:
            asyncio.run(take()) if asynchronous else pieces.extend(generator.stream(PROMPT, SHORT))
        for part in ("qwen3-0.6b", server.address, self.reasons.get(kind, "")):
            assert part in str(caught.value)
        # A reset discards what the client has not read yet.
        came = len(pieces) == 3 or kind == "reset"
        assert came, "what came before should have been given"
        self.check_error(caught.value)
        assert server.wait_until_idle()
        generator = load(QWEN3_0_6B, backend=self.backend, base_url=server.url, api_key=KEY)
        assert generator.generate(PROMPT, SHORT), "the next answer should be whole"

    @both_ways
    def test_a_server_that_goes_away(
        self, server: LoopbackServer, generator: TextGenerator, asynchronous: bool
    ) -> None:
        server.stop()
        unreachable = f"cannot connect to (Ollama at )?{server.url}"
        with pytest.raises(ServerUnavailableError, match=unreachable):
            generate(generator, asynchronous)

    def test_a_closed_stream_is_seen_by_the_server(
        self, server: LoopbackServer, generator: TextGenerator
    ) -> None:
        pieces = generator.stream(PROMPT, Sampling(max_tokens=10_000))
        next(pieces)
        assert server.streams == 1
        pieces.close()
        assert server.wait_until_idle()
        assert server.abandoned == 1

    def test_cancelling_does_not_wait_for_the_first_word(self, server: LoopbackServer) -> None:
        # As when the server is loading the model, which may take minutes.
        generator = load(QWEN3_0_6B, backend=self.backend, base_url=server.url, timeout=600)
        server.fails("hang", after=0, path=self.path)

        async def begin_and_cancel() -> None:
            task = asyncio.ensure_future(generator.agenerate(PROMPT))
            while not server.streams:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(asyncio.wait_for(begin_and_cancel(), 60))
        assert server.wait_until_idle()
        assert server.abandoned == 1

    @pytest.mark.parametrize(("option", "value"), [*SERVER_DECIDES, ("dim", 128)])
    def test_options_that_make_no_sense(
        self, server: LoopbackServer, option: str, value: object
    ) -> None:
        arguments: Any = {option: value}  # the name is not known statically
        with pytest.raises(UnsupportedError, match=f"'{self.backend}' takes no {option}:"):
            load(QWEN3_0_6B, backend=self.backend, base_url=server.url, **arguments)


def generate(generator: TextGenerator, asynchronous: bool) -> str:
    """A short answer, streamed or not."""
    if asynchronous:
        return asyncio.run(generator.agenerate(PROMPT, SHORT))
    return generator.generate(PROMPT, SHORT)


def failure_without(package: str, model: str, backend: str) -> str:
    """The error on loading a model (a constant's name) if a package is not installed."""
    # A module that cannot be imported stands in for one that is not installed.
    code = f"""
import registry, sys
sys.modules["{package}"] = None
try:
    registry.load(registry.{model}, backend="{backend}")
except ImportError as error:
    print(error)
"""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

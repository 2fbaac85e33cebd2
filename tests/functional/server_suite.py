"""What every generator behind a server promises, besides what all generators promise.

class TestPromises(ServerSuite):
    backend, path, words_begin = "ollama", "/api/generate", 0
    reasons = {"end": "the last line is missing", "garbage": "no answer of Ollama's"}

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

# What is the server's to decide: options, each with a value that is not the default.
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
    """The tests; a subclass says how the backend speaks, and provides `server` and `generator`."""

    backend: ClassVar[str]
    # Where answers stream, and how many parts of a stream come before the first word.
    path: ClassVar[str]
    words_begin: ClassVar[int]
    # What is said of a stream without its end, and of one that is none.
    reasons: ClassVar[dict[Kind, str]]

    def check_error(self, error: BaseException) -> None:
        """More that a backend promises of its errors."""

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
            ("cut", ServerUnavailableError, "broke off"),
            ("reset", ServerUnavailableError, "broke off"),
            ("end", ServerUnavailableError, "broke off"),
            ("garbage", ServerUnavailableError, "broke off"),
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
        # A busy machine may be silent for a while without any fault.
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
        # A reset takes along what the client has not read yet.
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
        with pytest.raises(ServerUnavailableError, match=f"answers at {server.url}"):
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
        # As when the server loads the model, which may take minutes.
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
        arguments: Any = {option: value}  # an option that is not known before
        with pytest.raises(UnsupportedError, match=f"'{self.backend}' takes no {option}:"):
            load(QWEN3_0_6B, backend=self.backend, base_url=server.url, **arguments)


def generate(generator: TextGenerator, asynchronous: bool) -> str:
    """A short answer, one way or the other."""
    if asynchronous:
        return asyncio.run(generator.agenerate(PROMPT, SHORT))
    return generator.generate(PROMPT, SHORT)


def failure_without(package: str, model: str, backend: str) -> str:
    """What is said on loading a model, a constant's name, where a package is not installed."""
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

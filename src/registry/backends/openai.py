"""Generation, vectors and reranking through OpenAI-compatible servers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from registry.backends._chat_stream import ChatStream
from registry.backends._openai_connection import OpenAIConnection
from registry.backends._openai_pages import ask
from registry.backends._openai_usage import used_tokens
from registry.backends._refusal import acheck_status, check_status
from registry.backends._server_options import refuse_local_options
from registry.backends.interface import LoadOptions, ModelBackend
from registry.budgets import CONVERSATION
from registry.encoders.answer_end import AnswerEnd
from registry.encoders.generator import (
    Message,
    Prompt,
    Sampling,
    TextGenerator,
    checked_prompt,
)
from registry.encoders.serving import Serving
from registry.errors import MissingExtraError, RegistryError, UnsupportedError

if TYPE_CHECKING:
    from registry.encoders.dense import DenseEncoder
    from registry.encoders.reranker import Reranker
    from registry.models.kinds import CrossEncoderLike, DenseLike, LlmLike

_PATH = "chat/completions"


class OpenAIBackend(ModelBackend):
    """Asks a server for chat completions, vectors and scores, through huggingface_hub's client.

    The server is `base_url`, else the provider that the entry names, else
    REGISTRY_OPENAI_BASE_URL, else the inference providers of the Hugging Face Hub. The key is
    `api_key`, else the provider's own (OPENAI_API_KEY, MISTRAL_API_KEY ...). A server without a
    provider gets MIXTRAL_API_KEY for a Mixtral, else HF_TOKEN, which is sent to another machine
    only over https. A provider is never sent HF_TOKEN.
    """

    name: ClassVar[str] = "openai"

    def text_generator(self, model: LlmLike, options: LoadOptions) -> TextGenerator:
        """A generator, once a server of your own has answered and accepted the key.

        The Hub's providers are contacted only when there is something to generate.
        """
        refuse_local_options(self.name, model, options, "dim", "context_length", "allow_remote")
        connection = OpenAIConnection(model, options)
        connection.check()
        generator = OpenAIGenerator(model, connection)
        if options.base_url is not None:
            by = f"{connection.server_model} at {connection.address}"
            generator.serving = Serving(by=by)
        return generator

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        """Vectors of a server of your own, checked against the entry on one text."""
        module = _needing_numpy("_openai_encoders")
        refuse_local_options(self.name, model, options, "context_length", "allow_remote")
        found: DenseEncoder = module.load_dense(model, options)
        return found

    def reranker(self, model: CrossEncoderLike, options: LoadOptions) -> Reranker:
        """Scores of a server of your own."""
        module = _needing_numpy("_openai_rerankers")
        refuse_local_options(self.name, model, options, "dim", "context_length", "allow_remote")
        found: Reranker = module.load_reranker(model, options)
        return found


def _needing_numpy(module: str) -> Any:
    """A module that imports numpy, which generation does not need."""
    try:
        return import_module(f"registry.backends.{module}")
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "numpy", "encoders") from None


class OpenAIGenerator(TextGenerator):
    """Streams chat completions. A text prompt is sent as one user message.

    Thoughts of a thinking model count as tokens. They are not part of the answer, unless the
    server leaves them in its text.
    """

    def __init__(self, model: LlmLike, connection: OpenAIConnection) -> None:
        super().__init__(model)
        self._connection = connection

    def close(self) -> None:
        """Send no more requests; each has its own connection."""
        self._connection.closed = True

    def conversation_tokens(self, messages: Sequence[Message]) -> int | None:
        """As the server's usage counts them."""
        request = self._request(list(messages), Sampling(temperature=0, max_tokens=1))
        failure: Exception | None = None
        try:
            return used_tokens(
                ask(self._connection, _PATH, request | {"stream": False}, budget=CONVERSATION)
            )
        except Exception as error:
            failure = self._connection.explain(error)
            if failure is None:
                raise
        raise failure  # outside the handler: the frames of the library hold the key

    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        failure: RegistryError | None = None
        stream, end = ChatStream(), AnswerEnd(self, sampling)
        try:
            with self._connection.open("POST", _PATH, self._request(prompt, sampling)) as answer:
                check_status(answer)
                for piece in answer.iter_bytes():
                    for text in stream.feed(piece):
                        yield end.take(text)
                    if stream.ended:
                        break  # anything after this is irrelevant
                for text in stream.close():
                    yield end.take(text)
        except Exception as error:
            failure = self._connection.explain(error)
            if failure is None:
                raise
        if failure is None and not stream.ended:
            failure = self._connection.broken_off()
        if failure is not None:
            # Raised outside the handler, so that it does not keep the library's frames, in which
            # the key is a variable.
            raise failure
        end.thinks(stream.thoughts)
        end.reached(stream.reason)

    async def astream(
        self, prompt: Prompt, sampling: Sampling | None = None
    ) -> AsyncGenerator[str]:
        """`stream` in the event loop; closing or cancelling disconnects at once."""
        sampling = sampling or Sampling()
        request = self._request(checked_prompt(prompt), sampling)
        failure: RegistryError | None = None
        stream, end = ChatStream(), AnswerEnd(self, sampling)
        try:
            async with self._connection.apost(_PATH, request) as answer:
                await acheck_status(answer)
                async for piece in answer.aiter_bytes():
                    for text in stream.feed(piece):
                        yield end.take(text)
                    if stream.ended:
                        break
                for text in stream.close():
                    yield end.take(text)
        except Exception as error:
            failure = self._connection.explain(error)
            if failure is None:
                raise
        if failure is None and not stream.ended:
            failure = self._connection.broken_off()
        if failure is not None:
            raise failure
        end.thinks(stream.thoughts)
        end.reached(stream.reason)

    def _request(
        self, prompt: str | list[Message], sampling: Sampling
    ) -> dict[str, Any]:  # arguments of all types
        if sampling.thinking is not None:
            self._connection.check_switch()
            if (fact := getattr(self.model, "thinking", None)) in ("always", "never"):
                raise UnsupportedError(
                    f"{self.model.id} {fact} thinks, by its entry, and has no switch for it; leave "
                    "out Sampling(thinking=...)"
                )
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        request: dict[str, Any] = {
            "model": self._connection.server_model,
            "messages": messages,
            "stream": True,
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            "stop": list(sampling.stop) or None,
        }
        if sampling.thinking is not None:
            request["chat_template_kwargs"] = {"enable_thinking": sampling.thinking}
        # The server chooses what was not set.
        return {name: value for name, value in request.items() if value is not None}

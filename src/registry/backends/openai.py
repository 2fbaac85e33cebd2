"""Generation through any server that speaks OpenAI's chat completions, hosted or your own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any, ClassVar

from registry.backends._openai_connection import OpenAIConnection
from registry.backends._server_options import refuse_local_options
from registry.backends.interface import LoadOptions, ModelBackend
from registry.encoders.generator import (
    Message,
    Prompt,
    Sampling,
    TextGenerator,
    checked_prompt,
)
from registry.errors import RegistryError

if TYPE_CHECKING:
    from huggingface_hub import ChatCompletionStreamOutput

    from registry.models.kinds import LlmLike


class OpenAIBackend(ModelBackend):
    """Asks a server for chat completions, through huggingface_hub's InferenceClient.

    The server is `base_url`, else the provider that the entry names, else
    REGISTRY_OPENAI_BASE_URL, else the inference providers of the Hugging Face Hub. The key is
    `api_key`, else the provider's own (OPENAI_API_KEY, MISTRAL_API_KEY ...). A server without a
    provider gets MIXTRAL_API_KEY for a Mixtral, else HF_TOKEN, which is kept back from another
    machine that is not asked over https. A provider is never sent HF_TOKEN.
    """

    name: ClassVar[str] = "openai"

    def text_generator(self, model: LlmLike, options: LoadOptions) -> TextGenerator:
        """A generator, once a server of your own has answered and not refused the key.

        The Hub's providers are first asked when there is something to generate.
        """
        refuse_local_options(self.name, model, options, "dim")
        connection = OpenAIConnection(model, options)
        connection.check()
        return OpenAIGenerator(model, connection)


class OpenAIGenerator(TextGenerator):
    """Streams chat completions. A text prompt is sent as one message of the user.

    Thoughts of a thinking model count as tokens. They are not part of the answer, unless the
    server leaves them in its text.
    """

    def __init__(self, model: LlmLike, connection: OpenAIConnection) -> None:
        super().__init__(model)
        self._connection = connection

    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        failure: RegistryError | None = None
        finished = False
        try:
            # The client holds the connection of its stream until it is closed itself.
            with self._connection.client() as client:
                for part in client.chat_completion(**self._request(prompt, sampling)):
                    text, finished = _read(part, finished)
                    if text:
                        yield text
        except Exception as error:
            failure = self._connection.explain(error)
            if failure is None:
                raise
        if failure is None and not finished:
            failure = self._connection.broken_off()
        if failure is not None:
            # Raised out here, so that it does not drag along the library's frames, in which the
            # key is a variable.
            raise failure

    async def astream(
        self, prompt: Prompt, sampling: Sampling | None = None
    ) -> AsyncGenerator[str]:
        """`stream` in the event loop; closing or cancelling hangs up at once."""
        request = self._request(checked_prompt(prompt), sampling or Sampling())
        failure: RegistryError | None = None
        finished = False
        try:
            async with self._connection.async_client() as client:
                try:
                    async for part in await client.chat_completion(**request):
                        text, finished = _read(part, finished)
                        if text:
                            yield text
                except Exception as error:
                    # Its message can only be read while the client is open.
                    await self._connection.read_refusal(error)
                    raise
        except Exception as error:
            failure = self._connection.explain(error)
            if failure is None:
                raise
        if failure is None and not finished:
            failure = self._connection.broken_off()
        if failure is not None:
            raise failure

    def _request(
        self, prompt: str | list[Message], sampling: Sampling
    ) -> dict[str, Any]:  # arguments of all types
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        return {
            "model": self._connection.server_model,
            "messages": messages,
            "stream": True,
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            "stop": list(sampling.stop) or None,
        }


def _read(part: ChatCompletionStreamOutput, finished: bool) -> tuple[str, bool]:
    """The words in a part of the answer, and whether the answer has come to its end."""
    text = ""
    # A last part may hold nothing but the usage.
    for choice in part.choices or ():
        text += choice.delta.content or ""
        finished = finished or choice.finish_reason is not None
    return text, finished

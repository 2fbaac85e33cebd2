"""Generation and embeddings through an Ollama server.

The server decides what it runs: a tag stands for weights that are usually quantised, so answers
and vectors are close to those of the pinned checkpoint, not equal to them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, ClassVar, cast

from registry.backends._server_options import refuse_local_options
from registry.backends.interface import LoadOptions, ModelBackend
from registry.encoders.generator import (
    Message,
    Prompt,
    Sampling,
    TextGenerator,
    checked_prompt,
)
from registry.errors import MissingExtraError
from registry.ollama.connection import OllamaConnection

if TYPE_CHECKING:
    from ollama import ChatResponse, GenerateResponse

    from registry.encoders.dense import DenseEncoder
    from registry.models.kinds import DenseLike, LlmLike


class OllamaBackend(ModelBackend):
    """Runs models on an Ollama server.

    Its address is `base_url`, else OLLAMA_HOST, else 127.0.0.1:11434; its key, if it wants one,
    `api_key`, else OLLAMA_API_KEY.
    """

    name: ClassVar[str] = "ollama"

    def text_generator(self, model: LlmLike, options: LoadOptions) -> TextGenerator:
        """A generator, once the server has said that it has the model."""
        refuse_local_options(self.name, model, options, "dim")
        connection = OllamaConnection(model, options)
        connection.check("completion")
        return OllamaGenerator(model, connection)

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        """An encoder, once one embedding has shown the width that the registry promises."""
        try:
            # Imports numpy, which generation has no need of.
            from registry.backends._ollama_embeddings import load_encoder
        except ModuleNotFoundError as error:
            raise MissingExtraError(error.name or "numpy", "ollama") from None
        refuse_local_options(self.name, model, options)
        return load_encoder(model, options)


class OllamaGenerator(TextGenerator):
    """Continues text through /api/generate and conversations through /api/chat.

    The server applies the model's template to both. A prompt longer than the context that the
    server was set up with loses its beginning there. Thoughts of a thinking model count as tokens.
    They are not part of the answer, unless the server leaves them in its text.
    """

    def __init__(self, model: LlmLike, connection: OllamaConnection) -> None:
        super().__init__(model)
        self._connection = connection

    def close(self) -> None:
        """Close the connections; the server unloads the model when it sees fit."""
        self._connection.close()

    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        done = False
        with self._connection.errors():
            parts = self._ask(self._connection.client, prompt, sampling)
            with closing(cast("Generator[GenerateResponse | ChatResponse]", parts)) as answer:
                for part in answer:
                    if text := _text(part):
                        yield text
                    done = bool(part.done)
        if not done:
            raise self._connection.broken_off()

    async def astream(
        self, prompt: Prompt, sampling: Sampling | None = None
    ) -> AsyncGenerator[str]:
        """`stream` in the event loop; closing or cancelling hangs up at once.

        In a thread, as the base class does it, hanging up would wait for the next word, and the
        first one may take a minute while the server loads the model.
        """
        checked = checked_prompt(prompt)
        done = False
        with self._connection.errors():
            async with self._connection.async_client() as client:
                parts: object = await self._ask(client, checked, sampling or Sampling())
                async with aclosing(
                    cast("AsyncGenerator[GenerateResponse | ChatResponse]", parts)
                ) as answer:
                    async for part in answer:
                        if text := _text(part):
                            yield text
                        done = bool(part.done)
        if not done:
            raise self._connection.broken_off()

    def _ask(
        self,
        client: Any,  # Client and AsyncClient share no type that says this
        prompt: str | list[Message],
        sampling: Sampling,
    ) -> Any:
        """Ask a Client, or an AsyncClient, whose answer is to be awaited."""
        options = {
            "temperature": sampling.temperature,
            "num_predict": sampling.max_tokens,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            "stop": list(sampling.stop) or None,
        }
        given = {name: value for name, value in options.items() if value is not None}
        tag = self._connection.tag
        if isinstance(prompt, str):
            return client.generate(model=tag, prompt=prompt, stream=True, options=given)
        return client.chat(model=tag, messages=prompt, stream=True, options=given)


def _text(part: Any) -> str | None:  # no isinstance: the library is not imported here
    """The words of a line of /api/generate or of /api/chat."""
    message = getattr(part, "message", None)
    text: str | None = part.response if message is None else message.content
    return text

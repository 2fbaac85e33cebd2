"""Generation and embeddings through an Ollama server.

The server decides what it runs: the weights of a tag are usually quantized, so answers
and vectors are close to those of the pinned checkpoint, not equal to them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from registry.backends._context_length import check_context_length
from registry.backends._ollama_identity import check_served
from registry.backends._server_options import refuse_local_options
from registry.backends.interface import LoadOptions, ModelBackend
from registry.encoders.answer_end import AnswerEnd
from registry.encoders.generator import (
    Message,
    Prompt,
    Sampling,
    TextGenerator,
    checked_prompt,
)
from registry.encoders.serving import Serving
from registry.errors import MissingExtraError, UnsupportedError
from registry.ollama.connection import OllamaConnection
from registry.ollama.lines import Line

if TYPE_CHECKING:
    from registry.encoders.dense import DenseEncoder
    from registry.models.kinds import DenseLike, LlmLike


class OllamaBackend(ModelBackend):
    """Runs models on an Ollama server.

    Its address is `base_url`, else OLLAMA_HOST, else 127.0.0.1:11434; its key, if required,
    `api_key`, else OLLAMA_API_KEY.
    """

    name: ClassVar[str] = "ollama"

    def text_generator(self, model: LlmLike, options: LoadOptions) -> TextGenerator:
        """A generator, once the server has confirmed that it has the model."""
        refuse_local_options(self.name, model, options, "dim")
        check_context_length(model, options.context_length)
        connection = OllamaConnection(model, options)
        word = connection.check("completion")
        check_served(model, connection, word, options)
        generator = OllamaGenerator(
            model,
            connection,
            context_length=options.context_length,
            # Servers that list no capabilities refuse what they do not support.
            switch=not word.capabilities or "thinking" in word.capabilities,
        )
        by = f"{connection.tag} at {connection.address}"
        generator.serving = Serving(by=by, precision=word.precision)
        return generator

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        """An encoder, once one embedding has had the registry's width."""
        try:
            # Imports numpy, which generation does not need.
            from registry.backends._ollama_embeddings import load_encoder
        except ModuleNotFoundError as error:
            raise MissingExtraError(error.name or "numpy", "ollama") from None
        refuse_local_options(self.name, model, options, "context_length")
        return load_encoder(model, options)


class OllamaGenerator(TextGenerator):
    """Continues text through /api/generate and conversations through /api/chat.

    The server applies the model's template to both. A prompt longer than its window is refused:
    `context_length`, else the window configured in the server. Thoughts of a
    thinking model count as tokens. They are not part of the answer, unless the server leaves them
    in its text.
    """

    def __init__(
        self,
        model: LlmLike,
        connection: OllamaConnection,
        *,
        context_length: int | None = None,
        switch: bool = True,
    ) -> None:
        super().__init__(model)
        self._connection = connection
        self._context_length = context_length
        self._switch = switch

    def close(self) -> None:
        """Close the connections; the server decides when to unload the model."""
        self._connection.close()

    def conversation_tokens(self, messages: Sequence[Message]) -> int | None:
        """As the server counts them, which loads the model there."""
        request = self._request(list(messages), Sampling(temperature=0, max_tokens=1))
        with self._connection.stream(*request) as lines:
            count = [line.get("prompt_eval_count") for line in lines][-1:]
        return count[0] if count and isinstance(count[0], int) else None

    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        end, done = AnswerEnd(self, sampling), None
        with self._connection.stream(*self._request(prompt, sampling)) as lines:
            for line in lines:
                text, thoughts = _said(line)
                if thoughts:
                    end.thinks(thoughts)
                if text:
                    yield end.take(text)
                done = line if line.get("done") else None
        if done is None:
            raise self._connection.broken_off()
        end.reached(done.get("done_reason") or None)

    async def astream(
        self, prompt: Prompt, sampling: Sampling | None = None
    ) -> AsyncGenerator[str]:
        """`stream` in the event loop; closing or cancelling disconnects at once.

        In a thread, as in the base class, disconnecting would wait for the next word, and the first
        one may take a minute while the server loads the model.
        """
        sampling = sampling or Sampling()
        request = self._request(checked_prompt(prompt), sampling)
        end, done = AnswerEnd(self, sampling), None
        async with self._connection.astream(*request) as lines:
            async for line in lines:
                text, thoughts = _said(line)
                if thoughts:
                    end.thinks(thoughts)
                if text:
                    yield end.take(text)
                done = line if line.get("done") else None
        if done is None:
            raise self._connection.broken_off()
        end.reached(done.get("done_reason") or None)

    def _request(self, prompt: str | list[Message], sampling: Sampling) -> tuple[str, Line]:
        """What to request, and where."""
        options = {
            "num_ctx": self._context_length,
            "temperature": sampling.temperature,
            "num_predict": sampling.max_tokens,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
            "stop": list(sampling.stop) or None,
        }
        given = {name: value for name, value in options.items() if value is not None}
        body: Line = {"model": self._connection.tag, "stream": True, "options": given}
        if sampling.thinking is not None:
            if not self._switch:
                raise UnsupportedError(
                    f"{self.model.id}: {self._connection.tag} has no thinking mode to switch; "
                    "leave out Sampling(thinking=...)"
                )
            body["think"] = sampling.thinking
        if isinstance(prompt, str):
            # Otherwise the middle of a prompt that is too long would be lost silently.
            return "/api/generate", body | {"prompt": prompt, "truncate": False}
        return "/api/chat", body | {"messages": prompt}


def _said(line: Line) -> tuple[str, str]:
    """The words and the thoughts in a line of /api/generate or of /api/chat."""
    message: object = line.get("message")
    if isinstance(message, dict):
        holder, name = cast("Line", message), "content"
    else:
        holder, name = line, "response"
    said = [holder.get(name) or "", holder.get("thinking") or ""]
    if not all(isinstance(each, str) for each in said):
        raise TypeError("words that are not text")
    return said[0], said[1]

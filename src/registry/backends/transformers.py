"""Text generation in this process, through transformers."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Generator, Sequence
from contextlib import closing
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, ClassVar

from registry.backends._causal_lm import counted_conversation, load_causal_lm, load_tokenizer
from registry.backends._streaming import Counted, answer, decoded, guarded, until
from registry.backends.interface import LoadOptions, ModelBackend
from registry.encoders.answer_end import AnswerEnd
from registry.encoders.closing import closed
from registry.encoders.generator import Message, Sampling, TextGenerator
from registry.errors import InputError, UnsupportedError

if TYPE_CHECKING:
    from registry.models.kinds import LlmLike

# How many tokens of the prompt the first token is decoded after.
_CONTEXT = 5


class TransformersBackend(ModelBackend):
    """Runs language models in this process, from a folder in safetensors or from a .gguf file."""

    name: ClassVar[str] = "transformers"

    def text_generator(self, model: LlmLike, options: LoadOptions) -> TransformersGenerator:
        """Load a causal language model, checked against its entry in the registry.

        Raises LoadError (CheckpointError, DeviceError, LibraryDriftError, MissingExtraError) and
        UnsupportedError.
        """
        network, tokenizer = load_causal_lm(model, options)
        return TransformersGenerator(
            model, network, tokenizer, context_length=options.context_length
        )


def conversation_tokens(
    model: LlmLike, options: LoadOptions, messages: Sequence[Message]
) -> int | None:
    """How many tokens a conversation is in the checkpoint's chat template; None without one.

    Its weights are fetched and stay on disk. Raises what loading raises.
    """
    return counted_conversation(model, load_tokenizer(model, options), messages)


class TransformersGenerator(TextGenerator):
    """Continues texts and answers conversations on a network in this process.

    Prompt: a base model continues a text as it is; a model that the registry calls instruction
    tuned gets it as a user message. Messages need a chat template in the checkpoint.

    Length: prompt and answer together fit in the context of the checkpoint. A prompt that is
    longer is refused rather than cut, because cutting would silently lose the instructions at its
    beginning; an answer ends where the context does.

    Sampling: a temperature of 0 always gives the same text. With a seed, so does the same
    prompt on the same device, number format and release of torch, whatever else is running:
    each stream draws from its own generator and does not touch torch's global one. `top_p`, top_k
    and penalties default to those of the checkpoint's generation_config.json.

    Streams: the network runs only when the next piece is requested; a cancelled stream ends with
    its current step. Several streams, even in several threads, take turns.
    """

    def __init__(
        self, model: LlmLike, network: Any, tokenizer: Any, *, context_length: int | None = None
    ) -> None:
        super().__init__(model)
        self._network: Any = network  # the library's classes have no types to rely on
        self._tokenizer: Any = tokenizer
        self._turns = Lock()
        config = network.config.get_text_config()
        # Without positions and without a length in the entry (Mamba), there is no such limit.
        known = getattr(config, "max_position_embeddings", None) or model.context_length
        self._window = min(int(known or sys.maxsize), context_length or sys.maxsize)
        ends: Any = network.generation_config.eos_token_id  # a token, several or None
        ends = {*(ends if isinstance(ends, list) else [ends]), tokenizer.eos_token_id}
        self._ends: frozenset[int] = frozenset(ends - {None})
        tuned = getattr(model, "instruction_tuned", None) is True
        self._answers = tuned and bool(tokenizer.chat_template)
        if tuned and not self._answers:
            warnings.warn(
                f"{model.id} follows instructions, but this checkpoint has no chat template: "
                "texts are continued as they are",
                stacklevel=4,
            )

    def close(self) -> None:
        """Free the weights. Running streams still finish normally."""
        network, self._network, self._tokenizer = self._network, None, None
        if network is not None and network.device.type == "cuda":
            import torch

            del network
            torch.cuda.empty_cache()

    def conversation_tokens(self, messages: Sequence[Message]) -> int | None:
        """In the checkpoint's chat template; None if it has none."""
        if self._network is None:
            raise closed(self.model.id)
        return counted_conversation(self.model, self._tokenizer, messages)

    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        return self._stoppable(prompt, sampling, Event())

    def _stoppable(
        self, prompt: str | list[Message], sampling: Sampling, stopped: Event
    ) -> Generator[str]:
        if self._network is None:
            raise closed(self.model.id)
        if not isinstance(prompt, str) and not self._tokenizer.chat_template:
            raise InputError(
                f"{self.model.id}: its checkpoint has no chat template, so it takes a text to "
                "continue, not messages"
            )
        return self._pieces(self._network, self._tokenizer, prompt, sampling, stopped)

    def _pieces(
        self,
        network: Any,
        tokenizer: Any,
        prompt: str | list[Message],
        sampling: Sampling,
        stopped: Event,
    ) -> Generator[str]:
        """The stream itself: nothing happens before the first piece is requested."""
        with self._turns:  # a fast tokenizer must not be called from two threads at once
            inputs = self._tokens(tokenizer, prompt, self._switched(tokenizer, prompt, sampling))
        length = int(inputs["input_ids"].shape[1])
        if length >= self._window:
            raise InputError(
                f"{self.model.id}: the prompt has {length:,} tokens; with at least one token of "
                f"answer it must fit in {self._window:,}"
            )
        end = AnswerEnd(self, sampling)
        limit = min(sampling.max_tokens, self._window - length)
        tokens = guarded(
            answer(
                network,
                {name: tensor.to(network.device) for name, tensor in inputs.items()},
                sampling,
                max_new_tokens=limit,
                ends=self._ends,
                turns=self._turns,
                stopped=stopped,
            ),
            self.model.id,
        )

        def decode(ids: list[int]) -> str:
            text: str = tokenizer.decode(
                ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
            return text

        # A continuation keeps the space before its first word; an answer begins with a word.
        kept = 0 if self._is_chat(prompt) else min(length, _CONTEXT)
        tail: list[int] = inputs["input_ids"][0, length - kept :].tolist()
        own: list[str] = network.generation_config.stop_strings or []
        stops = [stop for stop in (*sampling.stop, *own) if stop]
        counted = Counted(tokens)
        with closing(tokens):
            for piece in until(decoded(counted, decode, tail), stops):
                yield end.take(piece)
        # A stop string leaves tokens over; an end token is not yielded.
        end.reached("length" if counted.ran_out and counted.count >= limit else "stop")

    def _is_chat(self, prompt: str | list[Message]) -> bool:
        return self._answers or not isinstance(prompt, str)

    def _switched(
        self, tokenizer: Any, prompt: str | list[Message], sampling: Sampling
    ) -> dict[str, bool]:
        """The arguments of the chat template about thinking. Raises UnsupportedError."""
        if sampling.thinking is None:
            return {}
        template: object = tokenizer.chat_template
        if not self._is_chat(prompt) or "enable_thinking" not in str(template):
            raise UnsupportedError(
                f"{self.model.id}: its chat template has no switch for thinking; leave out "
                "Sampling(thinking=...)"
            )
        return {"enable_thinking": sampling.thinking}

    def _tokens(
        self, tokenizer: Any, prompt: str | list[Message], switches: dict[str, bool]
    ) -> dict[str, Any]:
        """input_ids and attention_mask (1, tokens). Raises InputError."""
        import torch

        if self._is_chat(prompt):
            messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
            try:
                found = tokenizer.apply_chat_template(
                    messages,
                    add_generation_prompt=True,
                    return_dict=True,
                    return_tensors="pt",
                    **switches,
                )
            except Exception as error:  # templates are programs, and may raise anything
                raise InputError(
                    f"{self.model.id}: its chat template refuses these messages: {error}"
                ) from error
        else:
            found = tokenizer(prompt, return_tensors="pt", verbose=False)
        ids = found["input_ids"].long()
        if ids.shape[1] == 0:
            # What precedes a text: a special token, or the one that ends the previous text.
            begin = [tokenizer.bos_token_id, *sorted(self._ends)]
            begin = [token for token in begin if token is not None][:1]
            if not begin:
                raise InputError(f"{self.model.id}: there is nothing to continue in {prompt!r}")
            ids = torch.tensor([begin])
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}

"""From the steps of a network to pieces of text: decoding, whole characters, stop strings.

There is no thread and no queue. A stream is a Python generator that runs the network's next step
when the reader requests the next piece: it never runs ahead, an error surfaces where the piece was
requested, and closing it drops the attention cache (KV cache) at once.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from threading import Event, Lock
from typing import Any

from registry.encoders.generator import Sampling
from registry.errors import BackendError, RegistryError
from registry.libraries.transformers import generated, next_inputs, next_state

# What a tokenizer writes for bytes that are not (yet) a character.
_INCOMPLETE = "\ufffd"
# Below this, dividing by the temperature overflows; the likeliest token is all but certain.
_GREEDY = 1e-5
# One answer, step by step, whatever the checkpoint's generation_config.json prefers.
_ONE_ANSWER: dict[str, Any] = {
    "cache_implementation": None,
    "guidance_scale": None,
    "max_length": None,
    "num_beams": 1,
    "num_return_sequences": 1,
    "prompt_lookup_num_tokens": None,
    "stop_strings": None,
    "token_healing": False,
    "use_cache": True,
}


def answer(
    network: Any,  # a transformers model: its mixin for generation has no usable types
    inputs: Mapping[str, Any],  # tensors; torch is imported only where a model is loaded
    sampling: Sampling,
    *,
    max_new_tokens: int,
    ends: frozenset[int],
    turns: Lock,
    stopped: Event,
) -> Generator[int]:
    """Tokens of one answer to input_ids and attention_mask (1, tokens), until `stopped` is set.

    transformers' `generate` prepares them, with penalties and the like from the checkpoint's
    generation_config.json, and leaves the loop to `steps`.
    """
    import torch

    random = None
    settings: dict[str, Any] = {"do_sample": False}
    if sampling.temperature >= _GREEDY:
        random = torch.Generator(network.device)
        if sampling.seed is None:
            random.seed()
        else:
            random.manual_seed(sampling.seed)
        settings = {"do_sample": True, "temperature": float(sampling.temperature)}
        # transformers would fall back to a top_k of 50, which was not requested.
        settings["top_k"] = network.generation_config.top_k or 0
        if sampling.top_p is not None:
            settings["top_p"] = sampling.top_p
    yield from generated(
        network,
        steps,
        **inputs,
        **settings,
        **_ONE_ANSWER,
        max_new_tokens=max_new_tokens,
        eos_token_id=sorted(ends) or None,
        pad_token_id=min(ends, default=0),
        turns=turns,
        stopped=stopped,
        ends=ends,
        random=random,
    )


def steps(
    model: Any,
    input_ids: Any,
    logits_processor: Callable[[Any, Any], Any],
    stopping_criteria: Callable[[Any, Any], Any],
    generation_config: object,  # noqa: ARG001 - given by `generate`, which has applied it
    turns: Lock,
    stopped: Event,
    ends: frozenset[int],
    random: Any = None,
    **model_kwargs: Any,
) -> Generator[int]:
    """Tokens of one answer: the decoding loop to give to `generate(custom_generate=steps)`.

    Streams on the same network take turns, one step each: some networks modify themselves while
    they run (rotary embeddings that depend on the length). `ends` are the tokens that end an
    answer; they are not yielded. `random` is the torch.Generator to draw from; without one, the
    likeliest token is taken. Once `stopped` is set, from any thread, no step begins: a piece of
    text may take many of them.

    Raises FloatingPointError if the network's output is not a number.
    """
    import torch

    started = False
    while True:
        with torch.no_grad():
            with turns:
                if stopped.is_set():  # perhaps while it waited for its turn
                    return
                inputs = next_inputs(model, input_ids, model_kwargs, first=not started)
                outputs = model(**inputs, return_dict=True)
            model_kwargs = next_state(model, outputs, model_kwargs)
            logits = outputs.logits[:, -1].to(copy=True, dtype=torch.float32)
            # The logits of a whole prompt would otherwise live through the next step.
            del inputs, outputs
            token = _choose(logits_processor(input_ids, logits), random)
            input_ids = torch.cat([input_ids, token], dim=-1)
            done = bool(stopping_criteria(input_ids, None).all())
        started = True
        if (chosen := int(token)) in ends:
            return
        yield chosen
        if done:
            return


def _choose(scores: Any, random: Any) -> Any:
    """One token (1, 1) by its scores (1, vocabulary)."""
    import torch

    best = scores.max(dim=-1, keepdim=True)
    if not torch.isfinite(best.values).all():
        raise FloatingPointError(
            "the network produces values that are not numbers; try another dtype"
        )
    if random is None:
        return best.indices
    return torch.multinomial(scores.softmax(dim=-1), num_samples=1, generator=random)


def guarded(tokens: Generator[int], model_id: str) -> Generator[int]:
    """The same tokens; failures become a BackendError that holds no tensors."""
    try:
        while True:
            try:
                token = next(tokens)
            except StopIteration:
                return
            except RegistryError:  # which says what changed
                raise
            except Exception as error:
                # A traceback holds the frames of the failed step and so the cache, and the step may
                # have run out of memory; as text it says the same.
                error.add_note("".join(traceback.format_tb(error.__traceback__)))
                reason = str(error).strip().partition("\n")[0]
                raise BackendError(
                    f"{model_id}: the answer was cut off: {type(error).__name__}: {reason}"
                ) from error.with_traceback(None)
            yield token
    finally:
        tokens.close()


class Counted:
    """The same tokens, counting them and noting whether they ran out or were abandoned."""

    def __init__(self, tokens: Iterable[int]) -> None:
        self._tokens = tokens
        self.count = 0
        self.ran_out = False

    def __iter__(self) -> Iterator[int]:
        for token in self._tokens:
            self.count += 1
            yield token
        self.ran_out = True


def decoded(
    tokens: Iterable[int], decode: Callable[[list[int]], str], prompt: Sequence[int] = ()
) -> Generator[str]:
    """The text of tokens as they come, never with half a character.

    A token's text depends on those before it (a space is dropped from the first word), so each is
    decoded after its predecessors; `prompt` are those before the first. Bytes that have not
    become a character when the tokens end are dropped.
    """
    before, fresh = list(prompt), list[int]()
    known = decode(before)
    for token in tokens:
        fresh.append(token)
        text = decode(before + fresh)
        if len(text) <= len(known) or text.endswith(_INCOMPLETE):
            continue
        yield text[len(known) :]
        before, fresh = fresh, []
        known = decode(before)
    if rest := decode(before + fresh)[len(known) :].rstrip(_INCOMPLETE):
        yield rest


def until(pieces: Iterable[str], stops: Sequence[str]) -> Generator[str]:
    """Pieces up to the first of some stop strings, which is not yielded, even if it is split.

    >>> list(until(["one st", "op", " two"], ["stop"]))
    ['one ']
    >>> list(until(["one st", "ep", " two"], ["stop"]))
    ['one ', 'step', ' two']
    """
    held = ""
    for piece in pieces:
        held += piece
        found = [at for stop in stops if (at := held.find(stop)) >= 0]
        if found:
            if min(found):
                yield held[: min(found)]
            return
        # What may be the beginning of a stop string waits for what follows.
        sure = len(held) - max((_overlap(held, stop) for stop in stops), default=0)
        if sure:
            yield held[:sure]
            held = held[sure:]
    if held:
        yield held


def _overlap(text: str, stop: str) -> int:
    """How much of the end of a text is the beginning of a stop string.

    >>> _overlap("one st", "stop")
    2
    """
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(stop[:n])), 0)

"""Stream answers of Gemma 3 270M with `load` and with plain transformers, on the same network.

    python -m benchmarks.programs.stream FOLDER TOKENS ROUNDS

The .gguf file is written to FOLDER. The baseline is the one in the library's documentation:
`generate` in a thread, and a TextIteratorStreamer to read from. It gives the seconds from the
prompt to the first piece and to the end of the answer, wall-clock and CPU. The streamer yields a
piece with the first token, even if it holds the text back until the word is complete.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

from benchmarks.checkpoints import gemma_entry, gemma_file
from benchmarks.passages import passages
from benchmarks.programs import SIDES

_SHORT = "Once upon a time, in a village by the sea,"
_PROMPTS = (_SHORT, " ".join([*passages(4), _SHORT]))

Stream = Callable[[str], Iterator[str]]


def ours(generator: Any, tokens: int) -> Stream:
    """As users do."""
    from registry.encoders.generator import Sampling

    def stream(prompt: str) -> Iterator[str]:
        sampling = Sampling(temperature=0, max_tokens=tokens)
        with closing(generator.stream(prompt, sampling)) as pieces:
            yield from pieces

    return stream


def bare(network: Any, tokenizer: Any, tokens: int) -> Stream:
    """As in the library's documentation."""
    from transformers import TextIteratorStreamer

    def stream(prompt: str) -> Iterator[str]:
        streamer: Any = TextIteratorStreamer(tokenizer, skip_prompt=True)
        settings = {"streamer": streamer, "max_new_tokens": tokens, "do_sample": False}
        inputs = tokenizer(prompt, return_tensors="pt")
        thread = Thread(target=network.generate, kwargs={**inputs, **settings})
        thread.start()
        yield from streamer
        thread.join()

    return stream


def timed(stream: Stream, prompt: str) -> tuple[dict[str, float], str]:
    """One answer: the times of its beginning and end, and its text."""
    clock, cpu = time.perf_counter(), time.process_time()
    times: dict[str, float] = {}

    def stamp(when: str) -> None:
        times[f"{when}, clock"] = time.perf_counter() - clock
        times[f"{when}, cpu"] = time.process_time() - cpu

    pieces = stream(prompt)
    text = next(pieces)
    stamp("first")
    text += "".join(pieces)
    stamp("all")
    return times, text


def in_turn(folder: Path, tokens: int, rounds: int) -> dict[str, dict[str, list[dict[str, float]]]]:
    """Both sides in turn, on each prompt."""
    from registry import load

    generator: Any = load(gemma_entry(), local_path=gemma_file(folder), device="cpu")
    network, tokenizer = generator._network, generator._tokenizer  # loading takes most of a minute
    streams = {"registry": ours(generator, tokens), "bare": bare(network, tokenizer, tokens)}
    found: dict[str, dict[str, list[dict[str, float]]]] = {}
    for prompt in _PROMPTS:
        name = f"{len(tokenizer(prompt).input_ids)} tokens"
        texts = {timed(streams[side], prompt)[1] for side in SIDES}
        assert len(texts) == 1, texts
        found[name] = {side: [] for side in SIDES}
        for number in range(rounds):
            for side in SIDES if number % 2 == 0 else reversed(SIDES):
                found[name][side].append(timed(streams[side], prompt)[0])
    return found


if __name__ == "__main__":
    folder, tokens, rounds = sys.argv[1:]
    print(json.dumps(in_turn(Path(folder), int(tokens), int(rounds))))

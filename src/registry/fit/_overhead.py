"""Memory for running a model besides its numbers: libraries, tokenizer, memory held back."""

from __future__ import annotations

from typing import Literal

from registry.fit._activations import layer_width
from registry.fit._formats import NumberFormat
from registry.fit._network import Network

Device = Literal["cpu", "gpu"]

_MIB = 2**20
# Resident memory of a process that has imported torch 2.13, transformers 5.23 and
# sentence-transformers 6.2: 419 to 423 MiB, on Linux.
LIBRARIES = 420 * _MIB
# What they load when a model is first loaded and run: 25 to 34 MiB.
FIRST_USE = 28 * _MIB
# The process around llama.cpp b11549, measured with its server in Python: 31.2 to 31.8 MiB.
_LLAMA_CPP = 32 * _MIB
# A CUDA context with the kernels that are used: 426 MiB with PyTorch 2.10 on an RTX 6000 Ada
# (unsloth-zoo #1053), about 400 MB by pytorch #109888, and cuBLAS's workspace. Not measured here.
_CUDA = 512 * _MIB

# Bytes per vocabulary entry of a tokenizer of the library tokenizers: WordPiece 366 to 469,
# BPE 890 to 1,240 with its merges, Unigram 1,260 to 1,440.
_WORD_PIECE, _OTHER_TOKENIZERS = 450, 1200
_WORD_PIECE_NETWORKS = frozenset({"bert", "distilbert", "electra", "mpnet", "nomic_bert"})
# llama.cpp: text, score, attributes, and its place in two maps; 236 to 244 measured with 100,000
# and 262,144 entries.
_LLAMA_CPP_TOKEN = 240

# glibc returns a freed block at once only from 32 MiB on (M_MMAP_THRESHOLD in mallopt(3)).
_GIVEN_BACK = 32 * _MIB
_HIDDEN_STATES_KEPT = 8


def runtime_bytes(number_format: NumberFormat, device: Device) -> int:
    """Bytes of libraries, or of a CUDA context, before there is a model."""
    if device == "gpu":
        return _CUDA
    return _LLAMA_CPP if number_format.runtime == "llama.cpp" else LIBRARIES + FIRST_USE


def tokenizer_bytes(network: Network, number_format: NumberFormat, device: Device) -> int:
    """Bytes of the tokenizer. On a GPU none: it is in the RAM of the machine."""
    if device == "gpu":
        return 0
    if number_format.runtime == "llama.cpp":
        entry = _LLAMA_CPP_TOKEN
    else:
        word_piece = network.architecture in _WORD_PIECE_NETWORKS
        entry = _WORD_PIECE if word_piece else _OTHER_TOKENIZERS
    return entry * network.vocabulary


def held_back_bytes(
    network: Network, number_format: NumberFormat, device: Device, *, context: int, batch_size: int
) -> int:
    """Bytes that torch has freed on a CPU and the C library keeps for the next batch.

    Freed tensors below 32 MiB stay in the heap, and holes between live ones cannot be released:
    eight hidden states and one feed-forward tensor, of at most 32 MiB each. Batches of larger
    tensors leave nothing, but smaller batches of the same run do, until a layer of the larger
    outgrows it. Found with MiniLM, batches of 256 to 65,536 tokens and texts of all lengths, where
    whole estimates are within 12 %. Texts of one length leave less: just above 32 MiB the estimate
    is 21 % too high for them. With MALLOC_MMAP_THRESHOLD_ set, nothing is held back.
    """
    if device == "gpu" or number_format.runtime == "llama.cpp":
        return 0
    a_number_a_token = batch_size * context * number_format.activation_bytes
    hidden_state = a_number_a_token * network.hidden
    feed_forward = a_number_a_token * network.intermediate
    kept = _HIDDEN_STATES_KEPT * min(hidden_state, _GIVEN_BACK) + min(feed_forward, _GIVEN_BACK)
    larger_by = max(hidden_state - _GIVEN_BACK, 0)
    outgrown = layer_width(network) * larger_by // network.hidden
    return max(kept - outgrown, 0)

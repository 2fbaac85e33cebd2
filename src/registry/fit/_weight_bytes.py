"""The size of a network's weights in a number format."""

from __future__ import annotations

from collections.abc import Iterator

from registry.fit._formats import (
    BLOCK_FORMATS,
    FORMATS,
    BlockFormat,
    NumberFormat,
    Tensor,
    known_format,
    raised_layers,
)
from registry.fit._network import Network
from registry.models.kinds import Weighed

_MIB = 2**20


def stored_format(model: Weighed) -> NumberFormat | None:
    """The format that a model's weights are published in, by their size; None if unknown.

    >>> from registry import ALL_MINILM_L6_V2, QWEN3_EMBEDDING_0_6B
    >>> stored_format(ALL_MINILM_L6_V2).name, stored_format(QWEN3_EMBEDDING_0_6B).name
    ('fp32', 'bf16')
    """
    bits = _stored_bits(model)
    if bits is None:
        return None
    return FORMATS["bf16" if bits == 16 else "fp32"]


def weight_bytes(model: Weighed, network: Network, number_format: NumberFormat) -> int:
    """Bytes of the weights: measured if the catalogue knows a size, else calculated.

    Measured are the `bytes` of a variant in that format, and `memory_mb`, the size of the weights
    as stored, for what torch loads.
    """
    measured = _variant_bytes(model, number_format)
    if measured is not None:
        return measured
    if number_format.runtime == "llama.cpp":
        return round(_block_bytes(network, number_format))
    if number_format.bits >= 16:
        return round(_unpacked_bytes(model, network, number_format.bits))
    # bitsandbytes packs linear layers; the vocabulary's matrix stays in 16 bits.
    vocabulary = min(network.vocabulary * network.hidden / network.parameters, 1)
    packed = (1 - vocabulary) * number_format.bits / 16
    return round(_unpacked_bytes(model, network, 16) * (vocabulary + packed))


def _unpacked_bytes(model: Weighed, network: Network, bits: float) -> float:
    stored = _stored_bits(model)
    memory: float | None = getattr(model, "memory_mb", None)
    if stored is not None and memory is not None:
        return memory * _MIB * bits / stored
    return network.parameters * bits / 8


def _stored_bits(model: Weighed) -> int | None:
    memory: float | None = getattr(model, "memory_mb", None)
    count = model.parameter_count
    if not memory or not count:
        return None
    # Files hold a little more than the weights, or a part in another format: the nearer counts.
    return 16 if memory * _MIB / count < 3 else 32


def _variant_bytes(model: Weighed, number_format: NumberFormat) -> int | None:
    for variant in getattr(model, "variants", ()):
        if variant.bytes is not None and known_format(variant.quantization) == number_format:
            size: int = variant.bytes
            return size
    return None


def _block_bytes(network: Network, number_format: NumberFormat) -> float:
    """Bytes of all tensors as llama-quant.cpp of llama.cpp packs them."""
    base = number_format.base
    assert base is not None
    if network.guessed:
        # As if no row were a multiple of a block: on the high side, as the rest of the guess.
        table = min(network.vocabulary * network.hidden, network.parameters)
        otherwise = BLOCK_FORMATS[BLOCK_FORMATS[base].otherwise or base]
        body = (network.parameters - table) * otherwise.bits
        return (table * BLOCK_FORMATS["q8_0"].bits + body) / 8
    counted = 0
    size = 0.0
    for count, row, name in _tensors(network, number_format, base):
        counted += count
        size += count * _row_format(name, row).bits / 8
    rest = network.parameters - counted
    if rest < 0:  # it is built differently than assumed: keep the assumed average
        return size * network.parameters / counted
    # Norms, biases, and an input embedding that is not the output's.
    return size + rest * _row_format(base, network.hidden).bits / 8


def _tensors(
    network: Network, number_format: NumberFormat, base: str
) -> Iterator[tuple[int, int, str]]:
    """Number of weights, length of a row and format of each kind of tensor, all layers together."""
    hidden, layers = network.hidden, network.layers
    attention = network.heads * network.head_dim
    keys = network.kv_heads * network.head_dim
    feed_forward = hidden * network.intermediate * network.experts
    # One matrix of the vocabulary, the output's, is kept better than the rest.
    wide = hidden % BLOCK_FORMATS[base].weights == 0
    head = base if base == "q8_0" else "q6_K" if wide else "q8_0"
    yield network.vocabulary * hidden, hidden, head
    yield layers * hidden * (attention + keys), hidden, base  # queries and keys
    yield layers * feed_forward * (2 if network.is_gated else 1), hidden, base
    rest: tuple[tuple[Tensor, int, int], ...] = (
        ("attn_v", hidden * keys, hidden),
        ("attn_output", hidden * attention, attention),
        ("ffn_down", feed_forward, network.intermediate),
    )
    for tensor, count, row in rest:
        which, better = number_format.raised.get(tensor, ("all", base))
        raised = raised_layers(which, layers)
        yield raised * count, row, better
        yield (layers - raised) * count, row, base


def _row_format(name: str, row: int) -> BlockFormat:
    block = BLOCK_FORMATS[name]
    if row % block.weights == 0 or block.otherwise is None:
        return block
    return BLOCK_FORMATS[block.otherwise]

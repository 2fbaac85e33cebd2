"""Peak memory of computing a batch, in addition to the weights.

torch: every layer frees the previous one's results, so the peak is within one layer
(or after the last, where the vocabulary is scored). With b texts of s tokens, width h and
feed-forward width i, numbers of a layer that are alive together, measured with torch's profiler
on networks of transformers 5.23, to 3 %:

    b s (3 h + 2 i)     bert, distilbert, roberta, xlm-roberta, mpnet, electra, t5
    b s (4 h + 3 i)     qwen2, qwen3, mistral, llama, gemma3, nomic_bert: a gate
    b s (5 h + 4 i)     modernbert: both matrices in one
    at least 8 b s h    attention: queries, keys, values, their copies and the result
    + b a s² x n        where attention is not fused (a heads): n = 3 in mpnet, 6 in deberta-v2,
                        2 in t5; else one byte for each of b s², the mask

Rabe and Staats 2021 (arXiv 2112.05682) is why fused attention needs no s².

llama.cpp: one compute buffer, planned for a micro-batch of u tokens (512; an encoder's whole text),
with flash attention, a mask of 16 bits over the context n and, for a language model, the scores of
one token only, twice (attention a d wide, vocabulary V):

    4 u (4 h + 3 i + a d) + 2 u n + 8 V     a gate; n and the window and u more where some layers
                                            see a window
    4 u (h + 2 i) + 2 u n                   bert

Found with what b11549 printed of networks of 2 to 18 layers, widths of 384 to 1,024 and contexts of
256 to 32,768 tokens: within 15 %. Of Gemma 3 270M 21.3, 23.3, 35.3 and 51.3 MiB for contexts of
2,048, 4,096, 16,384 and 32,768 tokens.
"""

from __future__ import annotations

from registry.fit._formats import NumberFormat
from registry.fit._network import Network

_MICRO_BATCH = 512
# Numbers of scores alive for each pair of tokens and each head.
_UNFUSED = {"mpnet": 3, "deberta-v2": 6, "t5": 2}
_WITH_SCORES = 8  # widths, besides those scores; deberta-v2 holds its relative positions too
_DEBERTA = 18


def activation_bytes(
    network: Network, number_format: NumberFormat, kind: str, *, context: int, batch_size: int
) -> int:
    """Bytes that one batch of texts of `context` tokens needs while it is computed.

    >>> from registry import ALL_MINILM_L6_V2
    >>> from registry.fit._formats import number_format
    >>> from registry.fit._network import network_of
    >>> network = network_of(ALL_MINILM_L6_V2)
    >>> fp32 = number_format("fp32")
    >>> activation_bytes(network, fp32, "dense", context=256, batch_size=32) // 2**20
    136
    """
    if number_format.runtime == "llama.cpp":
        return _compute_buffer(network, kind, context)
    tokens, size = batch_size * context, number_format.activation_bytes
    largest = tokens * size * layer_width(network) + _mask(network, context, batch_size)
    largest = max(largest, _attention(network, context, batch_size, size))
    if kind == "sparse":
        # Scores of the whole vocabulary for every token, and their product with the mask; then the
        # largest per text, with its index.
        pooled = 16 * batch_size * network.vocabulary
        largest = max(largest, 2 * tokens * size * network.vocabulary + pooled)
    elif kind == "llm":
        # transformers scores only the last token, in 32 bits.
        largest += 4 * batch_size * network.vocabulary
    return largest


def layer_width(network: Network) -> int:
    """Numbers per token that a layer holds, in its feed-forward part or its attention."""
    hidden, wide = network.hidden, network.intermediate
    if network.architecture == "modernbert":
        feed_forward = 5 * hidden + 4 * wide
    elif network.is_gated:
        feed_forward = 4 * hidden + 3 * wide
    else:
        feed_forward = 3 * hidden + 2 * wide
    return max(feed_forward, 8 * hidden)


def _mask(network: Network, context: int, batch_size: int) -> int:
    # modernbert has two of them, as numbers: one for local attention.
    return batch_size * context**2 * (8 if network.architecture == "modernbert" else 1)


def _attention(network: Network, context: int, batch_size: int, size: int) -> int:
    scores = _UNFUSED.get(network.architecture or "")
    if scores is None:
        return 0
    beside = _DEBERTA if network.architecture == "deberta-v2" else _WITH_SCORES
    pairs = scores * network.heads * context
    return batch_size * context * size * (beside * network.hidden + pairs)


def _compute_buffer(network: Network, kind: str, context: int) -> int:
    generates = kind == "llm"
    tokens = min(_MICRO_BATCH, context) if generates else context
    if network.is_gated:
        wide = 4 * network.hidden + 3 * network.intermediate + network.heads * network.head_dim
    else:
        wide = network.hidden + 2 * network.intermediate
    seen = context + (min(context, network.window + _MICRO_BATCH) if network.window else 0)
    scores = 8 * network.vocabulary if generates else 0
    return tokens * (4 * wide + 2 * seen) + scores

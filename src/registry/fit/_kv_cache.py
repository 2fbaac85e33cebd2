"""What a generating model keeps for the tokens it has read: their keys and values."""

from __future__ import annotations

from registry.fit._formats import NumberFormat
from registry.fit._network import Network

# One layer in this many sees the whole context, the others a window: `layer_types` in the
# configuration classes of transformers 5.23, and the technical reports of Gemma 2 (arXiv
# 2408.00118) and Gemma 3 (arXiv 2503.19786).
_GLOBAL_EVERY = {"gemma2": 2, "gemma3": 6, "gemma3_text": 6, "gpt_oss": 2}
# llama.cpp keeps a micro-batch in addition to the window (llama-kv-cache-iswa.cpp).
_MICRO_BATCH = 512


def kv_cache_bytes(
    network: Network, number_format: NumberFormat, *, context: int, batch_size: int
) -> int:
    """2 x layers x key-value heads x head_dim x bytes x tokens, for every text of a batch.

    2 for keys and values (Pope et al. 2022, arXiv 2211.05102, section 3.3). A layer of local
    attention keeps no more tokens than its window. llama.cpp keeps 16-bit numbers, and the whole
    context of networks in which every layer is local; torch the format it computes in.

    >>> from registry import LLAMA_3_8B_INSTRUCT
    >>> from registry.fit._formats import number_format
    >>> from registry.fit._network import network_of
    >>> network = network_of(LLAMA_3_8B_INSTRUCT)
    >>> kv_cache_bytes(network, number_format("q4_0"), context=8192, batch_size=1) // 2**20
    1024
    """
    in_llama_cpp = number_format.runtime == "llama.cpp"
    size = 2 if in_llama_cpp else number_format.activation_bytes
    every = _GLOBAL_EVERY.get(network.architecture or "")
    window = network.window
    if window is None or (in_llama_cpp and every is None):
        kept = network.layers * context
    else:
        whole_layers = 0 if every is None else network.layers // every
        if in_llama_cpp:
            window += _MICRO_BATCH
        local = (network.layers - whole_layers) * min(context, window)
        kept = whole_layers * context + local
    return 2 * network.kv_heads * network.head_dim * size * kept * batch_size

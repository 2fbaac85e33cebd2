"""Number formats of weights: what torch computes in, and what llama.cpp and Ollama store.

Bits of the block formats are those of the structs in ggml-common.h of llama.cpp: q4_0 holds 32
weights in 18 bytes, q4_K 256 in 144. A quantization such as q4_K_M is a mix: most tensors in one
format, some in a better one, as src/llama-quant.cpp of llama.cpp says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from registry.errors import InputError

Runtime = Literal["torch", "llama.cpp"]
Tensor = Literal["attn_v", "attn_output", "ffn_down"]
# In which layers a better format is used: all, the first eighth, or `more_bits`.
Layers = Literal["all", "eighth", "more bits"]


@dataclass(frozen=True)
class BlockFormat:
    """Weights in blocks: how many in how many bytes, and the format for rows that do not divide."""

    weights: int
    bytes: int
    otherwise: str | None = None

    @property
    def bits(self) -> float:
        """Bits of one weight, its share of the scales included."""
        return 8 * self.bytes / self.weights


BLOCK_FORMATS: Mapping[str, BlockFormat] = MappingProxyType(
    {
        "q4_0": BlockFormat(32, 18),
        "q4_1": BlockFormat(32, 20),
        "q5_0": BlockFormat(32, 22),
        "q5_1": BlockFormat(32, 24),
        "q8_0": BlockFormat(32, 34),
        "q2_K": BlockFormat(256, 84, "q4_0"),
        "q3_K": BlockFormat(256, 110, "q4_0"),
        "q4_K": BlockFormat(256, 144, "q5_0"),
        "q5_K": BlockFormat(256, 176, "q5_1"),
        "q6_K": BlockFormat(256, 210, "q8_0"),
    }
)


@dataclass(frozen=True, eq=False)
class NumberFormat:
    """A number format by its name.

    `bits` of one weight; for a mix those of its `base`. `raised` are the tensors that a mix keeps
    in a better format.
    """

    name: str
    bits: float
    runtime: Runtime = "torch"
    base: str | None = None
    raised: Mapping[Tensor, tuple[Layers, str]] = field(
        default_factory=dict[Tensor, tuple[Layers, str]]
    )

    @property
    def activation_bytes(self) -> int:
        """Bytes of a number that torch computes with: 16 bits wherever weights are smaller."""
        return 4 if self.bits == 32 else 2


def _mix(name: str, base: str, **raised: tuple[Layers, str]) -> NumberFormat:
    tensors: dict[Tensor, tuple[Layers, str]] = {}
    for tensor in ("attn_v", "attn_output", "ffn_down"):
        if tensor in raised:
            tensors[tensor] = raised[tensor]
    return NumberFormat(name, BLOCK_FORMATS[base].bits, "llama.cpp", base, tensors)


# The most precise first; mixes by Llama-3-8B's perplexity (llama-quantize --help).
_FORMATS = (
    NumberFormat("fp32", 32),
    NumberFormat("fp16", 16),
    NumberFormat("bf16", 16),
    # LLM.int8 (Dettmers et al. 2022, arXiv 2208.07339): a byte per weight of a linear layer.
    NumberFormat("int8", 8),
    # NF4 (Dettmers et al. 2023, arXiv 2305.14314): 4 bits and a float32 scale every 64 weights.
    NumberFormat("nf4", 4.5),
    _mix("q8_0", "q8_0"),
    _mix("q6_K", "q6_K"),
    _mix("q5_K_M", "q5_K", attn_v=("more bits", "q6_K"), ffn_down=("more bits", "q6_K")),
    _mix("q5_K_S", "q5_K"),
    _mix("q5_1", "q5_1"),
    _mix("q5_0", "q5_0"),
    _mix("q4_K_M", "q4_K", attn_v=("more bits", "q6_K"), ffn_down=("more bits", "q6_K")),
    _mix("q4_K_S", "q4_K", ffn_down=("eighth", "q5_K")),
    _mix("q4_1", "q4_1"),
    _mix("q4_0", "q4_0"),
    _mix(
        "q3_K_M",
        "q3_K",
        attn_v=("all", "q4_K"),
        attn_output=("all", "q4_K"),
        ffn_down=("all", "q4_K"),
    ),
    _mix(
        "q2_K",
        "q2_K",
        attn_v=("all", "q4_K"),
        attn_output=("all", "q3_K"),
        ffn_down=("all", "q3_K"),
    ),
)
FORMATS: Mapping[str, NumberFormat] = MappingProxyType({each.name: each for each in _FORMATS})
# Other names, in `load` and elsewhere.
_ALSO = {"f32": "fp32", "float32": "fp32", "f16": "fp16", "float16": "fp16", "bfloat16": "bf16"} | {
    "8bit": "int8",
    "4bit": "nf4",
}
_FOLDED = {name.casefold(): name for name in FORMATS} | _ALSO


def known_format(text: str) -> NumberFormat | None:
    """The format of that name, in any spelling; None if it is unknown.

    >>> known_format("Q4_K_M").name, known_format("8bit").name, known_format("tq1_0")
    ('q4_K_M', 'int8', None)
    """
    name = _FOLDED.get(text.strip().replace("-", "_").casefold())
    return None if name is None else FORMATS[name]


def number_format(text: str) -> NumberFormat:
    """The format of that name. Raises InputError listing the known ones."""
    found = known_format(text)
    if found is None:
        raise InputError(f"quantization {text!r} is not one of {', '.join(FORMATS)}")
    return found


def more_bits(layer: int, layers: int) -> bool:
    """Whether the mixes _M give this layer more bits: `use_more_bits` of llama-quant.cpp."""
    eighth = layers // 8
    return layer < eighth or layer >= 7 * layers // 8 or (layer - eighth) % 3 == 2


def raised_layers(which: Layers, layers: int) -> int:
    """How many layers of a network have a tensor in the better format of a mix.

    >>> raised_layers("more bits", 32), raised_layers("eighth", 32)
    (16, 4)
    """
    if which == "all":
        return layers
    if which == "eighth":
        return layers // 8
    return sum(more_bits(layer, layers) for layer in range(layers))

"""How much memory a model needs, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from registry.errors import InputError
from registry.fit._activations import activation_bytes
from registry.fit._formats import NumberFormat
from registry.fit._kv_cache import kv_cache_bytes
from registry.fit._network import Network, kind_of, network_of
from registry.fit._overhead import Device, held_back_bytes, runtime_bytes, tokenizer_bytes
from registry.fit._usual import (
    longest_context,
    requested_format,
    usual_batch_size,
    usual_context,
    usual_format,
)
from registry.fit._weight_bytes import weight_bytes
from registry.models.given import check_model
from registry.models.kinds import Weighed

# The kinds whose memory the formulas describe: texts in, vectors, scores or text out.
_KINDS = ("dense", "colbert", "sparse", "cross-encoder", "llm")


@dataclass(frozen=True, kw_only=True)
class MemoryEstimate:
    """The memory that a model needs, in bytes, and for what.

    `weights` in the format named by `quantization`; `kv_cache` of `batch_size` texts of `context`
    tokens; `activations` while such a batch is computed; `tokenizer`; `overhead` of libraries or
    a CUDA context; `held_back` by the C library. `notes` lists what was guessed.
    """

    model_id: str
    quantization: str
    device: Device
    context: int
    batch_size: int
    weights: int
    kv_cache: int
    activations: int
    tokenizer: int
    overhead: int
    held_back: int
    notes: tuple[str, ...]

    @property
    def total(self) -> int:
        """All parts together."""
        return (
            self.weights
            + self.kv_cache
            + self.activations
            + self.tokenizer
            + self.overhead
            + self.held_back
        )


def estimate_memory(
    model: Weighed,
    *,
    quantization: str | None = None,
    context: int | None = None,
    batch_size: int | None = None,
    device: Device = "cpu",
) -> MemoryEstimate:
    """How much memory a model needs on its device: RAM on a CPU, GPU memory on a GPU.

    quantization: fp32, fp16, bf16 and, on a GPU, int8 ("8bit") and nf4 ("4bit") run in torch;
    q4_0, q4_K_M, q8_0 and the other formats of GGUF in llama.cpp and Ollama. None: as `load` runs
    the model, in 32 bits on a CPU and else as it is stored, language models always as stored.
    context: tokens of a text, with its answer; None: what the model reads, at most 512 (language
    models 4,096). batch_size: texts at a time; None: as `load` chooses, 1 for language models.

    It describes what one process needs after loading; the modules of the parts have the formulas,
    with their sources. Transformers 5.23 unpacks a .gguf file: that is fp32 here, and needs a
    second copy of the weights while loading.

    Raises InputError if too little is known about a model, if it reads no texts, and
    for invalid arguments.

    >>> from registry import LLAMA_3_8B_INSTRUCT
    >>> need = estimate_memory(LLAMA_3_8B_INSTRUCT, quantization="q4_K_M", context=8192)
    >>> [part // 2**20 for part in (need.weights, need.kv_cache, need.activations)]
    [4684, 1024, 132]
    """
    check_model(model, "estimate_memory")
    if device not in get_args(Device):
        known = " and ".join(get_args(Device))
        raise InputError(f"memory is estimated for {known}, not for {device!r}")
    kind = kind_of(model)
    if kind not in _KINDS:
        raise InputError(
            f"{model.id}: memory is estimated for text models ({', '.join(_KINDS)}), "
            f"not for {kind or 'what has no kind'}"
        )
    network = network_of(model)
    notes: list[str] = []
    if network.guessed:
        names = ", ".join(network.guessed)
        notes.append(f"{names} estimated from the parameter count, on the high side")
    if quantization is None:
        chosen, assumed = usual_format(model, device)
        notes += [assumed] if assumed else []
    else:
        chosen = requested_format(quantization, device)
    tokens = usual_context(model) if context is None else _checked_context(model, context)
    texts = usual_batch_size(model, device) if batch_size is None else batch_size
    if texts < 1:
        raise InputError(f"batch_size should be at least 1, not {texts}")
    if "image" in getattr(model, "modalities", ()):
        notes.append("for texts; images need more")
    return MemoryEstimate(
        model_id=model.id,
        quantization=chosen.name,
        device=device,
        context=tokens,
        batch_size=texts,
        weights=weight_bytes(model, network, chosen),
        kv_cache=_kv_cache(kind, network, chosen, tokens, texts),
        activations=activation_bytes(network, chosen, kind, context=tokens, batch_size=texts),
        tokenizer=tokenizer_bytes(network, chosen, device),
        overhead=runtime_bytes(chosen, device),
        held_back=held_back_bytes(network, chosen, device, context=tokens, batch_size=texts),
        notes=tuple(notes),
    )


def _checked_context(model: Weighed, wanted: int) -> int:
    if wanted < 1:
        raise InputError(f"context should be at least 1 token, not {wanted}")
    longest = longest_context(model)
    if longest is not None and wanted > longest:
        raise InputError(f"{model.id}: it reads at most {longest:,} tokens, not {wanted:,}")
    return wanted


def _kv_cache(kind: str, network: Network, chosen: NumberFormat, tokens: int, texts: int) -> int:
    if kind != "llm":
        return 0  # an encoder reads a text once; sentence-transformers switches the cache off
    return kv_cache_bytes(network, chosen, context=tokens, batch_size=texts)

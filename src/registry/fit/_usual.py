"""Format, context and batch: what may be requested, and the defaults."""

from __future__ import annotations

from registry.errors import InputError
from registry.fit._formats import FORMATS, NumberFormat, number_format
from registry.fit._network import kind_of, whole
from registry.fit._overhead import Device
from registry.fit._weight_bytes import stored_format
from registry.models.kinds import Weighed

# What most encoders read, and the context that llama.cpp and Ollama set up for a model.
_ENCODER_CONTEXT, _LLM_CONTEXT = 512, 4096
_BATCH: dict[Device, int] = {"cpu": 32, "gpu": 128}


def requested_format(name: str, device: Device) -> NumberFormat:
    """The format of that name. Raises InputError for one that is unknown or does not run there."""
    found = number_format(name)
    if device == "cpu" and found.name in ("int8", "nf4"):  # bitsandbytes
        raise InputError(f"quantization {found.name} needs a GPU with CUDA")
    return found


def usual_format(model: Weighed, device: Device) -> tuple[NumberFormat, str | None]:
    """32 bits for encoders on a CPU, else as it is stored; and what had to be assumed."""
    generates, stored = kind_of(model) == "llm", stored_format(model)
    if device == "cpu" and not generates:
        return FORMATS["fp32"], None
    if stored is None:
        assumed = FORMATS["bf16" if generates else "fp32"]
        return assumed, f"stored format unknown, taken as {assumed.name}"
    return stored, None


def usual_context(model: Weighed) -> int:
    """Tokens: what the published pipeline reads, at most 512, or 4,096 for a language model."""
    if kind_of(model) == "llm":
        return min(longest_context(model) or _LLM_CONTEXT, _LLM_CONTEXT)
    cut = whole(model, "max_sequence_length") or whole(model, "document_length")
    return min(
        cut or _ENCODER_CONTEXT, longest_context(model) or _ENCODER_CONTEXT, _ENCODER_CONTEXT
    )


def longest_context(model: Weighed) -> int | None:
    """The most tokens a model reads, with documented rope scaling; None if unknown."""
    return whole(model, "extended_context_length") or whole(model, "context_length")


def usual_batch_size(model: Weighed, device: Device) -> int:
    """Texts at a time: the registry's advice, else what suits the device; 1 for language models."""
    return 1 if kind_of(model) == "llm" else whole(model, "batch_size") or _BATCH[device]

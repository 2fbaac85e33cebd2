"""Where and how a network runs: device, number format, quantization, attention."""

from __future__ import annotations

import importlib.util
import warnings
from typing import TYPE_CHECKING, Any

from registry.errors import DeviceError, LoadError

if TYPE_CHECKING:
    import torch
    from transformers import BitsAndBytesConfig

    from registry.backends.interface import LoadOptions

_ATTENTIONS = ("flash", "sdpa", "eager")
_DTYPES = ("auto", "float32", "float16", "bfloat16")


def choose_device(wanted: str) -> str:
    """An available device: "auto" takes CUDA, then MPS, then the CPU.

    Raises DeviceError if the requested one is absent.
    """
    import torch

    has_mps = torch.backends.mps.is_available()
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "mps" if has_mps else "cpu"
    kind, _, number = wanted.partition(":")
    if kind == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if count == 0:
            raise DeviceError(
                f"device {wanted!r}: this machine, or this build of torch, has no CUDA; "
                'use device="auto"'
            )
        if number and not (number.isdigit() and int(number) < count):
            raise DeviceError(f"device {wanted!r}: there are {count} CUDA devices, from cuda:0")
    elif kind == "mps":
        if not has_mps:
            raise DeviceError(f'device {wanted!r}: no Apple GPU here; use device="auto"')
    elif wanted != "cpu":
        raise DeviceError(f"device {wanted!r} is not one of auto, cpu, cuda, cuda:N, mps")
    return wanted


# For `from_pretrained`: texts, switches, objects of torch and transformers.
Arguments = dict[str, Any]


def model_arguments(options: LoadOptions, device: str, *, default_dtype: str) -> Arguments:
    """Keyword arguments of transformers' `from_pretrained` for these options."""
    arguments: Arguments = {"dtype": _dtype(options.dtype or default_dtype)}
    if not options.allow_pickle:
        arguments["use_safetensors"] = True
    if options.attention is not None:
        arguments["attn_implementation"] = _attention(options.attention, device)
    if options.quantization is not None:
        arguments["quantization_config"] = _quantization(options.quantization, device)
    return arguments


def _dtype(name: str) -> torch.dtype | str:
    import torch

    if name not in _DTYPES:
        raise LoadError(f"dtype {name!r} is not one of {', '.join(_DTYPES)}")
    if name == "auto":
        return name
    dtype: torch.dtype = getattr(torch, name)
    return dtype


def _attention(wanted: str, device: str) -> str:
    if wanted not in _ATTENTIONS:
        raise LoadError(f"attention {wanted!r} is not one of {', '.join(_ATTENTIONS)}")
    if wanted != "flash":
        return wanted
    if device.startswith("cuda") and importlib.util.find_spec("flash_attn") is not None:
        return "flash_attention_2"
    warnings.warn(
        "flash attention needs CUDA and the package flash-attn; using torch's own (sdpa)",
        stacklevel=4,
    )
    return "sdpa"


def _quantization(wanted: str, device: str) -> BitsAndBytesConfig:
    if wanted not in ("4bit", "8bit"):
        raise LoadError(f'quantization {wanted!r} is not one of "4bit", "8bit"')
    if not device.startswith("cuda"):  # first: a package would not help
        raise DeviceError(f"quantization {wanted!r} needs CUDA; this would run on {device}")
    if importlib.util.find_spec("bitsandbytes") is None:
        raise LoadError(
            f"quantization {wanted!r} needs the package bitsandbytes: pip install bitsandbytes"
        )
    from transformers import BitsAndBytesConfig

    untyped: Any = BitsAndBytesConfig  # its arguments are typed in part
    config: BitsAndBytesConfig = untyped(
        load_in_4bit=wanted == "4bit", load_in_8bit=wanted == "8bit"
    )
    return config

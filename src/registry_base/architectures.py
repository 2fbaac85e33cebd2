"""What transformers says about the architectures that it knows, by `model_type` of config.json.

What each calls its sizes, which sizes it has where a part of a configuration leaves them out, what
it reads, and which of them number positions from after the padding. architectures.json holds it,
with the version it was read from; tests/transformers_architectures.py writes that file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("architectures.json")
# What code outside transformers calls its positions: BLOOM, ChatGLM, Qwen, InternLM, ...
_POSITIONS_ELSEWHERE = (
    "seq_length",
    "n_ctx",
    "max_sequence_length",
    "max_seq_length",
    "max_context_length",
)
# What configurations from before transformers renamed a size still call it; it reads that first.
_OLDER = {("bloom", "hidden_size"): ("n_embed",), ("falcon", "hidden_size"): ("n_embed",)}
# Names that single architectures use for a size, and others for something else.
_NO_NAMES = {
    "hidden_size": ("hidden_dim", "mask_feature_size", "text_hidden_size"),
    "head_dim": ("qk_rope_head_dim",),
    "num_key_value_heads": (
        "num_attention_heads",
        "encoder_attention_heads",
        "decoder_num_key_value_heads",
    ),
    "intermediate_size": ("moe_intermediate_size",),
}


def version() -> str:
    """The version of transformers that the data is from."""
    return str(_read()["transformers"])


def key_of(architecture: str | None, size: str) -> str:
    """What config.json of an architecture calls a size.

    >>> key_of("gpt2", "hidden_size"), key_of("bert", "hidden_size")
    ('n_embd', 'hidden_size')
    """
    for key, architectures in _read()["names"].get(size, {}).items():
        if architecture in architectures:
            return str(key)
    return size


def keys_of(architecture: str | None, size: str) -> tuple[str, ...]:
    """All that config.json of an architecture may call a size, the one that counts first.

    >>> keys_of("bloom", "hidden_size")
    ('n_embed', 'hidden_size')
    """
    older = _OLDER.get((architecture or "", size), ())
    return tuple(dict.fromkeys((*older, key_of(architecture, size), size)))


def keys_elsewhere(size: str) -> tuple[str, ...]:
    """What architectures call a size, the usual names first: for one unknown here.

    >>> keys_elsewhere("head_dim")[:2]
    ('head_dim', 'd_kv')
    """
    found = (key for key in _read()["names"].get(size, {}) if key not in _NO_NAMES.get(size, ()))
    more = _POSITIONS_ELSEWHERE if size == "max_position_embeddings" else ()
    return (size, *found, *more)


def section_type(architecture: str | None, section: str) -> str | None:
    """The architecture of the language model in a part of a configuration.

    >>> section_type("gemma3", "text_config")
    'gemma3_text'
    """
    found: str | None = _read()["sections"].get(architecture, {}).get(section)
    return found


def default_size(architecture: str | None, size: str) -> int | None:
    """The size that transformers assumes if a part of a configuration leaves it out.

    >>> default_size("gemma3_text", "max_position_embeddings")
    131072
    """
    found: int | None = _read()["defaults"].get(architecture, {}).get(size)
    return found


def has_own_head_width(architecture: str | None) -> bool:
    """Whether the width of a head is a number of its own, not the width divided by the heads.

    >>> has_own_head_width("t5"), has_own_head_width("qwen2")
    (True, False)
    """
    return architecture in _read()["own_head_width"]


def has_windows_off(architecture: str | None) -> bool:
    """Whether `sliding_window` counts only if `use_sliding_window`, off by default, is true.

    >>> has_windows_off("qwen3"), has_windows_off("mistral")
    (True, False)
    """
    return architecture in _read()["windows_off"]


def modalities(architecture: str | None) -> tuple[str, ...]:
    """What an architecture reads; empty if that is not known for certain.

    >>> modalities("bert"), modalities("vit"), modalities("qwen2_vl")
    (('text',), ('image',), ('text', 'image', 'video'))
    """
    for kinds, architectures in _read()["modalities"].items():
        if architecture in architectures:
            return tuple(kinds.split())
    return ()


def usual_padding(architecture: str | None) -> int | None:
    """The usual `pad_token_id` of an architecture whose positions begin after it.

    The first `pad_token_id` + 1 rows of such a position table are never used for input.

    >>> usual_padding("xlm-roberta"), usual_padding("bert")
    (1, None)
    """
    found: int | None = _read()["reserving"].get(architecture)
    return found


@cache
def _read() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(_FILE.read_text("utf-8"))
    return data

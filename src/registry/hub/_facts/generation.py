"""Language models: attention heads, feed-forward width, experts, local attention."""

from __future__ import annotations

from registry.hub._fact import Fact, Findings, computed, inferred
from registry.hub._facts.architecture import language_part, language_type, network_size
from registry.hub._facts.modules import network_config
from registry.hub._facts.reading import JsonFile, Reader
from registry_base import architectures

_EXPERTS = {
    "specs.num_experts": (
        "num_experts",
        "num_local_experts",
        "n_routed_experts",
        "moe_num_experts",
    ),
    "specs.num_experts_per_token": (
        "num_experts_per_tok",
        "top_k_experts",
        "moe_top_k",
        "moe_topk",
        "moe_k",
    ),
}
# Multi-head latent attention keeps one compressed vector for all heads; their width is useless.
_LATENT = ("kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim")


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    if kind != "llm":
        return
    config = network_config(reader)
    network = language_part(config)
    found.put("specs.num_key_value_heads", _kv_heads(config, network))
    found.put("specs.intermediate_size", network_size(config, "intermediate_size"))
    for path, keys in _EXPERTS.items():  # DBRX has them in a part of its own
        found.put(path, network.whole(*keys) or network.within("ffn_config").whole(*keys))
    if found.value("specs.num_experts") == 1:  # some write 1 for a network without experts
        found.facts.pop("specs.num_experts")
        found.facts.pop("specs.num_experts_per_token", None)
    if "specs.num_experts" in found.facts:
        found.put("specs.active_parameter_count", None, "no file of the repository states it")
    if not any(network.whole(key) for key in _LATENT):
        head_dim = network_size(config, "head_dim") or _divided(config, network, found)
        found.put("specs.head_dim", head_dim)
    if _has_windows(config, network):
        found.put("specs.sliding_window", network.whole("sliding_window"))
    found.put(
        "capabilities.instruction_tuned",
        None,
        "a chat template proves nothing: base models have one too",
    )


def _has_windows(config: JsonFile, network: JsonFile) -> bool:
    """Whether a layer has local attention if a width is given for it."""
    layers = network.texts("layer_types")
    if layers and not any("sliding" in each for each in layers):
        return False
    flag = network.data.get("use_sliding_window")
    off = architectures.has_windows_off(language_type(config))
    return flag is True if off else flag is not False


def _kv_heads(config: JsonFile, network: JsonFile) -> Fact | None:
    """The number of key-value heads: one if all queries share it."""
    grouped = network.whole("multi_query_group_num") or (
        network.whole("num_kv_heads")
        if network.data.get("new_decoder_architecture") is True
        else None
    )
    inner = network.within("attn_config")  # MPT and DBRX
    if grouped is not None:
        return grouped
    if network.data.get("multi_query") is True:
        return computed(1, network.origin("multi_query"))
    if inner.data.get("attn_type") == "multiquery_attention":
        return computed(1, inner.origin("attn_type"))
    return inner.whole("kv_n_heads") or network_size(config, "num_key_value_heads")


def _divided(config: JsonFile, network: JsonFile, found: Findings) -> Fact | None:
    """The width divided by the heads, if nothing in the configuration contradicts that."""
    width, heads = found.value("specs.hidden_dim"), found.value("specs.num_attention_heads")
    if width is None or heads is None or width % heads:
        return None
    architecture = language_type(config)
    if architectures.has_own_head_width(architecture):
        return None  # config.json leaves out a width that is not a quotient
    quotient = width // heads
    rotary = network.whole("rotary_dim", "rotary_ndims")
    if rotary is not None and rotary.value > quotient:
        return None
    return inferred(quotient, network.origin("hidden_size / num_attention_heads"))

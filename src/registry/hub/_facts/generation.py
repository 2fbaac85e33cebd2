"""Language models: attention heads, feed-forward width, experts, local attention."""

from __future__ import annotations

from registry.hub._fact import Fact, Findings
from registry.hub._facts.architecture import language_part
from registry.hub._facts.modules import network_config
from registry.hub._facts.reading import JsonFile, Reader

_SIZES = {
    "specs.num_key_value_heads": ("num_key_value_heads", "num_kv_heads"),
    "specs.intermediate_size": ("intermediate_size", "ffn_dim", "n_inner", "d_ff"),
    "specs.num_experts": ("num_experts", "num_local_experts", "n_routed_experts"),
    "specs.num_experts_per_token": ("num_experts_per_tok", "top_k_experts", "moe_top_k"),
}


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    if kind != "llm":
        return
    network = language_part(network_config(reader))
    for path, keys in _SIZES.items():
        found.put(path, network.whole(*keys))
    if found.value("specs.num_experts") == 1:  # some write 1 for a network without experts
        found.facts.pop("specs.num_experts")
        found.facts.pop("specs.num_experts_per_token", None)
    if "specs.num_experts" in found.facts:
        found.put("specs.active_parameter_count", None, "no file of the repository says it")
    found.put("specs.head_dim", network.whole("head_dim") or _head_dim(network, found))
    if network.data.get("use_sliding_window") is not False:
        found.put("specs.sliding_window", network.whole("sliding_window"))
    found.put(
        "capabilities.instruction_tuned",
        None,
        "a chat template proves nothing: base models have one too",
    )


def _head_dim(network: JsonFile, found: Findings) -> Fact | None:
    """As transformers has it where config.json does not say: width over heads."""
    width, heads = found.value("specs.hidden_dim"), found.value("specs.num_attention_heads")
    if width is None or heads is None or width % heads:
        return None
    return Fact(width // heads, network.origin("hidden_size / num_attention_heads"))

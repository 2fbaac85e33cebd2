"""Models that forecast: how much they read, how much they predict, which quantiles."""

from __future__ import annotations

from registry.hub._fact import Fact, Findings
from registry.hub._facts.modules import network_config
from registry.hub._facts.reading import JsonFile, Reader
from registry_base.json_shapes import is_list

_SIZES = {
    "specs.context_length": ("context_length",),
    "specs.prediction_length": ("prediction_length", "horizon_length"),
    "specs.patch_size": ("input_patch_size", "patch_length", "patch_size"),
    "specs.output_patch_size": ("output_patch_size",),
}


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    if kind != "timeseries":
        return
    config = network_config(reader)
    chronos = config.within("chronos_config")
    for path, keys in _SIZES.items():
        inner = chronos.whole(*keys) if chronos.data else None
        found.put(path, inner or config.whole(*keys))
    # Positions of the backbone hold patches; the context is in time points.
    found.facts.pop("specs.max_position_embeddings", None)
    found.put("specs.quantiles", _quantiles(chronos) or _quantiles(config))


def _quantiles(config: JsonFile) -> Fact | None:
    listed = config.data.get("quantiles")
    if not is_list(listed) or not listed or len(listed) != len(set(map(str, listed))):
        return None
    if not all(isinstance(value, float) and 0 < value < 1 for value in listed):
        return None
    return Fact(sorted(listed), config.origin("quantiles"))

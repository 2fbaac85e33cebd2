"""Models that read images: side of the image, side of a patch; and what every model reads."""

from __future__ import annotations

from registry.hub._fact import Fact, Findings
from registry.hub._facts.architecture import reads_images
from registry.hub._facts.modules import network_config
from registry.hub._facts.reading import Reader


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    config = network_config(reader)
    if kind == "timeseries":
        found.put("capabilities.modalities", Fact(["timeseries"], "type: forecasts"))
    elif reads_images(config):
        origin = config.origin("vision_config")
        found.put("capabilities.modalities", Fact(["text", "image"], origin))
    elif kind is not None and config.data:
        origin = f"{config.name}: no vision_config"
        found.put("capabilities.modalities", Fact(["text"], origin))
    if kind in ("vision-language", "dense"):
        outer = config.within("vlm_config")
        vision = (outer if outer.data else config).within("vision_config")
        if vision.name != config.name:
            found.put("specs.image_size", vision.whole("image_size"))
            found.put("specs.patch_size", vision.whole("patch_size"))

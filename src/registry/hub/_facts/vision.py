"""Models that read images: side of the image, side of a patch."""

from __future__ import annotations

from registry.hub._fact import Findings
from registry.hub._facts.modules import network_config
from registry.hub._facts.reading import Reader
from registry_base import architectures

_SIZES = {"specs.image_size": "image_size", "specs.patch_size": "patch_size"}


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    if kind not in ("vision-language", "dense"):
        return
    config = network_config(reader)
    outer = config.within("vlm_config")
    whole = outer if outer.data else config
    vision, stated = whole.within("vision_config"), config.text("model_type")
    if vision.name == whole.name:  # no part of it: the network itself may read images
        if stated is None or "image" not in architectures.modalities(stated.value):
            return
        vision = whole
    for path, key in _SIZES.items():
        found.put(path, vision.whole(key))

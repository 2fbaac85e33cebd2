"""What the build of this project does beyond hatchling's own: two hooks, found by their names.

Factories, because hatchling refuses a module with two classes of hooks.
"""

import re
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# [text](target) and ![text](target), where the target is a path in this repository.
_RELATIVE_LINK = re.compile(r"(!?)(\[[^\]]*\]\()(?![a-z]+:|#)([^)]+\))")


def get_build_hook() -> type[BuildHookInterface]:
    """The plugin that other projects name `model-registry`.

    It lies in this very repository, so it is put on the path instead of being required.
    """
    sys.path[:0] = [str(Path(__file__).parent / name) for name in ("src", "codegen")]
    from registry_codegen.plugin import ModelRegistryHook

    return ModelRegistryHook


def get_metadata_hook() -> type[MetadataHookInterface]:
    """The hook that takes README.md into the package's metadata."""
    return ReadmeHook


class ReadmeHook(MetadataHookInterface):
    """README.md with links to the files of this version, for readers outside of a checkout."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the field `readme`."""
        text = Path(self.root, "README.md").read_text("utf-8")
        source, tag = metadata["urls"]["Source"], f"v{metadata['version']}"

        def absolute(link: re.Match[str]) -> str:
            image, label, target = link.groups()
            return f"{image}{label}{source}/{'raw' if image else 'blob'}/{tag}/{target}"

        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": _RELATIVE_LINK.sub(absolute, text),
        }

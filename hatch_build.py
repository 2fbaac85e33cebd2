"""Our own use of the plugin that other projects name `model-registry`.

The generator lies in this very repository, so it is put on the path instead of being a
build requirement. A factory, because hatchling refuses a module with two hook classes.
"""

import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def get_build_hook() -> type[BuildHookInterface]:
    sys.path[:0] = [str(Path(__file__).parent / name) for name in ("src", "codegen")]
    from registry_codegen.plugin import ModelRegistryHook

    return ModelRegistryHook

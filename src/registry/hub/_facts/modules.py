"""modules.json: the sequence of modules in sentence-transformers.

If the network is in the folder of one of them, so are its configuration and tokenizer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from registry.hub._facts.reading import JsonFile, Reader
from registry.hub._json_values import line
from registry_base.json_shapes import is_list, is_object

MODULES = "modules.json"
CONFIG = "config.json"
TOKENIZER_CONFIG = "tokenizer_config.json"

# What sends queries and documents different ways, and where it says which: Asym is the older one.
_ROUTERS = {"Router": "router_config.json", "Asym": CONFIG}


@dataclass(frozen=True)
class Module:
    """One module: its class without the package, the package, and its folder ("" is the root)."""

    name: str
    package: str
    folder: str

    def file(self, name: str) -> str:
        """The path of a file of this module."""
        return f"{self.folder}/{name}" if self.folder else name


def modules(reader: Reader) -> tuple[Module, ...]:
    """The modules in their order, those of a Router in its place; none without modules.json."""
    return tuple(_listed(reader))


def module_folders(reader: Reader) -> frozenset[str] | None:
    """The folders of the modules, "" for the root; None without a modules.json."""
    listed = modules(reader)
    return frozenset(module.folder for module in listed) if listed else None


def pools(reader: Reader) -> bool:
    """Whether the pipeline makes one vector of all tokens."""
    return any(module.name == "Pooling" for module in modules(reader))


def module_config(reader: Reader, module: Module) -> JsonFile:
    """The configuration of a module."""
    return reader.json(module.file(CONFIG))


def network_file(reader: Reader, name: str) -> str:
    """The path of a file of the network: in the root, else in the folder of its module."""
    if reader.has(CONFIG):
        return name
    inside = (module for module in modules(reader) if module.folder)
    holds = (each for each in inside if module_config(reader, each).text("model_type"))
    module = next(holds, None)
    return name if module is None else module.file(name)


def network_config(reader: Reader) -> JsonFile:
    """The configuration of the network; an empty one if there is none."""
    return reader.json(network_file(reader, CONFIG))


def _listed(reader: Reader) -> Iterator[Module]:
    data = reader.data(MODULES)
    for entry in filter(is_object, data if is_list(data) else ()):
        module = _module(entry.get("type"), line(entry.get("path")) or "")
        if module is not None:
            yield from _routed(reader, module) if module.name in _ROUTERS else (module,)


def _routed(reader: Reader, router: Module) -> Iterator[Module]:
    """The modules of all routes: queries and documents go different ways."""
    types = reader.json(router.file(_ROUTERS[router.name])).within("types")
    for folder, reference in types.data.items():
        if (module := _module(reference, f"{router.folder}/{folder}")) is not None:
            yield module


def _module(reference: object, path: str) -> Module | None:
    text = line(reference)
    if text is None:
        return None
    names = text.split(".")
    # Some write "." for the root.
    folder = "/".join(part for part in PurePosixPath(path).parts if part != "/")
    return Module(names[-1], names[0], folder)

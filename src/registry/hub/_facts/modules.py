"""modules.json: the sequence of modules in sentence-transformers.

If the network is in the folder of one of them, so are its configuration and tokenizer, and what
lies in the root is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from registry.files.needed_files import has_weights
from registry.hub._facts.reading import JsonFile, Reader
from registry.hub._json_values import line
from registry_base.json_shapes import is_list, is_object

MODULES = "modules.json"
CONFIG = "config.json"
TOKENIZER_CONFIG = "tokenizer_config.json"

# What sends queries and documents different ways, and where it says which: Asym is the older one.
_ROUTERS = ("Router", "Asym")
_ROUTER_CONFIGS = ("router_config.json", CONFIG)

_STATIC = ("StaticEmbedding", "SparseStaticEmbedding")


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
    return tuple(module for each in _listed(reader) for module in _routed(reader, each))


def routes(reader: Reader) -> tuple[str, ...]:
    """The names of the routes that inputs can take through Routers; none without one."""
    routers = (module for module in _listed(reader) if module.name in _ROUTERS)
    structures = (_router_config(reader, each).within("structure") for each in routers)
    return tuple(dict.fromkeys(filter(line, (name for each in structures for name in each.data))))


def module_folders(reader: Reader) -> tuple[str, ...] | None:
    """The folders of the modules, "" for the root; None without a modules.json.

    The root comes first. It is one of them, unless all modules lie elsewhere and hold weights.
    """
    folders = dict.fromkeys(module.folder for module in modules(reader.along(None)))
    if not folders:
        return None
    elsewhere = "" not in folders and any(_has_weights(reader, folder) for folder in folders)
    return tuple(folders) if elsewhere else tuple(dict.fromkeys(["", *folders]))


def pools(reader: Reader) -> bool:
    """Whether the pipeline makes one vector of all tokens."""
    return any(module.name == "Pooling" for module in modules(reader))


def looks_up_vectors(reader: Reader) -> bool:
    """Whether the pipeline has vectors of tokens instead of a network: it has no positions."""
    path = network_file(reader, CONFIG)
    said = reader.json(path).text("model_type")
    return (said is not None and said.value == "model2vec") or any(
        module.name in _STATIC and module.file(CONFIG) == path for module in modules(reader)
    )


def module_config(reader: Reader, module: Module) -> JsonFile:
    """The configuration of a module."""
    return reader.json(module.file(CONFIG))


def network_file(reader: Reader, name: str) -> str:
    """The path of a file of the network: in the folder of its module, or in the root."""
    folders = dict.fromkeys(module.folder for module in modules(reader))
    if "" in folders and reader.has(CONFIG):
        return name
    described = (each for each in folders if each and _describes_network(reader, each))
    weights = (each for each in folders if "" not in folders and _has_weights(reader, each))
    folder = next(described, None) or next(weights, "")
    return f"{folder}/{name}" if folder else name


def network_config(reader: Reader) -> JsonFile:
    """The configuration of the network; an empty one if there is none."""
    return reader.json(network_file(reader, CONFIG))


def _describes_network(reader: Reader, folder: str) -> bool:
    return reader.json(f"{folder}/{CONFIG}").text("model_type") is not None


def _has_weights(reader: Reader, folder: str) -> bool:
    return has_weights(p for p in reader.source.files if p.rpartition("/")[0] == folder)


def _listed(reader: Reader) -> Iterator[Module]:
    data = reader.data(MODULES)
    for entry in filter(is_object, data if is_list(data) else ()):
        module = _module(entry.get("type"), line(entry.get("path")) or "")
        if module is not None:
            yield module


def _routed(reader: Reader, router: Module) -> Iterator[Module]:
    """The modules of the reader's route, or of all; a module that is no Router alone."""
    if router.name not in _ROUTERS:
        yield router
        return
    config = _router_config(reader, router)
    types = config.within("types").data
    listed = config.within("structure").data.get(reader.route or "")
    for folder in types if reader.route is None or not is_list(listed) else listed:
        reference = types.get(folder) if isinstance(folder, str) else None
        if (module := _module(reference, f"{router.folder}/{folder}")) is not None:
            yield module


def _router_config(reader: Reader, router: Module) -> JsonFile:
    paths = (router.file(name) for name in _ROUTER_CONFIGS)
    return reader.json(next(filter(reader.has, paths), router.file(CONFIG)))


def _module(reference: object, path: str) -> Module | None:
    text = line(reference)
    if text is None:
        return None
    names = text.split(".")
    # Some write "." for the root.
    folder = "/".join(part for part in PurePosixPath(path).parts if part != "/")
    return Module(names[-1], names[0], folder)

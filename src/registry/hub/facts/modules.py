"""modules.json: the modules that sentence-transformers puts behind one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.hub.facts.reading import JsonFile, Reader
from registry.hub.json_values import line
from registry.json_shapes import is_list, is_object

MODULES = "modules.json"


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
    """The modules in their order; none if there is no modules.json, or nothing in it."""
    return tuple(_listed(reader.data(MODULES)))


def pools(reader: Reader) -> bool:
    """Whether the pipeline makes one vector of all tokens."""
    return any(module.name == "Pooling" for module in modules(reader))


def module_config(reader: Reader, module: Module) -> JsonFile:
    """The configuration of a module that is not the backbone."""
    return reader.json(module.file("config.json"))


def _listed(data: object) -> Iterator[Module]:
    for entry in filter(is_object, data if is_list(data) else ()):
        if (reference := line(entry.get("type"))) is not None:
            names = reference.split(".")
            yield Module(names[-1], names[0], (line(entry.get("path")) or "").strip("/"))

"""All seams by name: `transformers.LOADING` and so on."""

import pkgutil
from importlib import import_module

import registry.libraries
from registry.libraries.seams import Seam

SEAMS: dict[str, Seam] = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(registry.libraries.__path__)
    for name, value in vars(import_module(f"registry.libraries.{module.name}")).items()
    if isinstance(value, Seam)
}

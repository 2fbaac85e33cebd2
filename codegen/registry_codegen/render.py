"""Fill the templates with the intermediate model: a package of small modules, and its facade.

Each template begins with the docstring of the module; what follows it is the same in all of them,
and is added here.
"""

import hashlib
import inspect
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry_base.spellings import ids_named, spellings
from registry_codegen import blocks
from registry_codegen.ir import Module
from registry_codegen.literals import docstring, literal, string
from registry_codegen.public import names_by_module
from registry_codegen.schema import roles

# Modules that every catalogue has, the one that checks the others first.
_FIXED = (
    *("__init__", "base", "model_type", "words", "ids", "aliases", "errors", "keys"),
    *("lookup", "queries", "catalogue", "selected", "in_pydantic"),
)
_ROLES, _FACE, _STUB = "roles", "face", "stub"


def render(module: Module, face: str = "_generated", *, in_package: bool = True) -> dict[str, str]:
    """The generated files by file name, formatted as black would.

    `face` is what people import from, without `.py`. It comes last, to be written when the package
    next to it is complete.
    """
    package = f"{face}_parts"
    imported_from = f".{package}" if in_package else package
    texts = dict(_texts(module, imported_from))
    header = _template("header").render(m=module)
    everything = "\0".join((header, *texts.keys(), *texts.values()))
    stamp = hashlib.sha256(everything.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    files: dict[str, str] = {}
    for name, text in texts.items():
        described, body = text.split("\n\n", 1)
        head = [described, header.rstrip()]
        if name == _STUB:
            files[f"{face}.pyi"] = "\n\n".join((*head, body))
            continue
        place = imported_from if name == _FACE else "."
        head += ["from __future__ import annotations", _stamped(stamp, name, place)]
        path = f"{face}.py" if name == _FACE else f"{package}/{name}.py"
        files[path] = "\n\n".join((*head, body))
    return files


def _texts(module: Module, package: str) -> Iterator[tuple[str, str]]:
    """Docstring and body of each file."""
    shared = {
        "m": module,
        "parts": package,
        "names": names_by_module(module),
        "every_role": tuple(roles()),
        "record_names": [record.name for record in module.records],
        "spellings": "\n\n".join((inspect.getsource(spellings), inspect.getsource(ids_named))),
    }
    for name in _FIXED:
        yield name, _template(name.strip("_")).render(shared)
    if module.roles:
        yield _ROLES, _template(_ROLES).render(shared)
    for each in module.classes:
        beside = next((part for part in each.parts if part.name == each.module), None)
        yield each.module, _template("type").render(shared, c=each, part=beside)
        for part in each.parts:
            if part is not beside:
                yield part.name, _template("models").render(shared, c=each, part=part)
    yield _STUB, _template(_STUB).render(shared)
    yield _FACE, _template(_FACE).render(shared)


def _stamped(stamp: str, name: str, package: str) -> str:
    """The lines that ensure that all files are of one generation."""
    if name == "__init__":
        return f"STAMP = {string(stamp)}"
    return f"from {package} import same_generation\n\nsame_generation(__name__, {string(stamp)})"


def _template(name: str) -> Any:  # Jinja2 has no types for what a template returns
    return _environment().get_template(f"{name}.py.jinja")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Python source, not HTML; `literal` is the escape
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["string"] = string
    # Jinja2 types this mapping for its own entries only.
    namespace: Any = environment.globals
    namespace.update(
        {
            "alias": blocks.alias,
            "assigned": blocks.assigned,
            "constant": blocks.constant,
            "constant_type": blocks.constant_type,
            "deprecated_getter": blocks.deprecated_getter,
            "classes_in": blocks.classes_in,
            "derived": blocks.derived,
            "docstring": docstring,
            "field": blocks.field,
            "imported": blocks.imported,
            "init": blocks.init,
            "listed": blocks.listed,
            "literal": literal,
            "literal_type": blocks.literal_type,
            "repr": repr,
            "slots": blocks.slots,
        }
    )
    return environment

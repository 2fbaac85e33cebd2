"""Fill the templates with the intermediate model."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry_codegen.fields import Field, Vocabulary, vocabularies
from registry_codegen.ir import ModelClass, Module
from registry_codegen.literals import LINE_LENGTH, docstring, literal, string


def render(module: Module) -> str:
    """The source text of a module, formatted as black would."""
    return (
        _environment().get_template("module.py.jinja").render(m=module, vocabularies=vocabularies())
    )


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
            "alias": _alias,
            "argument": _argument,
            "docstring": docstring,
            "field": _field,
            "literal": literal,
            "models_tuple": _models_tuple,
            "repr": repr,
            "signature": _signature,
            "vocabulary": _vocabulary,
        }
    )
    return environment


def _argument(name: str, value: object) -> str:
    """One keyword argument of a constructor, at the indentation of a model."""
    return f"{name}={literal(value, indent=4, before=len(name) + 1)}"


def _field(field: Field) -> str:
    """One field of a class, with its docstring."""
    if field.required:
        default = ""
    elif field.default == [] or field.default == {}:
        default = " = ()" if field.default == [] else " = FrozenDict()"
    else:
        default = f" = {literal(field.default)}"
    line = f"    {field.name}: {field.annotation}{default}"
    return f"{line}\n    {docstring(field.description, indent=4)}"


def _alias(name: str, parts: list[str], indent: int = 0) -> str:
    """A union under a name: on one line if it fits, else in parentheses."""
    union = " | ".join(parts)
    margin = " " * indent
    if indent + len(f"{name}: TypeAlias = {union}") <= LINE_LENGTH:
        return f"{name}: TypeAlias = {union}"
    if indent + 4 + len(union) > LINE_LENGTH:
        union = f"\n{margin}    | ".join(parts)
    return f"{name}: TypeAlias = (\n{margin}    {union}\n{margin})"


def _signature(start: str, parameters: str, returns: str) -> str:
    """The stub of one overload, broken where black would break it."""
    flat = f"{start}({parameters}) -> {returns}: ..."
    if len(flat) <= LINE_LENGTH:
        return flat
    # black adds the comma after a lone parameter, but not where that would be a star's.
    comma = "" if "*" in parameters else ","
    return f"{start}(\n    {parameters}{comma}\n) -> {returns}: ..."


def _models_tuple(each: ModelClass) -> str:
    """The head of the tuple of a type's models.

    Declared, because pyright gives up on inferring a tuple of more than 256 elements.
    """
    name, annotation = f"_{each.function_part.upper()}_MODELS", f"tuple[{each.name}, ...]"
    flat = f"{name}: Final[{annotation}] = ("
    if len(flat) <= LINE_LENGTH:
        return flat
    return f"{name}: Final[\n    {annotation}\n] = ("


def _vocabulary(each: Vocabulary) -> str:
    """The Literal of a vocabulary, inside an indented block."""
    words = [string(word) for word in each.words]
    flat = f"{each.name}: TypeAlias = Literal[{', '.join(words)}]"
    if len(flat) + 4 <= LINE_LENGTH:
        return flat
    lines = "".join(f"        {word},\n" for word in words)
    return f"{each.name}: TypeAlias = Literal[\n{lines}    ]"

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
            "all_of": _all_of,
            "argument": _argument,
            "assigned": _assigned,
            "docstring": docstring,
            "field": _field,
            "ids": _ids,
            "literal": literal,
            "names": _names,
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


def _all_of(classes: tuple[ModelClass, ...]) -> list[str]:
    """The members of a tuple of the models of some classes."""
    return [f"*_{each.function_part.upper()}_MODELS" for each in classes]


def _names(target: str, members: list[str]) -> str:
    """A tuple of names, one a line; black pulls a lone one up if it fits.

    The target declares its type: pyright gives up on inferring more than 256 elements.
    """
    flat = f"{target} = ({members[0]},)"
    if len(members) == 1 and len(flat) <= LINE_LENGTH:
        return flat
    return f"{target} = (\n" + "".join(f"    {member},\n" for member in members) + ")"


def _ids(each: ModelClass) -> str:
    """The Literal of the ids of a class, one a line, inside an indented block."""
    name = f"{each.name}Id: TypeAlias = Literal"
    ids = [string(model.id) for model in each.models]
    if len(ids) > 1:
        return f"{name}[\n" + "".join(f"        {text},\n" for text in ids) + "    ]"
    flat = f"{name}[{ids[0]}]"
    return flat if len(flat) + 4 <= LINE_LENGTH else f"{name}[\n        {ids[0]}\n    ]"


def _assigned(target: str, value: str, indent: int) -> str:
    """An assignment of one word, in parentheses if the line gets too long."""
    flat = f"{target} = {value}"
    margin = " " * indent
    if indent + len(flat) <= LINE_LENGTH:
        return flat
    return f"{target} = (\n{margin}    {value}\n{margin})"


def _alias(name: str, parts: list[str], indent: int = 0) -> str:
    """A union under a name: on one line if it fits, else in parentheses."""
    union = " | ".join(parts)
    margin = " " * indent
    if indent + len(f"{name}: TypeAlias = {union}") <= LINE_LENGTH:
        return f"{name}: TypeAlias = {union}"
    if indent + 4 + len(union) > LINE_LENGTH:
        union = f"\n{margin}    | ".join(parts)
    return f"{name}: TypeAlias = (\n{margin}    {union}\n{margin})"


def _signature(start: str, parameters: str, returns: str, body: str = " ...") -> str:
    """The head of a function (the stub of an overload), broken where black would break it."""
    flat = f"{start}({parameters}) -> {returns}:{body}"
    if len(flat) <= LINE_LENGTH:
        return flat
    if len(parameters) + 4 > LINE_LENGTH:
        parameters = parameters.replace(", ", ",\n    ") + ","
    elif "*" not in parameters:
        # black adds the comma after a lone parameter, but not where that would be a star's.
        parameters += ","
    return f"{start}(\n    {parameters}\n) -> {returns}:{body}"


def _vocabulary(each: Vocabulary) -> str:
    """The Literal of a vocabulary, inside an indented block."""
    words = [string(word) for word in each.words]
    flat = f"{each.name}: TypeAlias = Literal[{', '.join(words)}]"
    if len(flat) + 4 <= LINE_LENGTH:
        return flat
    lines = "".join(f"        {word},\n" for word in words)
    return f"{each.name}: TypeAlias = Literal[\n{lines}    ]"

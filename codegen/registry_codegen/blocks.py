"""Pieces of generated source that several templates print, laid out as black leaves them."""

from collections.abc import Iterable, Iterator, Sequence

from registry_base.json_shapes import is_object, is_tuple
from registry_codegen.ir import Field, Model, RecordValue
from registry_codegen.literals import LINE_LENGTH, docstring, literal, string


def argument(name: str, value: object) -> str:
    """One keyword argument of a constructor, at the indentation of a model."""
    return f"{name}={literal(value, indent=4, before=len(name) + 1)}"


def classes_in(models: Iterable[Model]) -> list[str]:
    """The classes that the arguments of models are made of."""
    return sorted({name for each in models for _, value in each.arguments for name in _used(value)})


def _used(value: object) -> Iterator[str]:
    if isinstance(value, RecordValue):
        yield value.class_name
        for _, inner in value.fields:
            yield from _used(inner)
    elif is_object(value):
        yield "FrozenDict"  # also for what lies deeper
    elif is_tuple(value):
        for inner in value:
            yield from _used(inner)


def field(each: Field) -> str:
    """The declaration of one field, with its docstring."""
    described = docstring(each.description, indent=4)
    return f"    {each.name}: {each.annotation}\n    {described}"


def slots(fields: Iterable[Field]) -> str:
    """The slots that a class adds."""
    return listed("__slots__", [field.name for field in fields], indent=4)


def init(fields: Sequence[Field]) -> str:
    """`__init__` of a class. It sets the fields of the base class too: passing fifty on costs."""
    lines = ["def __init__(", "    self,", "    *,", *map(_parameter, fields), ") -> None:"]
    lines.append("    assign = object.__setattr__")
    for each in fields:
        assignment = f'assign(self, "{each.name}", {each.name})'
        if each.required:
            lines.append(f"    {assignment}")
        else:
            lines += [f"    if {_given(each)}:", f"        {assignment}"]
    return "\n".join(f"    {line}" for line in lines)


def _given(each: Field) -> str:
    """Whether a parameter is not at its default; then no slot is filled."""
    if each.default is None:
        return f"{each.name} is not None"
    if not each.default:
        return each.name
    return f"{each.name} != {literal(each.default)}"


def _parameter(each: Field) -> str:
    default = "" if each.required else f" = {literal(each.default)}"
    return f"    {each.name}: {each.annotation}{default},"


def listed(target: str, words: Sequence[str], indent: int = 0) -> str:
    """A list of texts, one a line."""
    if not words:
        return f"{' ' * indent}{target} = []"
    lines = "".join(f"{' ' * indent}    {string(word)},\n" for word in words)
    return f"{' ' * indent}{target} = [\n{lines}{' ' * indent}]"


def literal_type(name: str, words: Sequence[str]) -> str:
    """A Literal under a name, one word a line; black pulls a lone one up if it fits."""
    flat = f"{name}: TypeAlias = Literal[{string(words[0])}]"
    if len(words) == 1:
        fits = len(flat) <= LINE_LENGTH
        return flat if fits else f"{name}: TypeAlias = Literal[\n    {string(words[0])}\n]"
    lines = "".join(f"    {string(word)},\n" for word in words)
    return f"{name}: TypeAlias = Literal[\n{lines}]"


def assigned(target: str, value: str, indent: int) -> str:
    """An assignment of one word, in parentheses if the line gets too long."""
    flat = f"{target} = {value}"
    margin = " " * indent
    if indent + len(flat) <= LINE_LENGTH:
        return flat
    return f"{target} = (\n{margin}    {value}\n{margin})"


def constant_type(name: str, annotation: str, indent: int) -> str:
    """An annotation of a class variable: on one line if it fits, else in brackets of its own."""
    flat = f"{name}: typing.ClassVar[{annotation}]"
    margin = " " * indent
    if indent + len(flat) <= LINE_LENGTH:
        return flat
    return f"{name}: typing.ClassVar[\n{margin}    {annotation}\n{margin}]"


def alias(name: str, parts: Sequence[str], indent: int = 0) -> str:
    """A union under a name: on one line if it fits, else in parentheses."""
    union = " | ".join(parts)
    margin = " " * indent
    if indent + len(f"{name}: TypeAlias = {union}") <= LINE_LENGTH:
        return f"{name}: TypeAlias = {union}"
    if indent + 4 + len(union) > LINE_LENGTH:
        union = f"\n{margin}    | ".join(parts)
    return f"{name}: TypeAlias = (\n{margin}    {union}\n{margin})"

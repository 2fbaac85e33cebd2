"""Pieces of generated source that several templates print, laid out as black leaves them."""

from collections.abc import Iterable, Iterator, Sequence

from registry_base.json_shapes import is_object, is_tuple
from registry_codegen.ir import Field, Model, RecordValue
from registry_codegen.literals import LINE_LENGTH, docstring, exploded, literal, string


def constant(model: Model, class_name: str) -> str:
    """A model assigned to its constant, in parentheses if the two names do not fit on a line."""
    start = f"{model.constant}: Final = "
    name = f"Deprecated{class_name}" if model.deprecated else class_name
    call = RecordValue(name, model.arguments)
    if len(start) + len(name) + 1 <= LINE_LENGTH:
        return start + exploded(call, 0)
    return f"{start}(\n    {exploded(call, 4)}\n)"


def classes_in(models: Iterable[Model]) -> list[str]:
    """The classes that the arguments of models are made of."""
    return sorted({name for each in models for _, value in each.arguments for name in _used(value)})


def _used(value: object) -> Iterator[str]:
    if isinstance(value, RecordValue):
        yield value.class_name
        for _, inner in value.fields:
            yield from _used(inner)
    elif is_object(value):
        yield "FrozenDict"  # also for nested values
    elif is_tuple(value):
        for inner in value:
            yield from _used(inner)


def field(each: Field) -> str:
    """The declaration of one field, with its docstring."""
    described = docstring(each.description, indent=4)
    return f"    {_annotated(each, indent=4)}\n    {described}"


def _annotated(each: Field, *, indent: int, after: str = "") -> str:
    """A name with its annotation and what follows it: words on lines of their own if it is long."""
    flat = f"{each.name}: {each.annotation}{after}"
    # black measures wide characters by its own table: decide by width only for ASCII text.
    if not each.choices or (flat.isascii() and indent + len(flat) <= LINE_LENGTH):
        return flat
    if not each.annotation.startswith("tuple["):
        around = len(each.name) + 2 + len(after)
        return f"{each.name}: {_words(each.choices, indent, around)}{after}"
    margin = " " * indent
    words = _words(each.choices, indent + 4, 1)
    return f"{each.name}: tuple[\n{margin}    {words},\n{margin}    ...,\n{margin}]{after}"


def _words(choices: Sequence[str | int | None], indent: int, around: int) -> str:
    """A Literal of words; `around` is the width of what else is on its line."""
    margin = " " * indent
    if len(choices) == 1:  # for a lone one, a comma does not make black explode it
        lone = choices[0]
        text = _escaped(lone)
        flat = f"typing.Literal[{text}]"
        fits = indent + around + len(flat) <= LINE_LENGTH
        return flat if fits else f"typing.Literal[\n{margin}    {text}\n{margin}]"
    lines = "".join(f"{margin}    {literal(word)},\n" for word in choices)
    return f"typing.Literal[\n{lines}{margin}]"


def _escaped(word: object) -> str:
    return string(word, ascii_only=True) if isinstance(word, str) else literal(word)


def deprecated_getter(model: Model, class_name: str) -> str:
    """The overload of `get_model` for an id that checkers should warn about."""
    said, wanted = string(model.deprecated or ""), string(model.id)
    lines = ["@overload", f"@deprecated({said})"]
    if len(lines[-1]) > LINE_LENGTH:
        lines[-1:] = ["@deprecated(", f"    {said}", ")"]
    lines += ["def get_model(", f"    model_id: Literal[{wanted}],"]
    if len(lines[-1]) > LINE_LENGTH:
        lines[-1:] = ["    model_id: Literal[", f"        {wanted}", "    ],"]
    return "\n".join([*lines, f") -> aliases.{class_name}: ..."])


def slots(fields: Iterable[Field]) -> str:
    """The slots that a class adds."""
    return listed("__slots__", [field.name for field in fields], indent=4)


def init(fields: Sequence[Field]) -> str:
    """`__init__` of a class. It sets the base class's fields too: passing fifty on is slow."""
    lines = ["def __init__(", "    self,", "    *,", *map(_parameter, fields), ") -> None:"]
    lines.append("    assign = object.__setattr__")
    for each in fields:
        condition = f"if {_given(each)}:"
        plain = condition.isascii() and 8 + len(condition) <= LINE_LENGTH
        if each.required or not plain:
            lines += _assignment(each.name, 4)
        else:
            lines += [f"    {condition}", *_assignment(each.name, 8)]
    return "\n".join(f"    {line}" for line in lines)


def _assignment(name: str, indent: int) -> list[str]:
    """The lines that fill a slot, inside `__init__`."""
    margin = " " * indent
    flat = f'{margin}assign(self, "{name}", {name})'
    if 4 + len(flat) <= LINE_LENGTH:
        return [flat]
    arguments = (f"{margin}    {each}," for each in ("self", f'"{name}"', name))
    return [f"{margin}assign(", *arguments, f"{margin})"]


def _given(each: Field) -> str:
    """Whether a parameter is not at its default; then no slot is filled."""
    if each.default is None:
        return f"{each.name} is not None"
    if not each.default:
        return each.name
    return f"{each.name} != {literal(each.default)}"


def _parameter(each: Field) -> str:
    value = _escaped(each.default) if len(each.choices) == 1 else literal(each.default)
    default = "" if each.required else f" = {value}"
    return f"    {_annotated(each, indent=8, after=f'{default},')}"


def listed(target: str, words: Sequence[str], indent: int = 0) -> str:
    """A list of texts, one per line."""
    if not words:
        return f"{' ' * indent}{target} = []"
    lines = "".join(f"{' ' * indent}    {string(word)},\n" for word in words)
    return f"{' ' * indent}{target} = [\n{lines}{' ' * indent}]"


def literal_type(name: str, words: Sequence[str]) -> str:
    """A named Literal, one word per line; black puts a lone one on the first line if it fits."""
    if len(words) == 1:
        return _enclosed(f"{name}: TypeAlias = Literal[", string(words[0]), "]", 0)
    lines = "".join(f"    {string(word)},\n" for word in words)
    return f"{name}: TypeAlias = Literal[\n{lines}]"


def assigned(target: str, value: str, indent: int) -> str:
    """An assignment of one word, in parentheses if the line gets too long."""
    flat = f"{target} = {value}"
    margin = " " * indent
    if indent + len(flat) <= LINE_LENGTH:
        return flat
    return f"{target} = (\n{margin}    {value}\n{margin})"


def imported(module: str, names: Sequence[str]) -> str:
    """An import: on one line if it fits, else one name per line."""
    flat = f"from {module} import {', '.join(names)}"
    if len(flat) <= LINE_LENGTH:
        return flat
    lines = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{lines})"


def derived(name: str, base: str, indent: int) -> str:
    """The first line of a class."""
    return _enclosed(f"class {name}(", base, "):", indent)


def constant_type(name: str, annotation: str, indent: int) -> str:
    """An annotation of a class variable."""
    return _enclosed(f"{name}: typing.ClassVar[", annotation, "]", indent)


def _enclosed(opening: str, inside: str, closing: str, indent: int) -> str:
    """One thing in brackets: on one line if it fits, else on a line of its own."""
    margin = " " * indent
    if indent + len(opening) + len(inside) + len(closing) <= LINE_LENGTH:
        return f"{opening}{inside}{closing}"
    return f"{opening}\n{margin}    {inside}\n{margin}{closing}"


def alias(name: str, parts: Sequence[str], indent: int = 0) -> str:
    """A named union: on one line if it fits, else in parentheses."""
    union = " | ".join(parts)
    margin = " " * indent
    if indent + len(f"{name}: TypeAlias = {union}") <= LINE_LENGTH:
        return f"{name}: TypeAlias = {union}"
    if indent + 4 + len(union) > LINE_LENGTH:
        union = f"\n{margin}    | ".join(parts)
    return f"{name}: TypeAlias = (\n{margin}    {union}\n{margin})"

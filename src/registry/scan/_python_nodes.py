"""What the Python reader knows about nodes: their context, place and value."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeAlias

from registry.scan.meaning import Role, means_model, role_of
from registry.scan.mentions import Chain, Content, Scope, Span, inside


@dataclass(frozen=True)
class Context:
    """The context of a node; see Mention and Number for what the fields mean."""

    scopes: Chain
    model: bool = False
    kind: str | None = None
    loads: bool = False
    pinned: bool = False
    role: Role | None = None
    table: Scope | None = None
    label: str = ""
    function: str = ""

    def bare(self) -> Context:
        """The same place, with nothing known about it."""
        return Context(self.scopes, function=self.function)

    def named(self, name: str) -> Context:
        """The same place under a name."""
        return Context(
            self.scopes,
            model=means_model(name),
            role=role_of(name),
            label=name,
            function=self.function,
        )

    def within(self, scope: Scope) -> Context:
        """The same inside one more scope."""
        return replace(self, scopes=inside(scope, self.scopes))


Step: TypeAlias = tuple[ast.AST, Context]


class Lines:
    """Finds the columns of nodes: ast counts bytes of UTF-8, people count characters."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._ends: dict[int, list[int]] = {}  # of each character of a line, in bytes

    def span(self, node: ast.expr, name: str = "") -> Span:
        """Where a node begins, or where the name in it does."""
        line = self._lines[node.lineno - 1]
        start = self._characters(node.lineno, node.col_offset)
        if name and "\n" not in name:
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                at = self._lines[number - 1].find(name, start if number == node.lineno else 0)
                if at >= 0:
                    return Span(number, at + 1, at + 1 + len(name))
        end = len(line)
        if node.end_lineno == node.lineno and node.end_col_offset is not None:
            end = self._characters(node.lineno, node.end_col_offset)
        return Span(node.lineno, start + 1, end + 1)

    def _characters(self, number: int, size: int) -> int:
        """How many characters of a line take this many bytes."""
        line = self._lines[number - 1]
        if line.isascii():
            return size
        if number not in self._ends:
            self._ends[number] = [*accumulate(len(each.encode()) for each in line)]
        return bisect_right(self._ends[number], size)


def target_name(target: ast.expr) -> str:
    """What is assigned to: `MODEL`, the `model` of `self.model`, the "model" of x["model"]."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name
        case _:
            return ""


def called(node: ast.Call) -> str:
    """The last name of what is called: "from_pretrained" of AutoModel.from_pretrained."""
    return target_name(node.func)


def number_of(node: ast.expr) -> int | None:
    """A whole number: 384, int("384"), int(os.getenv("DIM", "384"))."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() as value):
            return value
        case ast.Call(func=ast.Name(id="int"), args=[ast.Constant(value=str() as text)]):
            return _whole(text)
        case ast.Call(
            func=ast.Name(id="int"),
            args=[ast.Call(args=[_, ast.Constant(value=str() | int() as text)])],
        ):
            return _whole(str(text))
        case _:
            return None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def elements(
    node: ast.Tuple | ast.List | ast.Set, context: Context, content: Content
) -> Iterator[Step]:
    """What a sequence holds; the items of a tuple belong together: ("BAAI/bge-m3", 1024)."""
    inner = context.within(content.scope()) if isinstance(node, ast.Tuple) else context
    names = any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) for each in node.elts
    )
    for each in node.elts:
        is_number = number_of(each) is not None
        if isinstance(node, ast.Tuple) and is_number and names and context.role is None:
            yield each, replace(inner, table=context.scopes[0], model=False)
        elif isinstance(node, ast.Tuple) or not is_number:
            yield each, replace(inner, table=None) if is_number else inner

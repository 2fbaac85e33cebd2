"""Python by its syntax tree: what each text and number in it is for.

Docstrings, comments and f-strings do not count, because they load nothing.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from registry.scan._python_calls import Calls
from registry.scan._python_nodes import Context, Lines, Step, elements, number_of, target_name
from registry.scan.meaning import means_model, role_of
from registry.scan.mentions import Content, Mention, Number

_COLUMN = re.compile(r"\b(?:vector|halfvec)\((\d{2,6})\)", re.IGNORECASE)


class UnreadableError(Exception):
    """A text that is not Python of this version, or too deep for its parser."""


def read_python(
    text: str, *, scopes: Iterator[int] | None = None, lines: Sequence[int] | None = None
) -> Content:
    """All that a module says; `scopes` numbers what belongs together. Raises UnreadableError.

    lines: those of interest, in order; functions and classes without any are skipped.

    >>> [mention.text for mention in read_python('model = "BAAI/bge-m3"').mentions]
    ['BAAI/bge-m3']
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        content = Content() if scopes is None else Content(scopes=scopes)
        return _Reader(Lines(text), content, lines).read(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError(_reason(error)) from None


def _reason(error: Exception) -> str:
    if isinstance(error, SyntaxError):
        return f"not valid Python: {error.msg} (line {error.lineno})"
    return "not valid Python, or nested too deeply"


class _Reader:
    """Walks a tree, each node with its context."""

    def __init__(self, lines: Lines, content: Content, interest: Sequence[int] | None) -> None:
        self.content = content
        self._interest = interest
        self._lines = lines
        self._calls = Calls(self.content)

    def read(self, tree: ast.Module) -> Content:
        self._calls.learn(tree)
        todo: list[Step] = [(tree, Context((self.content.block(),)))]
        while todo:  # no recursion: code may be nested deeper than the interpreter's stack
            node, context = todo.pop()
            todo.extend(self._inside(node, context))
        return self.content

    def _inside(self, node: ast.AST, context: Context) -> Iterator[Step]:
        match node:
            case ast.Constant():
                self._constant(node, context)
            case ast.UnaryOp() | ast.JoinedStr():
                yield from (
                    (child, context.bare())
                    for child in ast.iter_child_nodes(node)
                    if not isinstance(child, ast.Constant)
                )
            case ast.Expr(value=ast.Constant()):
                pass  # a docstring, or dead text
            case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target):
                yield from self._assignment(node, target, context)
            case ast.NamedExpr(target=target) | ast.For(target=target):
                name = target_name(target)
                for child in ast.iter_child_nodes(node):
                    named = child is getattr(node, "value", getattr(node, "iter", None))
                    yield child, context.named(name) if named else context.bare()
            case ast.Dict():
                yield from self._dict(node, context)
            case ast.Tuple() | ast.List() | ast.Set():
                yield from elements(node, context, self.content)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                yield from ((test, context.bare()), (body, context), (orelse, context))
            case ast.BoolOp(values=values):
                yield from ((value, context) for value in values)
            case ast.Starred(value=value):
                yield value, context
            case ast.keyword(arg=name, value=value):
                yield value, context.named(name or "")
            case ast.Call():
                number = number_of(node)
                if number is not None and context.role is not None:
                    self._number(number, node, context)
                else:
                    yield from self._calls.inside(node, context, self._lines)
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef() if self._is_dull(node):
                pass
            case ast.ClassDef(body=body):
                scopes = (self.content.scope(),)
                inner = Context(scopes)
                yield from ((child, inner) for child in body)
                yield from ((child, context.bare()) for child in (*node.bases, *node.keywords))
                yield from ((child, context.bare()) for child in node.decorator_list)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from self._function(node, context)
            case ast.Return(value=value) if value is not None:
                yield value, context.named(context.function)
            case ast.If(test=test, body=body, orelse=orelse):
                # What is true under a condition says nothing about code outside it.
                for part in ((test, *body), orelse):
                    inner = replace(context.bare(), scopes=(self.content.block(),))
                    yield from ((child, inner) for child in part)
            case ast.match_case():
                inner = context.within(self.content.scope()).bare()
                yield from ((child, inner) for child in ast.iter_child_nodes(node))
            case _:
                yield from ((child, context.bare()) for child in ast.iter_child_nodes(node))

    def _is_dull(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        if self._interest is None:
            return False
        first = min((each.lineno for each in node.decorator_list), default=node.lineno)
        at = bisect_left(self._interest, first)
        return at == len(self._interest) or self._interest[at] > (node.end_lineno or node.lineno)

    def _constant(self, node: ast.Constant, context: Context) -> None:
        if isinstance(node.value, str):
            mention = Mention(
                node.value,
                self._lines.span(node, node.value),
                context.scopes,
                in_context=context.model,
                kind=context.kind,
                loads=context.loads,
                pinned=context.pinned,
                label=context.label,
            )
            self.content.mentions.append(mention)
            for width in _COLUMN.findall(node.value):  # "embedding vector(384)"
                span = self._lines.span(node, width)
                self.content.numbers.append(Number(int(width), span, context.scopes, "dim"))
        elif (number := number_of(node)) is not None and (context.role or context.table):
            self._number(number, node, context)

    def _number(self, value: int, node: ast.expr, context: Context) -> None:
        span = self._lines.span(node, str(value))
        role, table, label = context.role, context.table, context.label
        self.content.numbers.append(Number(value, span, context.scopes, role, table, label))

    def _assignment(
        self, node: ast.Assign | ast.AnnAssign, target: ast.expr, context: Context
    ) -> Iterator[Step]:
        name = target_name(target)
        for child in ast.iter_child_nodes(node):
            yield child, context.named(name) if child is node.value else context.bare()

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, context: Context
    ) -> Iterator[Step]:
        near = self.content.block()
        outer = replace(context.bare(), scopes=(self.content.scope(), near))
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        pairs = [*zip(with_default, arguments.defaults, strict=True)]
        pairs += [
            (argument, default)
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if default is not None
        ]
        yield from ((default, outer.named(argument.arg)) for argument, default in pairs)
        yield from ((child, context.bare()) for child in node.decorator_list)
        body = replace(outer, scopes=(self.content.block(), near), function=node.name)
        yield from ((child, body) for child in node.body)

    def _dict(self, node: ast.Dict, context: Context) -> Iterator[Step]:
        """The two of a pair belong together, and so do all pairs: {"BAAI/bge-m3": 1024}."""
        whole = self.content.scope()
        inner = context.within(whole)
        for key, value in zip(node.keys, node.values, strict=True):
            pair = inner.within(self.content.scope())
            if key is None:
                yield value, inner.bare()
                continue
            yield key, replace(pair.bare(), model=context.model or context.role is not None)
            name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
            speaks = means_model(name) or role_of(name) is not None
            yield value, pair.named(name) if speaks else replace(pair, table=whole)

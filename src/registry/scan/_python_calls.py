"""Calls: which of their arguments name a model, which are its numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from registry.scan._python_nodes import Context, Lines, Step, called, number_of, target_name
from registry.scan.loaders import LOADERS, NO_MODELS, OURS, SAYINGS, SIZED, WIDTHS, Loader
from registry.scan.meaning import means_model, role_of
from registry.scan.mentions import Content, Mention

# Calls that return a setting, or a stand-in for it: their default is the setting's.
_GETTERS = frozenset({"get", "getenv", "getattr", "pop", "setdefault", "str", "config", "env"})
_FIELDS = frozenset({"Field", "field", "Option", "Argument", "Query", "Path", "Header", "Form"})


@dataclass
class Calls:
    """The calls of one module."""

    content: Content
    _is_ours: bool = False
    _texts: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _fields: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def learn(self, tree: ast.Module) -> None:
        """Learn what calls rely on: imports, the texts of variables, the fields of classes."""
        for node in _statements(tree):
            match node:
                case ast.Import(names=names):
                    self._is_ours |= any(each.name == "registry" for each in names)
                case ast.ImportFrom(module=str() as module):
                    self._is_ours |= module.partition(".")[0] == "registry"
                case ast.Assign(targets=[target], value=ast.Constant(value=str() as text)):
                    self._texts.setdefault(target_name(target), set()).add(text)
                case ast.AnnAssign(target=target, value=ast.Constant(value=str() as text)):
                    self._texts.setdefault(target_name(target), set()).add(text)
                case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
                    self._learn_defaults(arguments)
                case ast.ClassDef(name=name, body=body):
                    self._fields[name] = tuple(
                        target_name(each.target) for each in body if isinstance(each, ast.AnnAssign)
                    )
                case _:
                    pass

    def _learn_defaults(self, node: ast.arguments) -> None:
        positional = [*node.posonlyargs, *node.args]
        positional = positional[len(positional) - len(node.defaults) :]
        for argument, default in zip(
            (*positional, *node.kwonlyargs), (*node.defaults, *node.kw_defaults), strict=True
        ):
            if isinstance(default, ast.Constant) and isinstance(default.value, str):
                self._texts.setdefault(argument.arg, set()).add(default.value)

    def inside(self, node: ast.Call, context: Context, lines: Lines) -> Iterator[Step]:
        """The arguments of a call, each in its context."""
        name = called(node)
        yield node.func, context.bare()
        if self._is_ours and name in OURS:
            return
        inner = context.within(self.content.scope())
        loader = LOADERS.get(name)
        if loader is not None:
            self._indirect(node, loader, lines)
        option = _option(node)
        for position, argument in enumerate(node.args if name not in NO_MODELS else ()):
            yield argument, self._positional(node, position, argument, inner, loader, option)
        for keyword in node.keywords:
            if keyword.arg not in SAYINGS and name not in NO_MODELS:
                yield keyword.value, self._keyword(node, keyword, inner, loader, option)

    def _positional(
        self,
        node: ast.Call,
        position: int,
        argument: ast.expr,
        inner: Context,
        loader: Loader | None,
        option: str,
    ) -> Context:
        name = called(node)
        if loader is not None and position == (1 if name == "pipeline" else 0):
            return self._loaded(node, inner, loader)
        if name in WIDTHS and position == 0:
            return replace(inner.bare(), role="dim")
        if name in _FIELDS and position == 0 and inner.label:
            return inner
        if position == (2 if name == "getattr" else 1) and name in _GETTERS:
            return _either(inner, option) if option else inner
        fields = self._fields.get(name, ())
        if position < len(fields):
            return inner.named(fields[position])
        if number_of(argument) is not None and name[:1].isupper() and loader is None:
            return replace(inner.bare(), table=inner.scopes[1] if len(inner.scopes) > 1 else None)
        return inner.bare()

    def _keyword(
        self,
        node: ast.Call,
        keyword: ast.keyword,
        inner: Context,
        loader: Loader | None,
        option: str,
    ) -> Context:
        name = keyword.arg or ""
        if name in ("default", "choices", "default_factory"):
            return _either(inner, option) if option else inner
        if name == "size" and called(node) in SIZED:
            return replace(inner.bare(), role="dim", label="size")
        if loader is not None and (means_model(name) or name == "model_name_or_path"):
            return self._loaded(node, inner, loader)
        return inner.named(name)

    def _loaded(self, node: ast.Call, inner: Context, loader: Loader) -> Context:
        return replace(
            inner.bare(),
            model=True,
            kind=loader.kind,
            loads=loader.revision,
            pinned=_is_pinned(node),
        )

    def _indirect(self, node: ast.Call, loader: Loader, lines: Lines) -> None:
        """SentenceTransformer(MODEL): the same file says which model that is."""
        if not loader.revision or _is_pinned(node):
            return
        given = [*node.args[:1], *(each.value for each in node.keywords if each.arg)]
        for argument in given:
            texts = self._texts.get(target_name(argument), set())
            if isinstance(argument, ast.Constant) or len(texts) != 1:
                continue
            (text,) = texts
            span = lines.span(argument)
            self.content.indirect.append(
                Mention(text, span, (), in_context=True, kind=loader.kind, loads=True)
            )


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Every statement, without descending into expressions."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.stmt):
            yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner: list[ast.AST] = getattr(node, part, [])
            todo.extend(inner)


def _either(inner: Context, option: str) -> Context:
    """The context of a setting's default: the name of the setting, else what it is assigned to."""
    named = inner.named(option)
    return named if named.model or named.role else inner


def _option(node: ast.Call) -> str:
    """What a setting is called: the "--model" of add_argument, the "MODEL" of getenv."""
    names = [
        each.value.lstrip("-")
        for each in node.args
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    if called(node) in _GETTERS:
        names = names[:1]
    return next((name for name in names if means_model(name) or role_of(name)), "")


def _is_pinned(node: ast.Call) -> bool:
    """Whether a call names a revision; `**` arguments may do so."""
    for each in ast.walk(node):
        match each:
            case ast.keyword(arg=None):
                return True
            case ast.keyword(arg="revision", value=ast.Constant(value=value)):
                return value not in (None, "main", "master")
            case ast.keyword(arg="revision"):
                return True
            case ast.Dict(keys=keys):
                if any(isinstance(key, ast.Constant) and key.value == "revision" for key in keys):
                    return True
            case _:
                pass
    return False

"""From what a file says to what is wrong with it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from registry.models.constants import constant_name
from registry.models.kinds import Registered
from registry.scan._figures import Figures, expected_number
from registry.scan.findings import Code, Finding
from registry.scan.meaning import is_plausible, words
from registry.scan.mentions import Content, Mention, Number, Scope, Span
from registry.scan.vocabulary import Named, Vocabulary

_SHOWN = 12  # digits of a commit
_AROUND = 50  # names before and after a number that may belong to it


@dataclass(frozen=True)
class _Known:
    """A mention that names something."""

    mention: Mention
    named: Named


def judge(path: str, content: Content, vocabulary: Vocabulary) -> Iterator[Finding]:
    """The findings in the content of a file, in no order."""
    known = [
        _Known(mention, named)
        for mention in content.mentions
        if (named := _named(mention, vocabulary)) is not None
    ]
    for each in known:
        yield from _of_name(path, each)
    for mention in content.indirect:
        if (named := _named(mention, vocabulary)) is not None:
            yield from _of_revision(path, _Known(mention, named))
    yield from _of_numbers(
        path,
        content.numbers,
        [each for each in known if each.named.models and not each.named.loosely],
    )


def _named(mention: Mention, vocabulary: Vocabulary) -> Named | None:
    return vocabulary.look_up(mention.text, in_context=mention.in_context, kind=mention.kind)


def _of_name(path: str, known: _Known) -> Iterator[Finding]:
    name, models = known.named.text, known.named.models
    if not models:
        message = "not in the catalogue"
        yield _finding(path, known.mention.span, "unknown-model", name, message)
        return
    cure = f"use {_constants(models)}"
    today = known.named.today
    if today is not None:
        message = f"renamed; {cure}"
        yield _finding(path, known.mention.span, "former-name", name, message, models, name, today)
    else:
        yield _finding(path, known.mention.span, "hard-coded", name, cure, models)
    yield from _of_revision(path, known)


def _of_revision(path: str, known: _Known) -> Iterator[Finding]:
    mention, models = known.mention, known.named.models
    if not mention.loads or mention.pinned or len(models) != 1:
        return
    (model,) = models
    if model.huggingface_id is not None and model.revision is not None:
        message = f"no revision; the catalogue pins {model.revision[:_SHOWN]}"
        yield _finding(
            path, mention.span, "missing-revision", known.named.text, message, models,
            None, model.revision,
        )  # fmt: skip


def _of_numbers(path: str, numbers: Iterable[Number], known: Sequence[_Known]) -> Iterator[Finding]:
    figures = Figures()
    neighbours = _Neighbours(known)
    with_near = [(number, neighbours.of(number)) for number in numbers]
    for number, near in with_near:
        if number.role is None:
            figures.learn(number, [model for each in near for model in each.named.models])
    for number, near in with_near:
        role = number.role or figures.role(number)
        if role is None or not near or not is_plausible(number.value, role):
            continue
        expected = {
            each.named.text: expected_number(number.value, role, each.named.models) for each in near
        }
        if None in expected.values():  # one of them agrees
            continue
        best = max(near, key=lambda each: _kinship(each.mention, number))
        wanted = expected[best.named.text]
        assert wanted is not None
        what, value = wanted
        message = f"{number.value}, but {what} is {value}"
        yield _finding(
            path, number.span, "wrong-number", best.named.text, message, best.named.models,
            str(number.value), str(value),
        )  # fmt: skip


class _Neighbours:
    """The known names by their scopes."""

    def __init__(self, known: Iterable[_Known]) -> None:
        self._by_scope: dict[Scope, list[_Known]] = {}
        for each in sorted(known, key=lambda each: each.mention.span.line):
            for scope in each.mention.scopes:
                self._by_scope.setdefault(scope, []).append(each)

    def of(self, number: Number) -> list[_Known]:
        """The names in the innermost scope of a number that has any with such a fact."""
        fact = "embedding_dim" if number.role in (None, "dim") else "context_length"
        for scope in number.scopes:
            near = [
                each
                for each in self._around(scope, number.span.line)
                if _is_near(scope, each.mention.span, number.span)
                and any(getattr(model, fact, None) for model in each.named.models)
            ]
            if near:
                # Its neighbors, not what is deeper inside a neighbor.
                depth = min(each.mention.scopes.index(scope) for each in near)
                return [each for each in near if each.mention.scopes.index(scope) == depth]
        return []

    def _around(self, scope: Scope, line: int) -> Sequence[_Known]:
        found = self._by_scope.get(scope, [])
        middle = bisect_left(found, line, key=lambda each: each.mention.span.line)
        return found[max(0, middle - _AROUND) : middle + _AROUND]


def _is_near(scope: Scope, one: Span, other: Span) -> bool:
    return scope.reach is None or abs(one.line - other.line) <= scope.reach


def _kinship(mention: Mention, number: Number) -> tuple[int, int, bool]:
    """How much a model and a number belong together: EMBED_MODEL and EMBED_DIM, then distance."""
    shared = set(words(mention.label)) & set(words(number.label))
    distance = number.span.line - mention.span.line
    return len(shared), -abs(distance), distance >= 0


def _constants(models: Iterable[Registered]) -> str:
    return " or ".join(constant_name(model.id) for model in models)


def _finding(
    path: str,
    span: Span,
    code: Code,
    name: str,
    message: str,
    models: Sequence[Registered] = (),
    found: str | None = None,
    expected: str | None = None,
) -> Finding:
    return Finding(
        path, span.line, span.column, span.end, code, name, message,
        ids=tuple(model.id for model in models),
        constants=tuple(constant_name(model.id) for model in models),
        found=found, expected=expected, cell=span.cell,
    )  # fmt: skip

"""Check a catalogue against its project's policy: what is left out, and what stops the build."""

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches

from registry_base.json_shapes import is_list, is_object, look_up
from registry_base.problems import Problem, pointer_text
from registry_codegen.entry_view import EntryView
from registry_codegen.options import Options
from registry_codegen.overlay import Catalogue
from registry_codegen.policy import KEY, Exemption, Policy
from registry_codegen.rules.policy import refused, standing

_CURE = "fix or remove the entry, or list it with a reason under policy.exceptions"
_CURE_UNDERNEATH = "hide it, set policy.leave-out, or list it with a reason under policy.exceptions"


def left_out(catalogue: Catalogue, policy: Policy) -> tuple[str, ...]:
    """The ids of entries underneath that the policy refuses, if it leaves such entries out."""
    if not policy.leave_out:
        return ()
    return tuple(
        entry.id
        for entry in _entries(catalogue)
        if entry.index >= catalogue.own_count
        and entry.id is not None
        and any(standing(entry, policy, date.today()))
    )


def problems(catalogue: Catalogue, options: Options) -> Iterator[Problem]:
    """What the policy refuses, and exemptions that have expired or cover nothing."""
    policy, today = options.policy, date.today()
    if not policy.in_force:
        return
    idle = dict(policy.exemptions)
    for entry in _entries(catalogue):
        own = entry.index < catalogue.own_count or not catalogue.below
        for finding in standing(entry, policy, today):
            message = f"{finding.message}; {_CURE if own else _CURE_UNDERNEATH}"
            pointer = ("models", entry.index, *finding.path)
            yield catalogue.problem(pointer, message, model_id=entry.id)
        exemption = idle.pop(entry.id or "", None)
        if exemption is None or entry.id is None:
            continue
        rules = {finding.rule for finding in refused(entry, policy)}
        if ended := _ended(entry.id, exemption, today):
            yield _at(options, entry.id, ended)
        elif unused := [rule for rule in exemption.rules if rule not in rules]:
            named = ", ".join(unused)
            message = f"{entry.id} does not break {named}; remove the exception"
            yield _at(options, entry.id, message)
    ids = [entry.id for entry in _entries(catalogue) if entry.id is not None]
    for model_id, exemption in idle.items():
        close = get_close_matches(model_id.casefold(), (*ids, *catalogue.left_out), n=1)
        hint = f"did you mean {close[0]}?" if close else "remove the exception"
        message = f"{model_id} is not in the catalogue; {hint}"
        if model_id in catalogue.left_out:
            message = _ended(model_id, exemption, today) or (
                f"{model_id} is left out: it breaks rules that this exception does not list; "
                "list them too, or remove the exception"
            )
        yield _at(options, model_id, message)


def _ended(model_id: str, exemption: Exemption, today: date) -> str | None:
    """That an exemption has expired, if it has."""
    if exemption.until is None or exemption.until >= today:
        return None
    return f"the exception for {model_id} ended {exemption.until}"


def _entries(catalogue: Catalogue) -> Iterator[EntryView]:
    models = look_up(catalogue.data, "models")
    for index, model in enumerate(models if is_list(models) else ()):
        if is_object(model):
            yield EntryView(index, model)


def _at(options: Options, model_id: str, message: str) -> Problem:
    path = (KEY, "exceptions", model_id)
    if options.source is None:
        return Problem("pyproject.toml", 1, 1, pointer_text(path), message)
    file, line = options.source.place(*path)
    return Problem(file, line, 1, pointer_text((*options.source.keys, *path)), message)

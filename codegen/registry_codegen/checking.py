"""Every problem of a catalogue: what the schema says, what the rules say, what was meant."""

import difflib
from collections.abc import Iterator

from registry_base.json_shapes import JsonList, JsonObject, is_list, is_object, look_up
from registry_base.problems import Pointer, Problem
from registry_codegen.conformance import document_problems, entry_problems
from registry_codegen.declarations import declaration_problems
from registry_codegen.overlay import Catalogue
from registry_codegen.own_types import not_required, own_fields, usable
from registry_codegen.rules import check, selected


def problems_of(catalogue: Catalogue) -> list[Problem]:
    """What the schema and the rules find, each with its place."""

    def model_id(pointer: Pointer) -> str | None:
        match pointer:
            case ("models", int(index), *_):
                name = look_up(catalogue.data, "models", index, "id")
                return name if isinstance(name, str) else None
            case _:
                return None

    problems = list(_misspelled_overrides(catalogue))
    explained = {("models", index) for index, _ in _new_without_type(catalogue)}
    said = set[Pointer]()
    for pointer, message, at_key in _of_schema(catalogue):
        if pointer in explained:
            continue  # what the entry lacks is not its actual problem
        problems.append(catalogue.problem(pointer, message, model_id=model_id(pointer), key=at_key))
        if not is_object(look_up(catalogue.data, *pointer)):
            said.add(pointer)
    for entry, finding in check(catalogue.data, catalogue.own_count, refused=said):
        pointer = ("models", entry.index, *finding.path)
        if pointer in said:
            continue  # the schema has already complained about this value
        problems.append(
            catalogue.problem(pointer, finding.message, model_id=entry.id, key=finding.key)
        )
    problems += [
        catalogue.problem(finding.path, finding.message)
        for finding in selected.check(catalogue.data)
        if finding.path not in said
    ]
    return problems


def _of_schema(catalogue: Catalogue) -> Iterator[tuple[Pointer, str, bool]]:
    """What the schema finds, with what the catalogue itself declares.

    Values under a wrong declaration are not checked. Entries of the catalogue underneath may all
    lack a field that their type requires: that is reported once.
    """
    data, own = catalogue.data, catalogue.own_count
    types = look_up(data, "types")
    found = [*document_problems(data), *declaration_problems(types)]
    yield from found
    declared = usable(types, {pointer for pointer, _, _ in found})
    models = look_up(data, "models")
    entries = models if is_list(models) else []
    count = own if catalogue.below else len(entries)
    yield from entry_problems(entries[:count], declared)
    for pointer, message, at_key in entry_problems(entries[count:], not_required(declared)):
        yield ("models", count + int(pointer[1]), *pointer[2:]), message, at_key
    yield from _lacking(entries[count:], declared)


def _lacking(entries: JsonList, types: JsonObject) -> Iterator[tuple[Pointer, str, bool]]:
    """Fields required of entries underneath, which cannot be edited to have them."""
    for model_type in types:
        of_type = [each for each in entries if look_up(each, "type") == model_type]
        for field in own_fields(types, model_type):
            without = [each for each in of_type if look_up(each, *field.path) is None]
            if not field.required or "default" in field.node or not without:
                continue
            example = look_up(without[0], "id")
            message = (
                f"{'.'.join(field.path)} is required, but {len(without)} of the entries underneath "
                f"lack it, such as {example}; give the field a default, or do not require it"
            )
            yield ("types", model_type, *field.pointer), message, True


def has_right_form(catalogue: Catalogue) -> bool:
    """Whether the schema finds nothing wrong, so that only rules may object."""
    wrong = next(_of_schema(catalogue), None)
    return wrong is None and next(_misspelled_overrides(catalogue), None) is None


def _misspelled_overrides(catalogue: Catalogue) -> Iterator[Problem]:
    """Entries with too little content to be new ones: they were meant to override."""
    for index, name in _new_without_type(catalogue):
        close = difflib.get_close_matches(name, catalogue.below, n=1)
        hint = (
            f'did you mean "{close[0]}"?' if close else "a new entry needs its type, to begin with"
        )
        yield catalogue.problem(
            ("models", index, "id"),
            f'"{name}" is not an entry of {catalogue.documents[-1].name} that could be '
            f"overridden; {hint}",
            model_id=name,
        )


def _new_without_type(catalogue: Catalogue) -> Iterator[tuple[int, str]]:
    """Own entries, over another catalogue, that have neither one of its ids nor a type."""
    models = look_up(catalogue.data, "models")
    for index in range(catalogue.own_count if catalogue.below and is_list(models) else 0):
        name = look_up(models, index, "id")
        new = isinstance(name, str) and name not in catalogue.below
        if new and look_up(models, index, "type") is None:
            yield index, name

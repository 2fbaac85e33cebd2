"""What a schema cannot say. Each rule looks at an entry, or at all of them, and yields findings.

shape       numbers of one entry that must agree with each other
sizes       counts and bytes that arithmetic refutes; the formulas are in `arithmetic`
served      a repository, or the provider that serves the model
terms       words from external lists: licenses, languages, dates, packages
claims      whether what an entry says in two places agrees
lineage     a model compared with the one it was tuned from
identity    ids, types and references across the catalogue
naming      aliases and the names that runtimes use: each belongs to one model of a type
selected    the models that serve by default: about the catalogue, not an entry
overruled   which of these findings an entry may overrule with a reason
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

from registry_base.json_shapes import is_list, is_object, look_up
from registry_base.problems import Pointer
from registry_codegen.entry_view import EntryView, Finding
from registry_codegen.rules import claims, identity, lineage, naming, served, shape, sizes, terms
from registry_codegen.rules.overruled import standing

_OF_ONE_ENTRY = (*served.RULES, *shape.RULES, *sizes.RULES, *terms.RULES, *claims.RULES)


def check(
    data: object, own: int = 0, *, refused: Collection[Pointer] = ()
) -> Iterator[tuple[EntryView, Finding]]:
    """Every finding about a catalogue, whether or not it passed the schema.

    The first `own` entries are a project's own, laid over public ones: if two entries clash, the
    own one is reported, because its author can change it. refused: the values that the schema has
    complained about.
    """
    models = look_up(data, "models")
    if not is_list(models):
        return
    of_entry: defaultdict[str | int, set[Pointer]] = defaultdict(set)
    for pointer in refused:
        if pointer[:1] == ("models",) and len(pointer) > 1:
            of_entry[pointer[1]].add(pointer[2:])
    entries = [
        EntryView(index, model, frozenset(of_entry[index]))
        for index, model in enumerate(models)
        if is_object(model)
    ]
    types = look_up(data, "types")
    declared = frozenset(types if is_object(types) else ())
    bases, as_of = lineage.Lineage(entries), look_up(data, "as_of")
    for entry in entries:
        # An entry underneath may be from a later day than the project's own.
        underneath = entry.index >= own if own else _from_below(data, entry)
        day = None if underneath else as_of
        findings = [finding for rule in _OF_ONE_ENTRY for finding in rule(entry)]
        findings += [*bases.check(entry), *terms.not_yet(entry, day)]
        idle = set[str]() if bases.base(entry) else set(lineage.RULES)
        idle |= set[str]() if day else {"date-future"}
        if own:  # over another catalogue, an own pin need not update the facts below
            findings = [each for each in findings if each.rule != "other-commit"]
            idle = idle | {"other-commit"}
        for finding in standing(entry, findings, idle):
            yield entry, finding
    own_last = sorted(entries, key=lambda entry: entry.index < own)
    yield from identity.check(own_last, declared)
    yield from naming.check(own_last, own)


def _from_below(data: object, entry: EntryView) -> bool:
    """Whether an entry of a merged catalogue comes from one that it extends."""
    order = look_up(data, "layers", "order")
    if not is_list(order) or len(order) < 2 or entry.id is None:
        return False
    layer: object = look_up(data, "layers", "entries", entry.id, "")
    return layer != str(order[0])

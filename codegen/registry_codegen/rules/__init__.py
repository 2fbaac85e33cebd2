"""What a schema cannot say. Each rule looks at an entry, or at all of them, and yields findings.

shape     numbers of one entry that must agree with each other
terms     words from outside lists: licences, languages, dates, packages
identity  ids, aliases, names and references across the catalogue
selected  the models that serve by default: of the catalogue itself, not of an entry
"""

from collections.abc import Iterator

from registry_base.json_shapes import is_list, is_object, look_up
from registry_codegen.entry_view import EntryView, Finding
from registry_codegen.rules import identity, shape, terms


def check(data: object, own: int = 0) -> Iterator[tuple[EntryView, Finding]]:
    """Every finding on a catalogue, whether or not it passed the schema.

    The first `own` entries are a project's own, laid over public ones: where two entries clash
    it is the own one that is reported, because that is the one its author can change.
    """
    models = look_up(data, "models")
    if not is_list(models):
        return
    entries = [EntryView(index, model) for index, model in enumerate(models) if is_object(model)]
    types = look_up(data, "types")
    declared = frozenset(types if is_object(types) else ())
    for entry in entries:
        for rule in (*shape.RULES, *terms.RULES):
            for finding in rule(entry):
                yield entry, finding
    own_last = sorted(entries, key=lambda entry: entry.index < own)
    yield from identity.check(own_last, declared)

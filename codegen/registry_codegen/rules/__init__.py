"""What a schema cannot say. Each rule looks at an entry, or at all of them, and yields findings.

shape     numbers of one entry that must agree with each other
terms     words from outside lists: licences, languages, dates, packages
identity  ids, aliases, names and references across the catalogue
"""

from collections.abc import Iterator
from typing import Any

from registry_codegen.entry import Entry, Finding
from registry_codegen.rules import identity, shape, terms


def check(data: Any) -> Iterator[tuple[Entry, Finding]]:
    """Every finding on a catalogue, whether or not it passed the schema."""
    models = data.get("models") if isinstance(data, dict) else None
    if not isinstance(models, list):
        return
    entries = [Entry(i, model) for i, model in enumerate(models) if isinstance(model, dict)]
    types = data.get("types")
    declared = frozenset(types) if isinstance(types, dict) else frozenset[str]()
    for entry in entries:
        for rule in (*shape.RULES, *terms.RULES):
            for finding in rule(entry):
                yield entry, finding
    yield from identity.check(entries, declared)

"""Rules that an entry may overrule: with a reason, and only if there is something to overrule.

    "overruled": {"base-shape": "keeps 6 of the 12 layers of its base model"}

The schema lists the rules by name, so that editors offer them and a misspelled one is an error.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from registry_base.json_shapes import is_object
from registry_codegen.entry_view import EntryView, Finding


def standing(
    entry: EntryView, findings: Iterable[Finding], idle: Container[str] = ()
) -> Iterator[Finding]:
    """The findings that no reason overrules, and the reasons that overrule nothing.

    `idle` are the rules that could not look at this entry: those of a base model that is not in
    the catalogue. A reason to overrule them may stay.

    >>> finding = Finding(("specs", "memory_mb"), "does not fit", rule="memory-size")
    >>> entry = EntryView(0, {"overruled": {"memory-size": "the file holds both"}})
    >>> list(standing(entry, [finding]))
    []
    """
    given = entry.get("overruled")
    reasons = given if is_object(given) else {}
    used = set[str]()
    for finding in findings:
        if finding.rule is None:
            yield finding
        elif finding.rule in reasons:
            used.add(finding.rule)
        else:
            cure = f'; if it is right all the same, say why under overruled "{finding.rule}"'
            yield replace(finding, message=finding.message + cure)
    for name in reasons:
        if name not in used and name not in idle:
            yield Finding(("overruled", name), "there is nothing to overrule; remove it", key=True)

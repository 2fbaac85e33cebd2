"""Facts in the terms of the catalogue: counts also as text, languages as in the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from registry.hub._description import Description
from registry.hub._fact import Fact
from registry_base.languages import names_language, shortest_code
from registry_base.quantity import format_count

_LANGUAGES = "capabilities.languages"
_LONGEST_CODE = 35  # characters of a language, as the schema has it


def in_catalogue_terms(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """The same, without false values, except for `normalize`, whose absence means unknown."""
    terms = {p: fact for p, fact in facts.items() if fact.value is not False or p == "normalize"}
    for count in ("parameter_count", "active_parameter_count"):
        fact = facts.get(f"specs.{count}")
        if fact is not None:
            text = f"specs.{count.replace('_count', 's')}"
            terms.setdefault(text, replace(fact, value=format_count(fact.value)))
    if (languages := facts.get(_LANGUAGES)) is not None:
        codes = [code for each in languages.value if (code := _language(each)) is not None]
        terms[_LANGUAGES] = replace(languages, value=list(dict.fromkeys(codes)))
        if not codes:
            del terms[_LANGUAGES]
    return terms


def no_languages(description: Description) -> dict[str, str]:
    """What a card gives as languages that is not a language code: "jp", "cn"."""
    languages = description.facts.get(_LANGUAGES)
    wrong = [code for code in languages.value if _language(code) is None] if languages else []
    if languages is None or not wrong:
        return {}
    what = "that is not the code" if len(wrong) == 1 else "these are not codes"
    told = f"{languages.origin} says {' and '.join(wrong)}; {what} of a language"
    before = description.unknown.get(_LANGUAGES)
    return {_LANGUAGES: f"{before}; {told}" if before else told}


def _language(code: str) -> str | None:
    """The shortest code of a language, with its script and region; None if it is none."""
    from langcodes import tag_is_valid  # of the extra `codegen`

    # A long one would exhaust the parser's stack.
    valid = len(code) <= _LONGEST_CODE and tag_is_valid(code)
    return shortest_code(code) if valid and names_language(code) else None

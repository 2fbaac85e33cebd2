"""Words from external lists: licenses, languages, dates, requirements."""

import difflib
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from langcodes import Language, tag_is_valid
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.requirements import InvalidRequirement, Requirement

from registry_base.languages import names_language, shortest_code
from registry_codegen.entry_view import EntryView, Finding
from registry_codegen.schema import load_schema


@lru_cache(maxsize=1)
def _named_licenses() -> dict[str, str]:
    names: list[str] = load_schema()["$defs"]["model"]["properties"]["license"]["x-licenses"]
    return {name.casefold(): name for name in names}


def _is_https(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:  # "https://[": half an IPv6 address
        return False
    return url.scheme == "https" and bool(url.netloc) and text.isprintable() and " " not in text


@lru_cache(maxsize=256)
def _license_problem(text: str) -> str | None:
    named = _named_licenses().get(text.casefold())
    if named is not None:
        return None if named == text else f'write "{named}"'
    if "://" in text:
        return None if _is_https(text) else "give an https address"
    try:
        canonical = canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        if (meant := _meant_license(text)) is not None:
            return f'did you mean "{meant}"?'
        return (
            "not an SPDX expression, a named model license or an https address; "
            'see spdx.org/licenses, or write "LicenseRef-..." for one of your own'
        )
    return None if canonical == text else f'write "{canonical}"'


# Licenses that people often write in words: a text close to one of these is a slip.
_COMMON = (
    "AGPL-3.0-only", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC-BY-NC-4.0",
    "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-4.0", "CC-BY-SA-4.0", "CC0-1.0", "CDLA-Permissive-2.0",
    "GPL-3.0-only", "LGPL-3.0-only", "MIT", "MPL-2.0",
)  # fmt: skip
_FILLERS = re.compile(r"\b(the|licen[sc]e[d]?|version|creative commons|public)\b")


def _meant_license(text: str) -> str | None:
    """The license that a text may describe: "Apache 2.0", "MIT License", "apache2"."""
    bare = _FILLERS.sub(" ", re.sub(r"[\s,_]+|v(?=[0-9])", " ", text.casefold())).strip()
    bare = "-".join(bare.split())
    names = {name.casefold(): name for name in (*_COMMON, *_named_licenses().values())}
    for candidate in (bare, f"{bare}.0", f"cc-{bare}", f"{bare}-only", f"{bare}.0-only"):
        if candidate in names:
            return names[candidate]
    close = difflib.get_close_matches(bare, names, n=1, cutoff=0.8)
    return names[close[0]] if close else None


def license_term(entry: EntryView) -> Iterator[Finding]:
    """The license is one that can be looked up."""
    text = entry.text("license")
    if text and ("license",) not in entry.refused and (problem := _license_problem(text)):
        yield Finding(("license",), f'license "{text}": {problem}')


@lru_cache(maxsize=1024)
def _language_problem(code: str) -> tuple[str, str | None] | None:
    """What is wrong with a code, and the rule that an entry may overrule."""
    if not code.isascii() or not tag_is_valid(code):
        return f'"{code}" is not a language code; use ISO 639, such as "en", "zh" or "yue"', None
    if not names_language(code):
        return f'"{code}" names no language; list the languages, or none if unknown', None
    shortest = shortest_code(code)
    if len(shortest.partition("-")[0]) < len(code.replace("_", "-").partition("-")[0]):
        # "eng", "cmn": two letters if there are two
        return f'"{code}": write "{shortest}"', "language-code"
    canonical = Language.get(code, normalize=False).to_tag()
    return None if canonical == code else (f'"{code}": write "{canonical}"', None)


def languages(entry: EntryView) -> Iterator[Finding]:
    """Languages exist, and are written in their shortest form."""
    for index, code in enumerate(entry.items("capabilities", "languages")):
        place = ("capabilities", "languages", index)
        if not isinstance(code, str) or place in entry.refused:
            continue
        if problem := _language_problem(code):
            message, rule = problem
            yield Finding(place, message, rule=rule)


def release_date(entry: EntryView) -> Iterator[Finding]:
    """A date that is on the calendar."""
    text = entry.text("release_date")
    parts = text.split("-") if text else []
    digits = all(p.isascii() and p.isdigit() and len(p) <= 4 for p in parts)
    if not (1 <= len(parts) <= 3 and digits):
        return  # the schema has said so
    year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
    try:
        date(year, month, day)
    except ValueError as error:
        yield Finding(("release_date",), f'"{text}" is not on the calendar: {error}')


def not_yet(entry: EntryView, as_of: object) -> Iterator[Finding]:
    """No release is after the day of the catalogue.

    That day is in the catalogue; with today's date, an old catalogue would build differently.
    """
    text = entry.text("release_date")
    if text and isinstance(as_of, str) and text > as_of[: len(text)]:
        message = (
            f"release_date ({text}) is after as_of ({as_of}), the day of the catalogue; "
            "correct one of them"
        )
        yield Finding(("release_date",), message, rule="date-future")


def packages(entry: EntryView) -> Iterator[Finding]:
    """Packages are requirements that pip understands."""
    for index, text in enumerate(entry.items("dependencies", "packages")):
        place = ("dependencies", "packages", index)
        if not isinstance(text, str) or place in entry.refused:
            continue
        try:
            Requirement(text)
        except (InvalidRequirement, RecursionError):
            message = f'"{text}" is not a requirement; write it as for pip, such as "einops>=0.8"'
            yield Finding(place, message)


RULES: tuple[Callable[[EntryView], Iterator[Finding]], ...] = (
    license_term,
    languages,
    release_date,
    packages,
)

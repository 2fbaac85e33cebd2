"""Whether what an entry says in two places agrees."""

import re
from collections.abc import Callable, Iterator

from registry_base.json_shapes import is_list, is_object
from registry_codegen.entry_view import EntryView, Finding

_MULTILINGUAL = re.compile(r"multi-?lingual|cross-?lingual", re.IGNORECASE)
# The beginning says what the model is; later sentences also describe other models.
_SPEAKS_MANY = re.compile(
    r"^(?:an? |the )?(?:[\w.-]+ ){0,2}multi-?lingual\b|\b(?:in|for|of|across|covers|covering) "
    r"(?:about |over |more than )?(?:\d{2,}|several|many) languages\b",
    re.IGNORECASE,
)
_COMMIT = re.compile(r" @ (?P<commit>[0-9a-f]{7,40})$")

# Means of the same model over nearly the same tasks. In mteb's results repository (August 2026)
# BEIR-13 is 0.002 to 0.031 above BEIR-15 in 87 models, and MTEB(eng, v2) from 1.1 below to 4.7
# above v1 in 52: twice that distance is a broken run or another model's figure.
_LIKE = (
    ("beir13_avg", "beir15_avg", -0.03, 0.06),
    ("mteb_avg", "mteb_eng_v1_avg", -4.0, 8.0),
)


def multilingual(entry: EntryView) -> Iterator[Finding]:
    """An English-only model is not called multilingual."""
    if entry.items("capabilities", "languages") != ["en"]:
        return
    names = (entry.text("id"), entry.text("name"), entry.text("huggingface_id"))
    said = next((name for name in names if name and _MULTILINGUAL.search(name)), None)
    description = entry.text("description") or ""
    if said is None and (match := _SPEAKS_MANY.search(description)):
        said = match[0]
    if said is not None:
        message = f'English only, yet "{said}"; list its languages, or leave them out if unknown'
        yield Finding(("capabilities", "languages"), message, rule="multilingual")


def one_commit(entry: EntryView) -> Iterator[Finding]:
    """A source that names a commit ("Hub file list @ 1a2b3c4") names the pinned one."""
    sources, revision = entry.get("sources"), entry.text("revision")
    for source in sources if is_object(sources) else ():
        named = _COMMIT.search(source)
        if named and revision is not None and not revision.startswith(named["commit"]):
            fields = sources[source]
            what = ", ".join(map(str, fields)) if is_list(fields) else "facts"
            message = (
                f"{what} of commit {named['commit']}, but revision is {revision[:12]}; "
                "take the facts of the pinned commit, or leave them out"
            )
            yield Finding(("sources", source), message, key=True, rule="other-commit")


def means(entry: EntryView) -> Iterator[Finding]:
    """Means over nearly the same tasks are close to each other."""
    for name, like, least, most in _LIKE:
        mean, other = entry.number("performance", name), entry.number("performance", like)
        if mean is None or other is None or least <= mean - other <= most:
            continue
        message = (
            f"{name} ({mean}) is too far from {like} ({other}): their difference lies between "
            f"{least} and {most} for one model; check the runs behind both"
        )
        yield Finding(("performance", name), message, rule="distant-means")


RULES: tuple[Callable[[EntryView], Iterator[Finding]], ...] = (multilingual, one_commit, means)

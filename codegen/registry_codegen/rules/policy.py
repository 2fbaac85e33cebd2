"""What a project's own policy refuses: licenses, entries that are not pinned, and the like."""

from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase

from registry_base.json_shapes import is_object
from registry_base.problems import Pointer
from registry_base.sources import known_by
from registry_codegen.entry_view import EntryView, Finding
from registry_codegen.policy import Policy


def refused(entry: EntryView, policy: Policy) -> Iterator[Finding]:
    """What the policy has against an entry, ignoring exemptions; `rule` names the rule."""
    for rule, path, message in _findings(entry, policy):
        if rule in policy.rules:
            yield Finding(path, message, rule=rule)


def standing(entry: EntryView, policy: Policy, today: date) -> Iterator[Finding]:
    """The findings that no exemption covers on this day."""
    exemption = policy.exemptions.get(entry.id or "")
    over = exemption is None or (exemption.until is not None and exemption.until < today)
    covered = () if exemption is None or over else exemption.rules
    for finding in refused(entry, policy):
        if finding.rule not in covered:
            yield finding


def _findings(entry: EntryView, policy: Policy) -> Iterator[tuple[str, Pointer, str]]:
    yield from _licenses(entry, policy)
    local = entry.text("huggingface_id") is not None
    if local and entry.text("revision") is None:
        yield "require-pinned", ("huggingface_id",), "the policy requires a pinned revision"
    if local and not _has_safetensors(entry):
        where = ("files", "weights")
        yield "require-safetensors", where, "the policy requires weights in safetensors"
    if entry.flag("dependencies", "trust_remote_code"):
        where = ("dependencies", "trust_remote_code")
        yield "refuse-remote-code", where, "the policy refuses models that need remote code"
    if not entry.get("sources"):
        yield "require-verified", ("sources",), "the policy requires sources for all facts"
    elif unverified := _unverified(entry):
        named = ", ".join(unverified[:3]) + (", ..." if len(unverified) > 3 else "")
        message = f"the policy requires verified facts, and {len(unverified)} are not: {named}"
        yield "require-verified", ("sources",), message
    limit, size = policy.max_memory_mb, entry.number("specs", "memory_mb")
    if limit is not None and local and (size is None or size > limit):
        told = "is not known" if size is None else f"is {size:,} MiB"
        where = ("specs", "memory_mb")
        yield "max-memory-mb", where, f"the policy allows {limit:,} MiB, and memory_mb {told}"


def _licenses(entry: EntryView, policy: Policy) -> Iterator[tuple[str, Pointer, str]]:
    terms = entry.text("license")
    named = terms or "no license"
    for pattern in policy.patterns("refuse-licenses") or ():
        if fnmatchcase((terms or "none").lower(), pattern.lower()):
            message = f'the policy refuses {named} ("{pattern}")'
            yield "refuse-licenses", ("license",), message
            break
    allowed = policy.patterns("allow-licenses")
    if allowed is not None and not any(
        fnmatchcase((terms or "none").lower(), pattern.lower()) for pattern in allowed
    ):
        yield "allow-licenses", ("license",), f"the policy does not allow {named}"


def _has_safetensors(entry: EntryView) -> bool:
    return any(name == "safetensors" for name in _names(entry.get("files", "weights")))


def _names(table: object) -> Iterator[str]:
    yield from table if is_object(table) else ()


def _unverified(entry: EntryView) -> list[str]:
    """The fields whose source says that they are from recall or a guess."""
    sources = entry.get("sources")
    return [
        str(field)
        for source, fields in (sources.items() if is_object(sources) else ())
        if known_by(source) in ("unverified", "inferred")
        for field in fields
    ]

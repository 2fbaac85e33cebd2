"""What a project lets into its catalogue: `[tool.model-registry.policy]`, or the hook's `policy`.

    [tool.model-registry.policy]
    refuse-licenses = ["*-NC-*"]          # patterns; allow-licenses lists the only ones allowed
    require-pinned = true
    leave-out = true                      # what it refuses underneath is left out, not an error

    [tool.model-registry.policy.exceptions.jina-embeddings-v3]
    rules = ["refuse-licenses"]
    reason = "license bought, contract 4711"
    until = 2027-06-30

This module reads the table; `rules/policy.py` checks entries against it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from registry_base.json_shapes import Json, is_list, is_object
from registry_codegen.errors import Mistake

KEY = "policy"
_LISTS = ("allow-licenses", "refuse-licenses")
_FLAGS = ("require-pinned", "require-safetensors", "require-verified", "refuse-remote-code")
RULES = (*_LISTS, *_FLAGS, "max-memory-mb")
KEYS = frozenset({*RULES, "leave-out", "exceptions"})
_EXCEPTION = frozenset({"rules", "reason", "until"})


@dataclass(frozen=True)
class Exemption:
    """An entry that may break some of the rules, why, and until which day."""

    rules: tuple[str, ...]
    reason: str
    until: date | None = None


@dataclass(frozen=True)
class Policy:
    """The rules in force: the value of each, by name.

    >>> Policy({"require-pinned": True}).rules["require-pinned"]
    True
    """

    rules: Mapping[str, object] = field(default_factory=dict[str, object], hash=False)
    exemptions: Mapping[str, Exemption] = field(default_factory=dict[str, Exemption], hash=False)
    leave_out: bool = False

    def patterns(self, rule: str) -> tuple[str, ...] | None:
        """The licenses of a rule, None if it is not in force."""
        given = self.rules.get(rule)
        return tuple(map(str, given)) if is_list(given) else None

    @property
    def max_memory_mb(self) -> int | None:
        """The most that weights may take, in MiB, as `specs.memory_mb` counts."""
        given = self.rules.get("max-memory-mb")
        return given if isinstance(given, int) else None

    @property
    def in_force(self) -> bool:
        """Whether there is anything to check entries against."""
        return bool(self.rules or self.exemptions)


def read_policy(table: object, mistakes: list[Mistake]) -> Policy:
    """Read the table; what is wrong with it is added to `mistakes`."""
    if table is None:
        return Policy()
    if not is_object(table):
        mistakes.append(Mistake("policy must be a table", KEY))
        return Policy()

    def wrong(message: str, *path: str) -> None:
        mistakes.append(Mistake(message, KEY, path))

    for name in sorted(table.keys() - KEYS):
        wrong(f"unknown policy {name!r}; there are {', '.join(sorted(KEYS))}", name)
    rules: dict[str, object] = {}
    for name in RULES:
        if name not in table:
            continue
        value, problem = table[name], _problem(name, table[name])
        if problem:
            wrong(f"{name} must be {problem}", name)
        elif value is not False:
            rules[name] = value
    leave_out = table.get("leave-out", False)
    if not isinstance(leave_out, bool):
        wrong("leave-out must be true or false", "leave-out")
    return Policy(rules, _exemptions(table.get("exceptions", {}), wrong), leave_out is True)


def _problem(name: str, value: Json) -> str | None:
    """What a value should have been, if it is wrong."""
    if name in _LISTS:
        texts = is_list(value) and value and all(isinstance(each, str) and each for each in value)
        return None if texts else 'a list of licenses, such as ["Apache-2.0", "CC-BY-*"]'
    if name in _FLAGS:
        return None if isinstance(value, bool) else "true or false"
    whole = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if whole else "a number of MiB"


def _exemptions(table: object, wrong: Callable[..., None]) -> dict[str, Exemption]:
    if not is_object(table):
        wrong("exceptions must be tables, one for each model id", "exceptions")
        return {}
    found: dict[str, Exemption] = {}
    for model_id, given in table.items():
        path = ("exceptions", model_id)
        if not is_object(given):
            wrong(f"exception for {model_id}: give it rules and a reason", *path)
            continue
        for name in sorted(given.keys() - _EXCEPTION):
            wrong(
                f"exception for {model_id}: unknown key {name!r}; there are reason, rules, until",
                *path,
                name,
            )
        rules, reason, until = (given.get(name) for name in ("rules", "reason", "until"))
        named = [each for each in rules if each in RULES] if is_list(rules) else []
        if not is_list(rules) or not named or len(named) != len(rules):
            wrong(f"exception for {model_id}: rules must list some of {', '.join(RULES)}", *path)
        if not isinstance(reason, str) or not reason.strip():
            wrong(f"exception for {model_id}: reason is missing; say why", *path)
        # A TOML date; in Python, a date and time is a date too, but not a day.
        if until is not None and type(until) is not date:
            day = "a date without quotes, as in until = 2027-06-30"
            wrong(f"exception for {model_id}: until must be {day}", *path)
            until = None
        found[model_id] = Exemption(tuple(map(str, named)), str(reason), until)
    return found

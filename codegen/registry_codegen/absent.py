"""Which option keeps an entry of the catalogue underneath out of a project's catalogue."""

from datetime import date

from registry_base.json_shapes import JsonObject
from registry_codegen.entry_view import EntryView
from registry_codegen.options import Options
from registry_codegen.picking import not_picked
from registry_codegen.policy import KEY


def kept_out_by(entry: JsonObject, options: Options) -> tuple[str, ...] | None:
    """Its keys in the project's table; None if no option keeps the entry out.

    >>> from pathlib import Path
    >>> kept_out_by({"id": "bge-m3"}, Options(Path(), hide=("bge-m3",)))
    ('hide',)
    """
    if entry["id"] in options.hide:
        return ("hide",)
    if not_picked({"models": [entry]}, options.only):
        return ("only",)
    if not options.policy.leave_out:
        return None
    try:
        from registry_codegen.rules.policy import standing
    except ModuleNotFoundError:  # rules need the extra `codegen`, a compiled catalogue does not
        return (KEY, "leave-out")
    found = next(standing(EntryView(0, entry), options.policy, date.today()), None)
    return None if found is None else (KEY, found.rule or "leave-out")

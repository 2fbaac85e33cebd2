"""`registry pull --ollama`: models by their tags, through the Ollama server."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import typer

from registry.catalogue.entries import Entry
from registry.cli.options.stores import lock_here
from registry.cli.terminal.confirm import confirm
from registry.cli.terminal.failure import PROBLEM
from registry.cli.terminal.output import complain, counted, inform, write_json
from registry.cli.terminal.sizes import human_size
from registry.cli.terminal.table import write_rows
from registry.cli.terminal.transfers import transfers

if TYPE_CHECKING:
    from registry.ollama.pulling import PlannedTag, PulledTag


def pull_tags(
    asked: Collection[Entry],
    named: Collection[Entry],
    host: str | None,
    *,
    dry_run: bool,
    ask: bool,
    as_json: bool,
) -> None:
    """Fetch models one after the other; those without a tag are left out unless they were named.

    Raises InputError, ServerUnavailableError, StoreError, MissingExtraError.
    """
    from registry.ollama.pulling import plan_tags, pull_tag

    tagged = [entry for entry in asked if entry.ollama_tag is not None or entry in named]
    if len(tagged) < len(asked) and not as_json:
        left_out = [entry for entry in asked if entry not in tagged]
        inform(f"{counted(left_out, 'model')} without an ollama_tag left out")
    plan = plan_tags(tagged, lock_here(), host)
    if not as_json:
        _show(plan)
    pulled: list[PulledTag] = []
    if not dry_run:
        if ask and not all(each.is_here for each in plan):
            confirm("Fetch them?", otherwise="pass --yes to fetch them all")
        with transfers(None) as watcher:
            pulled = [pull_tag(each, watcher, host) for each in plan]
    if as_json:
        write_json(_record(plan, pulled))
    else:
        for each in pulled:
            if each.failure is not None:
                complain(each.failure)
        if not dry_run:
            whole = [each for each in pulled if each.failure is None]
            came = human_size(sum(each.fetched for each in pulled))
            inform(f"{counted(whole, 'model')} at Ollama, {came} fetched")
    if any(each.failure is not None for each in pulled):
        raise typer.Exit(PROBLEM)


def _show(plan: Collection[PlannedTag]) -> None:
    rows = [
        (
            each.entry.id,
            each.tag,
            "tag" if each.locked is None else "lock",
            "here" if each.is_here else "to fetch",
        )
        for each in plan
    ]
    write_rows(("model", "tag", "from", "state"), rows, {"model": "cyan"})


def _record(plan: Collection[PlannedTag], pulled: list[PulledTag]) -> dict[str, Any]:
    by_id = {each.planned.entry.id: each for each in pulled}
    return {
        "models": [
            {
                "id": each.entry.id,
                "ollama_tag": each.tag,
                "locked": each.locked,
                "digest": by_id[each.entry.id].digest if pulled else each.present,
                "fetched": by_id[each.entry.id].fetched if pulled else 0,
            }
            for each in plan
        ],
        "failures": [
            {"id": each.planned.entry.id, "error": each.failure}
            for each in pulled
            if each.failure is not None
        ],
    }

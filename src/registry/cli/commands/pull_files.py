"""The part of `registry pull` that fetches files into the Hugging Face cache."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from registry.catalogue.entries import Entry
from registry.cli.options.stores import lock_here
from registry.cli.terminal.confirm import confirm
from registry.cli.terminal.failure import PROBLEM, needs
from registry.cli.terminal.output import complain, counted, inform, write_json
from registry.cli.terminal.progress import progress
from registry.cli.terminal.sizes import human_size, size_cell
from registry.cli.terminal.table import write_rows
from registry.cli.terminal.transfers import transfers
from registry.files.lock_file import Lock, find_lock, note_elsewhere
from registry.hub.endpoint import endpoint

if TYPE_CHECKING:
    from registry.store.pull_plan import PlannedFile, PlannedModel, PullPlan
    from registry.store.pulling import Pulled


def pull_files(
    asked: tuple[Entry, ...],
    cache_dir: Path | None,
    given: bool,
    *,
    dry_run: bool,
    ask: bool,
    as_json: bool,
) -> None:
    """Fetch files of models, or show what would be fetched. given: the revision was asked for."""
    lock = lock_here()
    plan = _plan(asked, lock, cache_dir, given=given)
    if not as_json:
        _show(plan)
    if dry_run:
        if plan.short:
            complain(f"{human_size(plan.short)} short; `registry prune` makes room")
        pulled: tuple[Pulled, ...] = ()
    else:
        if ask and plan.to_fetch:
            confirm(f"Fetch {human_size(plan.to_fetch)}?", otherwise="pass --yes to fetch them all")
        pulled = _pull(plan, as_json=as_json)
        _note_elsewhere([each.model for each in pulled if not each.failures], lock)
    failures = dict(plan.failures)
    failures |= {each.model.entry.id: "; ".join(each.failures) for each in pulled if each.failures}
    if as_json:
        write_json(_record(plan, pulled, failures))
    else:
        for model_id, text in failures.items():
            complain(f"{model_id} is not here: {text}")
        whole = [each for each in pulled if not each.failures]
        if not dry_run:
            came = human_size(sum(each.fetched for each in pulled))
            inform(f"{counted(whole, 'model')} here and checked, {came} fetched")
    if failures or (dry_run and plan.short):
        raise typer.Exit(PROBLEM)


def _plan(asked: tuple[Entry, ...], lock: Lock, cache_dir: Path | None, *, given: bool) -> PullPlan:
    with needs("hub"):
        from registry.hub.locking import differences
        from registry.hub.remote import open_remote
        from registry.store.pull_plan import plan_pull

    locked = [each for each in asked if each.id in lock.models and not (given or each.only)]
    for line in differences(locked, lock, whole=False):
        inform(f"{line}; the lock takes precedence")
    with progress(len(asked), "looking") as advance:
        return plan_pull(asked, lock, open_remote, cache_dir=cache_dir, given=given, done=advance)


def _pull(plan: PullPlan, *, as_json: bool) -> tuple[Pulled, ...]:
    from registry.store.pulling import pull as pull_planned

    def done(model: PlannedModel, planned: PlannedFile) -> None:
        if not (as_json or sys.stderr is None or sys.stderr.isatty()):
            size = human_size(planned.file.size)
            inform(f"{model.entry.id}: {planned.file.path}, {size}")

    with transfers(plan.to_fetch) as watcher:
        return pull_planned(plan, watcher, done=done)


def _note_elsewhere(models: list[PlannedModel], lock: Lock) -> None:
    """Note in the lock under which commits a Hub was found to have what is locked."""
    path = find_lock()
    commits = {
        model.entry.id: model.snapshot.at_hub
        for model in models
        if model.origin == "lock" and model.snapshot.at_hub != model.snapshot.commit
    }
    if path is None or not commits:
        return
    try:
        _, changed = note_elsewhere(path, endpoint(), commits, lock.models)
    except OSError as error:
        inform(f"{path} does not note the commits of {endpoint()}: {error.strerror}")
        return
    if changed:
        for model_id, commit in commits.items():
            inform(f"{model_id}: {endpoint()} has the same files under {commit}, says {path} now")


def _show(plan: PullPlan) -> None:
    rows = [
        (
            model.entry.id,
            model.snapshot.commit[:12],
            model.origin,
            size_cell(model.size),
            size_cell(model.to_fetch),
        )
        for model in plan.models
    ]
    write_rows(("model", "commit", "from", "size", "to fetch"), rows, {"model": "cyan"})
    for model in plan.models:
        if model.origin == "head":
            inform(f"{model.entry.id} is neither locked nor pinned: the head is used")
        for planned in model.files:
            if planned.damage is not None:
                inform(f"{model.entry.id}: {planned.damage.message}; it is fetched again")
    inform(f"{human_size(plan.to_fetch)} to fetch, {human_size(plan.free)} free")


def _record(plan: PullPlan, pulled: tuple[Pulled, ...], failures: dict[str, str]) -> dict[str, Any]:
    fetched = {each.model.entry.id: each.fetched for each in pulled}
    return {
        "cache": str(plan.cache_dir),
        "free": plan.free,
        "to_fetch": plan.to_fetch,
        "fetched": sum(fetched.values()),
        "models": [
            {
                "id": model.entry.id,
                "huggingface_id": model.entry.huggingface_id,
                "revision": model.snapshot.commit,
                "fetched_as": model.snapshot.at_hub,
                "origin": model.origin,
                "bytes": model.size,
                "to_fetch": model.to_fetch,
                "fetched": fetched.get(model.entry.id, 0),
                "path": str(model.snapshot.folder),
            }
            for model in plan.models
        ],
        "failures": [{"id": key, "error": text} for key, text in failures.items()],
    }

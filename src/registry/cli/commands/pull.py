"""`registry pull`: models into the Hugging Face cache, or into Ollama, just as they are locked."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.catalogue.entries import Entry
from registry.catalogue.here import Catalogue
from registry.cli.commands.pull_tags import pull_tags
from registry.cli.options.asked import DEFAULT, asked_entries
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.options.stores import CacheDir, OllamaHost, lock_here
from registry.cli.terminal.confirm import confirm
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError, needs
from registry.cli.terminal.output import complain, counted, write_json
from registry.cli.terminal.progress import progress
from registry.cli.terminal.sizes import human_size, size_cell
from registry.cli.terminal.table import write_rows
from registry.cli.terminal.transfers import transfers

if TYPE_CHECKING:
    from registry.store.pull_plan import PlannedFile, PlannedModel, PullPlan
    from registry.store.pulling import Pulled

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID]...",
        help="What to fetch; `default`: the selected models; nothing: what is locked.",
    ),
]
Ollama = Annotated[
    bool, typer.Option("--ollama", help="Through Ollama, by their tags, instead of from the Hub.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be fetched.")]
Revision = Annotated[
    str | None,
    typer.Option(
        metavar="COMMIT",
        help="At this commit, whatever is locked; also for repositories outside the catalogue.",
    ),
]
OneVariant = Annotated[
    str | None,
    typer.Option(
        "--variant",
        metavar="VARIANT",
        help="One file alone: a variant's, such as the GGUF of q4_k_m.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before fetching a whole type.")]


def pull(
    keys: Keys = None,
    of_type: OfType = None,
    ollama: Ollama = False,
    revision: Revision = None,
    variant: OneVariant = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    ollama_host: OllamaHost = None,
    as_json: AsJson = False,
) -> None:
    """Fetch models at their locked or pinned commit.

    Only the files that loading needs, checked against the lock or the Hub's listing; what is in
    the cache already is checked too, and fetched again if it is damaged. With --ollama every
    model comes by its ollama_tag instead. With --revision or --variant, ID may be any repository.
    In a pipe one line a model, tab-separated: id, commit, who says so, size, to fetch.
    """
    if ollama_host is not None and not ollama:
        raise CommandError("--ollama-host is for --ollama", USAGE)
    if cache_dir is not None and ollama:
        raise CommandError("--cache-dir is not for --ollama: Ollama has a store of its own", USAGE)
    here = catalogue_for(catalogue)
    keys = keys or []
    if (revision or variant) and (ollama or not keys):
        raise CommandError("--revision and --variant go with an ID, and not with --ollama", USAGE)
    if not keys and of_type is None:
        keys = _locked_ids(here)
    asked = _asked(here, keys, of_type, revision, variant)
    ask = not (keys or yes or dry_run)
    try:
        if ollama:
            named = [key for key in keys if key != DEFAULT]
            must = asked_entries(here, named, of_type) if named else ()
            pull_tags(asked, must, ollama_host, dry_run=dry_run, ask=ask, as_json=as_json)
        else:
            given = revision is not None
            _pull_files(asked, cache_dir, given, dry_run=dry_run, ask=ask, as_json=as_json)
    except KeyboardInterrupt:
        complain("stopped; the next `registry pull` goes on where this one was")
        raise


def _locked_ids(here: Catalogue) -> list[str]:
    """The ids of the catalogue that are locked: what is meant where nobody says what to fetch."""
    locked = lock_here().models
    ids = [entry.id for entry in here.entries if entry.id in locked]
    if not ids:
        raise CommandError(
            f"nothing is locked here: name models to fetch, `{DEFAULT}` for the selected ones, or "
            "--type TYPE; `registry lock` locks",
            USAGE,
        )
    return ids


def _asked(
    here: Catalogue, keys: list[str], of_type: str | None, revision: str | None, variant: str | None
) -> tuple[Entry, ...]:
    """The entries that are meant, as they are asked for."""
    if revision is None and variant is None:
        return asked_entries(here, keys, of_type)
    with needs("hub"):
        from registry.hub.remote import open_remote
        from registry.store.asked_for import outside, repository_named, with_variant
    found: list[Entry] = []
    for key in keys:
        known = key == DEFAULT or here.knows(key) or repository_named(key) is None
        if not known and revision is None:
            raise CommandError(
                f"{key} is not in the catalogue {here.name}; say which commit of it with --revision"
            )
        if known:
            found += asked_entries(here, [key], of_type)
        else:
            found.append(outside(key, revision or ""))
    if revision is not None:
        found = [replace(each, revision=revision) for each in found]
    if variant is not None:
        found = [with_variant(each, variant, open_remote) for each in found]
    return tuple(found)


def _pull_files(
    asked: tuple[Entry, ...],
    cache_dir: Path | None,
    given: bool,
    *,
    dry_run: bool,
    ask: bool,
    as_json: bool,
) -> None:
    plan = _plan(asked, cache_dir, given=given)
    if not as_json:
        _show(plan)
    if dry_run:
        if plan.short:
            complain(f"{human_size(plan.short)} short; `registry prune` makes room")
        pulled: tuple[Pulled, ...] = ()
    else:
        if ask and plan.to_fetch:
            confirm(f"Fetch {human_size(plan.to_fetch)}?", otherwise="say --yes to fetch them all")
        pulled = _pull(plan, as_json=as_json)
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
            complain(f"{counted(whole, 'model')} here and checked, {came} fetched")
    if failures or (dry_run and plan.short):
        raise typer.Exit(PROBLEM)


def _plan(asked: tuple[Entry, ...], cache_dir: Path | None, *, given: bool) -> PullPlan:
    with needs("hub"):
        from registry.hub.locking import differences
        from registry.hub.remote import open_remote
        from registry.store.pull_plan import plan_pull

    lock = lock_here()
    locked = [each for each in asked if each.id in lock.models and not (given or each.only)]
    for line in differences(locked, lock, whole=False):
        complain(f"{line}; the lock counts")
    with progress(len(asked), "looking") as advance:
        return plan_pull(asked, lock, open_remote, cache_dir=cache_dir, given=given, done=advance)


def _pull(plan: PullPlan, *, as_json: bool) -> tuple[Pulled, ...]:
    from registry.store.pulling import pull as pull_planned

    def done(model: PlannedModel, planned: PlannedFile) -> None:
        if not (as_json or sys.stderr is None or sys.stderr.isatty()):
            size = human_size(planned.file.size)
            complain(f"{model.entry.id}: {planned.file.path}, {size}")

    with transfers(plan.to_fetch) as watcher:
        return pull_planned(plan, watcher, done=done)


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
            complain(f"{model.entry.id} is neither locked nor pinned: this is the head")
        for planned in model.files:
            if planned.damage is not None:
                complain(f"{model.entry.id}: {planned.damage.message}; it is fetched again")
    complain(f"{human_size(plan.to_fetch)} to fetch, {human_size(plan.free)} free")


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

"""`registry lock`: every model's commit and the hashes of its files, in models.lock.json."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.catalogue.entries import Entry, entries_named
from registry.cli.options.asked import DEFAULT, asked_entries, own_entries
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError, needs
from registry.cli.terminal.output import complain, counted, write, write_json
from registry.cli.terminal.progress import progress
from registry.files.lock_file import LOCK_NAME, Lock, read_lock, update_lock

if TYPE_CHECKING:
    from registry.hub.locking import Locking

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID]...", help="Lock these too; else what is locked, or at first what is selected."
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; fail if the lock is behind the catalogue.")
]
Update = Annotated[
    bool, typer.Option("--update", help="Move entries without a pin to the head of the repository.")
]
Output = Annotated[Path, typer.Option("--output", help="The lock file.")]


def lock(
    keys: Keys = None,
    check: Check = False,
    update: Update = False,
    catalogue: CatalogueOption = None,
    output: Output = Path(LOCK_NAME),
    as_json: AsJson = False,
) -> None:
    """Write models.lock.json: commits and SHA-256 of model files.

    The lock remembers: with IDs these are added, without any what it holds is locked again. A new
    one begins with the selected models or, where the catalogue selects none, with the models that
    are its own. What is locked at its pin already is not asked for again. An Ollama server that
    runs is asked for its digests. `load` and `registry pull` keep to the lock. --check asks
    nobody.
    """
    here = catalogue_for(catalogue)
    before = read_lock(output) if output.exists() else Lock()
    if keys:
        asked = entries_named(here.entries, keys, here.behind_apis)
    elif before.models:
        asked = tuple(entry for entry in here.entries if entry.id in before.models)
    else:
        asked = asked_entries(here, [DEFAULT]) or own_entries(here)
        if not asked:
            raise CommandError(
                f"the catalogue {here.name} has no models of its own and selects none; "
                "say which to lock",
                USAGE,
            )
    if check:
        _check(asked, before, output, whole=not keys, as_json=as_json)
        return
    gone = set[str]() if keys else before.models.keys() - {entry.id for entry in asked}
    for model_id in gone:
        complain(f"{model_id} is not in the catalogue any more, so not in the lock either")
    found = _locked(asked, before, update=update)
    # Asking takes a while: another process may have locked something meanwhile.
    after, changed = update_lock(output, found.models, without=gone)
    if as_json:
        failures = [{"id": key, "error": text} for key, text in found.failures.items()]
        write_json(
            {
                "file": str(output),
                "changed": changed,
                "locked": len(after.models),
                "failures": failures,
            }
        )
    else:
        there = changed or output.exists()
        state = "written" if changed else "up to date" if there else "nothing was written"
        write(f"{output}: {counted(after.models, 'model')} locked, {state}\n")
        for key, text in found.failures.items():
            complain(f"{key} is left as it was: {text}")
    if found.failures:
        raise typer.Exit(PROBLEM)


def _check(
    asked: tuple[Entry, ...], before: Lock, output: Path, *, whole: bool, as_json: bool
) -> None:
    from registry.hub.locking import differences

    behind = differences(asked, before, whole=whole)
    if as_json:
        write_json({"file": str(output), "up_to_date": not behind, "differences": behind})
    elif not behind:
        write(f"{output}: {counted(asked, 'model')} locked, up to date\n")
    else:
        complain("\n".join(f"{output}: {line}" for line in behind))
        complain("run `registry lock` to bring it up to date")
    if behind:
        raise typer.Exit(PROBLEM)


def _locked(asked: tuple[Entry, ...], before: Lock, *, update: bool) -> Locking:
    with needs("hub"):
        from registry.hub.locking import lock_entries
        from registry.hub.remote import open_remote

    with progress(len(asked), "locking") as advance:
        return lock_entries(
            asked,
            before,
            open_remote,
            update=update,
            ollama_digest=_ollama_digests(asked),
            done=lambda _: advance(),
        )


def _ollama_digests(asked: tuple[Entry, ...]) -> Callable[[str], str | None]:
    """Tag -> digest, of an Ollama server that runs here. None is no failure: most need none."""
    if not any(entry.ollama_tag for entry in asked):
        return lambda _: None
    from registry.errors import MissingExtraError, ServerUnavailableError, StoreError
    from registry.ollama.models import full_tag, ollama_digests

    try:
        digests = ollama_digests()
    except (MissingExtraError, ServerUnavailableError, StoreError):
        return lambda _: None
    return lambda tag: digests.get(full_tag(tag))

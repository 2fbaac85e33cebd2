"""`registry lock`: every model's commit and the hashes of its files, in models.lock.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.catalogue.entries import Entry, entries_named
from registry.cli.options.asked import DEFAULT, asked_entries, own_entries
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.options.probing import probes
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError, needs
from registry.cli.terminal.output import complain, counted, inform, write, write_json
from registry.cli.terminal.progress import progress
from registry.files.lock_file import (
    LOCK_NAME,
    Lock,
    LockedModel,
    find_lock,
    note_elsewhere,
    note_probes,
    read_lock,
    update_lock,
)
from registry_base.endpoints import endpoint_of
from registry_base.folders import shown

if TYPE_CHECKING:
    from registry.catalogue.here import Catalogue
    from registry.hub.elsewhere import Elsewhere
    from registry.hub.locking import Locking

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID",
        help="Models to lock as well; by default those already locked or, for a new lock, the "
        "selected ones.",
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; fail if the lock is behind the catalogue.")
]
Update = Annotated[
    bool, typer.Option("--update", help="Move entries without a pin to the head of the repository.")
]
Probe = Annotated[
    bool,
    typer.Option("--probe", help="Run the weights over fixed texts and keep what they answer."),
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Find the same files at another Hub, and record the commits it has them under.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        help=f"The lock file; by default the one used here, else {LOCK_NAME} beside the catalogue.",
    ),
]


def lock(
    keys: Keys = None,
    check: Check = False,
    update: Update = False,
    probe: Probe = False,
    endpoint: Endpoint = None,
    catalogue: CatalogueOption = None,
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Write models.lock.json: commits and SHA-256 of model files.

    With IDs, these models are added; without, the models in the lock are locked again. A new lock
    begins with the selected models or, if the catalogue selects none, with its own models. Models
    that are already locked at their pins need no request. A running Ollama server is asked for its
    digests. `load` and `registry pull` keep to the lock. --check makes no network requests.

    --probe runs the locked weights once over a few texts, on sentence-transformers or an engine.
    `load` then sends the same texts to servers, and rejects another model.

    --endpoint looks at a private Hub or a mirror for commits whose files have the locked SHA-256,
    whatever the commits are called there. `load`, `pull` and `verify` take those where HF_ENDPOINT
    is that URL. HF_TOKEN is not sent there unless HF_ENDPOINT has the same host.

    Example: registry lock bge-m3
    """
    address = _address(endpoint)
    if check and address is not None:
        raise CommandError(
            "--endpoint queries a Hub, but --check makes no requests; give one of them", USAGE
        )
    here = catalogue_for(catalogue)
    output = output or Path(shown(find_lock() or _beside(here)))
    before = read_lock(output) if output.exists() else Lock()
    if keys:
        asked = entries_named(here.entries, keys, here.behind_apis, here.left_out.why)
    elif before.models:
        asked = tuple(entry for entry in here.entries if entry.id in before.models)
    else:
        asked = asked_entries(here, [DEFAULT]) or own_entries(here)
        if not asked:
            raise CommandError(
                f"the catalogue {here.name} has no models of its own and selects none; "
                "name the models to lock",
                USAGE,
            )
    if check:
        _check(asked, before, output, whole=not keys, as_json=as_json)
        return
    gone = set[str]() if keys else before.models.keys() - {entry.id for entry in asked}
    for model_id in gone:
        inform(f"{model_id} is no longer in the catalogue, so it is removed from the lock")
    found = _locked(asked, before, update=update)
    # Asking takes a while: another process may have locked something meanwhile.
    after, changed = update_lock(output, found.models, without=gone)
    if probe:
        ready = [each for each in asked if each.id in found.models]
        probed, refused = probes(here, ready, after)
        found.failures.update(refused)
        after, newer = note_probes(output, probed, after.models)
        changed = changed or newer
    locked: Mapping[str, LockedModel] = {}
    elsewhere: Mapping[str, str] = {}
    if address is not None:
        locked = {each.id: after.models[each.id] for each in asked if each.id in after.models}
        compared = _elsewhere(address, locked)
        elsewhere = compared.commits
        found.failures.update(compared.failures)
        if elsewhere:
            after, newer = note_elsewhere(output, address, elsewhere, locked)
            changed = changed or newer
    if as_json:
        told = [{"id": key, "error": text} for key, text in found.failures.items()]
        write_json(
            {
                "file": str(output),
                "changed": changed,
                "locked": len(after.models),
                "failures": told,
            }
            | ({} if address is None else {"elsewhere": elsewhere})
        )
    else:
        there = changed or output.exists()
        state = "written" if changed else "up to date" if there else "nothing was written"
        write(f"{output}: {counted(after.models, 'model')} locked, {state}\n")
        for key in (key for key in locked if key not in found.failures):
            commit = elsewhere.get(key)
            has = "the locked commit" if commit is None else f"the same files under {commit}"
            write(f"{key}: {address} has {has}\n")
        for key, text in found.failures.items():
            complain(f"{key} is left as it was: {text}")
    if found.failures:
        raise typer.Exit(PROBLEM)


def _beside(here: Catalogue) -> Path:
    """Where a first lock belongs: in the folder of the project, whichever folder this is."""
    options = here.place.options
    return (Path() if options is None else options.root) / LOCK_NAME


def _address(endpoint: str | None) -> str | None:
    if endpoint is None:
        return None
    address = endpoint_of(endpoint)
    if address is None:  # its text may hold a password
        raise CommandError("--endpoint is not the address of a Hub; write https://host", USAGE)
    return address


def _elsewhere(address: str, locked: Mapping[str, LockedModel]) -> Elsewhere:
    with needs("hub"):
        from registry.hub.elsewhere import find_elsewhere
        from registry.hub.endpoint import asking_at

    with asking_at(address), progress(len(locked), "comparing") as advance:
        return find_elsewhere(locked, advance)


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
        inform("run `registry lock` to bring it up to date")
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
    """Tag -> digest, of an Ollama server that runs here. None is not a failure: most need none."""
    if not any(entry.ollama_tag for entry in asked):
        return lambda _: None
    from registry.errors import MissingExtraError, ServerUnavailableError, StoreError
    from registry.ollama.models import full_tag, ollama_digests

    try:
        digests = ollama_digests()
    except (MissingExtraError, ServerUnavailableError, StoreError):
        return lambda _: None
    return lambda tag: digests.get(full_tag(tag))

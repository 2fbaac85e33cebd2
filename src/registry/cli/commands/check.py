"""`registry check`: is what is here what models.lock.json says?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from registry.catalogue.entries import Entry
from registry.cli.options.asked import asked_entries
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.named_model import wanted
from registry.cli.options.parameters import AsJson
from registry.cli.options.served import (
    Backend,
    BaseUrl,
    Served,
    ServerModel,
    served_arguments,
    show_served,
)
from registry.cli.options.stores import CacheDir, OllamaHost
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError, needs
from registry.cli.terminal.output import counted, inform, write_json
from registry.cli.terminal.progress import progress
from registry.cli.terminal.table import write_rows
from registry.errors import MissingExtraError, ServerUnavailableError, StoreError
from registry.files.lock_file import LOCK_NAME, Lock, find_lock, read_lock

if TYPE_CHECKING:
    from registry.store.checking import Checked, State

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID",
        help="Models to check (`default`: the selected ones); by default all locked ones.",
    ),
]


def check(
    keys: Keys = None,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    ollama_host: OllamaHost = None,
    served: Served = False,
    backend: Backend = None,
    base_url: BaseUrl = None,
    server_model: ServerModel = None,
    as_json: AsJson = False,
) -> None:
    """Compare files on this machine with models.lock.json.

    Names files that are truncated, changed, missing, or extra: files that loading would read but
    that are not in the lock. Fails on any difference, and for a named model that is not locked or
    not here. In a pipe one line per difference, tab-separated: id, store, state, what.

    --served sends the texts of the probe that `registry lock --probe` made to the server of a
    model, Ollama unless --backend names another. Fails if another model answers, and if there is
    no probe to compare it with. In a pipe one line per text: id, text, kind, difference, allowed,
    state.

    Example: registry check bge-m3
    """
    if served:
        if not keys:
            raise CommandError("name the models that are served", USAGE)
        models = [wanted(catalogue_for(catalogue), key) for key in keys]
        arguments = served_arguments(backend, base_url, server_model, ollama_host)
        if not show_served(models, arguments, as_json=as_json):
            raise typer.Exit(PROBLEM)
        return
    if any(each is not None for each in (backend, base_url, server_model)):
        # Or the files here being as locked would seem to be the server's answer.
        raise CommandError("--backend, --base-url and --server-model are for --served", USAGE)
    path = find_lock()
    if path is None:
        raise CommandError(f"there is no {LOCK_NAME} here or above; `registry lock` makes it")
    lock = read_lock(path)
    here = catalogue_for(catalogue)
    every = here.entries
    if keys:
        asked = asked_entries(here, keys)
    else:
        asked = tuple(entry for entry in every if entry.id in lock.models)
    with needs("hub"):
        from registry.store.checking import check_models

    tags = _tags(asked, lock, ollama_host)
    with progress(len(asked), "checking") as advance:
        found = check_models(asked, lock, tags, cache_dir=cache_dir, done=advance)
    if as_json:
        write_json([asdict(each) for each in found])
    else:
        _show(found, named=bool(keys))
    wrong = {"differs", "not here", "not locked"} if keys else {"differs"}
    if any(each.state in wrong for each in found):
        raise typer.Exit(PROBLEM)


def _tags(asked: tuple[Entry, ...], lock: Lock, host: str | None) -> Mapping[str, str]:
    """Tag -> digest of what Ollama has; nothing, and a word, where no server answers."""
    locked = [lock.models[entry.id] for entry in asked if entry.id in lock.models]
    if not any(model.ollama for model in locked):
        return {}
    from registry.ollama.models import ollama_digests

    try:
        return ollama_digests(host)
    except (MissingExtraError, ServerUnavailableError, StoreError) as error:
        if host is not None:
            raise
        inform(f"what Ollama has is not checked: {error}")
        return {}


def _show(found: tuple[Checked, ...], *, named: bool) -> None:
    rows = [
        (each.id, each.store or "-", each.state, what)
        for each in found
        for what in each.differences or ("",)
        if each.state == "differs" or (named and each.store is None)
    ]
    write_rows(("model", "store", "state", "what"), rows, {"model": "cyan"})
    counts = Counter(each.state for each in found)
    said = [f"{counts[state]} {words}" for state, words in _SAID.items() if counts[state]]
    inform(f"of {counted({each.id for each in found}, 'model')}: {', '.join(said) or 'nothing'}")


_SAID: Mapping[State, str] = {
    "as locked": "as locked",
    "differs": "differing",
    "not here": "not here",
    "not locked": "not locked",
}

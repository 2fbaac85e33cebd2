"""`registry pull`: models into the Hugging Face cache, or into Ollama, just as they are locked."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from registry.catalogue.entries import Entry
from registry.catalogue.here import Catalogue
from registry.cli.commands.pull_files import pull_files
from registry.cli.commands.pull_tags import pull_tags
from registry.cli.options.asked import DEFAULT, asked_entries
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.options.stores import CacheDir, OllamaHost, lock_here
from registry.cli.terminal.failure import USAGE, CommandError, needs
from registry.cli.terminal.output import inform

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID",
        help="Models to fetch; `default` for the selected ones; by default what is locked.",
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
        help="Only the file of this variant, such as the GGUF of q4_k_m.",
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
    In a pipe one line per model, tab-separated: id, commit, where that is set, size, to fetch.

    Example: registry pull bge-m3 --dry-run
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
            pull_files(asked, cache_dir, given, dry_run=dry_run, ask=ask, as_json=as_json)
    except KeyboardInterrupt:
        inform("stopped; the next `registry pull` continues where this one ended")
        raise


def _locked_ids(here: Catalogue) -> list[str]:
    """The locked ids of the catalogue: what is fetched by default."""
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

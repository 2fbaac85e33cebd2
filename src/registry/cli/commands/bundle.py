"""`registry bundle`: models in one file, to carry by hand to where there is no network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.catalogue.entries import Entry
from registry.catalogue.here import Catalogue
from registry.cli.options.asked import DEFAULT, asked_entries, locked_entries
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.options.stores import CacheDir, lock_here
from registry.cli.terminal.failure import USAGE, CommandError, needs
from registry.cli.terminal.output import counted, inform, write_json
from registry.cli.terminal.sizes import human_size, size_cell
from registry.cli.terminal.table import write_rows
from registry.cli.terminal.transfers import transfers
from registry.files.lock_file import Lock

if TYPE_CHECKING:
    from registry.bundles.manifest import Manifest
    from registry.bundles.packing import Packed

LOCKED, SELECTED = "locked", "selected"

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID",
        help="Models to carry; `selected` for the selected ones, `locked` for all in the lock, "
        "which is the default.",
    ),
]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="FILE.tar, or a folder for the same as files.")
]
Volume = Annotated[
    str | None, typer.Option(metavar="SIZE", help="Split into FILE.tar.001, ... of this size: 4GB.")
]


def bundle(
    output: Output,
    keys: Keys = None,
    volume: Volume = None,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    as_json: AsJson = False,
) -> None:
    """Write models into one file to carry to a machine without a network.

    In it are the locked files of the models, out of the Hugging Face cache and checked against the
    lock, their licenses, their part of the lock and of the catalogue, and a bill of materials.
    `registry unbundle` puts them into a cache, or uploads them to a private Hub. The same models,
    lock and cache give the same bytes. Nothing is fetched: run `registry pull` first. If a run is
    stopped, the next one continues where it ended.

    In a pipe one line per model, tab-separated: id, commit, files, size.

    Example: registry bundle bge-m3 -o models.tar
    """
    here = catalogue_for(catalogue)
    lock = lock_here()
    asked = _asked(here, keys or [LOCKED], lock)
    with needs("hub"):
        from registry.bundles.contents import plan_bundle
        from registry.bundles.packing import check_target, volume_size, write_bundle

    limit = None if volume is None else volume_size(volume)
    check_target(output, limit)
    contents = plan_bundle(
        asked,
        lock,
        catalogue=_carried_name(here),
        version=str(here.data.get("version") or "0"),
        cache_dir=cache_dir,
    )
    try:
        with transfers(contents.manifest.size) as watcher:
            packed = write_bundle(contents, output, volume=limit, watcher=watcher)
    except KeyboardInterrupt:
        inform("stopped; the next `registry bundle` continues where this one ended")
        raise
    if as_json:
        write_json(_record(contents.manifest, packed))
        return
    show_models(contents.manifest)
    files = f" in {counted(packed.paths, 'volume')}" if volume is not None else ""
    resumed = packed.size - packed.written
    before = f", {human_size(resumed)} of it from an earlier run" if resumed else ""
    inform(f"{output}: {human_size(packed.size)}{files}{before}, {contents.manifest.digest}")


def show_models(manifest: Manifest) -> None:
    """A row for each model of a bundle."""
    rows = [
        (", ".join(each.models), each.revision[:12], str(len(each.files)), size_cell(each.size))
        for each in manifest.snapshots
    ]
    write_rows(("model", "commit", "files", "size"), rows, {"model": "cyan"})


def snapshot_records(manifest: Manifest) -> list[dict[str, Any]]:
    """The commits of a bundle as JSON."""
    return [
        {
            "models": list(each.models),
            "huggingface_id": each.huggingface_id,
            "revision": each.revision,
            "files": len(each.files),
            "bytes": each.size,
        }
        for each in manifest.snapshots
    ]


def _asked(here: Catalogue, keys: list[str], lock: Lock) -> tuple[Entry, ...]:
    named = [DEFAULT if key == SELECTED else key for key in keys if key != LOCKED]
    found = {entry.id for entry in asked_entries(here, named)} if named else set[str]()
    if LOCKED in keys:
        locked = locked_entries(here, lock)
        if not locked:
            raise CommandError(
                f"nothing is locked here: name models, or `{SELECTED}`; `registry lock` locks them",
                USAGE,
            )
        found |= {entry.id for entry in locked}
    return tuple(entry for entry in here.entries if entry.id in found)


def _carried_name(here: Catalogue) -> str:
    """What the catalogue is called anywhere: its package, else its file."""
    return here.package or Path(here.name).name


def _record(manifest: Manifest, packed: Packed) -> dict[str, Any]:
    return {
        "files": [str(path) for path in packed.paths],
        "digest": manifest.digest,
        "bytes": packed.size,
        "written": packed.written,
        "models": snapshot_records(manifest),
    }

"""`registry unbundle`: what `registry bundle` wrote, into the Hugging Face cache or to a Hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.catalogue.here import Catalogue
from registry.cli.commands.bundle import show_models, snapshot_records
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.options.stores import CacheDir
from registry.cli.terminal.failure import USAGE, CommandError, needs
from registry.cli.terminal.output import counted, inform, write, write_json
from registry.cli.terminal.sizes import human_size
from registry.cli.terminal.transfers import transfers
from registry.files.lock_file import (
    LOCK_NAME,
    Lock,
    find_lock,
    note_elsewhere,
    read_lock,
    update_lock,
)
from registry_base.endpoints import endpoint_of
from registry_base.folders import shown

if TYPE_CHECKING:
    from registry.bundles.opening import Bundle

From = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="FILE.tar, its first volume, or the folder that was written."
    ),
]
Endpoint = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Upload to this Hub instead of filling the cache."),
]
LockPath = Annotated[
    Path | None,
    typer.Option("--lock", help=f"Lock to extend; by default the one used here, else {LOCK_NAME}."),
]


def unbundle(
    file: From,
    endpoint: Endpoint = None,
    lock: LockPath = None,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    as_json: AsJson = False,
) -> None:
    """Put the models of a bundle into the cache of this machine, without a network.

    Every file is checked against the bundle before any of them can be loaded; a bundle that was
    cut, changed or made for another catalogue is refused. The lock here then has these models too,
    so that `load`, `registry check` and huggingface_hub offline find them. If a run is stopped, the
    next one continues where it ended.

    With --endpoint the files go to a private Hub, by huggingface_hub's own client, and the lock
    notes the commits there. HF_TOKEN is not sent there unless HF_ENDPOINT has the same host.

    Example: registry unbundle models.tar
    """
    if endpoint is not None and cache_dir is not None:
        raise CommandError("--cache-dir is not for --endpoint, which fills no cache", USAGE)
    here = catalogue_for(catalogue)
    with needs("hub"):
        from registry.bundles.opening import open_bundle

    lock_path = lock or find_lock() or Path(LOCK_NAME)
    with open_bundle(file) as bundle:
        _check(bundle, here, lock_path)
        if endpoint is not None:
            _upload(bundle, endpoint, lock_path, as_json=as_json)
        else:
            _unpack(bundle, cache_dir, lock_path, as_json=as_json)


def _check(bundle: Bundle, here: Catalogue, lock_path: Path) -> None:
    from registry.bundles.agreeing import check_agreement

    lock = read_lock(lock_path) if lock_path.exists() else Lock()
    check_agreement(bundle, here.entries, lock, catalogue=here.name, lock_path=lock_path)


def _unpack(bundle: Bundle, cache_dir: Path | None, lock_path: Path, *, as_json: bool) -> None:
    from registry.bundles.unpacking import unpack

    try:
        with transfers(bundle.manifest.size) as watcher:
            found = unpack(bundle, cache_dir=cache_dir, watcher=watcher)
    except KeyboardInterrupt:
        inform("stopped; the next `registry unbundle` continues where this one ended")
        raise
    _, changed = update_lock(lock_path, bundle.lock.models)
    written = sum(each.written for each in found)
    if as_json:
        records = snapshot_records(bundle.manifest)
        for record, each in zip(records, found, strict=True):
            record |= {"written": each.written, "path": str(each.folder)}
        write_json(_record(bundle, lock_path, changed, records) | {"written": written})
        return
    show_models(bundle.manifest)
    state = "written" if changed else "up to date"
    inform(
        f"{counted(bundle.manifest.models, 'model')} here and checked, {human_size(written)} "
        f"written; {shown(lock_path)}: {state}"
    )


def _record(
    bundle: Bundle, lock_path: Path, changed: bool, models: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "bundle": bundle.name,
        "digest": bundle.manifest.digest,
        "lock": str(lock_path),
        "changed": changed,
        "models": models,
    }


def _upload(bundle: Bundle, endpoint: str, lock_path: Path, *, as_json: bool) -> None:
    address = endpoint_of(endpoint)
    if address is None:  # its text may hold a password
        raise CommandError("--endpoint is not the address of a Hub; write https://host", USAGE)
    from registry.bundles.uploading import upload

    with transfers(bundle.manifest.size) as watcher:
        found = upload(bundle, address, watcher=watcher)
    models = bundle.lock.models
    commits = {key: each.commit for each in found for key in each.snapshot.models}
    others = {key: commits[key] for key, model in models.items() if commits[key] != model.revision}
    _, changed = update_lock(lock_path, models)
    if others:
        changed = note_elsewhere(lock_path, address, others, models)[1] or changed
    if as_json:
        records = snapshot_records(bundle.manifest)
        for record, each in zip(records, found, strict=True):
            record["commit"] = each.commit
        write_json(_record(bundle, lock_path, changed, records) | {"endpoint": address})
        return
    for each in found:
        write(f"{', '.join(each.snapshot.models)}: {address} has it under {each.commit}\n")
    inform(f"{shown(lock_path)}: {'written' if changed else 'up to date'}")

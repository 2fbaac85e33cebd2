"""`registry diff`: what changed between two catalogues or locks, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.output import counted, inform, plain, write_json, write_styled
from registry.errors import RegistryError

if TYPE_CHECKING:
    from registry.provenance.changes import Change

Old = Annotated[str, typer.Argument(metavar="OLD", help="A file, or REVISION:PATH in Git.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="The same.")]
Rebuild = Annotated[
    bool, typer.Option("--fail-on-rebuild", help="Fail if embeddings must be rebuilt.")
]

_STYLES = {"rebuild": "bold red", "answers": "yellow", "none": ""}


def diff(
    old: Old,
    new: New,
    fail_on_rebuild: Rebuild = False,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what changed between two catalogues or two locks.

    Example: registry diff v1.0.0:models.lock.json models.lock.json
    """
    from registry.provenance.changes import changes
    from registry.provenance.documents import read_models

    before, after = read_models(old), read_models(new)
    found = changes(before, after, _types(catalogue) if after.kind == "lock" else None)
    rebuild = sorted({each.model_id for each in found if each.consequence == "rebuild"})
    if as_json:
        write_json({"changes": [asdict(each) for each in found], "rebuild": rebuild})
    else:
        write_styled((f"{plain(str(each))}\n", _style(each)) for each in found)
        inform(_summary(found, rebuild))
    if rebuild and fail_on_rebuild:
        raise typer.Exit(1)


def _types(given: str | None) -> dict[str, str]:
    """Id -> type, as far as it is known here: a catalogue that cannot be read keeps no diff."""
    try:
        entries = catalogue_for(given).entries
    except RegistryError:
        if given is not None:
            raise
        return {}
    return {entry.id: entry.type for entry in entries}


def _style(change: Change) -> str:
    return {"added": "green", "removed": "red"}.get(change.kind, _STYLES[change.consequence])


def _summary(found: tuple[Change, ...], rebuild: list[str]) -> str:
    if not found:
        return "nothing changed"
    models = counted({each.model_id for each in found}, "model")
    if not rebuild:
        return f"{models} changed; no embeddings need to be rebuilt"
    return f"{models} changed; embeddings must be rebuilt: {', '.join(rebuild)}"

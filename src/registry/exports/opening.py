"""An export that may be loaded: complete, of this model and commit, compared with the reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import CheckpointError, LoadError
from registry.exports.export import EXPORTER, Engine, EnginePrecision, Export, read_export
from registry.exports.place import commit_of, locked_weights, place_of
from registry.exports.probe import short_of
from registry.files.digests import damages

if TYPE_CHECKING:
    from registry.models.kinds import Loadable


def open_export(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision,
    *,
    revision: str | None = None,
    folder: Path | None = None,
    min_overlap: float | None = None,
) -> Export:
    """The export of a model, from the cache or a folder, where its commit may be unknown.

    Raises LoadError if there is none, or its overlap is below the required one; CheckpointError if
    it is damaged, or of something else.
    """
    place = folder or place_of(model, revision, engine, precision)
    command = f"registry export {model.id} --engine {engine}"
    if precision != "f32":
        command += f" --precision {precision}"
    try:
        export = read_export(place)
    except ValueError as error:
        raise CheckpointError(
            f"{model.id}: {error}; `{command}` recreates it (in {place})"
        ) from None
    if export is None:
        inside = place / model.id  # where `registry export --output` puts it
        cure = f"did you mean {inside}?" if inside.is_dir() else f"`{command}` makes it"
        raise LoadError(f"{model.id}: there is no export for {engine} in {place}; {cure}")
    # That of weights from a folder. In the cache, or if a commit was requested, it is refused.
    unknown = export.revision is None and folder is not None and revision is None
    wanted = None if unknown else commit_of(model, revision)
    if wrong := _another(export, model, engine, precision, revision, wanted):
        raise CheckpointError(f"{model.id}: the export is of {wrong}; `{command}` (in {place})")
    if damaged := damages(place, export.files):
        raise CheckpointError(
            f"{model.id}: does not match its manifest: "
            f"{'; '.join(each.message for each in damaged)}; "
            f"`{command}` recreates it (in {place})"
        )
    if short := short_of(export.probe, precision, min_overlap):
        raise LoadError(f"{model.id}: {engine} in {precision} {short}")
    return export


def _another(
    export: Export,
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision,
    revision: str | None,
    wanted: str | None,
) -> str | None:
    """What an export is of, if that is not what was requested."""
    lock = locked_weights(model, revision)
    pairs = (
        ("the repository", export.huggingface_id, model.huggingface_id),
        ("the commit", export.revision, wanted),
        ("the kind", export.kind, model.kind),
        ("the engine", export.engine, engine),
        ("the precision", export.precision, precision),
        ("the exporter", export.exporter, EXPORTER),
    )
    for what, found, right in pairs:
        if found != right:
            return f"{what} {found}, not {right}"
    for path, digest in export.weights.items():
        file = lock.files.get(path) if lock else None
        if file is not None and file.sha256 != digest:
            return f"weights that are not locked: {path} was {digest[:12]}, not {file.sha256[:12]}"
    return None

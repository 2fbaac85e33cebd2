"""From a model to an export that `load` takes: traced, compared, written atomically."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from registry.backends import get_backend
from registry.backends.interface import LoadOptions
from registry.backends.sentence_transformers import network_of
from registry.errors import LoadError, MissingExtraError, UnsupportedError
from registry.exporting._weights import is_of
from registry.exports.export import Engine, EnginePrecision, Export, read_export
from registry.exports.opening import open_export
from registry.exports.own_files import named_file
from registry.exports.place import place_of
from registry.exports.probe import short_of
from registry.exports.replacing import beside, only_here, put, remains, remove_remains
from registry.libraries.sentence_transformers import EXPORTING

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

# Exporting a large model takes minutes; a waiting process waits that long.
_PATIENCE = 3_600.0
_METHODS = {
    "colbert": "multi_vector_encoder",
    "dense": "dense_encoder",
    "sparse": "sparse_encoder",
    "cross-encoder": "reranker",
}


def export_model(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision = "f32",
    *,
    output: Path | None = None,
    min_overlap: float | None = None,
    options: LoadOptions | None = None,
) -> tuple[Export, bool]:
    """The export of a model, and whether it was written now: an existing one is kept.

    output: the folder, instead of the cache; an export that the cache has is copied there. options:
    where the weights come from; those of a local_path need an output. Raises LoadError if the
    weights cannot be loaded or the export does not agree with them, UnsupportedError if the network
    cannot be a graph, MissingExtraError without torch.
    """
    options = options or LoadOptions()
    if model.kind not in _METHODS:
        raise UnsupportedError(f"{model.id} is of type {model.kind}; exports are of encoders")
    if output is None and options.local_path is not None:
        raise LoadError(
            f"{model.id}: the cache holds exports by commit, and the commit of the weights in "
            f"{options.local_path} is unknown; choose a folder with --output (output=)"
        )
    place = output or place_of(model, options.revision, engine, precision)
    with only_here(place, patience=_PATIENCE):
        for folder in remains(place):
            remove_remains(folder)
        try:
            there = open_export(
                model, engine, precision,
                revision=options.revision, folder=output, min_overlap=min_overlap,
            )  # fmt: skip
        except LoadError:
            there = None
        if there is not None and is_of(there, model, options):
            return there, False
        if place.exists() and not _replaceable(place):
            raise LoadError(f"{place} exists and is not an export; choose another folder")
        if output is not None and options.local_path is None:
            try:
                cached = open_export(
                    model, engine, precision, revision=options.revision, min_overlap=min_overlap
                )
            except LoadError:
                pass
            else:
                return _copied(cached, place), True
        return _make(model, engine, precision, place, min_overlap, options), True


def _copied(export: Export, place: Path) -> Export:
    with beside(place) as work:
        put(shutil.copytree(export.folder, work / "copy"), place)
    return dataclasses.replace(export, folder=place)


def _make(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision,
    place: Path,
    min_overlap: float | None,
    options: LoadOptions,
) -> Export:
    backend = get_backend(engine)  # reports its absence before the weights are loaded
    try:
        EXPORTING.verify()
        from registry.exporting._writing import adopted, traced
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "sentence-transformers", "export") from None
    plain = dataclasses.replace(options, device="cpu", dtype="float32")
    method = _METHODS[model.kind]

    with (
        beside(place) as work,
        getattr(get_backend("sentence-transformers"), method)(model, plain) as reference,
    ):

        def measured(write: Callable[..., Export], folder: Path) -> Export:
            """Write an export and compare it with the reference. Raises LoadError."""
            folder.mkdir()
            export = write(model, engine, precision, folder, network_of(reference), plain)
            export.write()
            from registry.exporting._comparing import probe

            local = LoadOptions(local_path=folder, precision=precision, revision=options.revision)
            with getattr(backend, method)(model, local) as found:
                probed = probe(reference, found)
            if short := short_of(probed, precision, min_overlap):
                raise LoadError(f"{model.id}: {engine} in {precision} {short}")
            return dataclasses.replace(export, probe=probed)

        export, refused = None, None
        if precision != "int8" and named_file(model, engine, options.revision) is not None:
            try:
                export = measured(adopted, work / "own")
            except (LoadError, UnsupportedError) as error:
                refused = str(error).removeprefix(f"{model.id}: ")
        if export is None:
            export = measured(traced, work / "traced")
        export = dataclasses.replace(export, refused=refused)
        export.write()
        put(export.folder, place)
        return dataclasses.replace(export, folder=place)


def _replaceable(place: Path) -> bool:
    """Whether a folder is empty, or an export, even a damaged one."""
    try:
        return read_export(place) is not None or not any(place.iterdir())
    except (ValueError, NotADirectoryError):
        return place.is_dir()

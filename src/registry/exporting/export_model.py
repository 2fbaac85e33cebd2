"""From a model to an export that `load` takes: traced, compared, written whole or not at all."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.backends import get_backend
from registry.backends.interface import LoadOptions
from registry.backends.sentence_transformers import network_of
from registry.checkpoints.checkpoint import resolve
from registry.errors import LoadError, MissingExtraError, UnsupportedError
from registry.exports.export import (
    EXPORTER,
    Engine,
    EnginePrecision,
    Export,
    Probe,
    files_in,
    read_export,
)
from registry.exports.opening import open_export
from registry.exports.place import commit_of, place_of
from registry.exports.probe import short_of
from registry.files.digests import sha256
from registry.files.file_lock import exclusive

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

# Making one takes minutes for large models; who waits for another process waits for that.
_PATIENCE = 3_600.0
_ROLES = {"cross-encoder": ("pair",)}
_METHODS = {
    "colbert": "multi_vector_encoder",
    "dense": "dense_encoder",
    "sparse": "sparse_encoder",
    "cross-encoder": "reranker",
}
_KEYS = {"colbert": "token_embeddings", "cross-encoder": "scores"}
_UNMEASURED = Probe(texts=0, difference=0, cosine=1, overlap=1)


def export_model(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision = "f32",
    *,
    output: Path | None = None,
    min_overlap: float | None = None,
    options: LoadOptions | None = None,
) -> tuple[Export, bool]:
    """The export of a model, and whether it was made just now: one that is there is kept.

    output: the folder, in place of the cache. options: where the weights come from. Raises
    LoadError where the weights cannot be loaded or the export does not agree with them,
    UnsupportedError where the network cannot be a graph, MissingExtraError without torch.
    """
    options = options or LoadOptions()
    if model.kind not in _METHODS:
        raise UnsupportedError(f"{model.id} is of type {model.kind}; exports are of encoders")
    place = output or place_of(model, options.revision, engine, precision)
    place.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(place, patience=_PATIENCE):
        try:
            there = open_export(
                model, engine, precision,
                revision=options.revision, folder=place, min_overlap=min_overlap,
            )  # fmt: skip
        except LoadError:
            there = None
        if there is not None:
            return there, False
        return _make(model, engine, precision, place, min_overlap, options), True


def _make(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision,
    place: Path,
    min_overlap: float | None,
    options: LoadOptions,
) -> Export:
    if place.exists() and not _replaceable(place):
        raise LoadError(f"{place} is there, and no export; give another folder")
    backend = get_backend(engine)  # whose absence is said before the weights are loaded
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as name:
        folder = Path(name) / place.name
        folder.mkdir()
        plain = dataclasses.replace(options, device="cpu", dtype="float32")
        reference = getattr(get_backend("sentence-transformers"), _METHODS[model.kind])(
            model, plain
        )
        export = _written(model, engine, precision, folder, network_of(reference), plain)
        local = LoadOptions(local_path=folder, precision=precision, revision=options.revision)
        export.write()
        from registry.exporting._comparing import probe

        with getattr(backend, _METHODS[model.kind])(model, local) as found:
            measured = probe(reference, found)
        if short := short_of(measured, precision, min_overlap):
            raise LoadError(f"{model.id}: {engine} in {precision} {short}")
        export = dataclasses.replace(export, probe=measured)
        export.write()
        if place.exists():
            shutil.rmtree(place)
        folder.rename(place)
    return dataclasses.replace(export, folder=place)


def _replaceable(place: Path) -> bool:
    """Whether a folder is empty, or an export, also a damaged one."""
    try:
        return read_export(place) is not None or not any(place.iterdir())
    except (ValueError, NotADirectoryError):
        return place.is_dir()


def _written(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision,
    folder: Path,
    network: Any,
    options: LoadOptions,
) -> Export:
    """The graphs and tokenizers of all roles in a folder, and what they are."""
    try:
        from registry.exporting._engine_files import write_engine_file
        from registry.exporting._graphs import RoleGraph, write_onnx
        from registry.exporting._routes import read_role, save_tokenizer
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "onnx", "export") from None
    checkpoint = resolve(model, options)
    activation = getattr(network, "activation_fn", None) if model.kind == "cross-encoder" else None
    key = _KEYS.get(model.kind, "sentence_embedding")
    routes: dict[str, Any] = {}
    graphs: dict[tuple[int, ...], str] = {}
    tokenizers: dict[str, str] = {}
    for role in _ROLES.get(model.kind, ("query", "document")):
        reading = read_role(model.id, network, role)
        same = tuple(id(part) for part in reading.modules)
        if same not in graphs:
            task = None if role == "pair" else role
            graph = RoleGraph(reading.modules, reading.names, key, task, activation)
            onnx = folder / f"graph-{len(graphs)}.onnx"
            try:
                write_onnx(graph, onnx)
            except Exception as error:  # torch raises whatever its tracing meets
                if isinstance(error, ModuleNotFoundError):
                    raise MissingExtraError(error.name or "onnxscript", "export") from None
                lines = str(error).strip().splitlines()
                raise UnsupportedError(
                    f"{model.id} cannot be exported: torch cannot trace it "
                    f"({type(error).__name__}: {lines[0] if lines else ''})"
                ) from error
            graphs[same] = write_engine_file(onnx, engine, precision)
        text = reading.tokenizer.to_str()
        if text not in tokenizers:
            tokenizers[text] = f"tokenizer-{len(tokenizers)}.json"
            save_tokenizer(reading, folder / tokenizers[text])
        routes[role] = dataclasses.replace(
            reading.route, graph=graphs[same], tokenizer=tokenizers[text]
        )
    return Export(
        folder=folder,
        huggingface_id=str(model.huggingface_id),
        revision=commit_of(model, options.revision),
        kind=model.kind,
        engine=engine,
        precision=precision,
        exporter=EXPORTER,
        libraries={
            name: version(name) for name in ("torch", "transformers", "sentence-transformers")
        },
        weights={
            str(path.relative_to(checkpoint.folder)): sha256(path) for path in checkpoint.weights()
        },
        files=files_in(folder),
        routes=routes,
        probe=_UNMEASURED,
    )

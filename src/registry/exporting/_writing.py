"""The files of an export, not yet measured: a traced graph, or the repository's own."""

from __future__ import annotations

import dataclasses
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.backends.interface import LoadOptions
from registry.errors import LoadError, MissingExtraError, UnsupportedError
from registry.exporting._adopting import adopted_output
from registry.exporting._engine_files import write_engine_file
from registry.exporting._graphs import RoleGraph, write_onnx
from registry.exporting._own_files import fetch_own
from registry.exporting._routes import Reading, read_role, save_tokenizer
from registry.exporting._weights import weights_of
from registry.exports.export import (
    EXPORTER,
    UNMEASURED,
    Engine,
    EnginePrecision,
    Export,
    Route,
    files_in,
    roles_of,
)
from registry.exports.own_files import named_file
from registry.exports.place import commit_of, locked_weights
from registry.libraries.transformers import attention_in_steps

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

_KEYS = {"colbert": "token_embeddings", "cross-encoder": "scores"}
_LIBRARIES = ("torch", "transformers", "sentence-transformers")


def traced(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision,
    folder: Path,
    network: Any,  # of one of the library's four classes
    options: LoadOptions,
) -> Export:
    """Graphs of all roles as torch runs them, pooling and all. Raises UnsupportedError."""
    activation = _activation(model, network)
    key = _KEYS.get(model.kind, "sentence_embedding")
    graphs: dict[tuple[int, ...], str] = {}
    routes: dict[str, Route] = {}
    for role, reading, tokenizer in _readings(model, network, folder):
        same = tuple(id(part) for part in reading.modules)
        if same not in graphs:
            task = None if role == "pair" else role
            graph = RoleGraph(reading.modules, reading.names, key, task, activation)
            onnx = folder / f"graph-{len(graphs)}.onnx"
            with attention_in_steps(network):
                _trace(model.id, graph, onnx)
            graphs[same] = write_engine_file(onnx, engine, precision)
        routes[role] = dataclasses.replace(reading.route, graph=graphs[same], tokenizer=tokenizer)
    return _export(model, engine, precision, folder, routes, options)


def _trace(model_id: str, graph: RoleGraph, onnx: Path) -> None:
    """Write a graph. Raises UnsupportedError, or MissingExtraError without a library for it."""
    try:
        write_onnx(graph, onnx)
    except Exception as error:  # torch raises whatever its tracing meets
        if isinstance(error, ModuleNotFoundError):
            raise MissingExtraError(error.name or "onnxscript", "export") from None
        lines = str(error).strip().splitlines()
        raise UnsupportedError(
            f"{model_id} cannot be exported: torch cannot trace it "
            f"({type(error).__name__}: {lines[0] if lines else ''})"
        ) from error


def adopted(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision,
    folder: Path,
    network: Any,  # as above
    options: LoadOptions,
) -> Export:
    """The repository's own file as the graph of all roles.

    Raises LoadError if it is not available, UnsupportedError if it does not fit the entry.
    """
    own = named_file(model, engine, options.revision)
    if own is None:
        raise LoadError(f"{model.id}: neither its entry nor the lock names a file for {engine}")
    graph = fetch_own(model, own, options, folder)
    activation = _activation(model, network)
    routes: dict[str, Route] = {}
    for role, reading, tokenizer in _readings(model, network, folder):
        output, heads = adopted_output(model, graph, engine, reading.modules, activation)
        routes[role] = dataclasses.replace(
            reading.route, graph=graph.name, tokenizer=tokenizer, output=output, heads=heads
        )
    export = _export(model, engine, precision, folder, routes, options)
    commit = own.revision or export.revision
    return dataclasses.replace(export, source=f"{own.huggingface_id}@{commit}/{own.path}")


def _readings(model: Loadable, network: Any, folder: Path) -> list[tuple[str, Reading, str]]:
    """Each role, how its texts are read, and the file of its tokenizer; two may share one."""
    found: list[tuple[str, Reading, str]] = []
    tokenizers: dict[str, str] = {}
    for role in roles_of(model.kind):
        reading = read_role(model.id, network, role)
        text = reading.tokenizer.to_str()
        if text not in tokenizers:
            tokenizers[text] = f"tokenizer-{len(tokenizers)}.json"
            save_tokenizer(reading, folder / tokenizers[text])
        found.append((role, reading, tokenizers[text]))
    return found


def _activation(model: Loadable, network: Any) -> Any:
    return getattr(network, "activation_fn", None) if model.kind == "cross-encoder" else None


def _export(
    model: Loadable,
    engine: Engine,
    precision: EnginePrecision,
    folder: Path,
    routes: dict[str, Route],
    options: LoadOptions,
) -> Export:
    weights = weights_of(model, options)
    return Export(
        folder=folder,
        huggingface_id=str(model.huggingface_id),
        revision=_commit(model, options, weights),
        kind=model.kind,
        engine=engine,
        precision=precision,
        exporter=EXPORTER,
        libraries={name: version(name) for name in _LIBRARIES},
        weights=weights,
        files=files_in(folder),
        routes=routes,
        probe=UNMEASURED,
    )


def _commit(model: Loadable, options: LoadOptions, weights: dict[str, str]) -> str | None:
    """The commit of the weights; of those in a folder it is known only if the lock has them."""
    if options.local_path is None:
        return commit_of(model, options.revision)
    lock = locked_weights(model, None)
    if lock is None or not weights:
        return None
    locked = {path: file.sha256 for path, file in lock.files.items() if path in weights}
    return lock.revision if locked == weights else None

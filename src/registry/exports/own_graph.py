"""A repository's own graph: its inputs, outputs, and the steps after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.errors import UnsupportedError
from registry.exports.export import Engine, Head

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
_POOLED = ("sentence_embedding", "pooled_embedding")
_POOLING: dict[str, Head] = {"mean": "mean", "cls": "cls", "lasttoken": "lasttoken", "max": "max"}

# name -> how many axes it has, and the width of the last one; None if that is not fixed.
Outputs = dict[str, tuple[int, int | None]]


def read_graph(path: Path, engine: Engine) -> tuple[set[str], Outputs]:
    """The names of a graph's inputs, and its outputs."""
    if engine == "openvino":
        import openvino

        library: Any = openvino  # typed in part
        graph = library.Core().read_model(str(path))
        return {each.get_any_name() for each in graph.inputs}, {
            each.get_any_name(): (
                len(each.partial_shape),
                each.partial_shape[-1].get_length() if each.partial_shape[-1].is_static else None,
            )
            for each in graph.outputs
        }
    import onnxruntime

    runtime: Any = onnxruntime  # as above
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return {each.name for each in session.get_inputs()}, {
        each.name: (len(each.shape), each.shape[-1] if type(each.shape[-1]) is int else None)
        for each in session.get_outputs()
    }


@dataclass(frozen=True)
class After:
    """What the published pipeline does after the network, as far as known.

    pooling: mean, cls, lasttoken or max. activation: of scores, None for none at all.
    """

    pooling: str | None = None
    normalize: bool = False
    activation: Head | None = None


def output_of(
    model: Loadable, path: Path, engine: Engine, after: After
) -> tuple[str, tuple[Head, ...]]:
    """Which output counts, and what follows it.

    Raises UnsupportedError if its inputs or outputs do not fit the entry.
    """
    try:
        inputs, outputs = read_graph(path, engine)
    except Exception as error:  # onnxruntime's own errors derive from that alone
        raise unfit(model, path, f"{engine} cannot read it: {_said(error)}") from None
    if odd := sorted(inputs - _INPUTS):
        raise unfit(model, path, f"it takes {', '.join(odd)} besides tokens")
    width = getattr(model, "embedding_dim", 1)
    normalize: tuple[Head, ...] = ("normalize",) if after.normalize else ()
    flat = _of(outputs, 2, width)
    if model.kind == "cross-encoder":
        chosen = _chosen(model, path, outputs, flat)
        return chosen, () if after.activation is None else (after.activation,)
    if model.kind == "sparse":
        if flat is not None:
            return flat, ()
        return _chosen(model, path, outputs, _of(outputs, 3, width)), ("splade",)
    if model.kind == "colbert":
        return _chosen(model, path, outputs, _of(outputs, 3, width)), normalize
    pooled = next((name for name in _POOLED if name in outputs and outputs[name][0] == 2), None)
    if pooled is not None and outputs[pooled][1] in (width, None):
        return pooled, normalize
    tokens = _chosen(model, path, outputs, _of(outputs, 3, width))
    mode = _POOLING.get(str(after.pooling))
    if mode is None:
        raise unfit(model, path, "its tokens are not pooled in a way that is known here")
    return tokens, (mode, *normalize)


def _said(error: Exception) -> str:
    """The last line of a library's message."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__


def _of(outputs: Outputs, axes: int, width: int) -> str | None:
    """The first output with this many axes that has, or may have, this width."""
    return next(
        (name for name, (rank, last) in outputs.items() if rank == axes and last in (width, None)),
        None,
    )


def _chosen(model: Loadable, path: Path, outputs: Outputs, found: str | None) -> str:
    if found is None:
        shown = ", ".join(
            f"{name} ({rank} axes, {last or 'any'} wide)" for name, (rank, last) in outputs.items()
        )
        raise unfit(model, path, f"none of its outputs match the entry: {shown}")
    return found


def unfit(model: Loadable, path: Path, why: str) -> UnsupportedError:
    """The error that says why a file is not used."""
    return UnsupportedError(f"{model.id}: {path.name} cannot be used as its graph: {why}")

"""How `load` would make vectors, known before anything is loaded."""

from __future__ import annotations

from pathlib import Path

from registry.backends import default_backend
from registry.exports.export import read_export
from registry.loading._made_with import EXPORTS, WEIGHTS
from registry.loading.load import LoadArguments
from registry.models.kinds import Loadable
from registry.models.made_with import MadeWith


def expected(model: Loadable, arguments: LoadArguments) -> MadeWith:
    """What `load(model, **arguments)` will write into `made_with`.

    It is less specific only for dtype="auto", because the checkpoint decides which precision that
    is.

    >>> from registry import ALL_MINILM_L6_V2
    >>> expected(ALL_MINILM_L6_V2, {"backend": "openvino", "precision": "bf16"}).precision
    'bf16'
    """
    backend = arguments.get("backend")
    folder = arguments.get("local_path")
    local = folder is not None
    if backend in (None, "", "auto"):
        # Which of our own backends runs it matters only for a folder.
        own = default_backend(model.kind) if local else "sentence-transformers"
        backend = "openai" if model.huggingface_id is None else own
    unknown = folder is not None and (
        backend in WEIGHTS or (backend in EXPORTS and _unknown_export(folder))
    )
    return MadeWith(
        dim=arguments.get("dim"),
        quantization=arguments.get("quantization"),
        revision="?" if unknown else arguments.get("revision"),
        runtime=None if backend in WEIGHTS | EXPORTS else backend,
        precision=arguments.get("precision") or arguments.get("dtype"),
    )


def _unknown_export(folder: str | Path | None) -> bool:
    """Whether the export in a folder is of weights whose commit is unknown."""
    try:
        export = None if folder is None else read_export(Path(folder).expanduser())
    except ValueError:  # `load` says what is wrong with it
        return False
    return export is not None and export.revision is None

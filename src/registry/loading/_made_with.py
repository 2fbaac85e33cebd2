"""Record how vectors will be made in the object that `load` returns, for fingerprints."""

from __future__ import annotations

from registry.backends.interface import LoadOptions
from registry.encoders.base import TextEncoder
from registry.models.made_with import MadeWith

# These run the weights of the entry, or an export that was checked against its commit.
WEIGHTS = frozenset({"sentence-transformers", "transformers"})
EXPORTS = frozenset({"openvino", "onnx"})


def record(loaded: object, backend: str, options: LoadOptions) -> None:
    """Record in an encoder what its fingerprint needs; rerankers and generators have none."""
    if not isinstance(loaded, TextEncoder):
        return
    own = backend in WEIGHTS or backend in EXPORTS
    # The commit of the weights in a folder is unknown.
    unknown = backend in WEIGHTS and options.local_path is not None
    loaded.made_with = MadeWith(
        dim=loaded.dim,
        quantization=options.quantization,
        revision="?" if unknown else options.revision or loaded.made_with.revision,
        runtime=loaded.made_with.runtime or (None if own else backend),
        precision=loaded.precision,
    )

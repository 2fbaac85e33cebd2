"""Compare stored vectors with those of a model: widths, and the vectors of a few texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from registry.errors import InputError
from registry.fingerprints.arguments import FingerprintArguments
from registry.fingerprints.fingerprint_text import Fingerprint
from registry.fingerprints.index_fingerprint import fingerprint
from registry.integrations.stores.place import Place
from registry.models.kinds import DenseLike, VectorLike
from registry.models.made_with import LoadedModel, is_loaded

if TYPE_CHECKING:
    from registry.encoders.dense import DenseEncoder

# The same weights in bfloat16, or int8 values, stay above it; other models are far below.
_ALIKE = 0.99


def other_width(
    place: Place, model: VectorLike | LoadedModel, made: FingerprintArguments
) -> tuple[str, ...]:
    """The difference if a store states the width of its vectors; bits are counted separately."""
    wanted = Fingerprint.parse(fingerprint(model, **made))
    there = place.width()
    if there in (None, wanted.dim) or "binary" in (wanted.quantization or ""):
        return ()
    return (f"dim: stored vectors have {there} numbers, now {wanted.dim}",)


def other_vectors(
    place: Place,
    model: VectorLike | LoadedModel,
    made: FingerprintArguments,
    texts: Mapping[Any, str],
    column: str | None,
) -> Iterator[str]:
    """What differs between stored vectors and those of the given texts.

    Raises InputError if the store lacks a row, or holds no dense float vectors.
    """
    import numpy as np

    stored = place.vectors(list(texts), column)
    if missing := [key for key in texts if key not in stored]:
        raise InputError(f"{place.name} has no row {missing[0]!r}")
    mine = _encoder(model, made).encode_documents(list(texts.values()), progress=False)
    for (key, text), vector in zip(texts.items(), mine, strict=True):
        there = np.asarray(stored[key], dtype=np.float32)
        if there.shape != vector.shape:
            yield f"vector of {key!r}: stored with {there.size} numbers, now {vector.size}"
            continue
        lengths = float(np.linalg.norm(there) * np.linalg.norm(vector))
        cosine = float(there @ vector) / lengths if lengths else 0.0
        if cosine < _ALIKE:
            short = text if len(text) <= 40 else f"{text[:37]}..."
            yield f"vector of {key!r}, {short!r}: cosine {cosine:.2f} to the one stored"


def _encoder(model: VectorLike | LoadedModel, made: FingerprintArguments) -> DenseEncoder:
    entry = model.model if is_loaded(model) else cast(VectorLike, model)
    if getattr(entry, "kind", None) != "dense":
        raise InputError(f"texts are compared by dense models; {entry.id} is not one")
    if is_loaded(model):
        return cast("DenseEncoder", model)
    from registry.loading.load import load

    return load(cast("DenseLike", entry), dim=made.get("dim"), revision=made.get("revision"))

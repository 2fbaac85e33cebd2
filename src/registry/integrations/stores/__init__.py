"""A fingerprint kept in the store of vectors itself: stamp it once, check it wherever it is opened.

stamp(collection, MODEL)                 once, when the index is made
check(collection, MODEL)                 before vectors are added or searched
with guarded(collection, MODEL): ...     the same, around the code that uses it

The store's own object is taken; its library is never imported here. Where an object holds several
places, `collection` names the collection or table, `vector` the column or named vector, and
`path` the file of an index. Others add a store through the entry point group `registry.stores`:

    [project.entry-points."registry.stores"]
    "acme_db.Collection" = "acme_registry:AcmePlace"

The name is the top package and the class of the object, the value a class like `place.Place`.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import TypeVar

from registry.errors import UnstampedError
from registry.fingerprints.index_fingerprint import check_fingerprint, fingerprint
from registry.integrations.stores._finding import place_of
from registry.models.kinds import VectorLike

__all__ = ["check", "guarded", "stamp"]

_Store = TypeVar("_Store")


def stamp(
    store: object,
    model: VectorLike,
    *,
    collection: str | None = None,
    vector: str | None = None,
    path: str | os.PathLike[str] | None = None,
    dim: int | None = None,
    quantization: str | None = None,
    revision: str | None = None,
    replace: bool = False,
) -> str:
    """Write the fingerprint of a model into a store, and give its text.

    `dim`, `quantization` and `revision` as for `fingerprint`. A store that is stamped already
    keeps its fingerprint: another one raises FingerprintMismatchError unless `replace`. Raises
    InputError for an object that is no known store or lacks what names the place, UnstampedError
    if the store did not keep the text.
    """
    place = place_of(store, collection, vector, path)
    text = fingerprint(model, dim=dim, quantization=quantization, revision=revision)
    stored = place.read()
    if stored is not None and not replace:
        check_fingerprint(stored, model, dim=dim, quantization=quantization, revision=revision)
    if stored != text:
        place.write(text)
        if place.read() != text:
            raise UnstampedError(f"{place.name} did not keep the fingerprint {text}")
    return text


def check(
    store: object,
    model: VectorLike,
    *,
    collection: str | None = None,
    vector: str | None = None,
    path: str | os.PathLike[str] | None = None,
    dim: int | None = None,
    quantization: str | None = None,
    revision: str | None = None,
) -> None:
    """Make sure that a store holds vectors of this model, made with these arguments.

    Raises UnstampedError if the store holds no fingerprint, FingerprintMismatchError naming what
    differs, InvalidFingerprintError, InputError.
    """
    place = place_of(store, collection, vector, path)
    stored = place.read()
    if stored is None:
        raise UnstampedError(
            f"{place.name} holds no fingerprint; if you know that {model.id} made its vectors, "
            "stamp it"
        )
    check_fingerprint(stored, model, dim=dim, quantization=quantization, revision=revision)


@contextmanager
def guarded(
    store: _Store,
    model: VectorLike,
    *,
    collection: str | None = None,
    vector: str | None = None,
    path: str | os.PathLike[str] | None = None,
    dim: int | None = None,
    quantization: str | None = None,
    revision: str | None = None,
) -> Generator[_Store]:
    """The store, for code that runs only if `check` finds nothing. Raises what `check` raises."""
    check(
        store,
        model,
        collection=collection,
        vector=vector,
        path=path,
        dim=dim,
        quantization=quantization,
        revision=revision,
    )
    yield store

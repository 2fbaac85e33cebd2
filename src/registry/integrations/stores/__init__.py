"""A fingerprint kept in the store of vectors itself: stamp it once, check it wherever it is opened.

stamp(collection, MODEL)                 once, when the index is made
check(collection, MODEL)                 before vectors are added or searched
with guarded(collection, MODEL): ...     the same, around the code that uses it

Pass the store's own object; its library is never imported here. If an object holds several places,
`collection` names the collection or table, `vector` the column or named vector, and
`path` the file of an index. Other packages add a store through the entry point group
`registry.stores`:

    [project.entry-points."registry.stores"]
    "acme_db.Collection" = "acme_registry:AcmePlace"

The name is the top package and the class of the object, the value a class like `place.Place`.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

from registry.errors import FingerprintMismatchError, UnstampedError
from registry.fingerprints.arguments import FingerprintArguments
from registry.fingerprints.index_fingerprint import check_fingerprint, fingerprint
from registry.integrations.stores._comparing import other_vectors, other_width
from registry.integrations.stores._finding import place_of
from registry.integrations.stores.place import Place
from registry.models.kinds import VectorLike
from registry.models.made_with import LoadedModel, is_loaded

__all__ = ["check", "guarded", "stamp"]

_Store = TypeVar("_Store")


class _Arguments(FingerprintArguments, total=False):
    """Where in a store a fingerprint is kept, and how the vectors were made; all optional.

    collection: the collection or table. vector: the column or named vector. path: the file of an
    index. The rest as for `fingerprint`.
    """

    collection: str | None
    vector: str | None
    path: str | os.PathLike[str] | None


if TYPE_CHECKING:
    # Closed (PEP 728), or ty lets misspelled arguments pass. Python supports it from 3.15 on.
    class StoreArguments(_Arguments, closed=True):
        """Where a fingerprint is kept, and how the vectors were made."""
else:

    class StoreArguments(_Arguments):
        __doc__ = _Arguments.__doc__


def stamp(
    store: object,
    model: VectorLike | LoadedModel,
    *,
    replace: bool = False,
    **arguments: Unpack[StoreArguments],
) -> str:
    """Write the fingerprint of a model into a store, and return its text.

    `model` may also be what `load` returned; StoreArguments explains the arguments. A store that is
    already stamped keeps its fingerprint: another one raises FingerprintMismatchError unless
    `replace`. Raises InputError for an object that is not a known store or lacks what names the
    place, UnstampedError if the store did not keep the text.
    """
    place, made = _split(store, arguments)
    _refuse(other_width(place, model, made))
    text = fingerprint(model, **made)
    stored = place.read()
    if stored is not None and not replace:
        check_fingerprint(stored, model, **made)
    if stored != text:
        place.write(text)
        if place.read() != text:
            raise UnstampedError(f"{place.name} did not keep the fingerprint {text}")
    return text


def check(
    store: object,
    model: VectorLike | LoadedModel,
    *,
    texts: Mapping[Any, str] | None = None,
    key: str | None = None,
    **arguments: Unpack[StoreArguments],
) -> None:
    """Make sure that a store holds vectors of this model, made with these arguments.

    texts: some rows and their texts, {id: text}. Their vectors are made again and compared with
    those stored, which also checks a store that was never stamped. key: the column of the ids, if
    it is not `id`. Pass what `load` returned as the model, or it is loaded here.

    Raises UnstampedError if the store holds no fingerprint and no texts are given,
    FingerprintMismatchError naming what differs, also if the store says that its vectors have
    another width, InvalidFingerprintError, InputError.
    """
    place, made = _split(store, arguments)
    stored = place.found()
    if stored is not None:
        check_fingerprint(stored, model, **made)
    _refuse(other_width(place, model, made))
    if texts:
        _refuse(tuple(other_vectors(place, model, made, texts, key)))
    elif stored is None:
        name = model.model.id if is_loaded(model) else cast(VectorLike, model).id
        raise UnstampedError(
            f"{place.name} holds no fingerprint; if you know that {name} made its vectors, stamp "
            "it; else give a few texts= to compare"
        )


@contextmanager
def guarded(
    store: _Store, model: VectorLike | LoadedModel, **arguments: Unpack[StoreArguments]
) -> Generator[_Store]:
    """The store, for code that runs only if `check` finds nothing. Raises what `check` raises."""
    check(store, model, **arguments)
    yield store


def _refuse(differences: tuple[str, ...]) -> None:
    if differences:
        raise FingerprintMismatchError(differences)


def _split(store: object, arguments: StoreArguments) -> tuple[Place, FingerprintArguments]:
    # Any: the type system cannot express the keys of a part of a TypedDict.
    made: Any = dict(arguments)
    where = (made.pop("collection", None), made.pop("vector", None), made.pop("path", None))
    return place_of(store, *where), made

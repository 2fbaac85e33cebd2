"""Qdrant: a collection in a folder or on a server, rebuilt under another name.

Points are written by id, so a batch written twice is stored once. The offset reached is in the
metadata of the new collection. The switch moves one alias: where searches use the collection's own
name, there is none to move.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from qdrant_client import QdrantClient, models

from registry.errors import InputError, StoreError
from registry.files.json_records import ShapeError, from_json
from registry.integrations.stores.qdrant import QdrantPlace
from registry.reindexing._job import Job, Origin
from registry.reindexing._qdrant_vectors import (
    by_name,
    each_vector,
    named_vector,
    resized,
    stored_vectors,
)
from registry.reindexing._store import Store
from registry.reindexing._vectors import Kind, Rows, Vectors
from registry.reindexing.planning import Plan
from registry.reindexing.where import Where

_JOB = "tessera-registry.reindex"
_OFFSET = "tessera-registry.reindex.offset"
_BEFORE = "tessera-registry.reindexed-from"
_SUFFIX = re.compile(r"-[0-9a-f]{8}$")


class QdrantStore(Store):
    """A collection, by its name or by an alias. alias: one to create if there is none."""

    def __init__(self, client: QdrantClient, address: str, where: Where, kind: Kind | None) -> None:
        self._client, self._text = client, where.text
        aliases = {each.alias_name: each.collection_name for each in client.get_aliases().aliases}
        there = sorted(each.name for each in client.get_collections().collections)
        collection = where.collection
        if collection is None:
            names = sorted(aliases) or there
            if len(names) != 1:
                raise InputError(f"which collection? Say --collection: {', '.join(names)}")
            (collection,) = names
        if collection not in aliases and collection not in there:
            raise InputError(
                f"{address} has no collection {collection!r}; it has {', '.join(there)}"
            )
        self.name = f"{address} {collection}"
        self._alias = collection if collection in aliases else where.alias
        self._aliases = aliases
        self._source = aliases.get(collection, collection)
        self._base = _SUFFIX.sub("", self._source)
        self._config: Any = client.get_collection(self._source).config
        self.stored = None
        if kind is not None:
            self._vector = named_vector(self._config.params, where.vector, kind)
            self._kind: Kind = kind
            self._place = self._stamp_of(self._source)
            self.stored = self._place.read()

    def total(self) -> int:
        """Points of the collection."""
        return self._client.count(self._source, exact=True).count

    def check(self, plan: Plan) -> None:
        """It is not about quantizing, and the new collection is another one."""
        if plan.quantize_to is not None:
            raise InputError("Qdrant quantizes by itself: set quantization_config there")
        if self._named(plan) == self._source:
            raise StoreError(
                f"{self.name} already has this fingerprint, at an unknown commit; "
                "pin one with `registry lock`"
            )

    def _named(self, plan: Plan) -> str:
        tag = hashlib.sha256(plan.wanted.encode()).hexdigest()[:8]
        return f"{self._base}-{tag}"

    def begin(self, plan: Plan, rows: int, origin: Origin) -> int:
        """Create the new collection, or take up an unfinished one."""
        self._new = self._named(plan)
        self._job = Job(
            stored=self.stored,
            wanted=plan.wanted,
            rows=rows,
            source=str(self.total()),
            vector=(self._vector,),
            text=self._text if plan.step == "embed" else None,
            origin=origin,
        )
        if self._client.collection_exists(self._new):
            self._take_up()
        else:
            self._create(plan.dim)
        return self._client.count(self._new, exact=True).count

    def _take_up(self) -> None:
        metadata = self._metadata(self._new)
        if metadata.get(_BEFORE) != self._source:
            raise StoreError(f"{self._new} already exists and is not from a reindex of {self.name}")
        if not self._client.count(self._new, exact=True).count:
            self._client.update_collection(self._new, metadata={_JOB: _json(self._job)})
        elif text := metadata.get(_JOB):
            try:
                job = from_json(Job, json.loads(text))
            except (ShapeError, ValueError):
                raise StoreError(f"{self._new} is damaged; remove it and start over") from None
            self._job = job.taken_up(self._job, self.name)

    def _create(self, dim: int) -> None:
        params = self._config.params
        vectors: Any = params.vectors
        if self._kind == "sparse":
            new: Any = vectors or {}
        elif self._vector:
            new = {**vectors, self._vector: resized(vectors[self._vector], dim)}
        else:
            new = resized(vectors, dim)
        own = {
            key: value
            for key, value in self._metadata(self._source).items()
            if not key.startswith("tessera-registry.")
        }
        job = {_JOB: _json(self._job), _BEFORE: self._source}
        self._client.create_collection(
            self._new,
            vectors_config=new,
            sparse_vectors_config=params.sparse_vectors,
            on_disk_payload=params.on_disk_payload,
            metadata={**own, **job},
        )

    def pending(self, *, texts: bool, vectors: bool) -> Iterator[Rows]:
        """Points in the order of their ids, from where the last run stopped."""
        offset: Any = self._metadata(self._new).get(_OFFSET)
        first = 0
        while True:
            points, offset = self._client.scroll(
                self._source, limit=self._job.rows, offset=offset,
                with_payload=True, with_vectors=True,
            )  # fmt: skip
            found = [(point.payload or {}).get(self._text) for point in points] if texts else None
            stored = stored_vectors(points, self._vector, self._kind) if vectors else None
            if points:
                yield Rows(found, stored, len(points), first, (points, offset))
            first += len(points)
            if offset is None:
                return

    def restamp(self, text: str) -> bool:
        """In the metadata of the collection."""
        self._place.write(text)
        return True

    def write(self, rows: Rows, made: Vectors | None) -> None:
        """Write the points under their ids, then the offset reached."""
        assert made is not None  # a stamp alone is written in place
        points, offset = rows.held
        self._client.upsert(
            self._new,
            [
                models.PointStruct(
                    id=point.id, payload=point.payload, vector=self._with(point, new)
                )
                for point, new in zip(points, each_vector(made), strict=True)
            ],
            wait=True,
        )
        if offset is not None:
            self._client.update_collection(self._new, metadata={_OFFSET: offset})

    def switch(self) -> str | None:
        """Move the alias in one call."""
        there = self._client.count(self._new, exact=True).count
        if there != self.total():
            raise StoreError(f"{self.total() - there} points of {self.name} are missing")
        self._stamp_of(self._new, self._place.vector).write(self._job.wanted)
        done: Any = {_JOB: None, _OFFSET: None}  # None removes a key
        self._client.update_collection(self._new, metadata=done)
        if self._alias is None:
            return None
        made = models.CreateAlias(collection_name=self._new, alias_name=self._alias)
        moves: list[models.AliasOperations] = [models.CreateAliasOperation(create_alias=made)]
        if self._alias in self._aliases:
            old = models.DeleteAlias(alias_name=self._alias)
            moves.insert(0, models.DeleteAliasOperation(delete_alias=old))
        self._client.update_collection_aliases(moves)
        return self._source

    def new_name(self) -> str:
        """The new collection."""
        return self._new

    def remove_old(self) -> str | None:
        """Remove the collection that this one was made from, if no alias points to it.

        Raises StoreError for one that a reindex has not finished: the old one alone is whole.
        """
        metadata = self._metadata(self._source)
        old = metadata.get(_BEFORE)
        if metadata.get(_JOB):
            raise StoreError(
                f"{self.name}: its reindex is unfinished; run that of {old} again to finish it, or "
                "delete this collection"
            )
        if not old or old in self._aliases.values() or not self._client.collection_exists(old):
            return None
        self._client.delete_collection(old)
        return str(old)

    def close(self) -> None:
        """Close the client."""
        self._client.close()

    def _metadata(self, collection: str) -> dict[str, Any]:  # JSON
        return dict(self._client.get_collection(collection).config.metadata or {})

    def _stamp_of(self, collection: str, vector: str | None = None) -> QdrantPlace:
        """Where the fingerprint is: under the vector's name, else on the whole collection."""
        named = QdrantPlace(self._client, collection, vector or self._vector or None, None)
        whole = QdrantPlace(self._client, collection, None, None)
        return named if self._vector and (vector or whole.read() is None) else whole

    def _with(self, point: Any, new: Any) -> Any:
        """The point's vectors, with only this one replaced."""
        every = {name: each for name, each in by_name(point).items() if each is not None}
        every[self._vector] = new
        return new if list(every) == [""] else every


def _json(job: Job) -> str:
    return json.dumps(asdict(job))

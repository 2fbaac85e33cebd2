"""Columns of vectors in Arrow: found by their types, read as arrays, written in place of the old.

dense              a list of numbers
late interaction   a list of lists of numbers, one per token
sparse             two lists, the dimensions and their weights: NAMEindices and NAMEvalues
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.errors import InputError
from registry.fingerprints.fingerprint_text import STORED_AS
from registry.reindexing._arrow import arrow
from registry.reindexing._vectors import Kind, Vectors

_INDICES, _VALUES = "indices", "values"
_SAID: dict[Kind, str] = {"dense": "dense", "colbert": "late-interaction", "sparse": "sparse"}


@dataclass(frozen=True)
class Columns:
    """Where vectors of a kind are: one column; for sparse ones, the dimensions and the weights."""

    kind: Kind
    names: tuple[str, ...]


def vector_columns(schema: Any, wanted: str | None, kind: Kind) -> Columns:
    """The columns of a kind of vectors: those requested, else the only ones. Raises InputError."""
    found = list(_found(schema))
    if wanted is not None:
        found = [each for each in found if wanted in (*each.names, ",".join(each.names))]
    right = [each for each in found if each.kind == kind]
    if len(right) == 1:
        return right[0]
    there = "; ".join(f"{_SAID[each.kind]}: {','.join(each.names)}" for each in _found(schema))
    if len(right) > 1:
        raise InputError(f"which column holds the vectors? Say --vector; {there}")
    if wanted is not None and not found:
        raise InputError(f"column {wanted!r} holds no vectors; those that do: {there or 'none'}")
    raise InputError(
        f"the model gives {_SAID[kind]} vectors, and there are none here "
        f"({there or 'no vectors'}); name a model of the same type, or make a new store with "
        "`registry embed`"
    )


def _found(schema: Any) -> Iterator[Columns]:
    flat = {field.name: field.type for field in schema if _is_number(_inner(field.type))}
    pairs = {
        name: f"{name.removesuffix(_INDICES)}{_VALUES}"
        for name, kind in flat.items()
        if name.endswith(_INDICES) and arrow.types.is_integer(_inner(kind))
    }
    pairs = {name: values for name, values in pairs.items() if values in flat}
    for field in schema:
        if field.name in pairs:
            yield Columns("sparse", (field.name, pairs[field.name]))
        elif field.name in flat and field.name not in pairs.values():
            yield Columns("dense", (field.name,))
        elif _is_number(_inner(_inner(field.type))):
            yield Columns("colbert", (field.name,))


def _inner(kind: Any) -> Any:
    types = arrow.types
    is_list = types.is_fixed_size_list(kind) or types.is_list(kind) or types.is_large_list(kind)
    return kind.value_type if is_list else arrow.null()


def _is_quantized(kind: Any) -> bool:
    return any(arrow.types.is_integer(each) for each in (_inner(kind), _inner(_inner(kind))))


def _is_number(kind: Any) -> bool:
    return bool(arrow.types.is_floating(kind) or arrow.types.is_integer(kind))


def text_column(schema: Any, wanted: str) -> str:
    """The column of texts. Raises InputError."""
    if wanted not in schema.names:
        raise InputError(
            f"there is no column {wanted!r} with the texts; say --text: {', '.join(schema.names)}"
        )
    return wanted


def vectors_of(table: Any, columns: Columns) -> Vectors:
    """Dense or late-interaction vectors of a table, in float32.

    Raises InputError for rows of different widths or without vectors.
    """
    (name,) = columns.names
    column = table[name].combine_chunks()
    if columns.kind == "dense":
        return Vectors(_matrix(column))
    lengths = column.value_lengths()
    if lengths.null_count:
        raise InputError("a row has no vectors; embed the texts again")
    return Vectors(_matrix(column.flatten()), lengths.to_numpy(zero_copy_only=False))


def _matrix(column: Any) -> NDArray[np.float32]:
    lengths = set(column.value_lengths().to_pylist()) if len(column) else {0}
    if len(lengths) != 1 or None in lengths:
        raise InputError("a row has no vector, or one of another width; embed the texts again")
    (width,) = lengths
    flat = column.flatten().to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(flat, np.float32).reshape(len(column), width)


def with_vectors(table: Any, columns: Columns, made: Vectors) -> Any:
    """The table with new vectors in those columns; int8 has its scales in COLUMN_scale."""
    first = columns.names[0]
    scale = f"{first}_scale"
    if _is_quantized(table.schema.field(first).type) and scale in table.schema.names:
        table = table.drop_columns([scale])
    if made.scales is not None and scale in table.schema.names:
        raise InputError(
            f"int8 vectors need the column {scale!r} for their scales, and another has that name; "
            "rename it"
        )
    if columns.kind == "sparse":
        for name, array in zip(columns.names, (made.indices, made.values), strict=True):
            kind = table.schema.field(name).type
            numbers = arrow.array(array).cast(kind.value_type)
            table = _replaced(table, name, _lists(made, numbers).cast(kind))
    else:
        table = _replaced(table, first, _lists(made, _of_width(table.schema.field(first), made)))
    if made.scales is not None:
        table = table.append_column(scale, _lists(made, arrow.array(made.scales)))
    if made.fresh and b"tessera-registry.corpus" in (table.schema.metadata or {}):
        return _without_cut(table)
    return table


def _of_width(field: Any, made: Vectors) -> Any:
    """Vectors of one width in the old column's number type, unless either is quantized."""
    old = field.type if made.lengths is None else field.type.value_type
    is_float = made.values.dtype == np.float32
    kind = old.value_type if is_float else arrow.from_numpy_dtype(made.values.dtype)
    if is_float and not arrow.types.is_floating(kind):
        kind = arrow.float32()
    numbers = arrow.array(made.values.reshape(-1)).cast(kind)
    found = arrow.FixedSizeListArray.from_arrays(numbers, made.values.shape[1])
    fixed = arrow.types.is_fixed_size_list(old) or not is_float
    return found if fixed else found.cast(arrow.list_(kind))


def _lists(made: Vectors, array: Any) -> Any:
    """One value per row, or one per token or weight."""
    if made.lengths is None:
        return array
    offsets = np.concatenate([[0], np.cumsum(made.lengths)]).astype(np.int32)
    return arrow.ListArray.from_arrays(arrow.array(offsets), array)


def _replaced(table: Any, name: str, column: Any) -> Any:
    place = table.schema.get_field_index(name)
    old = table.schema.field(place)
    field = arrow.field(name, column.type, old.nullable, old.metadata)
    return table.set_column(place, field, column)


def _without_cut(table: Any) -> Any:
    """`registry embed` notes which texts the model cut; for another model it is unknown."""
    if "cut" not in table.schema.names:
        return table
    return _replaced(table, "cut", arrow.nulls(table.num_rows, arrow.bool_()))


def stamped(schema: Any, columns: Columns, text: str) -> Any:
    """The schema with a new fingerprint on the columns that have their own."""
    key = STORED_AS.encode()
    for name in columns.names:
        field = schema.field(name)
        if key in (field.metadata or {}):
            metadata = {**field.metadata, key: text.encode()}
            schema = schema.set(schema.get_field_index(name), field.with_metadata(metadata))
    return schema

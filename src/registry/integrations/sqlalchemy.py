"""Columns of SQLAlchemy and pgvector that are as wide as the selected model's vectors.

The table says which model; the database has to agree with it:

class Passage(Base):
    embedding: Mapped[list[float]] = mapped_column(vector_column())

check_width(engine, Passage.__table__)       # where the program starts
"""

from __future__ import annotations

import re
from collections.abc import Sized
from typing import Any

from registry.errors import FingerprintMismatchError, InputError, MissingExtraError
from registry.models.given import check_model
from registry.models.kinds import VectorLike
from registry.selection.roles import selected_embedding_model

try:
    from pgvector import Vector as Numbers
    from pgvector.sqlalchemy import Vector
    from sqlalchemy import Connection, Engine, Table, inspect, text
    from sqlalchemy.types import TypeDecorator
except ModuleNotFoundError as error:
    raise MissingExtraError(str(error.name).partition(".")[0], "sqlalchemy") from None

_WIDTH = re.compile(r"\((\d+)\)")
_POSTGRESQL = text(
    "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
    "WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped"
)


class ModelVector(TypeDecorator[Any]):
    """A pgvector column of one width; a vector of another is refused before it is stored."""

    impl = Vector
    cache_ok = True

    def __init__(self, dim: int) -> None:
        super().__init__(dim)
        self.dim = dim

    def process_bind_param(self, value: Any, dialect: object) -> Any:
        """The vector as it is. Raises InputError for one of another width."""
        # pgvector's own class of a vector has no length.
        count = value.dimensions() if isinstance(value, Numbers) else _length(value)
        if count not in (None, self.dim):
            raise InputError(f"this column holds {self.dim} numbers, not {count}")
        return value


def _length(value: object) -> int | None:
    return len(value) if isinstance(value, Sized) else None


def vector_column(model: VectorLike | None = None, *, dim: int | None = None) -> ModelVector:
    """The type of a column for the vectors of a model, by default the selected one.

    dim: a Matryoshka width of it. Raises InputError for any other width, SelectionError.

    >>> from registry import BGE_M3
    >>> vector_column(BGE_M3).dim
    1024
    """
    return ModelVector(width(model, dim=dim))


def width(model: VectorLike | None = None, *, dim: int | None = None) -> int:
    """How many numbers a vector has: of a model, by default the selected one.

    Raises InputError for what gives no vectors and for a `dim` that is not one of the model's,
    SelectionError.
    """
    model = selected_embedding_model() if model is None else model
    check_model(model, "width")
    if not hasattr(model, "embedding_dim"):
        raise InputError(f"{model.id} gives no vectors; choose an embedding model")
    if dim is None:
        return model.embedding_dim
    shorter: tuple[int, ...] = getattr(model, "matryoshka_dims", ())
    if dim not in (model.embedding_dim, *shorter):
        raise InputError(
            f"{model.id} gives vectors of {model.embedding_dim} numbers, not {dim!r}; it may be "
            f"cut to {', '.join(map(str, shorter)) or 'no other width'}"
        )
    return dim


def check_width(bind: Engine | Connection, table: Table) -> None:
    """Refuse a table in the database whose vectors are of another width than its columns here.

    A missing table is fine. Raises FingerprintMismatchError naming each column.
    """
    wanted = {
        column.name: column.type.dim
        for column in table.columns
        if isinstance(column.type, ModelVector)
    }
    there = _widths(bind, table)
    differences = tuple(
        f"{table.name}.{name} has {there[name]} numbers in the database, {dim} here"
        for name, dim in wanted.items()
        if there.get(name) not in (None, dim)
    )
    if differences:
        raise FingerprintMismatchError(differences)


def _widths(bind: Engine | Connection, table: Table) -> dict[str, int]:
    """The widths of columns in the database, as their declared types say."""
    if isinstance(bind, Engine):
        with bind.connect() as connection:
            return _widths(connection, table)
    if not inspect(bind).has_table(table.name, schema=table.schema):
        return {}
    if bind.dialect.name == "sqlite":
        rows = bind.execute(text("SELECT name, type FROM pragma_table_info(:n)"), {"n": table.name})
    else:
        name = bind.dialect.identifier_preparer.format_table(table)  # quoted if necessary
        rows = bind.execute(_POSTGRESQL, {"name": name})
    found = ((name, _WIDTH.search(kind)) for name, kind in rows)
    return {name: int(match[1]) for name, match in found if match}

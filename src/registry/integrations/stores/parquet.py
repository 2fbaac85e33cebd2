"""Parquet: the metadata in the footer of a file, written by a ParquetWriter.

A file, a path, a folder of files and a dataset can be checked; a ParquetWriter is stamped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from registry.errors import InputError, MissingExtraError
from registry.integrations.stores.lancedb import list_size
from registry.integrations.stores.place import Place
from registry_base.regular_file import is_special

# writer -> key -> text
_WRITTEN: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


class ParquetFilePlace(Place):
    """A finished file: it can be checked."""

    shared = True

    def read(self) -> str | None:
        """The key in the footer, which has to be the same in every file."""
        found: set[str | None] = set()
        for metadata in self._footers():
            value = metadata.get(self.key.encode())
            found.add(None if value is None else value.decode())
        if len(found) > 1:
            texts = ", ".join(sorted(str(each) for each in found))
            raise InputError(f"the files of {self.name} have different fingerprints: {texts}")
        return found.pop() if found else None

    def write(self, text: str) -> None:
        """Nothing: a footer is written once. Raises InputError."""
        raise InputError("a finished Parquet file cannot be stamped; stamp its ParquetWriter")

    def width(self) -> int | None:
        """Of the column's type, where it is of one size."""
        schema = self._schema()
        if self.vector is None or self.vector not in schema.names:
            return None
        return list_size(schema.field(self.vector).type)

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By the column of keys, `id` without one."""
        wanted, found = set(keys), dict[Any, Sequence[float]]()
        key, vector = column or "id", self.needed("vector")
        for batch in self._batches([key, vector]):
            rows = zip(batch.column(key).to_pylist(), batch.column(vector), strict=True)
            found |= {each: value.as_py() for each, value in rows if each in wanted}
            if len(found) == len(wanted):
                break
        return found

    def _footers(self) -> Iterable[Mapping[bytes, bytes]]:
        return [self.store.metadata.metadata or {}]

    def _schema(self) -> Any:  # of pyarrow
        return self.store.schema_arrow

    def _batches(self, columns: list[str]) -> Iterable[Any]:  # of pyarrow
        found: Iterable[Any] = self.store.iter_batches(columns=columns)
        return found


class ParquetDatasetPlace(ParquetFilePlace):
    """A dataset of pyarrow: all of its files."""

    def _footers(self) -> Iterable[Mapping[bytes, bytes]]:
        return (each.metadata.metadata or {} for each in self.store.get_fragments())

    def _schema(self) -> Any:  # of pyarrow
        return self.store.schema

    def _batches(self, columns: list[str]) -> Iterable[Any]:  # of pyarrow
        found: Iterable[Any] = self.store.to_batches(columns=columns)
        return found


def parquet_files(path: Path) -> list[Path]:
    """The file at a path, or all *.parquet in a folder, in order; InputError for a pipe."""
    found = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    for file in found:
        if is_special(file):  # a pipe never ends, and pyarrow would wait for it
            raise InputError(f"{file} is not a regular file")
    return found


class ParquetPathPlace(ParquetDatasetPlace):
    """The path of a file, or of a folder with files."""

    def __init__(self, store: Any, *where: Any) -> None:
        path = Path(store).expanduser()
        try:
            import pyarrow.dataset
        except ModuleNotFoundError:
            raise MissingExtraError("pyarrow", "reindex") from None
        untyped: Any = pyarrow.dataset
        files = parquet_files(path)
        if not files:
            raise InputError(f"{path} is not a Parquet file, nor a folder that contains one")
        try:
            dataset = untyped.dataset([str(file) for file in files], format="parquet")
        except (OSError, ValueError) as error:  # of pyarrow
            raise InputError(f"{path} is damaged or not Parquet: {error}") from None
        super().__init__(dataset, *where)
        self._path = path

    @property
    def name(self) -> str:
        """The path."""
        return str(self._path)


class ParquetWriterPlace(Place):
    """A file that is being written; it is stamped when it is closed."""

    def read(self) -> str | None:
        """What was stamped here; a writer does not expose its metadata."""
        return _WRITTEN.get(self.store, {}).get(self.key)

    def write(self, text: str) -> None:
        """Add the key to the footer."""
        self.store.add_key_value_metadata({self.key: text})
        _WRITTEN.setdefault(self.store, {})[self.key] = text

    def width(self) -> int | None:
        """Of the column's type, where it is of one size."""
        schema = self.store.schema
        if self.vector is None or self.vector not in schema.names:
            return None
        return list_size(schema.field(self.vector).type)

"""Which kind of store a path or an address is, by what is there."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from registry.errors import InputError, MissingExtraError, RegistryError, StoreError
from registry.reindexing._store import Store
from registry.reindexing._vectors import Kind
from registry.reindexing.where import Where


def open_store(store: str, where: Where, kind: Kind | None) -> Store:
    """The store, for vectors of a kind; with None, only to tidy it up.

    Raises InputError for anything else, StoreError, MissingExtraError.
    """
    try:
        with in_our_words(store):
            if store.startswith(("http://", "https://")):
                return _qdrant(store, where, kind)
            return _in_files(store, where, kind)
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name).partition(".")[0], "reindex") from None
    except RuntimeError as error:  # from LanceDB; from a Qdrant folder that another program holds
        raise StoreError(f"{store}: {error}") from None


@contextmanager
def in_our_words(store: str) -> Generator[None]:
    """Turn the errors of a store's library into StoreError."""
    try:
        yield
    except RegistryError:
        raise
    except Exception as error:  # each library has its own errors
        library = type(error).__module__.partition(".")[0]
        if library not in ("lancedb", "pyarrow", "qdrant_client") and not isinstance(
            error, OSError
        ):
            raise
        raise StoreError(f"{store}: {error}") from error


def _in_files(store: str, where: Where, kind: Kind | None) -> Store:
    if not store:
        raise InputError("the name of the store is empty")
    path = Path(store).expanduser()
    if path.suffix == ".lance":
        aside = path.with_name(f"{path.stem}.before-reindex.lance")
        if path.is_dir() or aside.is_dir():
            from registry.reindexing._lancedb import LanceStore

            return LanceStore(path.parent, replace(where, collection=path.stem), kind)
    if (path / "meta.json").is_file() and (path / "collection").is_dir():
        return _qdrant(store, where, kind)
    if path.is_dir() and any(path.glob("*.lance")):
        from registry.reindexing._lancedb import LanceStore

        return LanceStore(path, where, kind)
    if path.name in ("", ".."):  # such as "."
        if any(path.glob("*.parquet")):
            raise InputError(
                f"{store}: a folder of Parquet files gets another name when it is switched; "
                "give the one that it has, from the folder above"
            )
    elif path.is_file() or _unfinished(path) or any(path.rglob("*.parquet")):
        from registry.reindexing._parquet import ParquetStore

        return ParquetStore(path, where, kind)
    what = "is not there" if not path.exists() else "is not a store that is known here"
    raise InputError(
        f"{store} {what}; give a Parquet file or a folder of them, the folder of a LanceDB "
        "database, or the folder or the address of a Qdrant"
    )


def _unfinished(path: Path) -> bool:
    """Whether a killed run may have left Parquet files without their name."""
    return (path.with_name(f"{path.name}.reindex") / "job.json").is_file()


def _qdrant(store: str, where: Where, kind: Kind | None) -> Store:
    from qdrant_client import QdrantClient

    from registry.reindexing._qdrant import QdrantStore

    is_address = store.startswith("http")
    # Its version check runs in a thread, and warns if it cannot connect; a request reports that.
    client = (
        QdrantClient(url=store, check_compatibility=False)
        if is_address
        else QdrantClient(path=store)
    )
    with ExitStack() as failing:  # a folder stays locked while a client is open
        failing.callback(client.close)
        opened = QdrantStore(client, store, where, kind)
        failing.pop_all()
    return opened

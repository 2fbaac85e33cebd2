"""Turn finished parts into a LanceDB table, in one transaction: complete, or not there.

OUT is NAME.lance in the folder of a database, which is where LanceDB keeps the table NAME. The
parts and their manifest are in NAME.lance.parts next to it until the table is there; then the
manifest is in the metadata of its schema, and they are removed. If a run is killed while the table
is written, the next one writes it again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from registry.corpora._arrow import pa
from registry.corpora._job import MANIFEST, Manifest
from registry.errors import CorpusError, MissingExtraError
from registry.files.json_records import ShapeError, from_json
from registry.libraries.pyarrow import streamed

_KEY = "tessera-registry.embed"
_SUFFIX = ".lance"
_ROWS = 8_192


def is_lance(target: Path) -> bool:
    """Whether an output is a LanceDB table."""
    return target.name.endswith(_SUFFIX) and target.name != _SUFFIX


def staging(target: Path) -> Path:
    """Where the parts of a table are until it is there."""
    return target.with_name(f"{target.name}.parts")


def problems(target: Path) -> list[str]:
    """Why a table cannot be created: another one with its name is there."""
    try:
        _database(target.parent if target.parent.is_dir() else None)
    except MissingExtraError as error:
        return [str(error)]
    if not target.exists() or (staging(target) / MANIFEST).exists() or finished(target):
        return []
    return [f"{target}: already exists and was not made by `registry embed`; name another table"]


def finished(target: Path) -> Manifest | None:
    """The manifest in a table that was made here; None while its parts are still there."""
    if not target.exists() or (staging(target) / MANIFEST).exists():
        return None
    try:
        table: Any = _database(target.parent).open_table(target.name.removesuffix(_SUFFIX))
        metadata: dict[bytes, bytes] = table.schema.metadata or {}
        text = metadata.get(_KEY.encode())
        return None if text is None else from_json(Manifest, json.loads(text))
    except (ShapeError, ValueError, OSError):  # not ours
        return None


def fill(target: Path, parts: Path, schema: Any, manifest: Manifest) -> None:
    """Create the table from the parts, and remove them."""
    text = json.dumps(asdict(manifest), ensure_ascii=False)
    # Without the parts' file metadata: LanceDB keeps that of its columns.
    stamped = schema.with_metadata({**(schema.metadata or {}), _KEY: text})

    def batches() -> Iterator[Any]:
        for path in sorted(parts.glob("*.parquet")):
            with streamed(path) as part:
                for batch in part.iter_batches(_ROWS):
                    yield pa.RecordBatch.from_arrays(batch.columns, schema=stamped)

    reader = pa.RecordBatchReader.from_batches(stamped, batches())
    name = target.name.removesuffix(_SUFFIX)
    try:
        mode = "overwrite" if target.exists() else "create"
        _database(target.parent).create_table(name, reader, schema=stamped, mode=mode)
    except (OSError, ValueError, RuntimeError) as error:
        raise CorpusError(f"{target}: LanceDB cannot write it: {error}") from None
    (parts / MANIFEST).unlink()
    shutil.rmtree(parts)


def _database(folder: Path | None) -> Any:
    """The database in a folder; nothing without one. Raises MissingExtraError."""
    try:
        import lancedb
    except ModuleNotFoundError:
        raise MissingExtraError("lancedb", "lancedb") from None
    untyped: Any = lancedb
    return None if folder is None else untyped.connect(str(folder))

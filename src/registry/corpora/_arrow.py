"""pyarrow, imported in one place: it has no types, and comes with an extra."""

from __future__ import annotations

from typing import Any

from registry.errors import MissingExtraError

try:
    import pyarrow as _arrow
    import pyarrow.compute as _compute
    import pyarrow.csv as _csv
    import pyarrow.parquet as _parquet
except ModuleNotFoundError:
    raise MissingExtraError("pyarrow", "embed") from None

# Any: an extension module without stubs; its results have no types either.
pa: Any = _arrow
pc: Any = _compute
csv: Any = _csv
pq: Any = _parquet
Table = Any
"""A pyarrow.Table."""

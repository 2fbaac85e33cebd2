"""pyarrow, which has no types."""

from __future__ import annotations

from typing import Any

import pyarrow
import pyarrow.parquet as pyarrow_parquet

arrow: Any = pyarrow
parquet: Any = pyarrow_parquet

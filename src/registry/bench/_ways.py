"""A way to run a model: a backend, and the format it computes in if that is not the default."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from registry.backends import backend_names, get_backend, is_own_backend
from registry.errors import InputError
from registry.exports.export import ENGINES, MANIFEST, PRECISIONS, Engine, EnginePrecision

_DTYPES = {"f32": "float32", "bf16": "bfloat16", "f16": "float16"}


@dataclass(frozen=True)
class Way:
    """`backend` is None for the usual one of the kind; `precision` is None for its usual format."""

    backend: str | None
    precision: str | None = None

    @property
    def engine(self) -> Engine | None:
        """The engine that runs an export, if it is one."""
        return next((each for each in ENGINES if each == self.backend), None)

    @property
    def engine_precision(self) -> EnginePrecision:
        """The precision of the export."""
        found: EnginePrecision = "f32"
        for each in PRECISIONS:
            if each == self.precision:
                found = each
        return found

    def arguments(self) -> dict[str, object]:
        """Those of `load`. Any precision is accepted, because its loss is measured."""
        if self.engine is not None:
            return {
                "backend": self.backend,
                "precision": self.engine_precision,
                "min_overlap": 0.0,
            }
        found: dict[str, object] = {} if self.backend is None else {"backend": self.backend}
        if self.precision is not None:
            found["dtype"] = _DTYPES[self.precision]
        return found

    def takes(self, path: Path) -> bool:
        """Whether a folder contains what it loads: an export, or weights; any, for others' ways."""
        if self.backend is not None and not is_own_backend(self.backend):
            return True
        return (path / MANIFEST).is_file() == (self.engine is not None)


def way_of(text: str | None) -> Way:
    """A way by its name: BACKEND or BACKEND:PRECISION.

    Raises BackendError for an unknown backend, InputError for a precision that it does not have.

    >>> way_of("openvino:bf16")
    Way(backend='openvino', precision='bf16')
    """
    if text is None:
        return Way(None)
    backend, separator, precision = text.partition(":")
    if backend not in backend_names():
        get_backend(backend)  # which reports it, with suggestions
    way = Way(backend, precision if separator else None)
    known = PRECISIONS if way.engine is not None else tuple(_DTYPES)
    if separator and precision not in known:
        raise InputError(f"{text!r}: {backend} has no precision {precision!r}; {', '.join(known)}")
    return way

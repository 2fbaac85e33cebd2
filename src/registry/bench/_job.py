"""A worker's task, in a form that can be sent to another process.

A model is sent as its fields, not its class: `load` takes models by structure, so a worker need not
find or import the model's registry.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, is_dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self, cast

from registry.bench.results import BenchOptions
from registry.errors import InputError
from registry_base.json_shapes import is_list, is_object

if TYPE_CHECKING:
    from pathlib import Path

    from registry.models.kinds import Loadable


@dataclass(frozen=True, kw_only=True)
class Job:
    """Measure one model."""

    model: dict[str, Any]  # its fields, of all types
    options: BenchOptions
    local_path: str | None
    cache_dir: str | None

    @classmethod
    def of(
        cls,
        model: Loadable,
        options: BenchOptions,
        *,
        local_path: Path | None = None,
        cache_dir: Path | None = None,
    ) -> Self:
        """The job for a model of any generated registry. Raises InputError for anything else."""
        untyped: Any = model  # the protocols do not say that it is a dataclass
        if not is_dataclass(untyped):
            raise InputError(f"{model.id} is not a model of a generated registry")
        return cls(
            model={"kind": model.kind, **asdict(cast("Any", untyped))},
            options=options,
            local_path=None if local_path is None else str(local_path.absolute()),
            cache_dir=None if cache_dir is None else str(cache_dir.absolute()),
        )

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The job from the JSON of `asdict`."""
        options: dict[str, Any] = data.pop("options")
        options["beside"] = tuple(options["beside"])
        return cls(options=BenchOptions(**options), **data)

    def loadable(self) -> Loadable:
        """The model, as far as loading looks at it."""
        return cast("Loadable", SimpleNamespace(**{k: _restored(v) for k, v in self.model.items()}))


def _restored(value: Any) -> Any:  # of any field, as JSON
    """Lists are tuples again, and the records in them have attributes."""
    if not is_list(value):
        return value
    return tuple(SimpleNamespace(**each) if is_object(each) else _restored(each) for each in value)

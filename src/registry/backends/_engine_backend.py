"""What the engines share: an export, opened and tried, becomes an encoder of its kind."""

from __future__ import annotations

import os
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from registry.backends._engine_encoders import (
    GraphDenseEncoder,
    GraphMultiVectorEncoder,
    GraphReranker,
    Graphs,
    Run,
)
from registry.backends._local_options import refuse_dim, refuse_server_options
from registry.backends._promises import check_finite, check_vectors, check_width
from registry.backends.interface import LoadOptions, ModelBackend
from registry.encoders.base import DEFAULT_BATCH_SIZE, Role
from registry.encoders.dense import chosen_dim
from registry.errors import CheckpointError, DeviceError, LoadError, UnsupportedError
from registry.exports.export import PRECISIONS, Engine, EnginePrecision
from registry.exports.opening import open_export

if TYPE_CHECKING:
    from registry.encoders.dense import DenseEncoder
    from registry.encoders.multi_vector import MultiVectorEncoder
    from registry.encoders.reranker import Reranker
    from registry.encoders.sparse import SparseEncoder
    from registry.models.kinds import (
        ColbertLike,
        CrossEncoderLike,
        DenseLike,
        Loadable,
        SparseLike,
    )

_ROLES: tuple[Role, ...] = ("query", "document")


class EngineBackend(ModelBackend):
    """Runs exports on the processor, without torch and transformers."""

    engine: ClassVar[Engine]
    precisions: ClassVar[tuple[EnginePrecision, ...]]

    @abstractmethod
    def _compile(self, path: Path, precision: EnginePrecision, threads: int) -> Run:
        """A graph of a file as a function. Raises what the engine raises."""

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        """Load an encoder of one vector an input."""
        dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
        graphs = self._graphs(model, options)
        for role in _ROLES:
            ((_, found),) = graphs.results(role, ["width"], 1, progress=False)
            check_vectors(model, found)
        return GraphDenseEncoder(model, graphs, dim=dim, batch_size=_batch_size(model))

    def multi_vector_encoder(self, model: ColbertLike, options: LoadOptions) -> MultiVectorEncoder:
        """Load a late-interaction encoder."""
        dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
        graphs = self._graphs(model, options)
        for role in _ROLES:
            ((_, found),) = graphs.results(role, ["width"], 1, progress=False)
            check_width(model, found.shape[2])
            check_finite(model, found)
        return GraphMultiVectorEncoder(model, graphs, dim=dim, batch_size=_batch_size(model))

    def sparse_encoder(self, model: SparseLike, options: LoadOptions) -> SparseEncoder:
        """Load a sparse encoder."""
        from registry.backends._engine_sparse import GraphSparseEncoder

        refuse_dim(model, options)
        graphs = self._graphs(model, options)
        for role in _ROLES:
            ((_, found),) = graphs.results(role, ["width"], 1, progress=False)
            check_width(model, found.shape[1])
            check_finite(model, found)
        return GraphSparseEncoder(model, graphs, batch_size=_batch_size(model))

    def reranker(self, model: CrossEncoderLike, options: LoadOptions) -> Reranker:
        """Load a cross-encoder."""
        refuse_dim(model, options)
        graphs = self._graphs(model, options)
        ((_, found),) = graphs.results("pair", [("width", "width")], 1, progress=False)
        check_finite(model, found)
        return GraphReranker(model, graphs, batch_size=_batch_size(model))

    def _graphs(self, model: Loadable, options: LoadOptions) -> Graphs:
        precision = self._asked(model, options)
        threads = chosen_threads(options.threads)
        export = open_export(
            model,
            self.engine,
            precision,
            revision=options.revision,
            folder=options.local_path,
            min_overlap=options.min_overlap,
        )

        def compiled(name: str) -> Run:
            try:
                return self._compile(export.folder / name, precision, threads)
            except (RuntimeError, ValueError, OSError) as error:
                lines = str(error).strip().splitlines()
                raise CheckpointError(
                    f"{model.id}: {self.engine} cannot read {name} (in {export.folder}): "
                    f"{lines[-1] if lines else type(error).__name__}"
                ) from error

        return Graphs(export, compiled)

    def _asked(self, model: Loadable, options: LoadOptions) -> EnginePrecision:
        """The precision, if every option is one that can be honoured. Raises LoadError."""
        refuse_server_options(self.name, model, options)
        if options.device not in ("auto", "cpu"):
            raise DeviceError(f"{model.id}: the backend {self.name!r} runs on the CPU alone")
        for name in ("dtype", "quantization", "attention"):
            if getattr(options, name) is not None:
                raise UnsupportedError(
                    f"{model.id}: {name}= is for torch; the backend {self.name!r} takes "
                    f"precision={' or '.join(map(repr, self.precisions))}"
                )
        precision = options.precision or "f32"
        if precision not in PRECISIONS:
            raise LoadError(f"precision {precision!r} is none of {', '.join(PRECISIONS)}")
        if precision not in self.precisions:
            raise UnsupportedError(
                f"{model.id}: the backend {self.name!r} does not run {precision}; it runs "
                f"{', '.join(self.precisions)}"
            )
        return precision


def chosen_threads(wanted: int | None) -> int:
    """How many threads to compute on: as asked, else as many as this process may keep busy.

    That is what its affinity and the quota of its container allow. Raises LoadError.
    """
    if wanted is not None:
        if wanted < 1:
            raise LoadError(f"threads should be at least 1, not {wanted}")
        return wanted
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quota = _cpu_quota()
    return max(1, min(there or 1, there or 1 if quota is None else round(quota + 0.49)))


def _cpu_quota() -> float | None:
    """Processors that the control group of this process may use; None without a limit.

    https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files
    """
    root = Path("/sys/fs/cgroup")
    try:
        two = root / "cpu.max"
        if two.is_file():
            quota, period = two.read_text("ascii").split()[:2]
        else:
            quota = (root / "cpu/cpu.cfs_quota_us").read_text("ascii").strip()
            period = (root / "cpu/cpu.cfs_period_us").read_text("ascii").strip()
        return float(quota) / float(period) if quota != "max" and float(quota) > 0 else None
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _batch_size(model: Loadable) -> int:
    return model.batch_size or DEFAULT_BATCH_SIZE

"""What the engines share: an export, opened and tried, becomes an encoder of its kind."""

from __future__ import annotations

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
from registry.backends.threads import chosen_threads
from registry.encoders.base import DEFAULT_BATCH_SIZE, Role
from registry.encoders.dense import chosen_dim
from registry.errors import (
    CheckpointError,
    DeviceError,
    LoadError,
    MissingExtraError,
    UnsupportedError,
)
from registry.exports.export import MANIFEST, PRECISIONS, Engine, EnginePrecision, Export
from registry.exports.opening import open_export
from registry.exports.place import place_of

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
    """Runs exports on the CPU, without torch and transformers."""

    engine: ClassVar[Engine]
    precisions: ClassVar[tuple[EnginePrecision, ...]]

    @abstractmethod
    def _compile(
        self, path: Path, output: str | None, precision: EnginePrecision, threads: int
    ) -> Run:
        """A file's graph as a function that returns one output; the only one if not named.

        Raises what the engine raises.
        """

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        """Load an encoder of one vector per input."""
        dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
        graphs = self._graphs(model, options)
        for role in _ROLES:
            ((_, found),) = graphs.results(role, ["width"], 1, progress=False)
            check_vectors(model, found)
        encoder = GraphDenseEncoder(model, graphs, dim=dim, batch_size=_batch_size(model))
        encoder.serving = graphs.serving
        return encoder

    def multi_vector_encoder(self, model: ColbertLike, options: LoadOptions) -> MultiVectorEncoder:
        """Load a late-interaction encoder."""
        dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
        graphs = self._graphs(model, options)
        for role in _ROLES:
            ((_, found),) = graphs.results(role, ["width"], 1, progress=False)
            check_width(model, found.shape[2])
            check_finite(model, found)
        encoder = GraphMultiVectorEncoder(model, graphs, dim=dim, batch_size=_batch_size(model))
        encoder.serving = graphs.serving
        return encoder

    def sparse_encoder(self, model: SparseLike, options: LoadOptions) -> SparseEncoder:
        """Load a sparse encoder."""
        try:
            from registry.backends._engine_sparse import GraphSparseEncoder
        except ModuleNotFoundError as error:
            raise MissingExtraError(error.name or "scipy", "sparse") from None
        refuse_dim(model, options)
        graphs = self._graphs(model, options)
        for role in _ROLES:
            ((_, found),) = graphs.results(role, ["width"], 1, progress=False)
            check_width(model, found.shape[1])
            check_finite(model, found)
        encoder = GraphSparseEncoder(model, graphs, batch_size=_batch_size(model))
        encoder.serving = graphs.serving
        return encoder

    def reranker(self, model: CrossEncoderLike, options: LoadOptions) -> Reranker:
        """Load a cross-encoder."""
        refuse_dim(model, options)
        graphs = self._graphs(model, options)
        ((_, found),) = graphs.results("pair", [("width", "width")], 1, progress=False)
        check_finite(model, found)
        encoder = GraphReranker(model, graphs, batch_size=_batch_size(model))
        encoder.serving = graphs.serving
        return encoder

    def _graphs(self, model: Loadable, options: LoadOptions) -> Graphs:
        precision = self._asked(model, options)
        threads = chosen_threads(options.threads)
        export = self._own(model, options, precision) or open_export(
            model,
            self.engine,
            precision,
            revision=options.revision,
            folder=options.local_path,
            min_overlap=options.min_overlap,
        )

        def compiled(name: str, output: str | None) -> Run:
            try:
                return self._compile(export.folder / name, output, precision, threads)
            except (RuntimeError, ValueError, OSError) as error:
                lines = str(error).strip().splitlines()
                raise CheckpointError(
                    f"{model.id}: {self.engine} cannot read {name} (in {export.folder}): "
                    f"{lines[-1] if lines else type(error).__name__}"
                ) from error

        return Graphs(export, compiled, threads)

    def _own(
        self, model: Loadable, options: LoadOptions, precision: EnginePrecision
    ) -> Export | None:
        """The repository's own graph, if there is no export. Raises LoadError."""
        folder = options.local_path or place_of(model, options.revision, self.engine, precision)
        measured = precision != "f32" or options.min_overlap is not None
        if measured or (folder / MANIFEST).exists():
            return None
        from registry.backends._own_graphs import own_export  # few models have one

        return own_export(model, self.engine, options)

    def _asked(self, model: Loadable, options: LoadOptions) -> EnginePrecision:
        """The precision, if every option is supported. Raises LoadError."""
        refuse_server_options(self.name, model, options)
        if options.device not in ("auto", "cpu"):
            raise DeviceError(f"{model.id}: the backend {self.name!r} runs on the CPU only")
        for name in ("dtype", "quantization", "attention"):
            if getattr(options, name) is not None:
                raise UnsupportedError(
                    f"{model.id}: {name}= is for torch; the backend {self.name!r} takes "
                    f"precision={' or '.join(map(repr, self.precisions))}"
                )
        precision = options.precision or "f32"
        if precision not in PRECISIONS:
            raise LoadError(f"precision {precision!r} is not one of {', '.join(PRECISIONS)}")
        if precision not in self.precisions:
            raise UnsupportedError(
                f"{model.id}: the backend {self.name!r} does not run {precision}; it runs "
                f"{', '.join(self.precisions)}"
            )
        return precision


def _batch_size(model: Loadable) -> int:
    return model.batch_size or DEFAULT_BATCH_SIZE

"""Encoders of all four kinds through sentence-transformers 6."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from registry.backends.interface import LoadOptions, ModelBackend
from registry.backends.weights import made_up_weights
from registry.checkpoint import Checkpoint, check_projection, resolve
from registry.devices import choose_device, model_arguments
from registry.encoders.base import DEFAULT_BATCH_SIZE, Role
from registry.encoders.dense import DenseEncoder, Vectors, chosen_dim, unit
from registry.encoders.multi_vector import MultiVectorEncoder, TokenVectors
from registry.encoders.reranker import Reranker
from registry.encoders.sparse import SparseEncoder
from registry.errors import CheckpointError, LoadError, MissingExtraError

if TYPE_CHECKING:
    import sentence_transformers as st

    from registry.kinds import (
        ColbertLike,
        CrossEncoderLike,
        DenseLike,
        EncoderLike,
        ModelLike,
        SparseLike,
    )

Network = TypeVar("Network")

# Vectors that the registry calls normalised are of this length, give or take float16.
_UNIT_TOLERANCE = 1e-2


class SentenceTransformersBackend(ModelBackend):
    """Runs encoders and rerankers in this process."""

    name: ClassVar[str] = "sentence-transformers"

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        """Load a SentenceTransformer."""
        dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
        network = _load(model, options, lambda: _library().SentenceTransformer)
        encoder = _Dense(model, network, dim=dim, batch_size=_batch_size(model, network))
        _check_dense(encoder, network)
        return encoder

    def multi_vector_encoder(self, model: ColbertLike, options: LoadOptions) -> MultiVectorEncoder:
        """Load a MultiVectorEncoder; its projection is checked first."""
        dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
        network = _load(
            model,
            options,
            lambda: _library().MultiVectorEncoder,
            before=lambda checkpoint: check_projection(checkpoint, model),
        )
        encoder = _MultiVector(model, network, dim=dim, batch_size=_batch_size(model, network))
        _check_multi_vector(encoder, network)
        return encoder

    def sparse_encoder(self, model: SparseLike, options: LoadOptions) -> SparseEncoder:
        """Load a SparseEncoder."""
        _refuse_dim(model, options)
        network = _load(model, options, lambda: _library().SparseEncoder)
        encoder = _Sparse(model, network, batch_size=_batch_size(model, network))
        weights: Any = encoder.encode_documents(["width"])  # scipy has no types
        width = int(weights.shape[1])
        if width != model.embedding_dim:
            raise CheckpointError(_wrong_width(model, width, model.embedding_dim))
        return encoder

    def reranker(self, model: CrossEncoderLike, options: LoadOptions) -> Reranker:
        """Load a CrossEncoder."""
        _refuse_dim(model, options)
        network = _load(model, options, lambda: _library().CrossEncoder)
        if network.num_labels != 1:
            raise CheckpointError(
                f"{model.id}: the checkpoint gives {network.num_labels} scores a pair; "
                "a reranker gives one"
            )
        return _CrossEncoder(model, network, batch_size=_batch_size(model, network))


class _Dense(DenseEncoder):
    def __init__(
        self, model: DenseLike, network: st.SentenceTransformer, *, dim: int, batch_size: int
    ) -> None:
        super().__init__(model, dim=dim, batch_size=batch_size)
        self._network = network

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Vectors:
        method, prompt = _method(self._network, self.model, role)
        vectors: Vectors = method(
            texts, batch_size=batch_size, show_progress_bar=progress, **prompt
        )
        if vectors.dtype != np.float32:
            vectors = vectors.astype(np.float32)
        if self.dim < vectors.shape[1]:
            vectors = unit(vectors[:, : self.dim])
        return vectors


class _MultiVector(MultiVectorEncoder):
    def __init__(
        self, model: ColbertLike, network: st.MultiVectorEncoder, *, dim: int, batch_size: int
    ) -> None:
        super().__init__(model, dim=dim, batch_size=batch_size)
        self._network = network

    def _encode(
        self, texts: list[str], role: Role, batch_size: int, progress: bool
    ) -> TokenVectors:
        method, prompt = _method(self._network, self.model, role)
        arrays = method(
            texts,
            batch_size=batch_size,
            show_progress_bar=progress,
            convert_to_numpy=True,
            **prompt,
        )
        tokens = [np.asarray(array, dtype=np.float32) for array in arrays]
        if self.dim < self.model.embedding_dim:
            tokens = [unit(array[:, : self.dim]) for array in tokens]
        return tokens

    def _maxsim(self, queries: TokenVectors, documents: TokenVectors) -> NDArray[np.float32]:
        scores: Any = self._network.similarity(queries, documents)
        return np.asarray(scores.cpu().numpy(), dtype=np.float32)


class _Sparse(SparseEncoder):
    def __init__(self, model: SparseLike, network: st.SparseEncoder, *, batch_size: int) -> None:
        super().__init__(model, batch_size=batch_size)
        self._network = network

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> csr_array:
        method, prompt = _method(self._network, self.model, role)
        weights = method(
            texts,
            batch_size=batch_size,
            show_progress_bar=progress,
            convert_to_tensor=True,
            convert_to_sparse_tensor=True,
            save_to_cpu=True,
            **prompt,
        ).coalesce()
        rows, columns = weights.indices().numpy()
        values = weights.values().float().numpy()
        return csr_array((values, (rows, columns)), shape=tuple(weights.shape), dtype=np.float32)

    def _token(self, index: int) -> str:
        return str(self._network.tokenizer.convert_ids_to_tokens(index))


class _CrossEncoder(Reranker):
    def __init__(
        self, model: CrossEncoderLike, network: st.CrossEncoder, *, batch_size: int
    ) -> None:
        super().__init__(model, batch_size=batch_size)
        self._network = network

    def _score(
        self, query: str, documents: list[str], batch_size: int, progress: bool
    ) -> NDArray[np.float32]:
        network: Any = self._network  # its predict is typed in part
        pairs = [(query, document) for document in documents]
        scores = network.predict(pairs, batch_size=batch_size, show_progress_bar=progress)
        return np.asarray(scores, dtype=np.float32).reshape(len(documents))


def _library() -> Any:
    try:
        import sentence_transformers
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "sentence-transformers", "encoders") from None
    return sentence_transformers


def _load(
    model: ModelLike,
    options: LoadOptions,
    class_of: Callable[[], Any],
    before: Callable[[Checkpoint], None] | None = None,
) -> Any:
    """Build the library's object from a checkpoint that passed every check."""
    checkpoint = resolve(model, options)
    if checkpoint.gguf is not None:
        raise LoadError(f"{model.id}: encoders are not loaded from .gguf files; give the folder")
    if before is not None:
        before(checkpoint)
    network_class = class_of()
    device = choose_device(options.device)
    arguments = model_arguments(
        options, device, default_dtype="float32" if device == "cpu" else "auto"
    )
    try:
        with made_up_weights() as missing:
            network = network_class(
                str(checkpoint.folder),
                device=device,
                trust_remote_code=options.trust_remote_code,
                local_files_only=True,
                model_kwargs=arguments,
            )
    except Exception as error:  # whatever a library raises on a bad checkpoint
        raise checkpoint.error(f"{type(error).__name__}: {_first_line(error)}") from error
    if missing:
        raise checkpoint.error(
            f"the checkpoint lacks {', '.join(missing[:3])}"
            f"{f' and {len(missing) - 3} more' if len(missing) > 3 else ''}; "
            "the library would make them up from random numbers"
        )
    return network


def _method(
    network: Any, model: EncoderLike, role: Role
) -> tuple[Callable[..., Any], dict[str, str]]:
    """The library's method for a role, and the entry's prompt where it names one.

    Without one, the checkpoint's own prompts apply.
    """
    if role == "query":
        method, prompt = network.encode_query, model.query_prompt
    else:
        method, prompt = network.encode_document, model.document_prompt
    return method, {} if prompt is None else {"prompt": prompt}


def _batch_size(model: ModelLike, network: Any) -> int:
    """The registry's advice, else what suits the device."""
    if model.batch_size is not None:
        return model.batch_size
    return DEFAULT_BATCH_SIZE if str(network.device) == "cpu" else 4 * DEFAULT_BATCH_SIZE


def _refuse_dim(model: SparseLike | CrossEncoderLike, options: LoadOptions) -> None:
    if options.dim is not None:
        raise LoadError(f"{model.id}: {model.kind} models have no dim to choose")


def _check_dense(encoder: _Dense, network: Any) -> None:
    vectors = np.asarray(network.encode(["width"]))
    model = encoder.model
    if vectors.shape[1] != model.embedding_dim:
        raise CheckpointError(_wrong_width(model, vectors.shape[1], model.embedding_dim))
    if not np.isfinite(vectors).all():
        raise CheckpointError(f"{model.id}: the checkpoint gives vectors that are no numbers")
    length = float(np.linalg.norm(vectors[0].astype(np.float64)))
    if model.normalize and abs(length - 1) > _UNIT_TOLERANCE:
        raise CheckpointError(
            f"{model.id}: the registry promises normalised vectors; this checkpoint gives "
            f"length {length:.3g}"
        )


def _check_multi_vector(encoder: _MultiVector, network: Any) -> None:
    (tokens,) = network.encode_document(["width"], convert_to_numpy=True)
    width = np.asarray(tokens).shape[1]
    if width != encoder.model.embedding_dim:
        raise CheckpointError(_wrong_width(encoder.model, width, encoder.model.embedding_dim))


def _wrong_width(model: ModelLike, found: int, promised: int) -> str:
    return (
        f"{model.id}: the checkpoint gives {found} dimensions, the registry promises {promised}; "
        "one of them is another model or revision"
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition(os.linesep)[0]

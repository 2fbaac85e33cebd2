"""Load encoders of all four kinds through sentence-transformers 6, each checked with one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from registry.backends._context_length import refuse_context_length
from registry.backends._local_options import (
    refuse_dim,
    refuse_engine_options,
    refuse_server_options,
)
from registry.backends._promises import check_finite, check_vectors, check_width
from registry.backends._sentence_transformers_encoders import (
    LocalDenseEncoder,
    LocalMultiVectorEncoder,
    LocalReranker,
    LocalSparseEncoder,
)
from registry.backends._tokenizers import check_tokenizers
from registry.backends._weight_loading import loading_weights
from registry.backends.devices import choose_device, model_arguments
from registry.backends.interface import LoadOptions, ModelBackend
from registry.backends.threads import set_torch_threads
from registry.checkpoints.checkpoint import Checkpoint, resolve
from registry.checkpoints.projection import check_projection
from registry.encoders.base import DEFAULT_BATCH_SIZE
from registry.encoders.dense import chosen_dim
from registry.errors import CheckpointError, LoadError, MissingExtraError
from registry.libraries import sentence_transformers as seam
from registry.libraries import transformers as transformers_seam

if TYPE_CHECKING:
    from registry.encoders.dense import DenseEncoder
    from registry.encoders.multi_vector import MultiVectorEncoder
    from registry.encoders.reranker import Reranker
    from registry.encoders.sparse import SparseEncoder
    from registry.models.kinds import ColbertLike, CrossEncoderLike, DenseLike, Loadable, SparseLike

# Encoders use the vectors of the tokens; the pooler's is for classifiers, and often absent.
_UNUSED = ("pooler",)


class SentenceTransformersBackend(ModelBackend):
    """Runs encoders and rerankers in this process."""

    name: ClassVar[str] = "sentence-transformers"

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        """Load a SentenceTransformer."""
        dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)

        def check(network: Any) -> None:
            for vectors in _tried(network):
                check_vectors(model, np.asarray(vectors))

        network = _load(
            model, options, lambda library: library.SentenceTransformer, check, unused=_UNUSED
        )
        return LocalDenseEncoder(model, network, dim=dim, batch_size=_batch_size(model, network))

    def multi_vector_encoder(self, model: ColbertLike, options: LoadOptions) -> MultiVectorEncoder:
        """Load a MultiVectorEncoder; its projection is checked first."""
        dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)

        def check(network: Any) -> None:
            for (tokens,) in _tried(network, convert_to_numpy=True):
                check_width(model, tokens.shape[1])
                check_finite(model, tokens)

        network = _load(
            model,
            options,
            lambda library: library.MultiVectorEncoder,
            check,
            unused=_UNUSED,
            before=lambda checkpoint: check_projection(checkpoint, model),
        )
        size = _batch_size(model, network)
        return LocalMultiVectorEncoder(model, network, dim=dim, batch_size=size)

    def sparse_encoder(self, model: SparseLike, options: LoadOptions) -> SparseEncoder:
        """Load a SparseEncoder."""
        refuse_dim(model, options)

        def check(network: Any) -> None:
            for weights in _tried(network):
                check_width(model, weights.shape[1])
                check_finite(model, weights.coalesce().values().float().cpu().numpy())

        network = _load(
            model, options, lambda library: library.SparseEncoder, check, unused=_UNUSED
        )
        return LocalSparseEncoder(model, network, batch_size=_batch_size(model, network))

    def reranker(self, model: CrossEncoderLike, options: LoadOptions) -> Reranker:
        """Load a CrossEncoder."""
        refuse_dim(model, options)

        def check(network: Any) -> None:
            if network.num_labels != 1:
                raise CheckpointError(
                    f"{model.id}: the checkpoint gives {network.num_labels} scores per pair; "
                    "a reranker gives one"
                )
            check_finite(model, network.predict([("width", "width")], show_progress_bar=False))

        network = _load(model, options, lambda library: library.CrossEncoder, check)
        return LocalReranker(model, network, batch_size=_batch_size(model, network))


def _load(
    model: Loadable,
    options: LoadOptions,
    class_in: Callable[[Any], Any],  # the library's classes, loaded late, share no type
    check: Callable[[Any], None],
    *,
    unused: tuple[str, ...] = (),
    before: Callable[[Checkpoint], None] | None = None,
) -> Any:
    """Build the library's object from a checkpoint that passed every check.

    A missing device or package is reported before anything is fetched.
    """
    refuse_server_options(SentenceTransformersBackend.name, model, options)
    refuse_context_length(model, options)
    refuse_engine_options(SentenceTransformersBackend.name, model, options)
    try:
        import sentence_transformers
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "sentence-transformers", "encoders") from None
    device = choose_device(options.device)
    set_torch_threads(options.threads)
    arguments = model_arguments(
        options, device, default_dtype="float32" if device == "cpu" else "auto"
    )
    seam.LOADING.verify()
    transformers_seam.LOADING.verify()
    checkpoint = resolve(model, options)
    if checkpoint.gguf is not None:
        raise LoadError(f"{model.id}: encoders are not loaded from .gguf files; give the folder")
    if before is not None:
        before(checkpoint)
    with loading_weights(checkpoint, through=seam.LOADING, unused=unused) as reports:
        network = class_in(sentence_transformers)(
            str(checkpoint.folder),
            device=device,
            trust_remote_code=options.trust_remote_code,
            local_files_only=True,
            model_kwargs=arguments,
        )
        reports.check(network)
        check_tokenizers(checkpoint, network)
        check(network)
    return network


def _tried(network: Any, **arguments: bool) -> Iterator[Any]:
    """The output for a query and for a document, which a Router sends different ways."""
    for encode in (network.encode_query, network.encode_document):
        yield encode(["width"], show_progress_bar=False, **arguments)


def _batch_size(model: Loadable, network: Any) -> int:  # a network of any of the four classes
    """The registry's advice, else what suits the device."""
    if model.batch_size is not None:
        return model.batch_size
    return DEFAULT_BATCH_SIZE if str(network.device) == "cpu" else 4 * DEFAULT_BATCH_SIZE


def network_of(encoder: Any) -> Any:  # of the library's four classes, which share no type
    """The library's network under an encoder or reranker that this backend loaded."""
    return encoder.network

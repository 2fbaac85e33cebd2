"""Encoders of all four kinds on networks of sentence-transformers 6, in this process."""

from __future__ import annotations

import gc
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from registry.backends._precision import precision_of
from registry.checkpoints.prompts import own_prompt
from registry.encoders.base import Role
from registry.encoders.closing import Closable, closed
from registry.encoders.dense import DenseEncoder, Vectors, unit
from registry.encoders.multi_vector import MultiVectorEncoder, TokenVectors
from registry.encoders.reranker import Reranker
from registry.encoders.sparse import SparseEncoder

if TYPE_CHECKING:
    import sentence_transformers as st

    from registry.models.kinds import (
        ColbertLike,
        CrossEncoderLike,
        DenseLike,
        EncoderLike,
        ModelLike,
        SparseLike,
    )


class _Local(Closable):
    """Has a network in this process. Calls from several threads take turns."""

    _network: Any  # of one of the library's four classes; None once it is closed
    # The tokenizer keeps how it cuts and pads between calls: one would read as another asked.
    _turns: Lock
    model: Any  # of the kind that the encoder is of

    def _count(self, texts: list[str]) -> list[int] | None:
        """As the tokenizer of the network counts; None if it has none of the usual form."""
        with self._turns:
            tokenizer = getattr(_open(self._network, self.model), "tokenizer", None)
            if not callable(tokenizer):
                return None
            prompt = self._prompt("document")
            found: Any = tokenizer(
                [prompt + text for text in texts],
                truncation=False,
                padding=False,
                return_attention_mask=False,
                verbose=False,
            )
        return [len(each) for each in found["input_ids"]]

    @property
    def network(self) -> Any:
        """The library's own object, for code that needs it; None once it is closed."""
        return self._network

    def tokens_read(self, text: str, role: Role) -> int | None:
        """As the network's own tokenizer cuts it; None if it has no mask, as static embeddings."""
        with self._turns:
            network = _open(self._network, self.model)
            mask = network.preprocess([self._prompt(role) + text], task=role).get("attention_mask")
        return None if mask is None else int(mask.sum())

    def _prompt(self, role: Role) -> str:
        """The prefix of a text: the entry's prompt, else the checkpoint's own."""
        model: EncoderLike = self.model
        prompt = model.query_prompt if role == "query" else model.document_prompt
        if prompt is None:
            prompt = own_prompt(getattr(self._network, "prompts", None), role)
        return prompt

    def close(self) -> None:
        """Free the weights."""
        network, self._network = self._network, None
        if network is None:
            return
        on_cuda = network.device.type == "cuda"
        del network
        gc.collect()  # the library's networks refer to themselves
        if on_cuda:
            import torch

            torch.cuda.empty_cache()


class LocalDenseEncoder(_Local, DenseEncoder):
    """On a SentenceTransformer."""

    def __init__(
        self, model: DenseLike, network: st.SentenceTransformer, *, dim: int, batch_size: int
    ) -> None:
        super().__init__(model, dim=dim, batch_size=batch_size)
        self._network, self.precision = network, precision_of(network)
        self._turns = Lock()

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Vectors:
        with self._turns:
            method, prompt = _method(self._network, self.model, role)
            vectors: Vectors = method(
                texts, batch_size=batch_size, show_progress_bar=progress, **prompt
            )
        if vectors.dtype != np.float32:
            vectors = vectors.astype(np.float32)
        if self.dim < vectors.shape[1]:
            vectors = unit(vectors[:, : self.dim])
        return vectors


class LocalMultiVectorEncoder(_Local, MultiVectorEncoder):
    """On a MultiVectorEncoder of the library."""

    def __init__(
        self, model: ColbertLike, network: st.MultiVectorEncoder, *, dim: int, batch_size: int
    ) -> None:
        super().__init__(model, dim=dim, batch_size=batch_size)
        self._network, self.precision = network, precision_of(network)
        self._turns = Lock()

    def _encode(
        self, texts: list[str], role: Role, batch_size: int, progress: bool
    ) -> TokenVectors:
        with self._turns:
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


class LocalSparseEncoder(_Local, SparseEncoder):
    """On a SparseEncoder of the library."""

    def __init__(self, model: SparseLike, network: st.SparseEncoder, *, batch_size: int) -> None:
        super().__init__(model, batch_size=batch_size)
        self._network, self.precision = network, precision_of(network)
        self._turns = Lock()

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> csr_array:
        with self._turns:
            method, prompt = _method(self._network, self.model, role)
            weights: Any = method(  # a sparse tensor, typed in part
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
        # Coalesced weights are in order, so the form needs no sorting by scipy.
        index = np.int32 if len(values) < 2**31 else np.int64
        starts = np.searchsorted(rows, np.arange(len(texts) + 1)).astype(index)
        return csr_array((values, columns.astype(index), starts), shape=tuple(weights.shape))

    def _token(self, index: int) -> str:
        return str(_open(self._network, self.model).tokenizer.convert_ids_to_tokens(index))


class LocalReranker(_Local, Reranker):
    """On a CrossEncoder. The entry's prompts are added to the texts here."""

    def __init__(
        self, model: CrossEncoderLike, network: st.CrossEncoder, *, batch_size: int
    ) -> None:
        super().__init__(model, batch_size=batch_size)
        self._network, self._turns = network, Lock()

    def _score(
        self, query: str, documents: list[str], batch_size: int, progress: bool
    ) -> NDArray[np.float32]:
        asked = f"{self.model.query_prompt or ''}{query}"
        before = self.model.document_prompt or ""
        pairs = [(asked, f"{before}{document}") for document in documents]
        with self._turns:
            network = _open(self._network, self.model)
            scores = network.predict(pairs, batch_size=batch_size, show_progress_bar=progress)
        return np.asarray(scores, dtype=np.float32).reshape(len(documents))


def _method(
    network: Any,  # of one of three classes, or None
    model: EncoderLike,
    role: Role,
) -> tuple[Callable[..., Any], dict[str, str]]:
    """The library's method for a role, and the entry's prompt, else the checkpoint's own."""
    network = _open(network, model)
    if role == "query":
        method, prompt = network.encode_query, model.query_prompt
    else:
        method, prompt = network.encode_document, model.document_prompt
    if prompt is None:
        prompt = own_prompt(network.prompts, role) or None
    return method, {} if prompt is None else {"prompt": prompt}


def _open(
    network: Any,  # of any of the four classes, or None
    model: ModelLike,
) -> Any:
    """The network, if it is not closed. Raises BackendError."""
    if network is None:
        raise closed(model.id)
    return network

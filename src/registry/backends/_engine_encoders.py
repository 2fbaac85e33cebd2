"""Encoders of three kinds on graphs, whatever engine runs them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from registry.backends._engine_texts import Batch, Text, TextReader, open_tokenizer
from registry.encoders.base import Role
from registry.encoders.closing import Closable, closed
from registry.encoders.dense import DenseEncoder, Vectors, unit
from registry.encoders.multi_vector import MultiVectorEncoder, TokenVectors
from registry.encoders.reranker import Reranker
from registry.encoders.serving import Serving
from registry.exports.export import Export
from registry.models.made_with import MadeWith

if TYPE_CHECKING:
    from registry.models.kinds import ColbertLike, CrossEncoderLike, DenseLike, EncoderLike

Numbers = NDArray[np.float32]
Run = Callable[[Mapping[str, NDArray[np.int64]]], Numbers]


class Graphs:
    """The graphs of an export, compiled, with their tokenizers; roles may share one."""

    def __init__(
        self, export: Export, compile_graph: Callable[[str, str | None], Run], threads: int
    ) -> None:
        self._export = export
        self._runs: dict[tuple[str, str | None], Run] = {}
        self._readers: dict[str, TextReader] = {}
        tokenizers: dict[tuple[str, int | None], Any] = {}
        for role, route in export.routes.items():
            part = route.graph, route.output
            if part not in self._runs:
                self._runs[part] = compile_graph(*part)
            same = route.tokenizer, route.length
            if same not in tokenizers:
                tokenizers[same] = open_tokenizer(export.folder, route)
            self._readers[role] = TextReader(tokenizers[same], route, threads)

    @property
    def precision(self) -> str:
        """What they compute in."""
        return self._export.precision

    @property
    def made_with(self) -> MadeWith:
        """What only they know; weights from a folder have no commit that is known."""
        return MadeWith(revision="?" if self._export.revision is None else None)

    def prompt(self, model: EncoderLike, role: Role) -> str:
        """The prefix of a text: the entry's prompt, else the checkpoint's own."""
        wanted = model.query_prompt if role == "query" else model.document_prompt
        own = self._export.routes[role].prompt if role in self._export.routes else ""
        return own if wanted is None else wanted

    def results(
        self, role: str, texts: Sequence[Text], size: int, progress: bool
    ) -> Iterator[tuple[Batch, Numbers]]:
        """The graph's output for each batch of texts."""
        route = self._export.routes[role]
        run = self._runs[route.graph, route.output]
        done = 0
        for batch in self._readers[role].batches(texts, size):
            found = run(batch.inputs)
            if route.heads:
                from registry.backends._engine_heads import finished

                found = finished(found, batch.inputs["attention_mask"], route.heads)
            yield batch, found
            done += len(batch.rows)
            if progress:
                sys.stderr.write(f"\r{done}/{len(texts)}" + ("\n" if done == len(texts) else ""))

    @property
    def serving(self) -> Serving:
        """The engine, and which graphs it runs; texts are cut here."""
        export = self._export
        digests = " ".join(str(file.sha256) for file in export.files)
        own = export.source if not export.exporter else None
        if own is not None:  # the steps after it come from the entry, and may change
            digests = f"{digests} {export.routes}"
        return Serving(
            by=own or f"the {export.engine} export in {export.folder}",
            digest=digests,
            precision=export.precision,
            cuts=False,
        )

    def tokens_read(self, model: EncoderLike, text: str, role: Role) -> int:
        """How many tokens of a text the graph is given."""
        prompted = self.prompt(model, role) + text
        (batch,) = self._readers[role].batches([prompted], 1)
        return int(batch.inputs["attention_mask"].sum())

    def lengths(self, model: EncoderLike, texts: Sequence[str]) -> list[int]:
        """How many tokens each document has, uncut, including its prompt."""
        prompt = self.prompt(model, "document")
        return self._readers["document"].lengths([prompt + text for text in texts])

    def token(self, index: int) -> str:
        """The word of a token number."""
        return next(iter(self._readers.values())).token(index)


class OnGraphs(Closable):
    """Has graphs; None once it is closed."""

    _graphs: Graphs | None
    _id: str
    model: Any  # of the kind that the encoder is of

    def tokens_read(self, text: str, role: Role) -> int | None:
        """As the tokenizer of the export cuts it."""
        return self._open().tokens_read(self.model, text, role)

    def _count(self, texts: list[str]) -> list[int] | None:
        """As the tokenizer of the export counts."""
        return self._open().lengths(self.model, texts)

    def close(self) -> None:
        """Free the graphs."""
        self._graphs = None

    def _open(self) -> Graphs:
        if self._graphs is None:
            raise closed(self._id)
        return self._graphs


class GraphDenseEncoder(OnGraphs, DenseEncoder):
    """One vector per input; pooling, projection and normalization are in the graph."""

    def __init__(self, model: DenseLike, graphs: Graphs, *, dim: int, batch_size: int) -> None:
        super().__init__(model, dim=dim, batch_size=batch_size)
        self._graphs, self._id, self.precision = graphs, model.id, graphs.precision
        self.made_with = graphs.made_with

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Vectors:
        graphs = self._open()
        prompt = graphs.prompt(self.model, role)
        prompted = [prompt + text for text in texts] if prompt else texts
        vectors: Vectors | None = None
        for batch, found in graphs.results(role, prompted, batch_size, progress):
            if vectors is None:
                vectors = np.empty((len(texts), found.shape[1]), np.float32)
            vectors[batch.rows] = found
        assert vectors is not None  # there is at least one text
        return unit(vectors[:, : self.dim]) if self.dim < vectors.shape[1] else vectors


class GraphMultiVectorEncoder(OnGraphs, MultiVectorEncoder):
    """One vector per token that counts."""

    def __init__(self, model: ColbertLike, graphs: Graphs, *, dim: int, batch_size: int) -> None:
        super().__init__(model, dim=dim, batch_size=batch_size)
        self._graphs, self._id, self.precision = graphs, model.id, graphs.precision
        self.made_with = graphs.made_with

    def _encode(
        self, texts: list[str], role: Role, batch_size: int, progress: bool
    ) -> TokenVectors:
        graphs = self._open()
        prompt = graphs.prompt(self.model, role)
        prompted = [prompt + text for text in texts] if prompt else texts
        tokens: dict[int, Numbers] = {}
        for batch, found in graphs.results(role, prompted, batch_size, progress):
            for place, row in enumerate(batch.rows):
                each = found[place][batch.scored[place]]
                tokens[row] = unit(each[:, : self.dim]) if self.dim < each.shape[1] else each
        return [tokens[row] for row in range(len(texts))]


class GraphReranker(OnGraphs, Reranker):
    """One score per pair; the activation is in the graph."""

    def __init__(self, model: CrossEncoderLike, graphs: Graphs, *, batch_size: int) -> None:
        super().__init__(model, batch_size=batch_size)
        self._graphs, self._id = graphs, model.id

    def _score(
        self, query: str, documents: list[str], batch_size: int, progress: bool
    ) -> NDArray[np.float32]:
        graphs = self._open()
        asked = graphs.prompt(self.model, "query") + query
        before = graphs.prompt(self.model, "document")
        pairs: list[Text] = [(asked, before + document) for document in documents]
        scores = np.empty(len(pairs), np.float32)
        for batch, found in graphs.results("pair", pairs, batch_size, progress):
            scores[batch.rows] = found.reshape(len(batch.rows))
        return scores

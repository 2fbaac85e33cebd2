"""Haystack: components that embed a query and documents with a dense model.

    pipeline.add_component("query", DenseTextEmbedder(ALL_MINILM_L6_V2))
    indexing.add_component("documents", DenseDocumentEmbedder(ALL_MINILM_L6_V2))

Together they load the weights once. A saved pipeline contains the model's id and fingerprint;
reading it is refused if the id stands for other vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack

from registry.errors import InputError, MissingExtraError
from registry.integrations._dense import HeldModel
from registry.loading.load import LoadArguments
from registry.models.kinds import DenseLike

try:
    from haystack import Document, component, default_to_dict
    from haystack.core.serialization import allow_deserialization_module
except ModuleNotFoundError:
    raise MissingExtraError("haystack", "haystack") from None

# Reading this runs no code and sends nothing anywhere, even if its author is hostile.
allow_deserialization_module("registry.integrations.haystack")


@component
class DenseTextEmbedder:
    """Embeds a query; the arguments are those of `load`."""

    def __init__(self, model: DenseLike, **arguments: Unpack[LoadArguments]) -> None:
        self._held = HeldModel(model, arguments)

    def warm_up(self) -> None:
        """Load the weights; otherwise the first text does."""
        _ = self._held.encoder

    @component.output_types(embedding=list[float], meta=dict[str, Any])
    def run(self, text: str) -> dict[str, Any]:
        """The vector, `embedding`, and the model and fingerprint in `meta`."""
        return {"embedding": self._held.queries([text])[0].tolist(), "meta": _meta(self._held)}

    def to_dict(self) -> dict[str, Any]:
        """Id, fingerprint and arguments, no weights and no API key."""
        return default_to_dict(self, **self._held.written())

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> DenseTextEmbedder:
        """The other way. Raises FingerprintMismatchError if the id stands for other vectors now."""
        held = HeldModel.read(data["init_parameters"])
        return cls(held.model, **held.arguments)


@component
class DenseDocumentEmbedder:
    """Embeds documents; the arguments are those of `load` and two more.

    meta_fields_to_embed: fields whose values come before the content. embedding_separator: what
    is between them.
    """

    def __init__(
        self,
        model: DenseLike,
        *,
        meta_fields_to_embed: Sequence[str] = (),
        embedding_separator: str = "\n",
        **arguments: Unpack[LoadArguments],
    ) -> None:
        if isinstance(meta_fields_to_embed, str):
            raise InputError(
                f"meta_fields_to_embed should be a list of fields: [{meta_fields_to_embed!r}]"
            )
        self._held = HeldModel(model, arguments)
        self.meta_fields_to_embed = tuple(meta_fields_to_embed)
        self.embedding_separator = embedding_separator

    def warm_up(self) -> None:
        """Load the weights; otherwise the first text does."""
        _ = self._held.encoder

    @component.output_types(documents=list[Document], meta=dict[str, Any])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        """The documents with vectors, and the model and fingerprint in `meta`."""
        vectors = self._held.documents([self._text(each) for each in documents])
        embedded = [
            replace(document, embedding=vector.tolist())
            for document, vector in zip(documents, vectors, strict=True)
        ]
        return {"documents": embedded, "meta": _meta(self._held)}

    def _text(self, document: Document) -> str:
        values = [document.meta.get(name) for name in self.meta_fields_to_embed]
        parts = [str(value) for value in values if value is not None]
        if document.content is None and not parts:
            raise InputError(f"document {document.id} has no text to embed")
        return self.embedding_separator.join([*parts, document.content or ""])

    def to_dict(self) -> dict[str, Any]:
        """Id, fingerprint and arguments, no weights and no API key."""
        own = {
            "meta_fields_to_embed": list(self.meta_fields_to_embed),
            "embedding_separator": self.embedding_separator,
        }
        return default_to_dict(self, **self._held.written(), **own)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> DenseDocumentEmbedder:
        """The other way. Raises FingerprintMismatchError if the id stands for other vectors now."""
        written = data["init_parameters"]
        held = HeldModel.read(written)
        return cls(
            held.model,
            meta_fields_to_embed=written.get("meta_fields_to_embed") or (),
            embedding_separator=written.get("embedding_separator", "\n"),
            **held.arguments,
        )


def _meta(held: HeldModel) -> dict[str, Any]:  # as Haystack has it
    return {"model": held.model.id, "fingerprint": held.fingerprint}

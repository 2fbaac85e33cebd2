"""sentence-transformers: its four classes, tokenizers in its networks, and how they read a role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from registry.libraries.seams import Part, Seam

_LIBRARY, _CHECKED = "sentence-transformers", ">=6.2,<6.3"

LOADING = Seam(
    _LIBRARY,
    _CHECKED,
    (
        # Older releases have no MultiVectorEncoder.
        Part("sentence_transformers:SentenceTransformer.encode_query"),
        Part("sentence_transformers:MultiVectorEncoder.encode_query"),
        Part("sentence_transformers:SparseEncoder.encode_query"),
        Part("sentence_transformers:CrossEncoder.num_labels"),
        Part("sentence_transformers.base.modules:Transformer.tokenizer"),
    ),
)
EXPORTING = Seam(
    _LIBRARY,
    _CHECKED,
    (
        Part("sentence_transformers.base.modules:Router._resolve_route", ("task", "modality")),
        Part("sentence_transformers.multi_vector_encoder.modules:MultiVectorMask.forward"),
        # It is wrapped: all other arguments are passed on.
        Part("sentence_transformers:SentenceTransformer.preprocess", ("inputs", "prompt"), True),
    ),
)


def tokenizers_of(network: Any) -> Iterator[Any]:  # the library's classes have no common type
    """The tokenizers of transformers in a network, of all routes of its Routers."""
    from transformers import PreTrainedTokenizerBase

    for module in network.modules():
        tokenizer = getattr(module, "tokenizer", None)
        if isinstance(tokenizer, PreTrainedTokenizerBase):
            yield tokenizer


def modules_of_role(network: Any, role: str | None) -> list[Any]:
    """The modules that texts of a role go through, in order; for a Router those of its route.

    role: "query" or "document"; None for pairs, which have none. Raises LibraryDriftError.
    """
    EXPORTING.verify()
    found: list[Any] = []
    for part in network:
        if type(part).__name__ == "Router":
            route = part._resolve_route(task=role, modality="text")
            if route not in part.sub_modules:
                raise EXPORTING.drifted("Router._resolve_route names no route of sub_modules")
            found += list(part.sub_modules[route])
        else:
            found.append(part)
    return found


def prompt_of_role(network: Any, role: str, **given: str) -> str:
    """What the network's own method for a role prepends to a text. Raises LibraryDriftError.

    given: `prompt`, if it is called with one.
    """
    EXPORTING.verify()
    seen: list[str] = []
    original = network.preprocess

    def watch(inputs: Any, prompt: str | None = None, **rest: Any) -> Any:
        seen.append(prompt or "")
        return original(inputs, prompt=prompt, **rest)

    network.preprocess = watch
    try:
        method = network.encode_query if role == "query" else network.encode_document
        method(["a"], show_progress_bar=False, **given)
    finally:
        del network.preprocess
    if not seen:
        raise EXPORTING.drifted("encode_query and encode_document no longer call preprocess")
    return seen[-1]


def skipped_tokens(network: Any, role: str, vocabulary: int) -> tuple[int, ...]:
    """Tokens whose vectors a late-interaction network leaves out. Raises LibraryDriftError.

    It is called with every token that exists.
    """
    import torch

    EXPORTING.verify()
    every = torch.arange(vocabulary).unsqueeze(0)
    for part in network:
        if type(part).__name__ == "MultiVectorMask":
            given = {"input_ids": every, "attention_mask": torch.ones_like(every)}
            mask: Any = part(given, task=role).get("attention_mask")
            if mask is None or mask.shape != every.shape:
                raise EXPORTING.drifted("MultiVectorMask.forward gives no mask of its tokens")
            untyped: Any = every[~mask.bool()]
            return tuple(untyped.tolist())
    return ()

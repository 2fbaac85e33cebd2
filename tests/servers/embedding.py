"""Embedding and reranking servers that answer like real ones: TEI, llama.cpp and infinity.

tests/functional/test_embedding_recordings.py compares them with recordings, line by line.
"""

from __future__ import annotations

from typing import Literal

from servers.embedding_model import EmbeddingHandler, EmbeddingModel, Kind
from servers.infinity import InfinityHandler
from servers.llama_cpp import LlamaCppHandler
from servers.loopback import LoopbackServer
from servers.tei import TeiHandler

Flavour = Literal["tei", "llama.cpp", "infinity"]
MINILM = "sentence-transformers/all-MiniLM-L6-v2"
_HANDLERS: dict[Flavour, type[EmbeddingHandler]] = {
    "tei": TeiHandler,
    "llama.cpp": LlamaCppHandler,
    "infinity": InfinityHandler,
}
_MOST: dict[Flavour, int] = {"tei": 32, "llama.cpp": 1 << 20, "infinity": 2048}


class EmbeddingServer(EmbeddingModel, LoopbackServer):
    """A server of a model for vectors or scores; `also` has further models, for infinity."""

    def __init__(
        self,
        flavour: Flavour,
        *,
        name: str = MINILM,
        kind: Kind = "dense",
        width: int = 384,
        reads: int | None = None,
        also: dict[str, Kind] | None = None,
    ) -> None:
        LoopbackServer.__init__(self, _HANDLERS[flavour])
        # llama.cpp reads as many tokens as the network can, the others as the checkpoint says.
        usual = 512 if flavour == "llama.cpp" or kind == "cross-encoder" else 256
        models: dict[str, Kind] = {name: kind, **(also or {})}
        EmbeddingModel.__init__(self, models, width, reads=reads or usual, most=_MOST[flavour])
        self.flavour: Flavour = flavour

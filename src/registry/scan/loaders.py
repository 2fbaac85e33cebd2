"""Calls that take the name of a model: which type they load, and whether they take a revision."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Loader:
    """kind: the type of model that it loads, None for any. revision: whether it takes one."""

    kind: str | None = None
    revision: bool = False


_DENSE = Loader("dense")
_ANY = Loader()

LOADERS: dict[str, Loader] = {
    # sentence-transformers, transformers, huggingface_hub
    "SentenceTransformer": Loader("dense", revision=True),
    "CrossEncoder": Loader("cross-encoder", revision=True),
    "SparseEncoder": Loader("sparse", revision=True),
    "from_pretrained": Loader(revision=True),
    "from_model_id": _ANY,
    "pipeline": Loader(revision=True),
    "snapshot_download": Loader(revision=True),
    "hf_hub_download": Loader(revision=True),
    "InferenceClient": _ANY,
    "SentenceTransformerEmbeddingFunction": _DENSE,
    # FlagEmbedding, pylate, RAGatouille, vLLM, llama.cpp
    "FlagModel": _DENSE,
    "BGEM3FlagModel": _DENSE,
    "FlagAutoModel": _DENSE,
    "FlagReranker": Loader("cross-encoder"),
    "ColBERT": Loader("colbert", revision=True),
    "Reranker": _ANY,
    "LLM": Loader("llm", revision=True),
    # fastembed
    "TextEmbedding": _DENSE,
    "SparseTextEmbedding": Loader("sparse"),
    "LateInteractionTextEmbedding": Loader("colbert"),
    "TextCrossEncoder": Loader("cross-encoder"),
    "FastEmbedEmbeddings": _DENSE,
    "FastEmbedEmbedding": _DENSE,
    # LangChain, LlamaIndex, Haystack
    "HuggingFaceEmbeddings": Loader("dense", revision=True),
    "HuggingFaceBgeEmbeddings": Loader("dense", revision=True),
    "HuggingFaceInstructEmbeddings": Loader("dense", revision=True),
    "SentenceTransformerEmbeddings": Loader("dense", revision=True),
    "HuggingFaceEmbedding": Loader("dense", revision=True),
    "HuggingFaceCrossEncoder": Loader("cross-encoder"),
    "SentenceTransformerRerank": Loader("cross-encoder"),
    "SentenceTransformersTextEmbedder": _DENSE,
    "SentenceTransformersDocumentEmbedder": _DENSE,
    "init_chat_model": Loader("llm"),
    "init_embeddings": _DENSE,
    # Ollama, OpenAI and compatible ones
    "Ollama": Loader("llm"),
    "OllamaLLM": Loader("llm"),
    "ChatOllama": Loader("llm"),
    "OllamaEmbeddings": _DENSE,
    "OllamaEmbedding": _DENSE,
    "OpenAIEmbeddings": _DENSE,
    "OpenAIEmbedding": _DENSE,
    "ChatOpenAI": Loader("llm"),
    "completion": Loader("llm"),
    "acompletion": Loader("llm"),
}

# Calls of the registry itself: the cure, not the ailment.
OURS = frozenset(
    {"get_model", "find_model", "resolve", "from_registry", "chosen_llm", "chosen_embedding"}
)
# Calls that name data or explain something, not a model to use.
NO_MODELS = frozenset(
    {"load_dataset", "Dataset", "auto_docstring", "add_code_sample_docstrings", "deprecated"}
)
SAYINGS = frozenset({"help", "description", "title", "examples", "example", "metavar", "doc"})
# Column types and parameters of vector stores whose first number is a width.
WIDTHS = frozenset(
    {"Vector", "VECTOR", "HALFVEC", "HalfVector", "HalfVec", "VectorField", "IndexFlatL2",
     "IndexFlatIP", "IndexHNSWFlat"}
)  # fmt: skip
# VectorParams(size=384): a size that is a width.
SIZED = frozenset({"VectorParams", "VectorField", "SparseVectorParams"})

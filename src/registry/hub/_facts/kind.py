"""Which type of model a repository holds, and the evidence for it.

What libraries load by (modules.json, an architecture of its own) goes before what the network
could be used for (its head), and where two pieces of evidence of one rank contradict each other,
nothing is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from registry.hub._facts.architecture import (
    ARCHITECTURES,
    generates_from_images,
    gives_one_vector,
    labels,
    reads_images,
)
from registry.hub._facts.modules import CONFIG, MODULES, modules, network_config, network_file
from registry.hub._facts.reading import Reader

Vote = tuple[str, str]
"""A type, and the evidence."""

# The class of sentence-transformers or PyLate that wrote config_sentence_transformers.json.
_CLASSES = {
    "SentenceTransformer": "dense",
    "SparseEncoder": "sparse",
    "CrossEncoder": "cross-encoder",
    "MultiVectorEncoder": "colbert",
    "ColBERT": "colbert",
}
_MODULES = {
    "Pooling": "dense",
    "StaticEmbedding": "dense",
    "CLIPModel": "dense",
    "WordEmbeddings": "dense",
    "SpladePooling": "sparse",
    "SparseAutoEncoder": "sparse",
    "SparseStaticEmbedding": "sparse",
    "LogitScore": "cross-encoder",
    "MultiVectorMask": "colbert",
}
_HEADS = {
    "ForCausalLM": "llm",
    "LMHeadModel": "llm",
    "ForPrediction": "timeseries",
}
# Tasks of the Hub that only one type does. "feature-extraction" and "sentence-similarity" are
# said of dense, sparse and late-interaction models alike.
_TASKS = {
    "text-ranking": "cross-encoder",
    "text-generation": "llm",
    "image-text-to-text": "llm",
    "time-series-forecasting": "timeseries",
    "visual-document-retrieval": "vision-language",
}
_SPARSE_TAGS = frozenset({"sparse-encoder", "splade"})


def decide(reader: Reader) -> tuple[str | None, str]:
    """The type and its evidence; None and what is missing or contradictory."""
    for rank in (_layout, _network):
        votes = list(rank(reader))
        types = dict.fromkeys(kind for kind, _ in votes)
        if len(types) == 1:
            return votes[0]
        if types:
            said = "; ".join(f"{evidence} says {kind}" for kind, evidence in votes)
            return None, f"the evidence is contradictory: {said}"
    return None, _nothing(reader)


def _layout(reader: Reader) -> Iterator[Vote]:
    """By the layout that a library loads."""
    config, written = network_config(reader), reader.json("config_sentence_transformers.json")
    yield from _late_interaction(reader)
    if (maker := written.text("model_type")) is not None and maker.value in _CLASSES:
        yield _seen(reader, _CLASSES[maker.value], f"{maker.origin} {maker.value}")
    for module in reversed(modules(reader)):
        kind = "colbert" if module.package == "pylate" else _MODULES.get(module.name)
        if kind is not None:
            yield _seen(reader, kind, f"{MODULES}: {module.name}")
            break
    for key in ("sentence_transformers", "sbert_ce_default_activation_function"):
        if key in config.data:
            yield "cross-encoder", config.origin(key)
    if "chronos_config" in config.data:
        yield "timeseries", config.origin("chronos_config")


def _late_interaction(reader: Reader) -> Iterator[Vote]:
    config = network_config(reader)
    for name in config.texts(ARCHITECTURES):
        evidence = f"{config.origin(ARCHITECTURES)} {name}"
        if name == "HF_ColBERT":
            yield "colbert", evidence
        elif name.endswith("ForRetrieval"):
            yield _seen(reader, "colbert", evidence)
    if reader.has("artifact.metadata"):
        yield "colbert", "artifact.metadata"


def _seen(reader: Reader, kind: str, evidence: str) -> Vote:
    """Retrievers for pages and images are a type of their own; CLIP and its kin are dense."""
    config = network_config(reader)
    if (kind == "colbert" and reads_images(config)) or (
        kind == "dense" and generates_from_images(config)
    ):
        return "vision-language", f"{evidence}, with a vision part"
    return kind, evidence


def _network(reader: Reader) -> Iterator[Vote]:
    """By the head of the network, and the task that the Hub files it under."""
    config, metadata = network_config(reader), reader.source.metadata
    for name in config.texts(ARCHITECTURES):
        evidence = f"{config.origin(ARCHITECTURES)} {name}"
        for head, kind in _HEADS.items():
            if name.endswith(head):
                yield kind, evidence
        if name.endswith("ForSequenceClassification") and labels(config) == 1:
            yield "cross-encoder", f"{evidence} with one label"
        if name.endswith("ForMaskedLM") and (tags := _SPARSE_TAGS.intersection(metadata.tags)):
            yield "sparse", f"{evidence}, tagged {min(tags)}"
    if gives_one_vector(reader):
        yield "vision-language", f"pipeline_tag {metadata.pipeline_tag}, with a vision part"
    if metadata.pipeline_tag in _TASKS:
        yield _TASKS[metadata.pipeline_tag], f"pipeline_tag {metadata.pipeline_tag}"


def _nothing(reader: Reader) -> str:
    if reader.has("adapter_config.json") and not reader.has(CONFIG):
        return "adapter_config.json: an adapter of another model"
    for path in (MODULES, network_file(reader, CONFIG)):
        if path in reader.problems:
            return f"{path} {reader.problems[path]}"
    if listed := modules(reader):
        return f"{MODULES} lists {_listed(each.name for each in listed)}, which can be several"
    if not reader.has(CONFIG):
        return f"there is neither {MODULES} nor {CONFIG}"
    names = reader.json(CONFIG).texts(ARCHITECTURES)
    counted = labels(reader.json(CONFIG))
    if any(name.endswith("ForSequenceClassification") for name in names) and counted != 1:
        return f"{_listed(names)} with {counted} labels is a classifier"
    if not names:
        return f"there is no {MODULES}, and {CONFIG} has no architectures"
    return f"there is no {MODULES}, and {_listed(names)} alone can be several"


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)

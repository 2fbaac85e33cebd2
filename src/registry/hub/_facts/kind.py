"""Which type of model a repository holds, and the evidence for it.

What libraries load by (modules.json, an architecture of its own) takes precedence over what the
network could be used for (its head, its task). Evidence that agrees decides; if a task, a tag or a
head indicates another type, nothing is decided, and both are named.
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
from registry.hub._facts.filing import Filing, Vote
from registry.hub._facts.modules import CONFIG, MODULES, modules, network_config, network_file
from registry.hub._facts.reading import Reader

TYPES = ("colbert", "dense", "sparse", "cross-encoder", "vision-language", "llm", "timeseries")
"""The types that `decide` distinguishes."""

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
_CAUSAL = ("ForCausalLM", "LMHeadModel")
_CLASSIFIES = "ForSequenceClassification"
# Which types a network with such a head can be; one that is not here can be any.
_HEADS = {
    **dict.fromkeys(_CAUSAL, ("llm",)),
    "ForPrediction": ("timeseries",),
    _CLASSIFIES: ("cross-encoder",),
    "ForMaskedLM": ("sparse", "dense", "colbert"),
    "ForConditionalGeneration": ("llm", "vision-language", "timeseries"),
    "ForTokenClassification": (),
    "ForQuestionAnswering": (),
    "ForImageClassification": (),
    "ForCTC": (),
}


def decide(reader: Reader) -> tuple[str | None, str]:
    """The type and its evidence; None and what is missing or contradictory."""
    filing = Filing.of(reader)
    if layout := list(_layout(reader)):
        return _agreed([*layout, *filing.contradicts_layout(kind for kind, _ in layout)])
    if network := list(_network(reader, filing)):
        return _agreed([*network, *filing.contradicts_head(kind for kind, _ in network)])
    if filed := list(_filed(reader, filing)):
        types = {kind for kind, _ in filed}
        against = filing.contradicts_head(types)
        return _agreed([*filed, *against, *_heads_against(reader, types)])
    return None, _nothing(reader)


def _agreed(votes: list[Vote]) -> tuple[str | None, str]:
    if len({kind for kind, _ in votes}) == 1:
        return votes[0]
    said = "; ".join(f"{evidence} says {kind}" for kind, evidence in votes)
    return None, f"the evidence is contradictory: {said}"


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
    for name, evidence in _architectures(reader):
        if name == "HF_ColBERT":
            yield "colbert", evidence
        elif name.endswith("ForRetrieval"):
            yield _seen(reader, "colbert", evidence)
    if reader.has("artifact.metadata"):
        yield "colbert", "artifact.metadata"


def _seen(reader: Reader, kind: str, evidence: str) -> Vote:
    """Retrievers for pages and images are a separate type; CLIP and similar ones are dense."""
    config = network_config(reader)
    if (kind == "colbert" and reads_images(config)) or (
        kind == "dense" and generates_from_images(config)
    ):
        return "vision-language", f"{evidence}, with a vision part"
    return kind, evidence


def _network(reader: Reader, filing: Filing) -> Iterator[Vote]:
    """By the head of the network, and by what it is filed under if the head says little."""
    config, ranks = network_config(reader), filing.ranks()
    for name, evidence in _architectures(reader):
        if name.endswith(_CAUSAL):
            if (twice := filing.ranks_twice()) is not None:
                yield "cross-encoder", f"{twice}, over a network that is {evidence}"
            else:
                yield "llm", evidence
        elif name.endswith("ForPrediction"):
            yield "timeseries", evidence
        elif name.endswith(_CLASSIFIES) and labels(config) == 1:
            if ranks is not None:
                yield "cross-encoder", f"{evidence} with one label, and {ranks}"
            elif filing.task is not None:
                yield "cross-encoder", f"{evidence} with one label"
                means = "a classifier" if filing.task == "text-classification" else "something else"
                yield means, filing.said_task
        elif name.endswith("ForMaskedLM"):
            tags = sorted(filing.tags & {"splade", "sparse-encoder"})
            if tags:
                yield "sparse", f"{evidence}, tagged {tags[0]}"


def _filed(reader: Reader, filing: Filing) -> Iterator[Vote]:
    """By the task alone."""
    if gives_one_vector(reader):
        yield "vision-language", f"{filing.said_task}, with a vision part"
    yield from filing.decides


def _heads_against(reader: Reader, types: set[str]) -> Iterator[Vote]:
    """The heads that a network of these types does not have."""
    for name, evidence in _architectures(reader):
        for head, possible in _HEADS.items():
            if name.endswith(head) and not types.intersection(possible):
                yield " or ".join(possible) or "something else", evidence


def _architectures(reader: Reader) -> Iterator[tuple[str, str]]:
    config = network_config(reader)
    for name in config.texts(ARCHITECTURES):
        yield name, f"{config.origin(ARCHITECTURES)} {name}"


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
    if any(name.endswith(_CLASSIFIES) for name in names):
        if counted == 1:
            return f"{_listed(names)} with one label scores something; nothing says that it ranks"
        return f"{_listed(names)} with {counted} labels is a classifier"
    if not names:
        return f"there is no {MODULES}, and {CONFIG} has no architectures"
    return f"there is no {MODULES}, and {_listed(names)} alone can be several"


def _listed(names: Iterable[str]) -> str:
    return " and ".join(names)

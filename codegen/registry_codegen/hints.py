"""What a word may have meant: common other words for those of the schema."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping

from registry_base.json_shapes import is_object
from registry_base.problems import Pointer
from registry_base.quantity import format_count
from registry_codegen.schema import Node, known_types

# Other words for the schema's words, ignoring case, blanks, '-' and '_'.
_TYPES = {
    "embedding": "dense",
    "embeddings": "dense",
    "embedder": "dense",
    "textembedding": "dense",
    "biencoder": "dense",
    "sentencetransformer": "dense",
    "sentencetransformers": "dense",
    "featureextraction": "dense",
    "sentencesimilarity": "dense",
    "reranker": "cross-encoder",
    "rerankers": "cross-encoder",
    "rerank": "cross-encoder",
    "textranking": "cross-encoder",
    "lateinteraction": "colbert",
    "multivector": "colbert",
    "splade": "sparse",
    "learnedsparse": "sparse",
    "chat": "llm",
    "chatmodel": "llm",
    "completion": "llm",
    "textgeneration": "llm",
    "causallm": "llm",
    "languagemodel": "llm",
    "generative": "llm",
    "vlm": "vision-language",
    "colpali": "vision-language",
    "visualdocumentretrieval": "vision-language",
    "forecasting": "timeseries",
    "timeseriesforecasting": "timeseries",
}
_WORDS = {
    "average": "mean",
    "avg": "mean",
    "meanpooling": "mean",
    "clstoken": "cls",
    "last": "lasttoken",
    "eos": "lasttoken",
    "maximum": "max",
    "cos": "cosine",
    "cosinesimilarity": "cosine",
    "innerproduct": "dot",
    "ip": "dot",
    "dotproduct": "dot",
    "l2": "euclidean",
    "float32": "fp32",
    "float16": "fp16",
    "half": "fp16",
    "bfloat16": "bf16",
    "float8": "fp8",
    "8bit": "int8",
    "4bit": "int4",
    "vision": "image",
    "images": "image",
    "speech": "audio",
    "inactive": "deprecated",
    "obsolete": "deprecated",
}


def meant_type(text: str, declared: Iterable[str] = ()) -> str | None:
    """The type that a text may mean.

    >>> meant_type("LLM"), meant_type("cross_encoder"), meant_type("embeddings")
    ('llm', 'cross-encoder', 'dense')
    """
    return _meant(text, [*known_types(), *declared], _TYPES)


def meant_word(text: str, options: list[str]) -> str | None:
    """The option that a text may mean.

    >>> meant_word("average", ["cls", "mean"])
    'mean'
    """
    return _meant(text, options, _WORDS)


def _meant(text: str, options: list[str], others: Mapping[str, str]) -> str | None:
    bare = {_bare(option): option for option in options}
    if (same := bare.get(_bare(text))) is not None:
        return same
    if (other := others.get(_bare(text))) in options:
        return other
    # "context" should be near "context_length", but "tags" not near "status".
    close = difflib.get_close_matches(text.strip().casefold(), options, n=1, cutoff=0.65)
    return close[0] if close else None


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).casefold()


def repository_in(text: str) -> str | None:
    """The repository that the address of a page on the Hub is about.

    >>> repository_in("https://huggingface.co/acme/embed/tree/main")
    'acme/embed'
    """
    found = re.fullmatch(r"(?:https?://)?[^/\s]+\.[a-z]+/([^/\s?#]+/[^/\s?#]+)(?:[/?#].*)?", text)
    return found[1] if found else None


def count_text(count: object) -> str | None:
    """How a number of parameters is written in an entry: "22.7M" for 22700000."""
    return format_count(count) if type(count) is int and count > 0 else None


def right_place(pointer: Pointer, schema: Node) -> str | None:
    """Where a misplaced field belongs in an entry of that schema, as a fix.

    A name that occurs in several places is ambiguous.
    """
    match pointer:
        case ("models", int(), *above, str(name)):
            places = [path for path in _nested(schema, ()) if path[-1] == name]
        case _:
            return None
    if len(places) != 1 or places[0] == (*above, name):
        return None
    if len(places[0]) == 1:
        return "write it at the top of the entry"
    return f"write it as {'.'.join(places[0])}"


def _nested(node: Node, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, child in node.get("properties", {}).items():
        if is_object(child):
            yield (*above, name)
            yield from _nested(child, (*above, name))

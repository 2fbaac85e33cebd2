"""Every name of every model, and which ids it may mean."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final

# Id and other names of each model, none of which has blanks in it. As text: it is read
# faster than a table of ten thousand tuples.
_KEYS: Final = """
late-interaction org/late-interaction late colbert-alias late_interaction
dense-9 org/dense-9 dense_9
dense-10 org/dense-10 dense_10
dense-small org/dense-small small dense_small
learned-sparse org/learned-sparse learned_sparse
reranker org/reranker small
pages org/pages
chat org/chat chat:7b org/chat/chat-q4_0.gguf chat:7b-q8_0 chat-q4_0.gguf
forecast org/forecast
whisperer org/whisperer
"""


def _ids_by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _KEYS.strip().splitlines():
        model_id, *others = line.split()
        for key in (model_id, *others):
            folded = key.casefold()
            ids = found.get(folded, ())
            if model_id not in ids:
                found[folded] = (*ids, model_id)
    return found


IDS_BY_NAME: Final[Mapping[str, tuple[str, ...]]] = _ids_by_name()
"""The ids that a name in lower case may mean: of an id, a constant, a repository, ..."""


def spellings(text: str) -> Iterator[str]:
    """The names, in lower case, that a text may mean: as it is, then without extras.

    Extras are the address of a hub around a name, the runtime in front of it, and the
    tag that Ollama takes where none is given.

    >>> list(spellings("ollama/Qwen3:latest"))[1:]
    ['qwen3:latest', 'qwen3']
    """
    name = text.strip().casefold()
    yield name
    runtimes = ("ollama", "ollama_chat", "huggingface", "fastembed", "local")
    prefixes = [
        *("huggingface.co/", "hf.co/", "hf://", "ollama.com/library/", "ollama.com/"),
        *("registry.ollama.ai/library/", "registry.ollama.ai/", "library/"),
        *(f"{runtime}{sign}" for runtime in runtimes for sign in ":/"),
    ]
    bare = name.removeprefix("https://").removeprefix("http://").partition("?")[0]
    prefix = next(filter(bare.startswith, prefixes), "")
    bare = bare[len(prefix) :].rstrip("/")
    parts = bare.split("/")
    if parts[2:3] and parts[2] in ("resolve", "blob", "raw", "tree"):
        bare = "/".join(parts[:2] + parts[4:])
    if bare != name:
        yield bare
    if ":" not in bare:
        yield f"{bare}:latest"
    elif bare.endswith((":latest", ":cloud")):
        yield bare.rpartition(":")[0]
    elif bare.endswith("-cloud"):  # the same model, run by Ollama itself
        yield bare.removesuffix("-cloud")
    elif "/" in bare:  # hf.co/org/repository:quantization
        yield bare.rpartition(":")[0]


def ids_named(ids: Mapping[str, tuple[str, ...]], text: str) -> tuple[str, ...]:
    """The ids that a text names in a table from names in lower case; an id alone is it.

    >>> ids_named({"a": ("a", "b"), "org/a": ("a",)}, "https://hf.co/Org/A")
    ('a',)
    """
    for name in spellings(text):
        found = ids.get(name)
        if found:
            return (name,) if name in found else found
    return ()

"""How one name of a model is written by different people and programs.

The generator copies these functions into what it generates, which imports nothing: so they need
nothing but builtins, and stay within the width of generated code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping


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

"""Which files of a repository loading needs: one set of weights, its configuration, its tokenizer.

Repositories hold the same weights several times: as pickles as well as safetensors, in half
precision, converted for other runtimes, in the layout of the authors' own code.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from fnmatch import fnmatch
from pathlib import PurePosixPath

PICKLE_SUFFIXES = (".bin", ".pt", ".pth", ".ckpt")
"""Suffixes of weights that run code when they are read."""

OTHER_RUNTIMES = (
    "*.onnx", "*.onnx_data", "onnx/*", "openvino/*", "*.gguf", "*.h5", "*.msgpack", "*.ot",
    "coreml/*", "*.tflite", "flax_*",
)  # fmt: skip
"""Conversions that no backend in this process reads."""

# Files that a tokenizer, a processor or a module reads besides its weights.
_CONFIGURATION = (
    "*.json", "*.jinja", "*.model", "*.tiktoken", "vocab.txt", "merges.txt", "artifact.metadata",
    "*.spm", "*.vocab", "bpe.codes", "dict.txt",
)  # fmt: skip

LEFTOVERS = (
    "*eval*.json", "*results*.json", "trainer_state.json", "training_args*", "*optimizer*",
    "checkpoint-*/*", "runs/*", "similarity_evaluation*", "data_config.json", "imgs/*",
    "assets/*", "original/*", ".*",
)  # fmt: skip
"""Left behind by training and evaluation; sometimes large, and never read."""

CONVERTED_SUFFIXES = (".gguf", ".onnx", ".xml")
"""Suffixes of weights for other runtimes."""

_SHARD = re.compile(r"(?P<stem>.+)-\d{5}-of-\d{5}")


def has_weights(paths: Iterable[str]) -> bool:
    """Whether these files include weights that a library here loads.

    >>> has_weights(["config.json", "model.safetensors"]), has_weights(["model-Q4_0.gguf"])
    (True, False)
    """
    return any(path.endswith((".safetensors", *PICKLE_SUFFIXES)) for path in paths)


def is_conversion(path: str) -> bool:
    """Whether a file is for another runtime than the libraries here.

    >>> is_conversion("onnx/model.onnx"), is_conversion("model.safetensors")
    (True, False)
    """
    return _matches(path, OTHER_RUNTIMES)


def belongs_to(path: str, converted: str) -> bool:
    """Whether a file is that conversion, or holds its weights next to it.

    >>> belongs_to("openvino/model.bin", "openvino/model.xml"), belongs_to("a.onnx_data", "a.onnx")
    (True, True)
    """
    stem = converted.removesuffix(".xml")
    beside = (f"{converted}_data", f"{converted}.data")
    return path in (converted, f"{stem}.bin") or path.startswith(beside)


def needed_files(
    paths: Iterable[str],
    *,
    remote_code: bool = False,
    pickles: bool = True,
    folders: Container[str] | None = None,
) -> tuple[str, ...]:
    """The files that loading needs, sorted.

    remote_code: include Python modules, for models that run their own code. pickles: accept pickled
    weights in a folder that has no others.
    folders: the ones whose weights modules.json uses ("" is the root). The weights in others are
    left out, and so is everything beside them, except in the root.

    >>> needed_files(["config.json", "model.safetensors", "pytorch_model.bin", "README.md"])
    ('config.json', 'model.safetensors')
    """
    wanted: list[str] = []
    weights: dict[str, list[str]] = {}
    for path in paths:
        if is_conversion(path) or _matches(path, LEFTOVERS):
            continue
        if path.endswith((".safetensors", *PICKLE_SUFFIXES)):
            weights.setdefault(str(PurePosixPath(path).parent), []).append(path)
        elif _matches(path, _CONFIGURATION) or (remote_code and path.endswith(".py")):
            wanted.append(path)
    if folders is not None:
        unlisted = {f for f in weights if ("" if f == "." else f) not in folders}
        weights = {folder: group for folder, group in weights.items() if folder not in unlisted}
        # modules.json itself is in the root, and so may be what a Router reads.
        unlisted.discard(".")
        wanted = [path for path in wanted if str(PurePosixPath(path).parent) not in unlisted]
    kept = {path for group in weights.values() for path in _one_variant(group, pickles=pickles)}
    wanted = [path for path in wanted if _indexes_nothing_else(path, kept)]
    return tuple(sorted([*wanted, *kept]))


def _one_variant(paths: list[str], *, pickles: bool) -> list[str]:
    """One set of weights in a folder: safetensors if there are any, as the libraries choose."""
    safe = [path for path in paths if path.endswith(".safetensors")]
    if not safe and not pickles:
        return []
    sets: dict[str, list[str]] = {}
    for path in safe or paths:
        stem = PurePosixPath(path).stem
        shard = _SHARD.fullmatch(stem)
        sets.setdefault(shard["stem"] + "-" if shard else stem, []).append(path)
    # Single files before shards; adapters, projections and the like are part of the model too.
    for name in ("model", "model-", "pytorch_model", "pytorch_model-"):
        if name in sets:
            rest = (s for n, files in sets.items() if not _repeats(n) for s in files)
            return [*sets[name], *rest]
    return [path for files in sets.values() for path in files]


def _repeats(name: str) -> bool:
    """Whether a set of weights repeats the network: a variant, or the authors' layout."""
    return bool(re.match(r"(pytorch_)?model(-|\.|$)|consolidated", name))


def _indexes_nothing_else(path: str, kept: set[str]) -> bool:
    """Whether an index of shards belongs to weights that are kept."""
    name = PurePosixPath(path).name
    if not name.endswith((".safetensors.index.json", ".bin.index.json")):
        return True
    stem, suffix = name.removesuffix(".index.json").rsplit(".", 1)
    folder = PurePosixPath(path).parent
    return any(fnmatch(each, str(folder / f"{stem}-*-of-*.{suffix}")) for each in kept)


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether the path, or the file name alone, matches one of the patterns."""
    name = PurePosixPath(path).name
    return any(fnmatch(path, pattern) or fnmatch(name, pattern) for pattern in patterns)

"""GGUF files: which one is the model, or which are its variants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from registry.files.repository_file import RepositoryFile
from registry.hub._fact import Fact, Findings

_LISTED = "list of files"
_SHARD = re.compile(r"-(?P<number>\d{5})-of-\d{5}(?=\.)")
# Number formats as llama.cpp names them, with Unsloth's prefix for its own mixtures.
_FORMAT = re.compile(
    r"(?i)[.-](?P<format>(ud-)?(i?q\d[a-z0-9_]*|tq\d_\d|mxfp\d\w*|nvfp\d\w*|bf16|fp?16|fp?32))\.gguf"
)
_SEPARATORS = re.compile(r"[._/-]+")
# The part that reads images, and quantization data: never the model.
_BESIDE = re.compile(r"(?i)(^|[._-])(mmproj|imatrix)|control[._-]?vector")
# Words in the names of files beside a model: parts that read or write images and sound, small
# networks that guess ahead, what is added to the weights. A model may be called so too, but then
# all its files are.
_WORDS_BESIDE = frozenset({
    "adapter", "adapters", "calibration", "clip", "draft", "drafter", "eagle", "eagle2", "eagle3",
    "encoder", "lora", "medusa", "mtp", "projector", "speculator", "vae", "vision", "vit", "vocab",
    "vocoder", "wavtokenizer",
})  # fmt: skip


def find(files: Mapping[str, RepositoryFile], found: Findings) -> bool:
    """A single file is the model; of several, each is a variant, and so is a file in parts.

    Returns False if nothing shows that the files are of one model.
    """
    listed, told = _models(path for path in files if path.endswith(".gguf"))
    kinds: dict[str, dict[str, str]] = {}
    if len(listed) == 1:
        found.put("files.weights.gguf", Fact(listed[0], _LISTED))
    else:
        kinds, unusable = _kinds(listed)
        told = [*unusable, *told]
    if kinds:
        chosen = (next(iter(paths.items())) for paths in kinds.values())
        variants = [_variant(kind, files[path]) for path, kind in chosen]
        found.put("variants", Fact(variants, _LISTED))
    if told:
        found.note("variants", "; ".join(told))
    return len(listed) == 1 or bool(kinds) or not told


def _models(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files that are the model, and a remark on each that only seems to go with it.

    >>> _models(["a-vision-Q4_0.gguf", "a-vision-Q8_0.gguf", "a-vision-lora-f16.gguf"])[0]
    ['a-vision-Q4_0.gguf', 'a-vision-Q8_0.gguf']
    """
    words = {
        path: set(_SEPARATORS.split(path.casefold()))
        for path in paths
        if not _BESIDE.search(PurePosixPath(path).name)
    }
    shared = set[str].intersection(*words.values()) if words else set[str]()
    beside = {path: bool((its & _WORDS_BESIDE) - shared) for path, its in words.items()}
    told = [f"{path} seems to go with the model, not to be it" for path in words if beside[path]]
    return [path for path in words if not beside[path]], told


def _kinds(paths: Iterable[str]) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Files by format, each with the format as written, whole ones first; and what is unusable.

    There are none if the files seem to be of several models: an entry would mix them.
    """
    stems, kinds = dict[str, str](), dict[str, dict[str, str]]()
    unusable: list[str] = []
    for path in sorted(paths, key=_is_shard):
        shard, name = _SHARD.search(path), _SHARD.sub("", PurePosixPath(path).name)
        named = _FORMAT.search(name)
        if named is None:
            unusable.append(f"the name of {path} gives no number format")
        elif shard is None or shard["number"] == "00001":
            stem = name[: named.start()]
            stems.setdefault(_SEPARATORS.sub("-", stem).casefold(), stem)
            kinds.setdefault(named["format"].lower(), {})[path] = named["format"]
    if len(stems) > 1:
        first, other, *rest = stems.values()
        more = f" and {len(rest)} more" if rest else ""
        return {}, [f"the files seem to be of several models: {first}, {other}{more}", *unusable]
    for each in kinds.values():
        # A file in parts repeats the whole one.
        same = [path for path in each if not _is_shard(path)] or list(each)
        if len(same) > 1:
            return {}, [f"{same[0]} and {same[1]} are both {each[same[0]]}", *unusable]
    return kinds, unusable


def _variant(kind: str, file: RepositoryFile) -> dict[str, str | int]:
    variant: dict[str, str | int] = {"id": kind.lower(), "quantization": kind, "file": file.path}
    if file.size and not _is_shard(file.path):
        variant["bytes"] = file.size
    if file.sha256 is not None:
        variant["sha256"] = file.sha256
    return variant


def _is_shard(path: str) -> bool:
    return _SHARD.search(path) is not None

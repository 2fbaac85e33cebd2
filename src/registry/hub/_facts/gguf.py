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
_BESIDE = re.compile(r"(?i)(^|[._-])(mmproj|imatrix)|control-?vector")


def find(files: Mapping[str, RepositoryFile], found: Findings) -> bool:
    """A single file is the model; of several, each is a variant, and so is a file in parts.

    Returns False if nothing shows that the files are of one model.
    """
    listed = [
        path
        for path in files
        if path.endswith(".gguf") and not _BESIDE.search(PurePosixPath(path).name)
    ]
    kinds, told = dict[str, dict[str, str]](), list[str]()
    if len(listed) == 1:
        found.put("files.weights.gguf", Fact(listed[0], _LISTED))
    else:
        kinds, told = _kinds(listed)
    if kinds:
        chosen = (next(iter(paths.items())) for paths in kinds.values())
        variants = [_variant(kind, files[path]) for path, kind in chosen]
        found.put("variants", Fact(variants, _LISTED))
    if told:
        found.note("variants", "; ".join(told))
    return len(listed) <= 1 or bool(kinds)


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

"""The files of a repository that belong to an entry: what loading reads, or what it names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from registry.catalogue.entries import Entry
from registry.errors import HubError
from registry.files.needed_files import (
    CONVERTED_SUFFIXES,
    belongs_to,
    has_weights,
    needed_files,
)
from registry.hub._facts.modules import module_folders
from registry.hub._facts.reading import Reader
from registry.hub.source import RepositorySource
from registry_base.json_shapes import is_list, is_object, look_up


def wanted_files(entry: Entry, source: RepositorySource) -> tuple[str, ...]:
    """The files to lock and to fetch, sorted.

    With modules.json, weights in a folder that it does not name are ignored. A repository without
    weights that a library here loads holds conversions: those that the entry names count. Raises
    HubError if there are no weights at all.
    """
    folders = module_folders(Reader(source))
    paths = needed_files(source.files, remote_code=entry.trust_remote_code, folders=folders)
    if has_weights(paths):
        engines = engine_files(entry)
        own = [path for path in source.files if any(belongs_to(path, each) for each in engines)]
        return tuple(sorted({*paths, *own}))
    named = [path for path in _named(entry) if path in source.files]
    if not named:
        converted = any(path.endswith(CONVERTED_SUFFIXES) for path in source.files)
        cure = (
            "; name the files that it stands for under variants or files.weights"
            if converted
            else ""
        )
        raise HubError(f"{entry.huggingface_id} has no weights that loading would read{cure}")
    return tuple(sorted({*paths, *named, *_beside(named, source.files)}))


def engine_files(entry: Entry) -> list[str]:
    """The files of its own repository that the entry names for ONNX Runtime and OpenVINO."""
    exports = look_up(entry.data or {}, "exports")
    return [
        str(each["file"])
        for each in (exports if is_list(exports) else ())
        if is_object(each)
        and each.get("runtime") in ("onnx", "openvino")
        and each.get("huggingface_id") in (None, entry.huggingface_id)
        and each.get("revision") in (None, entry.revision)
        and each.get("file")
    ]


def _named(entry: Entry) -> Iterable[str]:
    """The files of its own repository that an entry names: its variants, else its weights."""
    elsewhere = (None, entry.huggingface_id)
    variants = [each for each in entry.variants if each.huggingface_id in elsewhere]
    if files := [each.file for each in variants if each.file is not None]:
        return files
    weights = look_up(entry.data or {}, "files", "weights")
    given = weights.values() if is_object(weights) else ()
    lists = (each if is_list(each) else [each] for each in given)
    return [path for each in lists for path in each if isinstance(path, str)]


def _beside(named: Iterable[str], files: Iterable[str]) -> list[str]:
    """The other parts of a model in several files, and the second files of exports."""
    stems = {_stem(path) for path in named}
    return [path for path in files if path.endswith(_PARTS) and _stem(path) in stems]


def _stem(path: str) -> str:
    """The name without its ending and its number among several."""
    ending = next((end for end in _PARTS if path.endswith(end)), "")
    return _SHARD.sub("", path.removesuffix(ending)) + (".gguf" if ending == ".gguf" else "")


_PARTS = (".gguf", ".onnx", ".onnx_data", ".onnx.data", ".xml", ".bin")
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")

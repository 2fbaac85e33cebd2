"""The description of an export: the file export.json in its folder.

It is written last. It contains the SHA-256 of every other file and of itself, so that an incomplete
or edited export is not taken for a complete one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from registry.files.digests import sha256
from registry.files.repository_file import RepositoryFile
from registry_base.atomic_write import write_atomically
from registry_base.json_shapes import is_object
from registry_base.regular_file import read_regular

EXPORTER = "3"
"""The version of the exporter: another one may make other graphs from the same weights."""

MANIFEST = "export.json"

Engine = Literal["openvino", "onnx"]
EnginePrecision = Literal["f32", "bf16", "int8"]
Head = Literal["mean", "cls", "lasttoken", "max", "splade", "normalize", "sigmoid"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
PRECISIONS: tuple[EnginePrecision, ...] = get_args(EnginePrecision)

Shape = TypeVar("Shape")


@dataclass(frozen=True, kw_only=True)
class Expansion:
    """Queries are padded to `length` tokens with `token`, which count (ColBERT)."""

    length: int
    token: int
    attend: bool
    fixed: bool


@dataclass(frozen=True, kw_only=True)
class Route:
    """How texts of one role become the graph's input, and which part of its output counts.

    graph, tokenizer: files of the export. special_tokens: whether the tokenizer adds its own.
    length: most tokens, including special ones. prompt: the prefix of each text unless the entry
    says otherwise. skip: tokens whose vectors are left out. output: which output of the graph
    counts; None for the only one. heads: the steps after it.
    """

    graph: str
    tokenizer: str
    special_tokens: bool = True
    length: int | None = None
    prompt: str = ""
    pad: int = 0
    pad_type: int = 0
    pad_left: bool = False
    expansion: Expansion | None = None
    skip: tuple[int, ...] = ()
    output: str | None = None
    heads: tuple[Head, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Probe:
    """How far an export is from the reference, sentence-transformers in float32.

    texts: how many were compared. difference: the largest between two numbers, over the largest
    number if that is above 1. cosine: the smallest between two vectors. overlap: the share of the
    ten best documents per query that is the same.
    """

    texts: int
    difference: float
    cosine: float
    overlap: float


UNMEASURED = Probe(texts=0, difference=0, cosine=1, overlap=1)
"""Of an export that has not been compared yet."""


def roles_of(kind: str) -> tuple[str, ...]:
    """The roles of texts for a kind of model, each with a route of its own.

    >>> roles_of("dense"), roles_of("cross-encoder")
    (('query', 'document'), ('pair',))
    """
    return ("pair",) if kind == "cross-encoder" else ("query", "document")


@dataclass(frozen=True, kw_only=True)
class Export:
    """A folder with graphs of one model, for one engine in one precision.

    source: the repository's own file that is used as the graph; None for a traced one. refused: why
    the named file is not used.
    """

    folder: Path
    huggingface_id: str
    revision: str | None
    kind: str
    engine: Engine
    precision: EnginePrecision
    exporter: str
    libraries: Mapping[str, str]
    weights: Mapping[str, str]
    files: tuple[RepositoryFile, ...]
    routes: Mapping[str, Route]
    probe: Probe
    source: str | None = None
    refused: str | None = None

    def write(self) -> None:
        """Write export.json; every other file must be there."""
        data = {key: value for key, value in asdict(self).items() if key != "folder"}
        data["files"] = {
            file.path: {"size": file.size, "sha256": file.sha256} for file in self.files
        }
        text = json.dumps({"sha256": _digest(data), **data}, indent=2) + "\n"
        write_atomically(self.folder / MANIFEST, text)


def files_in(folder: Path) -> tuple[RepositoryFile, ...]:
    """The files of a folder with sizes and SHA-256, in order of their names."""
    return tuple(
        RepositoryFile(path=path.name, size=path.stat().st_size, sha256=sha256(path))
        for path in sorted(folder.iterdir())
        if path.name != MANIFEST
    )


def read_export(folder: Path) -> Export | None:
    """The export in a folder by its export.json; None if there is no such file.

    Raises ValueError, which says what is wrong with it.
    """
    try:
        data: object = json.loads(read_regular(folder / MANIFEST))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, OSError, RecursionError) as error:
        raise ValueError(f"{MANIFEST} is damaged: {error}") from None
    if not is_object(data) or data.pop("sha256", None) != _digest(data):
        raise ValueError(f"{MANIFEST} has been changed since it was written")
    try:
        return _read(folder, data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{MANIFEST} is not of this version ({error})") from None


def _read(folder: Path, data: dict[str, Any]) -> Export:
    routes: dict[str, Route] = {}
    for role, route in data.pop("routes").items():
        expansion = route.pop("expansion")
        route["skip"] = tuple(route["skip"])
        route["heads"] = tuple(route.get("heads", ()))
        routes[role] = Route(**route, expansion=Expansion(**expansion) if expansion else None)
    files = tuple(RepositoryFile(path=name, **of) for name, of in data.pop("files").items())
    for name in (
        *(file.path for file in files),
        *(name for route in routes.values() for name in (route.graph, route.tokenizer)),
    ):
        if Path(name).name != name:
            raise ValueError(f"{name!r} points outside the folder")
    listed = {file.path for file in files}
    if not routes or any({r.graph, r.tokenizer} - listed for r in routes.values()):
        raise ValueError("it does not list all of its files")
    probe = Probe(**data.pop("probe"))
    return Export(folder=folder, files=files, routes=routes, probe=probe, **data)


def _digest(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()

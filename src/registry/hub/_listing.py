"""What the Hub says about a repository in one answer: its commit, its files, and metadata.

It is data from a server: a value of another type than the Hub's is a ShapeError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.files.json_records import ShapeError, from_json
from registry.files.repository_file import RepositoryFile
from registry.hub._json_values import whole
from registry.hub.source import RepositoryMetadata
from registry_base.json_shapes import JsonObject, is_list, is_object, look_up
from registry_base.problems import Pointer
from registry_base.repository_names import is_commit, is_path_inside, is_sha256


@dataclass(frozen=True)
class Listing:
    """A repository at one commit."""

    huggingface_id: str
    revision: str
    files: Mapping[str, RepositoryFile]
    metadata: RepositoryMetadata


def listing(answer: object) -> Listing:
    """Read an answer. Raises ShapeError.

    >>> listing({"id": "acme/tiny", "sha": 40 * "a", "siblings": [{"rfilename": "a", "size": 7}]})
    ... # doctest: +ELLIPSIS
    Listing(huggingface_id='acme/tiny', revision='aaaa...
    """
    data = _object(answer, ())
    revision = _value(str, data, "sha")
    if not is_commit(revision):
        raise ShapeError(("sha",), "should be a commit")
    return Listing(_value(str, data, "id"), revision, _files(data), _metadata(data))


def _files(data: JsonObject) -> dict[str, RepositoryFile]:
    siblings = data.get("siblings")
    if siblings is not None and not is_list(siblings):
        raise ShapeError(("siblings",), "should be a list")
    found = (_file(each, ("siblings", index)) for index, each in enumerate(siblings or ()))
    return {file.path: file for file in found if is_path_inside(file.path)}


def _file(value: object, at: Pointer) -> RepositoryFile:
    data = _object(value, at)
    lfs = data.get("lfs")
    sha256 = None if lfs is None else _value(str, _object(lfs, (*at, "lfs")), "sha256", at)
    if sha256 is not None and not is_sha256(sha256):
        raise ShapeError((*at, "lfs", "sha256"), "should be a SHA-256")
    size = _value(int, data, "size", at)
    if size < 0:
        raise ShapeError((*at, "size"), "should be a number of bytes")
    blob: str | None = _value(str | None, data, "blobId", at)
    if blob is not None and not is_commit(blob):  # a SHA-1 too, and the name of a file here
        raise ShapeError((*at, "blobId"), "should be a SHA-1")
    return RepositoryFile(
        path=_value(str, data, "rfilename", at),
        size=size,
        sha256=sha256,
        git_blob=None if sha256 is not None else blob,
    )


def _metadata(data: JsonObject) -> RepositoryMetadata:
    gated = _value(bool | str | None, data, "gated")
    gguf = data.get("gguf")
    return RepositoryMetadata(
        gated=None if gated is None else bool(gated),
        private=_value(bool | None, data, "private"),
        downloads=_value(int | None, data, "downloads"),
        created=_day(data, "createdAt"),
        last_modified=_day(data, "lastModified"),
        pipeline_tag=_value(str | None, data, "pipeline_tag"),
        library=_value(str | None, data, "library_name"),
        tags=_value(tuple[str, ...] | None, data, "tags") or (),
        card=_card(data),
        parameters=_parameters(data),
        gguf_parameters=whole(look_up(gguf, "total")),
        gguf_context=whole(look_up(gguf, "context_length")),
    )


def _parameters(data: JsonObject) -> Mapping[str, int]:
    counted = data.get("safetensors")
    if counted is None:
        return {}
    found: Mapping[str, int] | None = _value(
        Mapping[str, int] | None, _object(counted, ("safetensors",)), "parameters", ("safetensors",)
    )
    return found or {}


def _card(data: JsonObject) -> JsonObject:
    """The card's data as the card has it; the Hub keeps its figures separately."""
    given = data.get("cardData")
    card = {} if given is None else dict(_object(given, ("cardData",)))
    if (results := data.get("model-index")) is not None:
        card["model-index"] = results
    return card


def _day(data: JsonObject, key: str) -> str | None:
    moment: str | None = _value(str | None, data, key)
    if moment is None:
        return None
    try:
        return datetime.fromisoformat(moment).date().isoformat()
    except ValueError:
        raise ShapeError((key,), "should be a moment") from None


def _object(value: object, at: Pointer) -> JsonObject:
    if not is_object(value):
        raise ShapeError(at, "should be an object")
    return value


def _value(wanted: Any, data: JsonObject, key: str, at: Pointer = ()) -> Any:  # a type or a union
    return from_json(wanted, data.get(key), (*at, key))

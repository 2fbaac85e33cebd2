"""What a server that speaks the Hub's interface leaves out of a model's description.

Mirrors and private Hubs say less than huggingface.co: sizes, blob ids and SHA-256 are then in the
tree of the commit, else in the headers of each file. Unknown is reported, never taken for 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from huggingface_hub import errors

from registry.budgets import CONCURRENT
from registry.errors import (
    HubError,
    HubUnavailableError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from registry.hub.answers import file_headers, read_json, read_pages
from registry.hub.asking import ask
from registry.hub.endpoint import endpoint, who
from registry.threads import in_order
from registry_base.json_shapes import JsonObject, is_list, is_object, look_up
from registry_base.repository_names import is_commit, is_path_inside, is_sha256

_TAG = re.compile(r'(?:W/)?"?([0-9a-f]{40}|[0-9a-f]{64})"?')


@dataclass(frozen=True)
class _Told:
    """What is known about a file; None means unknown."""

    size: object = None
    blob: object = None
    sha256: object = None

    @property
    def whole(self) -> bool:
        return self.size is not None and (self.blob is not None or self.sha256 is not None)

    def over(self, other: _Told) -> _Told:
        """This, completed by what the other knows."""
        size = other.size if self.size is None else self.size
        if self.blob is not None or self.sha256 is not None:
            return _Told(size, self.blob, self.sha256)
        return _Told(size, other.blob, other.sha256)


def read_info(huggingface_id: str, revision: str | None) -> JsonObject:
    """How a server describes a repository at a revision, or at its head.

    Raises what `read_json` does, and RevisionNotFoundError if the response is for no commit, or for
    another than the requested one.
    """
    at = "" if revision is None else f"/revision/{quote(revision, safe='')}"
    try:
        info = read_json(f"models/{huggingface_id}{at}", {"blobs": "true"})
    except errors.HfHubHTTPError as error:
        if type(error) is not errors.HfHubHTTPError or error.response.status_code != 404:
            raise
        kind = errors.RepositoryNotFoundError if revision is None else errors.RevisionNotFoundError
        raise kind("said without a code", response=error.response) from None
    if not is_object(info):
        raise ValueError("not a description of a repository")
    commit = info.get("sha", "?")
    other = revision is not None and is_commit(revision) and is_commit(str(commit))
    if commit in ("", None) or (other and commit != revision):
        raise RevisionNotFoundError(f"{huggingface_id} has no {revision or 'commit'} at {who()}")
    return info


def not_there(error: RevisionNotFoundError, name: str, revision: str) -> RevisionNotFoundError:
    """The same, with the commit that the server has instead. Raises HubError."""
    try:
        head = ask(lambda: read_info(name, None), name, None).get("sha", "an unknown commit")
    except RepositoryNotFoundError:
        raise
    except HubError:
        return error
    what = "commit" if is_commit(revision) else "revision"
    return RevisionNotFoundError(
        f"{name}: {what} {revision} is not at {endpoint()}; it has main = {head}"
    )


def completed(info: JsonObject, huggingface_id: str) -> JsonObject:
    """A description with everything that the listing of its files needs, from wherever it is.

    A complete one costs no request. Raises HubError.
    """
    siblings = info.get("siblings")
    if not is_commit(str(info.get("sha"))):
        return info  # of another shape: the listing says so
    known = {} if siblings is None else _of_siblings(siblings)
    if known is None:
        return info
    if siblings is not None and all(file.whole for file in known.values()):
        return info
    revision = str(info["sha"])
    ask_one = partial(ask, huggingface_id=huggingface_id, revision=revision)
    tree = ask_one(lambda: _tree(huggingface_id, revision))
    if siblings is None and tree is None:
        raise HubUnavailableError(
            f"{huggingface_id}: {endpoint()} does not say which files it has; is it a Hub?"
        )
    told = tree or {}
    known = (
        told if siblings is None else {p: f.over(told.get(p, _Told())) for p, f in known.items()}
    )
    lacking = [path for path, file in known.items() if not file.whole and is_path_inside(path)]
    headers = in_order(
        lambda path: ask_one(lambda: _of_headers(huggingface_id, path, revision)),
        lacking,
        CONCURRENT,
    )
    for path, found in zip(lacking, headers, strict=True):
        known[path] = known[path].over(found)
        if known[path].size is None:
            raise HubUnavailableError(
                f"{huggingface_id}: {endpoint()} does not say how large {path} is; without that "
                "nothing can be fetched from there"
            )
    return {**info, "siblings": [_sibling(path, file) for path, file in known.items()]}


def _of_siblings(siblings: object) -> dict[str, _Told] | None:
    if not is_list(siblings):
        return None
    found: dict[str, _Told] = {}
    for each in siblings:
        path = each.get("rfilename") if is_object(each) else None
        if not is_object(each) or not isinstance(path, str):
            return None
        sha256 = None if each.get("lfs") is None else look_up(each, "lfs", "sha256")
        if each.get("lfs") is not None and sha256 is None:
            return None
        found[path] = _Told(each.get("size"), each.get("blobId"), sha256)
    return found


def _tree(huggingface_id: str, revision: str) -> dict[str, _Told] | None:
    """The files of a commit; None if the server has no trees."""
    try:
        entries = read_pages(f"models/{huggingface_id}/tree/{revision}", {"recursive": "true"})
        return dict(_of_tree(entries))
    except errors.HfHubHTTPError as error:
        if error.response.status_code in (404, 405, 501):
            return None
        raise


def _of_tree(entries: Iterable[object]) -> Iterable[tuple[str, _Told]]:
    for each in entries:
        if not is_object(each) or not isinstance(path := each.get("path"), str):
            raise ValueError("not an entry of a tree")
        if each.get("type") == "directory":
            continue
        lfs, oid = each.get("lfs"), each.get("oid")
        sha256 = look_up(lfs, "oid") or look_up(lfs, "sha256") if is_object(lfs) else None
        if is_object(lfs) and lfs.get("size") is not None:
            yield path, _Told(lfs["size"], None, sha256)
        elif is_sha256(str(oid)):
            yield path, _Told(each.get("size"), None, oid)
        else:
            yield path, _Told(each.get("size"), oid, sha256)


def _of_headers(huggingface_id: str, path: str, revision: str) -> _Told:
    try:
        headers = file_headers(huggingface_id, path, revision)
    except errors.EntryNotFoundError:
        return _Told()
    size = headers.get("x-linked-size") or headers.get("content-length") or ""
    found = _TAG.fullmatch(headers.get("x-linked-etag") or headers.get("etag") or "")
    tag = found[1] if found else ""
    return _Told(
        int(size) if size.isascii() and size.isdigit() else None,
        tag if is_commit(tag) else None,
        tag if is_sha256(tag) else None,
    )


def _sibling(path: str, file: _Told) -> Mapping[str, Any]:  # JSON of a server, read afterwards
    lfs = None if file.sha256 is None else {"sha256": file.sha256}
    return {"rfilename": path, "size": file.size, "blobId": file.blob, "lfs": lfs}

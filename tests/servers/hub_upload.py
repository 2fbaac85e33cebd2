"""The API that huggingface_hub 2.4 uses to upload: a repository, large files, a commit.

The calls, in order:

POST /api/repos/create                           {"name", "organization"}
POST /api/models/{id}/preupload/{revision}       which files go to Git LFS, and what exists
POST /{id}.git/info/lfs/objects/batch            where to put missing large files
PUT  /{id}.git/lfs/{sha256}                      one of them
POST /{id}.git/lfs/{sha256}/verify               whether it arrived
POST /api/models/{id}/commit/{revision}          lines of JSON: header, file, lfsFile
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .hub_commit import HubRefusedError, StoredFile
from .hub_content import Bytes, Content
from .hub_repository import Repository

if TYPE_CHECKING:
    from .hub_routes import Call

Taken = tuple[Any, int]  # content and status of an answer


def take_upload(call: Call, segments: list[str]) -> Taken | None:
    """The answer to a step of an upload; None for other requests. Raises HubRefusedError."""
    match call.request.method, segments:
        case "POST", ["api", "repos", "create"]:
            _check_writer(call)
            return _create(call, json.loads(call.body))
        case "POST", ["api", "models", author, name, "preupload", revision]:
            repository = _repository(call, f"{author}/{name}")
            return _modes(repository, revision, json.loads(call.body)["files"]), 200
        case "POST", ["api", "models", author, name, "commit", revision]:
            return _commit(call, _repository(call, f"{author}/{name}"), revision), 200
        case "POST", [author, name, "info", "lfs", "objects", "batch"] if name.endswith(".git"):
            _repository(call, f"{author}/{name.removesuffix('.git')}")
            place = f"{call.origin}/{author}/{name}/lfs"
            objects = json.loads(call.body)["objects"]
            return {"transfer": "basic", "objects": [_action(call, place, o) for o in objects]}, 200
        case "PUT", [_, name, "lfs", sha256] if name.endswith(".git"):
            return _large_file(call, sha256), 200
        case "POST", [_, name, "lfs", sha256, "verify"] if name.endswith(".git"):
            known = call.store.large_files.get(sha256)
            if known is None or known.size != json.loads(call.body)["size"]:
                raise HubRefusedError(404, "No such object")
            return {}, 200
        case _:
            return None


def _check_writer(call: Call) -> None:
    if not call.store.writable and call.account is None:
        raise HubRefusedError(401, "Invalid username or password.")


def _repository(call: Call, name: str) -> Repository:
    repository = call.store.find(name, call.account)
    _check_writer(call)
    return repository


def _create(call: Call, asked: Mapping[str, Any]) -> Taken:
    name = "/".join(part for part in (asked.get("organization"), asked["name"]) if part)
    url = f"{call.origin}/{name}"
    if name in call.store.repositories:
        return {"error": "You already created this model repo", "url": url}, 409
    private = asked.get("visibility") == "private" and not call.store.writable
    call.store.add(name, {".gitattributes": "*.bin filter=lfs\n"}, private=private)
    return {"url": url, "name": name, "id": name}, 200


def _modes(repository: Repository, revision: str, files: list[dict[str, Any]]) -> Any:
    there = repository.resolve(revision).files
    told = [
        {
            "path": file["path"],
            "uploadMode": "lfs" if repository.is_large(file["path"], file["size"]) else "regular",
            "shouldIgnore": False,
            "oid": _name_of(there[file["path"]]) if file["path"] in there else None,
        }
        for file in files
    ]
    return {"files": told, "commitOid": repository.resolve(revision).sha}


def _name_of(stored: StoredFile) -> str:
    return stored.content.sha256 if stored.lfs else stored.blob_id


def _action(call: Call, place: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    sha256 = asked["oid"]
    if sha256 in call.store.large_files:
        return {"oid": sha256, "size": asked["size"]}
    verify = {"href": f"{place}/{sha256}/verify"}
    actions = {"upload": {"href": f"{place}/{sha256}"}, "verify": verify}
    return {"oid": sha256, "size": asked["size"], "authenticated": True, "actions": actions}


def _large_file(call: Call, sha256: str) -> Any:
    if hashlib.sha256(call.body).hexdigest() != sha256:
        raise HubRefusedError(422, "The content is of another SHA-256")
    call.store.large_files[sha256] = Bytes(call.body)
    return {}


def _commit(call: Call, repository: Repository, revision: str) -> Any:
    files: dict[str, Content] = {}
    title = None
    for line in call.body.splitlines():
        each = json.loads(line)
        value = each["value"]
        match each["key"]:
            case "header":
                title = value["summary"]
            case "file":
                files[value["path"]] = Bytes(base64.b64decode(value["content"]))
            case "lfsFile":
                files[value["path"]] = call.store.large_files[value["oid"]]
            case key:
                raise HubRefusedError(400, f"This Hub knows no {key}")
    sha = repository.push(files, branch=revision, title=title)
    url = f"{call.origin}/{repository.id}/commit/{sha}"
    return {"success": True, "commitOid": sha, "commitUrl": url, "hookOutput": ""}

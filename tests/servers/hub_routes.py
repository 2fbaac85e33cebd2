"""The Hub's answers to requests: the protocol, without connections."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode

from .hub_commit import Commit, HubRefusedError, StoredFile
from .hub_content import Bytes, Content
from .hub_faults import HubRequest
from .hub_info import describe, timestamp
from .hub_listing import expanded, list_models
from .hub_repository import Repository
from .hub_store import Account, HubStore
from .hub_upload import take_upload


@dataclass(frozen=True)
class Answer:
    """A status, a body and headers. With `ranges`, clients may request a part of the body."""

    status: int
    body: Content
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json; charset=utf-8"
    ranges: bool = False


@dataclass(frozen=True)
class Call:
    """A request to the Hub. `target` is the quoted URL without its origin, with its query."""

    store: HubStore
    request: HubRequest
    target: str
    account: Account | None
    body: bytes
    origin: str  # of the Hub
    cdn: str  # origin of the CDN


def answer_hub(call: Call) -> Answer:
    """The Hub's answer. Raises HubRefusedError."""
    # Split before unquoting: a revision may contain a slash.
    path = call.target.partition("?")[0]
    segments = [unquote(segment) for segment in path.strip("/").split("/")]
    if call.request.method in ("POST", "PUT") and (taken := take_upload(call, segments)):
        return json_answer(*taken)
    method = "GET" if call.request.method == "HEAD" else call.request.method
    if (method, segments) == ("GET", ["api", "whoami-v2"]):
        return _whoami(call)
    if (method, segments) == ("GET", ["api", "models"]):
        return _page(call, list_models(call.store.visible(call.account), call.request.query))
    if segments[:2] == ["api", "models"]:
        name, route, arguments = _part(segments[2:], _API)
        asked = _API.get(route)
    else:
        name, route, arguments = _part(segments, ("resolve",))
        asked = ("GET", _resolve) if route == "resolve" else None
    if asked is None or asked[0] != method:
        raise HubRefusedError(404, "Sorry, we can't find the page you are looking for.")
    if name in call.store.renamed:
        target = call.target.replace(f"/{name}", f"/{call.store.renamed[name]}", 1)
        return json_answer({"error": f"Redirecting to {target}"}, 307, {"Location": target})
    return asked[1](call, call.store.find(name, call.account), arguments)


def answer_cdn(call: Call) -> Answer:
    """The CDN's answer: /{id}/{sha256}/{file name}."""
    path = unquote(call.target.partition("?")[0])
    where, _, _ = path.strip("/").rpartition("/")
    name, _, sha256 = where.rpartition("/")
    repository = call.store.repositories.get(name)
    content = repository.large(sha256) if repository else None
    if content is None:
        raise HubRefusedError(404, "No such file")
    headers = {"ETag": f'"{sha256}"'}
    return Answer(200, content, headers, "application/octet-stream", ranges=True)


def refusal(error: HubRefusedError) -> Answer:
    headers = {**error.headers, "X-Error-Message": error.message}
    if error.code is not None:
        headers["X-Error-Code"] = error.code
    return json_answer({"error": error.message}, error.status, headers)


def _part(segments: list[str], routes: Collection[str]) -> tuple[str, str, list[str]]:
    """[author/]name/route/arguments... An id alone means its head."""
    size = 1 if len(segments) == 1 or segments[1] in routes else 2
    name, rest = "/".join(segments[:size]), segments[size:]
    return (name, rest[0], rest[1:]) if rest else (name, "revision", ["main"])


def _whoami(call: Call) -> Answer:
    if call.account is None:
        raise HubRefusedError(401, "Invalid username or password.")
    token = {"displayName": "test", "role": "read"}
    auth = {"type": "access_token", "accessToken": token}
    name = call.account.name
    return json_answer({"type": "user", "name": name, "fullname": name, "orgs": [], "auth": auth})


def _info(call: Call, repository: Repository, arguments: list[str]) -> Answer:
    blobs = call.request.query.get("blobs") == ["true"]
    info = describe(repository, repository.resolve(_revision(arguments)), blobs=blobs)
    return json_answer(expanded(info, call.request.query))


def _tree(call: Call, repository: Repository, arguments: list[str]) -> Answer:
    _refuse_expansion(call.request.query)
    commit, folder = repository.resolve(_revision(arguments)), "/".join(arguments[1:])
    if folder not in commit.folders:
        headers = {"X-Repo-Commit": commit.sha}
        message = f"{folder} does not exist on {arguments[0]!r}"
        raise HubRefusedError(404, message, "EntryNotFound", headers)
    recursive = call.request.query.get("recursive") == ["true"]
    inside = f"{folder}/" if folder else ""
    paths = sorted(
        path
        for path in (*commit.folders, *commit.files)
        if path and path.startswith(inside) and (recursive or "/" not in path[len(inside) :])
    )
    return _page(call, [_entry(commit, path) for path in paths])


def _paths_info(call: Call, repository: Repository, arguments: list[str]) -> Answer:
    commit = repository.resolve(_revision(arguments))
    form = parse_qs(call.body.decode())
    _refuse_expansion(form)
    known = (path for path in form.get("paths", []) if path in {*commit.folders, *commit.files})
    return json_answer([_entry(commit, path) for path in known])


def _refs(call: Call, repository: Repository, arguments: list[str]) -> Answer:
    named = {"branches": ("heads", repository.branches), "tags": ("tags", repository.version_tags)}
    refs: dict[str, list[dict[str, str]]] = {"converts": [], "pullRequests": []}
    for key, (folder, shas) in named.items():
        refs[key] = [
            {"name": name, "ref": f"refs/{folder}/{name}", "targetCommit": sha}
            for name, sha in shas.items()
        ]
    return json_answer(refs)


def _commits(call: Call, repository: Repository, arguments: list[str]) -> Answer:
    commits = [
        {
            "id": commit.sha,
            "title": commit.title,
            "message": "",
            "authors": [{"user": commit.author}],
            "date": timestamp(commit.date),
        }
        for commit in repository.resolve(_revision(arguments)).history()
    ]
    return _page(call, commits)


def _check_access(call: Call, repository: Repository, arguments: list[str]) -> Answer:
    call.store.check_files_readable(repository, call.account)
    return json_answer({})


def _resolve(call: Call, repository: Repository, arguments: list[str]) -> Answer:
    call.store.check_files_readable(repository, call.account)
    commit = repository.resolve(_revision(arguments))
    file = commit.file("/".join(arguments[1:]))
    name = file.path.rpartition("/")[2]
    headers = {"X-Repo-Commit": commit.sha, "ETag": f'"{file.blob_id}"'}
    if not file.lfs:
        disposition = f"inline; filename*=UTF-8''{quote(name)}; filename=\"{quote(name)}\";"
        headers["Content-Disposition"] = disposition
        return Answer(200, file.content, headers, "text/plain; charset=utf-8", ranges=True)
    headers["X-Linked-ETag"] = f'"{file.content.sha256}"'
    headers["X-Linked-Size"] = str(file.size)
    # On another origin: otherwise clients would follow it on HEAD and lose these headers.
    location = f"{call.cdn}/{quote(repository.id)}/{file.content.sha256}/{quote(name)}"
    headers["Location"] = location
    return Answer(302, Bytes(f"Found. Redirecting to {location}".encode()), headers, "text/plain")


_API: dict[str, tuple[str, Callable[[Call, Repository, list[str]], Answer]]] = {
    "revision": ("GET", _info),
    "tree": ("GET", _tree),
    "paths-info": ("POST", _paths_info),
    "refs": ("GET", _refs),
    "commits": ("GET", _commits),
    "auth-check": ("GET", _check_access),
}


def _revision(arguments: list[str]) -> str:
    return arguments[0] if arguments else ""


def _refuse_expansion(query: Mapping[str, list[str]]) -> None:
    if query.get("expand", ["false"])[0].lower() == "true":
        raise HubRefusedError(400, "This Hub knows nothing of last commits and security scans")


def _entry(commit: Commit, path: str) -> dict[str, Any]:
    if path in commit.folders:
        return {"type": "directory", "oid": commit.folders[path], "size": 0, "path": path}
    file: StoredFile = commit.files[path]
    entry: dict[str, Any] = {
        "type": "file",
        "oid": file.blob_id,
        "size": file.size,
        "path": path,
    }
    if file.lfs:
        lfs = {"oid": file.content.sha256, "size": file.size}
        entry["lfs"] = lfs | {"pointerSize": len(file.pointer)}
    return entry


def _page(call: Call, items: Sequence[Any]) -> Answer:
    """One page of a list; the Link header names the next one, if any."""
    query = call.request.query
    try:
        start = int(query.get("cursor", ["0"])[0])
        size = min(call.store.page_size, int(query.get("limit", [call.store.page_size])[0]))
    except ValueError:
        raise HubRefusedError(400, "Invalid limit or cursor") from None
    headers: dict[str, str] = {}
    if start + size < len(items):
        path = call.target.partition("?")[0]
        following = urlencode({**query, "cursor": [str(start + size)]}, doseq=True)
        headers["Link"] = f'<{call.origin}{path}?{following}>; rel="next"'
    return json_answer(items[start : start + size], 200, headers)


def json_answer(
    content: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    return Answer(status, Bytes(json.dumps(content).encode()), headers or {})

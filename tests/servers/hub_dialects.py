"""How other servers with the Hub's interface differ from the Hub: rewrites an answer.

    HubServer(dialect=GIT_SERVER)       as recorded: tests/functional/recorded/hub-compatible.jsonl

Dialect(path, bare, tree, sizes, linked, commit, codes, empty)
    path        the prefix of every path: "/repository/hf"
    bare        descriptions and lists without sizes, hashes and what `full` adds
    tree        False: 404
    linked      False: large files are sent directly, without X-Linked-*; their ETag is the SHA-256
    commit      False: no X-Repo-Commit
    codes       False: errors without X-Error-Code, no paths-info
    empty       a missing commit is answered with 200 and an empty `sha`
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, cast

from .hub_commit import HubRefusedError
from .hub_content import Bytes
from .hub_info import timestamp
from .hub_routes import Answer, Call, answer_hub, json_answer

_SAID = (
    *("id", "modelId", "sha", "private", "disabled", "gated", "downloads", "likes", "tags"),
    *("pipeline_tag", "library_name", "siblings", "usedStorage"),
)
_LISTED = (
    *("id", "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag"),
    *("library_name", "modelId"),
)
_FORMATS = ("safetensors", "pytorch", "onnx", "gguf", "region:us")


@dataclass(frozen=True, kw_only=True)
class Dialect:
    path: str = ""
    bare: bool = False
    tree: bool = True
    linked: bool = True
    commit: bool = True
    codes: bool = True
    empty: bool = False


HUB = Dialect()
GIT_SERVER = Dialect(bare=True, linked=False, codes=False, empty=True)
DIALECTS = {
    "hub": HUB,
    "git server": GIT_SERVER,
    "under a path": replace(GIT_SERVER, path="/repository/hf"),
    "without trees": replace(GIT_SERVER, path="/hf", tree=False, commit=False, empty=False),
    "with redirects, without trees": Dialect(bare=True, tree=False, commit=False),
}


def spoken(dialect: Dialect, call: Call) -> Answer:
    """The Hub's answer in a dialect. Raises HubRefusedError."""
    path = call.request.path
    if (not dialect.codes and "/paths-info/" in path) or (not dialect.tree and "/tree/" in path):
        nothing = Bytes(b"404 page not found\n")
        return Answer(404, nothing, content_type="text/plain; charset=utf-8")
    query = {key: value for key, value in call.request.query.items() if key != "expand"}
    expand = query.keys() != call.request.query.keys()
    if dialect.bare:
        call = replace(call, request=replace(call.request, query=query))
    try:
        answer = answer_hub(call)
    except HubRefusedError as error:
        return _refused(dialect, call, error)
    headers = dict(answer.headers)
    if not dialect.commit:
        headers.pop("X-Repo-Commit", None)
    if not dialect.linked and "X-Linked-ETag" in headers:
        return _at_once(call, replace(answer, headers=headers))
    answer = replace(answer, headers=headers)
    if call.request.method in ("POST", "PUT"):  # uploads
        return answer
    if dialect.bare and answer.status == 200 and path.startswith("/api/models"):
        said = json.loads(answer.body.read())
        if "/tree/" in path and expand:
            said = [{**each, "lastCommit": _last_commit(call)} for each in said]
        return replace(answer, body=_bare(said, path))
    if not dialect.linked and call.request.method == "HEAD" and answer.status == 200:
        return replace(answer, content_type="")
    return answer


def _last_commit(call: Call) -> dict[str, str]:
    """The last commit of a file; simplified to the one that was asked for."""
    parts = call.request.path.split("/")
    commit = call.store.repositories["/".join(parts[3:5])].resolve(parts[6])
    return {"id": commit.sha, "title": commit.title, "date": timestamp(commit.date)}


def _refused(dialect: Dialect, call: Call, error: HubRefusedError) -> Answer:
    path = call.request.path
    if error.code == "RevisionNotFound" and dialect.empty and "/revision/" in path:
        name = "/".join(path.split("/")[3:5])
        head = _bare({"id": name, "modelId": name}, path).read()
        rest = {"private": False, "disabled": False, "gated": False, "downloads": 0, "likes": 0}
        nothing: dict[str, Any] = {"sha": "", "tags": [], "siblings": None, "usedStorage": 0}
        return json_answer({**json.loads(head), **rest, **nothing})
    if dialect.codes:
        raise error
    if error.code == "RepoNotFound":
        name = "/".join(path.split("/")[3:5])
        return json_answer({"error": f'repository "{name}" not found'}, 404)
    if error.status == 401 or path == "/api/whoami-v2":
        return json_answer({"error": "Unauthorized"}, 401)
    return json_answer({"error": error.message}, error.status)


def _at_once(call: Call, answer: Answer) -> Answer:
    """A large file itself, instead of the Hub's redirect."""
    sha256 = answer.headers["X-Linked-ETag"].strip('"')
    commit = {k: v for k, v in answer.headers.items() if k == "X-Repo-Commit"}
    large = (each.large(sha256) for each in call.store.repositories.values())
    content = next(each for each in large if each is not None)
    headers = {**commit, "ETag": f'"{sha256}"'}
    return Answer(200, content, headers, "application/octet-stream", ranges=True)


def _bare(said: Any, path: str) -> Bytes:
    """The reduced answer of such a server."""
    parts = path.split("/")
    if "refs" in parts:
        said.pop("pullRequests")
    elif "commits" in parts:
        said = [{**each, "message": f"{each['title']}\n"} for each in said]
    elif isinstance(said, dict):
        one = cast("dict[str, Any]", said)
        said = {key: _told(key, value) for key, value in one.items() if key in _SAID}
    elif parts[-1] == "models":
        said = [{k: _told(k, v) for k, v in item.items() if k in _LISTED} for item in said]
    return Bytes(json.dumps(said).encode())


def _told(key: str, value: Any) -> Any:
    if key == "siblings":
        return [{"rfilename": each["rfilename"]} for each in value]
    return [tag for tag in value if tag not in _FORMATS] if key == "tags" else value

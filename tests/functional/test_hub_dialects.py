"""Servers other than the Hub: a mirror, a git server, below a path, without trees, redirecting.

The whole way from `add` to `load` runs once in each dialect; the dialects are compared with a
recording of a third-party server.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import command_line
import pytest
import warm
from checkpoints import MINILM, shallow_minilm
from hub_project import HubProject, project

from registry.errors import (
    HubUnavailableError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from registry.hub.remote import open_remote
from registry.models.api import repository_of
from servers.hub import HubServer
from servers.hub_content import safetensors
from servers.hub_dialects import DIALECTS, GIT_SERVER, Dialect
from servers.hub_environment import redirect
from servers.recordings import differences, recorded, request_of

__all__ = ["project"]  # a fixture that pytest finds by name

RECORDED = recorded(Path(__file__).parent / "recorded" / "hub-compatible.jsonl")
COMMIT = "cd1d6364a0aafc918cdff7b4069555ab27914e6f"
TINY = "acme/tiny"
FILES: dict[str, Any] = {
    "README.md": "---\nlicense: mit\n---\n# Tiny\n",
    "config.json": '{"architectures": ["LlamaForCausalLM"], "hidden_size": 8}',
    "model.safetensors": safetensors({"a.weight": ("BF16", (8, 4))}),
}
PROGRAM = """
from registry import ALL_MINILM_L6_V2, load

print(load(ALL_MINILM_L6_V2, device="cpu").encode_queries(["a cat sits"]).shape)
"""


@pytest.fixture(params=DIALECTS.values(), ids=list(DIALECTS))
def hub(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[HubServer]:
    dialect: Dialect = request.param
    with HubServer(dialect=dialect) as server:
        redirect(monkeypatch, server.url, tmp_path)
        monkeypatch.setattr("registry.hub.asking._PAUSE", 0.01)
        yield server


def _like_the_recorded(hub: HubServer) -> str:
    """Add the recorded server's repositories; returns the commit that replaces the recorded one."""
    config = next(line for line in RECORDED if line["path"].endswith("/config.json"))
    body = next(
        line["body"]
        for line in RECORDED
        if line["path"] == config["path"] and line["method"] == "GET"
    )
    tiny = hub.store.add("acme/tinyllama", {".gitattributes": "*.safetensors filter=lfs\n"})
    head = tiny.push(
        {
            "config.json": json.dumps(body),
            "generation_config.json": "{}",
            "model.safetensors": safetensors({"a": ("F16", (4, 4))}),
            "tokenizer.json": "{}",
            "tokenizer_config.json": "{}",
        }
    )
    card = {
        "language": "en",
        "license": "apache-2.0",
        "library_name": "sentence-transformers",
        "pipeline_tag": "sentence-similarity",
        "tags": ["sentence-transformers", "feature-extraction", "transformers"],
    }
    papers = "".join(f"https://arxiv.org/abs/{1900 + n}.06472\n" for n in range(5))
    hub.store.add(
        "sentence-transformers/all-MiniLM-L6-v2",
        {
            "README.md": f"---\n{json.dumps(card)}\n---\n{papers}",
            "config.json": '{"model_type": "bert"}',
        },
    )
    return head


def _headers(url: str, line: dict[str, Any]) -> dict[str, str]:
    request = urllib.request.Request(url + line["path"], method=line["method"])
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return {name.lower(): value for name, value in answer.headers.items()}


TOLD = {"etag", "x-repo-commit", "x-linked-etag", "x-linked-size", "location", "x-error-code"}


def test_every_answer_is_as_recorded() -> None:
    found: dict[str, list[str]] = {}
    with HubServer(dialect=GIT_SERVER) as hub:
        head = _like_the_recorded(hub)
        for line in RECORDED:
            asked = {**line, "path": line["path"].replace(COMMIT, head)}
            problems = differences(hub.url, asked, deep=True)
            if "request" not in line:
                said = TOLD & _headers(hub.url, asked).keys()
                wanted = TOLD & {name.lower() for name in line["headers"]}
                problems += (
                    [f"headers that only one has: {said ^ wanted}"] if said != wanted else []
                )
            if problems:
                found[request_of(line)] = problems
    assert len(RECORDED) == 19
    assert found == {}


def test_what_is_told_is_the_same_in_every_dialect(hub: HubServer) -> None:
    repository = hub.store.add(TINY, FILES)
    source = open_remote(TINY)
    assert source.revision == repository.head
    stored = repository.commits[repository.head].files
    assert {
        path: (file.size, file.sha256, file.git_blob) for path, file in source.files.items()
    } == {
        path: (
            file.size,
            file.content.sha256 if file.lfs else None,
            None if file.lfs else file.blob_id,
        )
        for path, file in stored.items()
    }
    assert source.read_text("config.json") == FILES["config.json"]
    assert source.read_tensors("model.safetensors")["a.weight"].shape == (8, 4)
    assert source.read_sha256("config.json")


def test_the_pages_of_a_tree(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with HubServer(dialect=DIALECTS["under a path"]) as hub:
        redirect(monkeypatch, hub.url + "/", tmp_path)
        hub.store.page_size = 2
        hub.store.add(TINY, FILES)
        assert sorted(open_remote(TINY).files) == sorted(FILES)
        assert len(hub.asked("*/tree/*")) == 2


def test_a_commit_that_is_not_there(hub: HubServer) -> None:
    head = hub.store.add(TINY, FILES).head
    with pytest.raises(RevisionNotFoundError) as caught:
        open_remote(TINY, 40 * "8")
    assert all(word in str(caught.value) for word in (40 * "8", hub.url, head))
    with pytest.raises(RepositoryNotFoundError):
        open_remote("acme/nope", 40 * "8")


def test_another_commit_than_was_asked_for_is_none(hub: HubServer) -> None:
    repository = hub.store.add(TINY, FILES)
    repository.commits[40 * "8"] = repository.commits[repository.head]  # a server that ignores it
    with pytest.raises(RevisionNotFoundError):
        open_remote(TINY, 40 * "8")


def test_a_token_is_for_the_endpoint_alone(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.store.authorize("hf_secret", "*")
    hub.store.add(TINY, FILES, private=True)
    open_remote(TINY).read_tensors("model.safetensors")
    assert all(request.authorized for request in hub.asked(server="hub"))
    assert not any(request.authorized for request in hub.asked(server="cdn"))


def test_a_size_that_nobody_tells_is_not_zero(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with HubServer(dialect=DIALECTS["without trees"]) as hub:
        redirect(monkeypatch, hub.url, tmp_path)
        hub.store.add(TINY, FILES)
        hub.fails("status", status=404, method="HEAD", path="*/config.json", times=None)
        with pytest.raises(HubUnavailableError, match=r"config\.json"):
            open_remote(TINY)


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shallow_minilm(tmp_path_factory.mktemp("minilm") / "model")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
def test_the_whole_walk(dialect: Dialect, project: HubProject, minilm: Path) -> None:
    project.hub.dialect = dialect
    name = repository_of(MINILM)
    card: dict[str, str | Path] = {"README.md": "---\nlicense: apache-2.0\n---\n# MiniLM\n"}
    files: dict[str, str | Path] = {
        p.relative_to(minilm).as_posix(): p for p in minilm.rglob("*") if p.is_file()
    }
    repository = project.hub.store.add(name, files | card, downloads=5000)
    project.catalogue()
    for command in (
        ["add", name, "--id", MINILM.id, "--type", "dense"],
        ["verify"],
        ["lock"],
        ["pull", MINILM.id],
        ["check"],
    ):
        result = project.run(*command)
        assert result.status == 0, (command, result.output)
    locked = json.loads((project.folder / "models.lock.json").read_text())["models"][MINILM.id]
    assert locked["revision"] == repository.head
    env = command_line.environment(**project.settings, HF_HUB_OFFLINE="1")
    done = warm.run(["-c", PROGRAM], project.folder, env)
    assert done.stdout == "(1, 384)\n", done.stderr
    project.hub.requests.clear()
    assert project.json("default", "bert")["huggingface_id"]
    assert project.hub.asked("/api/models")
    logged = project.run(
        "log", "--all", "--online", "--output", "log.json", "--catalogue", "models.json"
    )
    assert logged.status == 0, logged.output


def test_a_file_whose_tag_is_no_digest_is_still_had(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As with object stores: the ETag is the MD5, or missing."""
    with HubServer(dialect=DIALECTS["without trees"]) as hub:
        redirect(monkeypatch, hub.url, tmp_path)
        monkeypatch.setattr(
            "servers.hub_commit.StoredFile.blob_id", "d41d8cd98f00b204e9800998ecf8427e"
        )
        hub.store.add(TINY, FILES)
        source = open_remote(TINY)
        assert source.files["config.json"].git_blob is None
        assert source.read_text("config.json") == FILES["config.json"]

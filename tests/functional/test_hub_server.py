"""The test Hub, as seen by huggingface_hub and plain HTTP."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from checkpoints import minilm_folder
from huggingface_hub import (
    HfApi,
    ModelCard,
    ModelInfo,
    RepoFolder,
    get_session,
    hf_hub_download,
    snapshot_download,
)
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from servers.hub import HubServer
from servers.hub_content import Content, safetensors
from servers.hub_environment import environment, redirect
from servers.hub_store import HubStore

ROOT = Path(__file__).parents[2]
MINILM = "sentence-transformers/all-MiniLM-L6-v2"
CARD = """---
license: mit
language: [en, de]
library_name: sentence-transformers
pipeline_tag: feature-extraction
tags: [ColBERT]
base_model: google/bert
date: 2024-05-01
---
# Tiny, see https://arxiv.org/abs/2004.12832
"""
CONFIG = '{"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 8}'


def files(text: str = "one", width: int = 8) -> dict[str, Content | str]:
    weights = safetensors({"a.weight": ("F32", (width, 4)), "a.bias": ("F16", (width,))})
    return {
        "README.md": CARD + text,
        "config.json": CONFIG,
        "model.safetensors": weights,
        "1_Pooling/config.json": "{}",
    }


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    with HubServer() as hub:
        redirect(monkeypatch, hub.url, tmp_path / "home")
        yield hub


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Records the seconds that huggingface_hub would have slept."""
    slept: list[float] = []
    # Its module alone: other threads, such as the server's, sleep as they are used to.
    clock = SimpleNamespace(**vars(time) | {"sleep": slept.append})
    monkeypatch.setattr("huggingface_hub.utils._http.time", clock)
    return slept


def get(url: str, method: str = "GET", **headers: str) -> tuple[int, httpx2.Headers, bytes]:
    response = get_session().request(method, url, headers=headers)
    return response.status_code, response.headers, response.content


def run(program: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_snapshot_is_the_folder_and_the_token_stays_at_the_hub(hub: HubServer) -> None:
    repository = hub.store.add(MINILM, minilm_folder())
    hub.store.authorize("hf_secret")
    snapshot = Path(snapshot_download(MINILM, token="hf_secret"))
    assert snapshot.name == repository.head
    names = {p.relative_to(snapshot) for p in snapshot.rglob("*") if p.is_file()}
    assert names == {
        p.relative_to(minilm_folder()) for p in minilm_folder().rglob("*") if p.is_file()
    }
    for name in names:
        served, source = (folder / name for folder in (snapshot, minilm_folder()))
        assert hashlib.sha256(served.read_bytes()).digest() == (
            hashlib.sha256(source.read_bytes()).digest()
        )
    assert all(request.authorized for request in hub.asked(server="hub"))
    (weights,) = hub.asked(server="cdn")
    assert not weights.authorized
    assert weights.sent == (minilm_folder() / "model.safetensors").stat().st_size
    assert "hf_secret" not in repr(hub.requests)
    weights_url = f"*/resolve/{repository.head}/model.safetensors"
    (head,) = hub.asked(weights_url, method="HEAD")
    assert (head.status, head.sent) == (302, 0)


def test_names_are_those_that_git_gives(tmp_path: Path) -> None:
    store = HubStore()
    store.lfs_threshold = 100
    shown = {"b.txt": "b" * 99, "a/b.txt": "text", "a.txt": "x", "a/c/d": "", "big": "y" * 101}
    repository = store.add("acme/tiny", dict(shown))
    pointer = repository.resolve("main").file("big").pointer.decode()
    first = commit(tmp_path, {**shown, "big": pointer}, repository.created.timestamp())
    second = commit(tmp_path, {"a.txt": "new"}, repository.created.timestamp() + 86_400)
    assert repository.head == first
    assert repository.push({"a.txt": "new"}) == second


def commit(folder: Path, changes: dict[str, str], seconds: float) -> str:
    for path, text in changes.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    who = {"NAME": "acme", "EMAIL": "acme@example.org", "DATE": f"{int(seconds)} +0000"}
    env = {f"GIT_{role}_{key}": who[key] for role in ("AUTHOR", "COMMITTER") for key in who}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**os.environ, **env, **alone},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "Update acme/tiny")
    return git("rev-parse", "HEAD")


def test_what_it_says_of_a_model(hub: HubServer) -> None:
    repository = hub.store.add(
        "acme/tiny", files(), downloads=7, likes=3, tags=["own"], extra={"gguf": {"total": 1}}
    )
    info = HfApi().model_info("acme/tiny", files_metadata=True)
    assert (info.id, info.author, info.sha) == ("acme/tiny", "acme", repository.head)
    assert (info.downloads, info.likes, info.gated, info.private) == (7, 3, False, False)
    assert (info.pipeline_tag, info.library_name) == ("feature-extraction", "sentence-transformers")
    assert info.config == {"architectures": ["BertModel"], "model_type": "bert"}
    assert info.card_data is not None
    assert info.card_data.get("date") == "2024-05-01"
    assert info.safetensors is not None
    assert (info.safetensors.parameters, info.safetensors.total) == ({"F32": 32, "F16": 8}, 40)
    assert info.gguf == {"total": 1}
    assert info.tags == [
        *("sentence-transformers", "safetensors", "bert", "feature-extraction", "ColBERT"),
        *("en", "de", "arxiv:2004.12832", "base_model:google/bert", "license:mit"),
        *("own", "region:us"),
    ]
    weights = next(s for s in info.siblings or [] if s.rfilename == "model.safetensors")
    assert weights.lfs is not None
    content = repository.resolve("main").file("model.safetensors").content
    assert weights.lfs.sha256 == hashlib.sha256(content.read()).hexdigest()
    assert (weights.size, weights.lfs.pointer_size) == (content.size, 128)
    assert HfApi().model_info("acme/tiny", expand=["safetensors"]).siblings is None


def test_trees_and_paths(hub: HubServer) -> None:
    hub.store.add("acme/tiny", files())
    hub.store.page_size = 2
    api = HfApi()
    recursive = list(api.list_repo_tree("acme/tiny", recursive=True))
    assert [entry.path for entry in recursive] == [
        *("1_Pooling", "1_Pooling/config.json", "README.md", "config.json", "model.safetensors"),
    ]
    assert isinstance(recursive[0], RepoFolder)
    top = [entry.path for entry in api.list_repo_tree("acme/tiny")]
    assert top == ["1_Pooling", "README.md", "config.json", "model.safetensors"]
    below = [entry.path for entry in api.list_repo_tree("acme/tiny", "1_Pooling")]
    assert below == ["1_Pooling/config.json"]
    asked = ["config.json", "1_Pooling", "none"]
    found = api.get_paths_info("acme/tiny", asked)
    assert [entry.path for entry in found] == ["config.json", "1_Pooling"]
    with pytest.raises(RemoteEntryNotFoundError):
        list(api.list_repo_tree("acme/tiny", "additional_chat_templates"))


def test_revisions(hub: HubServer) -> None:
    repository = hub.store.add("acme/tiny", files("one"))
    first = repository.head
    repository.tag("v1")
    second = repository.push({"README.md": CARD + "two"}, delete=["1_Pooling/config.json"])
    repository.branch("refs/pr/1", "v1")
    draft = repository.push({"draft.txt": "x"}, branch="refs/pr/1", title="A draft")
    api = HfApi()
    assert api.model_info("acme/tiny").sha == second
    assert api.model_info("acme/tiny", revision="v1").sha == first
    assert api.model_info("acme/tiny", revision=first).sha == first
    assert api.list_repo_files("acme/tiny", revision="refs/pr/1") == [
        *("1_Pooling/config.json", "README.md", "config.json", "draft.txt", "model.safetensors"),
    ]
    assert "1_Pooling/config.json" not in api.list_repo_files("acme/tiny")
    refs = api.list_repo_refs("acme/tiny")
    assert {b.name: b.target_commit for b in refs.branches} == {"main": second, "refs/pr/1": draft}
    assert [(tag.name, tag.target_commit) for tag in refs.tags] == [("v1", first)]
    hub.store.page_size = 1
    commits = api.list_repo_commits("acme/tiny", revision="refs/pr/1")
    assert [(c.commit_id, c.title) for c in commits] == [
        (draft, "A draft"),
        (first, "Update acme/tiny"),
    ]
    assert commits[0].created_at > commits[1].created_at
    paths = {rev: hf_hub_download("acme/tiny", "README.md", revision=rev) for rev in ("v1", "main")}
    assert [Path(paths[rev]).read_text()[-3:] for rev in ("v1", "main")] == ["one", "two"]
    with pytest.raises(RevisionNotFoundError):
        api.model_info("acme/tiny", revision="0" * 40)


def test_the_same_contents_have_the_same_shas() -> None:
    one, two, other = (HubStore().add(name, files()) for name in ("a/x", "a/x", "a/y"))
    assert one.head == two.head != other.head
    assert one.push({"new": "x"}) == two.push({"new": "x"}) != one.push({"new": "y"})


@pytest.fixture
def catalogue(hub: HubServer) -> HubServer:
    """Seven repositories, of which one is gated and one private."""
    for number in range(7):
        hub.store.add(
            f"org{number % 2}/model-{number}",
            files(width=number + 1),
            downloads=number * 10 % 7,
            likes=number,
            tags=["even"] if number % 2 == 0 else [],
            pipeline_tag="text-generation" if number > 4 else None,
            gated="manual" if number == 3 else False,
            private=number == 6,
        )
    hub.store.authorize("hf_member", "org0/*")
    return hub


def numbers(found: Iterator[ModelInfo]) -> list[int]:
    return [int(model.id.rpartition("-")[2]) for model in found]


def test_lists_are_paged(catalogue: HubServer) -> None:
    catalogue.store.page_size = 2
    api = HfApi()
    everything = [0, 1, 2, 3, 4, 5]
    assert sorted(numbers(iter(api.list_models()))) == everything
    assert [len(r.query.get("cursor", [])) for r in catalogue.requests] == [0, 1, 1]
    catalogue.requests.clear()
    assert numbers(iter(api.list_models(limit=3, sort="likes"))) == [5, 4, 3]
    assert len(catalogue.requests) == 2
    # Like the Hub, it always links to the next page, which the library does not request.
    _, headers, body = get(f"{catalogue.url}/api/models?limit=1&sort=likes&filter=bert")
    assert len(json.loads(body)) == 1
    assert headers["Link"].startswith(f"<{catalogue.url}/api/models?")
    assert "filter=bert" in headers["Link"]


def test_lists_are_filtered_and_sorted(catalogue: HubServer) -> None:
    api = HfApi()

    def found(**query: Any) -> list[int]:
        return numbers(iter(api.list_models(**query)))

    assert found(filter=["even", "bert"], sort="likes") == [4, 2, 0]
    assert found(filter="even", author="org1") == []
    assert found(author="org1", sort="created_at") == [1, 3, 5]
    assert found(search="MODEL-4") == [4]
    assert found(pipeline_tag="text-generation") == [5]
    assert found(gated=True) == [3]
    assert 3 not in found(gated=False)
    assert found(sort="downloads") == [2, 4, 1, 3, 5, 0]
    assert found(token="hf_member", author="org0", sort="likes") == [6, 4, 2, 0]
    with pytest.raises(HfHubHTTPError, match="num_parameters"):
        found(num_parameters="min:1B")


def test_lists_say_what_was_asked_for(catalogue: HubServer) -> None:
    api = HfApi()
    (plain,) = api.list_models(search="model-0")
    assert (plain.sha, plain.siblings, plain.config, plain.card_data) == (None, None, None, None)
    assert plain.tags
    (full,) = api.list_models(search="model-0", full=True, cardData=True, fetch_config=True)
    assert full.sha
    assert full.siblings
    assert full.config == {"architectures": ["BertModel"], "model_type": "bert"}
    assert full.card_data is not None
    assert full.card_data.license == "mit"
    (expanded,) = api.list_models(search="model-0", expand=["safetensors", "gated"])
    assert expanded.safetensors is not None
    assert (expanded.safetensors.total, expanded.gated, expanded.tags) == (5, False, None)


def test_who_may_read_what(hub: HubServer) -> None:
    hub.store.add("acme/gated", files(), gated="auto")
    hub.store.add("acme/private", files(), private=True)
    hub.store.add("acme/gone", files(), disabled=True)
    hub.store.authorize("hf_member", "acme/*", name="member")
    hub.store.authorize("hf_stranger")
    api = HfApi()

    def error(call: Callable[[], object]) -> tuple[type[Exception], int]:
        with pytest.raises(HfHubHTTPError) as caught:
            call()
        return type(caught.value), caught.value.response.status_code

    def download(name: str, token: str | bool) -> Callable[[], object]:
        return lambda: hf_hub_download(f"acme/{name}", "config.json", token=token)

    def info(name: str, token: str | bool) -> Callable[[], object]:
        return lambda: api.model_info(f"acme/{name}", token=token)

    for name in ("private", "none"):
        for ask in (info, download):
            assert error(ask(name, False)) == (RepositoryNotFoundError, 401)
            assert error(ask(name, "hf_stranger")) == (RepositoryNotFoundError, 404)
    assert api.model_info("acme/gated").gated == "auto"
    assert error(download("gated", False)) == (GatedRepoError, 401)
    assert error(download("gated", "hf_stranger")) == (GatedRepoError, 403)
    assert error(lambda: api.auth_check("acme/gated", token="hf_stranger"))[0] is GatedRepoError
    assert error(info("gone", False)) == (DisabledRepoError, 403)
    assert error(info("gated", "hf_bad")) == (HfHubHTTPError, 401)
    for name in ("gated", "private"):
        assert Path(hf_hub_download(f"acme/{name}", "config.json", token="hf_member")).is_file()
    assert api.whoami("hf_member")["name"] == "member"
    assert error(lambda: api.whoami("hf_bad")) == (HfHubHTTPError, 401)


def test_what_is_not_there(hub: HubServer) -> None:
    repository = hub.store.add("acme/tiny", files())
    with pytest.raises(RemoteEntryNotFoundError) as caught:
        hf_hub_download("acme/tiny", "adapter_config.json")
    # The library needs this header to remember that the file does not exist.
    assert caught.value.response.headers["X-Repo-Commit"] == repository.head
    assert HfApi().file_exists("acme/tiny", "config.json")
    assert not HfApi().file_exists("acme/tiny", "none.json")
    assert get(f"{hub.url}/acme/tiny")[0] == 404
    assert get(f"{hub.url}/api/models/acme/tiny/nothing")[0] == 404
    assert get(f"{hub.url}/api/models/acme/tiny/paths-info/main")[0] == 404
    assert get(f"{hub.cdn_url}/acme/tiny/{'0' * 64}/model.safetensors")[0] == 404
    assert get(hub.cdn_url)[0] == get(hub.url)[0] == 404


def test_a_renamed_repository_redirects(hub: HubServer) -> None:
    hub.store.add("gpt2", files())
    hub.store.rename("gpt2", "openai/gpt2")
    hub.store.rename("openai/gpt2", "openai-community/gpt2")
    api = HfApi()
    assert api.model_info("gpt2", revision="main").id == "openai-community/gpt2"
    assert len(api.get_paths_info("gpt2", ["README.md"])) == 1
    snapshot = Path(snapshot_download("openai/gpt2"))
    assert (snapshot / "config.json").read_text() == CONFIG
    assert 307 in {request.status for request in hub.requests}


def test_a_model_card(hub: HubServer) -> None:
    hub.store.add("acme/tiny", files())
    card = ModelCard.load("acme/tiny")
    assert card.data.license == "mit"
    assert card.text.strip().startswith("# Tiny")


def test_headers_of_weights_without_the_weights(hub: HubServer) -> None:
    shards = {
        f"model-{n}-of-2.safetensors": safetensors(
            {f"layers.{n}.weight": ("BF16", (70_000, 1_000_000))}, sparse=True
        )
        for n in (1, 2)
    }
    weight_map = {f"layers.{n}.weight": f"model-{n}-of-2.safetensors" for n in (1, 2)}
    index = json.dumps({"metadata": {}, "weight_map": weight_map})
    hub.store.add("acme/huge", {**shards, "model.safetensors.index.json": index})
    # 140 GB per file; one header is longer than the 100 kB that the library reads first.
    many = {f"layers.{n}.{'x' * 80}": ("I8", (1,)) for n in range(2000)}
    whole = safetensors({**many, "weight": ("F32", (10**9, 35))}, sparse=True)
    hub.store.add("acme/long", {"model.safetensors": whole})
    api = HfApi()
    assert api.get_safetensors_metadata("acme/huge").parameter_count == {"BF16": 140 * 10**9}
    long = api.get_safetensors_metadata("acme/long")
    assert long.parameter_count == {"I8": 2000, "F32": 35 * 10**9}
    assert [request.range for request in hub.asked("/acme/long/*", server="cdn")] == [
        "bytes=0-100000",
        next(r.range for r in hub.requests if r.range and r.range.startswith("bytes=8-")),
    ]
    assert hub.bytes_sent < 1_000_000
    info = api.model_info("acme/huge").safetensors
    assert info is not None
    assert info.total == 140 * 10**9


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=4-", 206, slice(4, 10)),
        ("bytes=-3", 206, slice(7, 10)),
        ("bytes=-99", 206, slice(0, 10)),
        ("bytes=8-99", 206, slice(8, 10)),
        ("bytes=0-1,3-4", 200, slice(0, 10)),
        ("lines=0-1", 200, slice(0, 10)),
        ("bytes=10-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
    ],
)
def test_ranges(hub: HubServer, asked: str, status: int, part: slice) -> None:
    hub.store.add("acme/tiny", {"small.txt": "0123456789", "big.bin": "0123456789"})
    for name in ("small.txt", "big.bin"):
        got, headers, body = get(f"{hub.url}/acme/tiny/resolve/main/{name}", Range=asked)
        assert (got, body) == (status, b"0123456789"[part])
        if status == 206:
            assert headers["Content-Range"] == f"bytes {part.start}-{part.stop - 1}/10"
        if status == 416:
            assert headers["Content-Range"] == "bytes */10"
    status, headers, body = get(f"{hub.url}/acme/tiny/resolve/main/small.txt", "HEAD", Range=asked)
    assert (status, headers["Content-Length"], body) == (200, "10", b"")


def test_a_download_that_is_cut_goes_on(hub: HubServer, no_waiting: list[float]) -> None:
    hub.store.add(MINILM, minilm_folder())
    hub.fails("cut", path="*/model.safetensors", after=45_000_000)
    path = Path(hf_hub_download(MINILM, "model.safetensors"))
    source = minilm_folder() / "model.safetensors"
    assert hashlib.sha256(path.read_bytes()).digest() == (
        hashlib.sha256(source.read_bytes()).digest()
    )
    broken, resumed = hub.asked(server="cdn")
    assert (broken.status, broken.sent, broken.range) == (200, 45_000_000, None)
    # The library only keeps complete chunks of 10 MiB.
    assert (resumed.status, resumed.range) == (206, "bytes=41943040-")
    assert resumed.sent == source.stat().st_size - 41_943_040


def test_too_many_requests(hub: HubServer, no_waiting: list[float]) -> None:
    hub.store.add("acme/tiny", files())
    hub.fails("status", path="/api/models", status=429, retry_after=7, times=2)
    assert len(list(HfApi().list_models())) == 1
    assert no_waiting == [8, 8]
    assert [request.status for request in hub.requests] == [429, 429, 200]
    limit = {"RateLimit": '"api";r=0;t=30', "RateLimit-Policy": '"fixed window";"api";q=5;w=300'}
    hub.fails("status", path="*/revision/*", status=429, headers=limit)
    with pytest.raises(HfHubHTTPError, match="Retry after 30 seconds"):
        HfApi().model_info("acme/tiny", revision="main")
    assert HfApi().model_info("acme/tiny", revision="main").id == "acme/tiny"


def test_a_hub_that_is_down(hub: HubServer, no_waiting: list[float]) -> None:
    hub.store.add("acme/tiny", files())
    hub.fails("status", status=502, message="Back at noon", times=None)
    with pytest.raises(HfHubHTTPError, match="Back at noon"):
        list(HfApi().list_models())
    assert len(hub.requests) == 6
    with pytest.raises(LocalEntryNotFoundError):
        hf_hub_download("acme/tiny", "config.json")


def test_answers_that_are_spoilt(hub: HubServer) -> None:
    repository = hub.store.add("acme/tiny", {"a.txt": "0123456789"})
    url = f"{hub.url}/acme/tiny/resolve/main/a.txt"
    hub.fails("corrupt", after=4)
    assert get(url)[2] == b"0123\xcb56789"
    hub.fails("length", by=-4)
    with pytest.raises(OSError, match="should be of size 10 but has size 6"):
        hf_hub_download("acme/tiny", "a.txt")
    hub.fails("length", by=4)
    assert get(url)[2] == b"0123456789\0\0\0\0"
    hub.fails("drop", method="GET")
    with httpx2.Client() as client:
        assert (
            client.head(url).headers["ETag"]
            == f'"{repository.resolve("main").file("a.txt").blob_id}"'
        )
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get(url)
        hub.fails("reset", after=3)
        with pytest.raises(httpx2.ReadError):
            client.get(url)
        hub.fails("cut")
        with pytest.raises(httpx2.RemoteProtocolError):
            client.get(url)
        impatient = httpx2.Timeout(None, read=0.3)
        hub.fails("slow", seconds=60)
        with pytest.raises(httpx2.ReadTimeout):
            client.get(url, timeout=impatient)
        hub.fails("stall", after=5, seconds=60)
        with (
            pytest.raises(httpx2.ReadTimeout),
            client.stream("GET", url, timeout=impatient) as response,
        ):
            response.read()
        assert client.get(url).content == b"0123456789"
    assert [request.sent for request in hub.requests if request.method == "GET"] == [
        *(10, 6, 14, 0, 3, 0, 0, 5, 10),
    ]


def test_a_fault_waits_for_a_body(hub: HubServer) -> None:
    hub.store.add("acme/tiny", files())
    hub.fails("corrupt", path="*.safetensors", after=0)
    assert get(f"{hub.url}/acme/tiny/resolve/main/model.safetensors", "HEAD")[0] == 200
    body = get(f"{hub.url}/acme/tiny/resolve/main/model.safetensors")[2]
    good = get(f"{hub.url}/acme/tiny/resolve/main/model.safetensors")[2]
    assert body[0] != good[0]
    assert body[1:] == good[1:]


def test_refusing_connections(hub: HubServer) -> None:
    hub.store.add("acme/tiny", files())
    url = hub.url
    with hub.refusing(), pytest.raises(httpx2.ConnectError):
        HfApi().model_info("acme/tiny")
    assert hub.url == url
    assert HfApi().model_info("acme/tiny").id == "acme/tiny"


def test_a_file_on_disk_is_served_as_it_is_now(hub: HubServer, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a.txt").write_text("before")
    for name, copied in {"copied": True, "referenced": False}.items():
        hub.store.add(f"acme/{name}", tmp_path / "model", copied=copied)
    (tmp_path / "model" / "a.txt").write_text("after!")
    texts = [
        get(f"{hub.url}/acme/{name}/resolve/main/a.txt")[2] for name in ("copied", "referenced")
    ]
    assert texts == [b"before", b"after!"]


def test_many_clients_at_once(hub: HubServer) -> None:
    shas = {
        name: hub.store.add(name, files(width=n + 1)).head
        for n, name in enumerate(f"org/m{n}" for n in range(40))
    }
    hub.fails("status", path="/org/*", status=500, times=10)
    names = list(shas) * 5

    def fetch(name: str) -> int:
        status, headers, _ = get(f"{hub.url}/{name}/resolve/main/config.json")
        assert headers.get("X-Repo-Commit") == (shas[name] if status == 200 else None)
        return status

    with ThreadPoolExecutor(32) as pool:
        statuses = list(pool.map(fetch, names))
    assert (statuses.count(500), statuses.count(200)) == (10, 190)
    assert sorted(r.path for r in hub.requests) == sorted(
        f"/{n}/resolve/main/config.json" for n in names
    )


def test_a_child_process_online_and_then_offline(tmp_path: Path) -> None:
    program = (
        "from huggingface_hub import snapshot_download, get_token;"
        "print(snapshot_download('acme/tiny'), get_token())"
    )
    with HubServer() as hub:
        repository = hub.store.add("acme/tiny", files(), private=True)
        hub.store.authorize("hf_secret", "acme/*")
        online = run(program, environment(hub.url, tmp_path, token="hf_secret"))
        path, token = online.split()
        assert (Path(path).name, token) == (repository.head, "hf_secret")
        assert Path(path).is_relative_to(tmp_path)
    offline = {**environment(hub.url, tmp_path), "HF_HUB_OFFLINE": "1"}
    assert run(program, offline) == f"{path} None"


def test_a_child_process_inherits_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = ("HF_TOKEN", "HF_HUB_OFFLINE", "HUGGINGFACE_HUB_CACHE", "HTTPS_PROXY", "http_proxy")
    for name in foreign:
        monkeypatch.setenv(name, "1")
    env = environment("http://127.0.0.1:1", tmp_path)
    assert not env.keys() & set(foreign)
    assert env["HF_ENDPOINT"] == "http://127.0.0.1:1"
    assert env["PATH"] == os.environ["PATH"]


def test_by_hand(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(CONFIG)
    command = [sys.executable, "-m", "tests.servers.hub", f"acme/tiny={tmp_path}", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert {m.id for m in HfApi(endpoint=url, token=False).list_models()} == {
            "acme/tiny",
            f"local/{tmp_path.name}",
        }
        process.terminate()
        _, said = process.communicate(timeout=300)
    assert process.returncode == 0
    assert said.splitlines()[-1].startswith("1 requests, ")

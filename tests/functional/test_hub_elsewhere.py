"""Copies of a model on other Hubs under other commits: recognized by content, else refused.

`project.hub` is the Hub with the commits that the catalogue pins; `mirror` is a copy, once in
each dialect.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import command_line
import pytest
import warm
from checkpoints import MINILM, shallow_minilm
from hub_project import HubProject, entry, project, without_files

from goldens import Golden
from registry import load
from registry.backends.interface import LoadOptions
from registry.errors import LoadError
from registry.exporting._own_files import fetch_own
from registry.exports.own_files import OwnFile
from registry.files.lock_file import Lock, LockedFile, LockedModel
from registry.models.api import repository_of
from servers.hub import HubServer
from servers.hub_dialects import DIALECTS, GIT_SERVER, Dialect
from servers.hub_environment import redirect
from servers.hub_repository import Repository

__all__ = ["project"]  # a fixture that pytest finds by name

ONE = "acme/one"
FILES: dict[str, str | bytes] = {
    "README.md": "# One",
    "config.json": '{"hidden_size": 8}',
    "model.safetensors": b"w" * 5_000,
    "tokenizer.json": '{"a": 1}',
}
NEEDED = FILES.keys() - {"README.md"}


@pytest.fixture(params=DIALECTS.values(), ids=list(DIALECTS))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found: Dialect = request.param
    return found


@pytest.fixture
def mirror() -> Iterator[HubServer]:
    with HubServer(dialect=GIT_SERVER) as server:
        yield server


@pytest.fixture
def one(project: HubProject) -> Repository:
    """The model on the Hub with its pin, locked there."""
    repository = project.hub.store.add(ONE, FILES)
    project.catalogue(entry("one", ONE, revision=repository.head))
    assert project.run("lock").status == 0
    return repository


def copy_to(mirror: HubServer, **changed: str | bytes) -> Repository:
    """The same files, after an initial commit as every git server has."""
    repository = mirror.store.add(ONE, {".gitattributes": "*.safetensors filter=lfs\n"})
    repository.push({**FILES, **{path.replace("_", "."): new for path, new in changed.items()}})
    return repository


def locked(project: HubProject, model_id: str = "one") -> dict[str, Any]:
    data = json.loads((project.folder / "models.lock.json").read_text("utf-8"))
    found: dict[str, Any] = data["models"][model_id]
    return found


def test_a_copy_is_found_by_content_in_every_dialect(
    project: HubProject, one: Repository, mirror: HubServer, dialect: Dialect
) -> None:
    mirror.dialect = dialect
    copy = copy_to(mirror)
    assert copy.head != one.head
    before = locked(project)
    result = project.run("pull", HF_ENDPOINT=mirror.url + "/")
    assert result.status == 0, result.output
    assert locked(project) == {**before, "elsewhere": {mirror.url: copy.head}}
    came = [each.path for each in mirror.asked("*/resolve/*") if each.status < 400]
    assert {path.split("/resolve/")[1].partition("/")[0] for path in came} == {copy.head}
    checked = project.run("check", "one", HF_ENDPOINT=mirror.url)
    assert checked.status == 0, checked.output
    mirror.requests.clear()
    assert project.run("pull", HF_ENDPOINT=mirror.url).status == 0
    assert mirror.requests == []


def test_ahead_of_time(
    project: HubProject, one: Repository, mirror: HubServer, dialect: Dialect, golden: Golden
) -> None:
    mirror.dialect = dialect
    copy = copy_to(mirror)
    result = project.run("lock", "--endpoint", mirror.url + "/")
    assert (result.status, result.stderr) == (0, "")
    if dialect is GIT_SERVER:
        golden(result.stdout)
    noted = locked(project)
    assert (noted["revision"], noted["elsewhere"]) == (one.head, {mirror.url: copy.head})
    assert mirror.asked("*/model.safetensors", method="GET") == []
    again = project.json("lock", "--endpoint", mirror.url)
    assert (again["changed"], again["elsewhere"]) == (False, {"one": copy.head})
    # The lock still works with the Hub that has the pinned commits.
    project.hub.requests.clear()
    for command in (["lock", "--check"], ["pull"], ["check", "one"], ["bom"]):
        assert project.run(*command).status == 0, command
    asked = {request.path for request in project.hub.asked("*/resolve/*")}
    assert len(asked) == len(NEEDED)
    assert all(f"/resolve/{one.head}/" in path for path in asked)


@pytest.mark.parametrize("place", ["branch", "tag", "past"])
def test_a_commit_that_is_not_the_head(
    place: str, project: HubProject, one: Repository, mirror: HubServer, dialect: Dialect
) -> None:
    mirror.dialect = dialect
    copy = copy_to(mirror)
    right = copy.head
    if place == "branch":
        copy.branch("v1")
    elif place == "tag":
        copy.tag("v1")
    copy.push({"tokenizer.json": '{"b": 2}'})
    if place != "past":
        del copy.commits[copy.head]
        copy.branches["main"] = copy.push({"config.json": "{}"}, branch="other")
        del copy.branches["other"]
    assert project.run("pull", HF_ENDPOINT=mirror.url).status == 0
    assert locked(project)["elsewhere"] == {mirror.url: right}


def test_files_that_differ_are_named_and_nothing_is_taken(
    project: HubProject, one: Repository, mirror: HubServer, dialect: Dialect, golden: Golden
) -> None:
    mirror.dialect = dialect
    copy = copy_to(mirror, tokenizer_json='{"b": 1}')  # of the same size
    copy.push({}, delete=["config.json"])
    before = (project.folder / "models.lock.json").read_bytes()
    for command in (
        ["pull", "one"],
        ["lock", "--endpoint", mirror.url],
        ["verify", "one"],
    ):
        result = project.run(*command, HF_ENDPOINT=mirror.url)
        assert result.status == 1, command
        assert "tokenizer.json" in result.stderr
        if dialect is GIT_SERVER:
            golden(result.stderr)
    assert (project.folder / "models.lock.json").read_bytes() == before
    assert not list(project.cache.glob("models--*/snapshots/*/*"))


def test_weights_that_differ(
    project: HubProject, one: Repository, mirror: HubServer, dialect: Dialect
) -> None:
    mirror.dialect = dialect
    copy_to(mirror, model_safetensors=b"v" * 5_000)
    result = project.run("pull", HF_ENDPOINT=mirror.url)
    assert result.status == 1
    assert "model.safetensors" in result.stderr
    assert "tokenizer.json" not in result.stderr


def test_a_file_that_nobody_can_compare(
    project: HubProject, one: Repository, mirror: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.hub.remote._LARGEST_IN_GIT", 1_000)
    copy_to(mirror)
    copy = mirror.store.repositories[ONE]
    commit = copy.commits[copy.head]
    weights = dataclasses.replace(commit.files["model.safetensors"], lfs=False)
    stored = {**commit.files, "model.safetensors": weights}
    copy.commits[copy.head] = dataclasses.replace(commit, files=stored)
    result = project.run("pull", HF_ENDPOINT=mirror.url)
    assert result.status == 1
    assert "model.safetensors (no SHA-256 stated)" in result.stderr


def test_what_lfs_keeps_there_and_git_here(
    project: HubProject, one: Repository, mirror: HubServer, dialect: Dialect
) -> None:
    mirror.dialect = dialect
    mirror.store.lfs_threshold = 1
    copy = copy_to(mirror)
    assert project.run("pull", HF_ENDPOINT=mirror.url).status == 0
    assert locked(project)["elsewhere"] == {mirror.url: copy.head}


def test_verify_takes_the_commit_of_the_lock(
    project: HubProject, one: Repository, mirror: HubServer, golden: Golden
) -> None:
    copy = copy_to(mirror)
    assert project.run("lock", "--endpoint", mirror.url).status == 0
    mirror.requests.clear()
    (found,) = project.json("verify", HF_ENDPOINT=mirror.url)["models"]
    assert (found["failure"], found["revision"], found["moved"]) == (None, one.head, None)
    assert not mirror.asked(f"*{one.head}*")
    copy.push({"config.json": '{"hidden_size": 16}'})
    (found,) = project.json("verify", HF_ENDPOINT=mirror.url)["models"]
    assert (found["moved"]["head"], found["moved"]["changed"]) == (copy.head, ["config.json"])
    result = project.run("outdated", "--online", HF_ENDPOINT=mirror.url)
    golden(result.output)


def test_a_commit_that_is_gone_there_is_looked_for_anew(
    project: HubProject, one: Repository, mirror: HubServer
) -> None:
    copy_to(mirror)
    assert project.run("lock", "--endpoint", mirror.url).status == 0
    mirror.store.remove(ONE)
    copy = mirror.store.add(ONE, FILES, created=one.created.replace(year=2025))
    assert project.run("pull", HF_ENDPOINT=mirror.url).status == 0
    assert locked(project)["elsewhere"] == {mirror.url: copy.head}


def test_a_hub_that_has_the_locked_commit(
    project: HubProject, one: Repository, mirror: HubServer
) -> None:
    before = (project.folder / "models.lock.json").read_bytes()
    assert mirror.store.add(ONE, FILES).head == one.head
    assert project.json("lock", "--endpoint", mirror.url)["elsewhere"] == {}
    assert project.run("pull", HF_ENDPOINT=mirror.url).status == 0
    assert (project.folder / "models.lock.json").read_bytes() == before


def test_what_was_locked_at_a_copy_is_found_at_the_hub(
    project: HubProject, mirror: HubServer
) -> None:
    """Without a pin, the lock has the commit of the Hub where it was locked."""
    public = project.hub.store.add(ONE, FILES)
    copy = copy_to(mirror)
    project.catalogue(entry("one", ONE))
    assert project.run("lock", HF_ENDPOINT=mirror.url).status == 0
    assert locked(project)["revision"] == copy.head
    assert project.run("pull").status == 0
    assert locked(project)["elsewhere"] == {project.hub.url: public.head}


def test_a_variant_of_which_the_catalogue_states_the_content(
    project: HubProject, mirror: HubServer, dialect: Dialect
) -> None:
    mirror.dialect = dialect
    gguf = b"GGUF" + b"q" * 5_000
    public = project.hub.store.add(ONE, {**FILES, "one.gguf": gguf})
    variant = {
        "id": "q4_0",
        "quantization": "Q4_0",
        "file": "one.gguf",
        "bytes": len(gguf),
        "sha256": hashlib.sha256(gguf).hexdigest(),
    }
    project.catalogue(entry("one", ONE, revision=public.head, variants=[variant]))
    copy = mirror.store.add(ONE, {"one.gguf": b"GGUF" + b"p" * 5_000})
    result = project.run("pull", "one", "--variant", "q4_0", HF_ENDPOINT=mirror.url)
    assert result.status == 1
    assert "differs in one.gguf" in result.stderr
    right = copy.push({"one.gguf": gguf})
    (found,) = project.json("pull", "one", "--variant", "q4_0", HF_ENDPOINT=mirror.url)["models"]
    assert (found["revision"], found["fetched_as"]) == (public.head, right)
    assert Path(found["path"], "one.gguf").read_bytes() == gguf
    # A commit that was asked for explicitly is not replaced by another one.
    asked = ["pull", "one", "--variant", "q4_0", "--revision", 40 * "8"]
    assert project.run(*asked, HF_ENDPOINT=mirror.url).status == 1


def test_how_much_is_asked(project: HubProject, one: Repository, mirror: HubServer) -> None:
    copy_to(mirror)
    assert project.run("lock", "--endpoint", mirror.url).status == 0
    assert len(mirror.asked("/api/*")) <= 6
    assert len(mirror.asked("*/resolve/*")) == len(NEEDED) - 1  # not the weights
    mirror.requests.clear()
    assert project.run("lock", "--endpoint", mirror.url).status == 0
    assert len(mirror.requests) == 1
    mirror.requests.clear()
    assert project.run("pull", HF_ENDPOINT=mirror.url).status == 0
    assert len(mirror.requests) == len(NEEDED)


def test_what_a_pull_says(
    project: HubProject, one: Repository, mirror: HubServer, golden: Golden
) -> None:
    copy_to(mirror)
    shown = project.run("pull", "--dry-run", HF_ENDPOINT=mirror.url)
    golden(without_files(shown.output))
    assert "elsewhere" not in locked(project)
    golden(without_files(project.run("pull", HF_ENDPOINT=mirror.url).output))


def test_a_model_that_is_not_locked(project: HubProject, mirror: HubServer, golden: Golden) -> None:
    repository = project.hub.store.add(ONE, FILES)
    project.catalogue(entry("one", ONE, revision=repository.head))
    copy_to(mirror)
    for command in (["pull", "one"], ["lock"]):
        result = project.run(*command, HF_ENDPOINT=mirror.url)
        assert result.status == 1
        golden(result.stderr)


@pytest.mark.parametrize("address", ["hub.example", "ftp://hub.example", "http://me:pw@[hub"])
def test_an_address_that_is_none(
    address: str, project: HubProject, one: Repository, golden: Golden
) -> None:
    result = project.run("lock", "--endpoint", address)
    assert (result.status, result.stdout) == (2, "")
    golden(result.stderr)
    assert project.run("lock", "--check", "--endpoint", "http://hub.example").status == 2


def test_a_token_is_not_for_the_other_hub(
    project: HubProject, one: Repository, mirror: HubServer, golden: Golden
) -> None:
    copy_to(mirror).private = True
    mirror.store.authorize("hf_secret", "*")
    result = project.run("lock", "--endpoint", mirror.url, HF_TOKEN="hf_secret")
    assert result.status == 1
    golden(result.stderr)
    assert not any(request.authorized for request in mirror.requests)
    both = project.run(
        *("lock", "--endpoint", mirror.url), HF_TOKEN="hf_secret", HF_ENDPOINT=mirror.url
    )
    assert both.status == 0, both.output


def test_a_lock_that_holds_no_commit(
    project: HubProject, one: Repository, mirror: HubServer, golden: Golden
) -> None:
    path = project.folder / "models.lock.json"
    data = json.loads(path.read_text("utf-8"))
    data["models"]["one"]["elsewhere"] = {"http://hub.example/": "main"}
    path.write_text(json.dumps(data, indent=2), "utf-8")
    for command in (["pull"], ["check"], ["verify"]):
        result = project.run(*command, HF_ENDPOINT=mirror.url)
        assert result.status == 1
    golden(result.stderr)


def test_two_at_once_lose_nothing(project: HubProject, one: Repository) -> None:
    with HubServer(dialect=GIT_SERVER) as first, HubServer() as second:
        found = {hub.url: copy_to(hub).head for hub in (first, second)}
        running = [project.start("lock", "--endpoint", url) for url in found]
        running.append(project.start("lock"))
        said = [each.communicate() for each in running]
        assert [each.returncode for each in running] == [0, 0, 0], said
    assert locked(project)["elsewhere"] == found


def test_loading_what_differs(
    project: HubProject,
    mirror: HubServer,
    monkeypatch: pytest.MonkeyPatch,
    golden: Golden,
) -> None:
    name = repository_of(MINILM)
    public = project.hub.store.add(name, FILES)
    copy = mirror.store.add(name, {**FILES, "tokenizer.json": '{"b": 1}'})
    project.catalogue(entry(MINILM.id, name, revision=public.head))
    monkeypatch.chdir(project.folder)
    redirect(monkeypatch, mirror.url, project.home)
    pinned = dataclasses.replace(MINILM, revision=public.head)
    with pytest.raises(LoadError) as unlocked:
        load(pinned)
    golden(str(unlocked.value))
    assert project.run("lock", MINILM.id).status == 0
    with pytest.raises(LoadError) as differing:
        load(pinned)
    golden(str(differing.value))
    assert copy.head in str(differing.value)
    weights = mirror.asked("*/resolve/*/model.safetensors")
    assert all(request.status == 404 for request in weights if request.method == "GET")


def test_a_graph_that_is_locked_comes_with_the_weights(
    project: HubProject, mirror: HubServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = repository_of(MINILM)
    graphs = {**FILES, "onnx/model.onnx": b"g" * 5_000}
    public = project.hub.store.add(name, graphs)
    copy = mirror.store.add(name, {".gitattributes": ""})
    copy.push(graphs)
    path = project.folder / "models.lock.json"
    bodies = {k: v.encode() if isinstance(v, str) else v for k, v in graphs.items()}
    files = {
        each: LockedFile(len(body), hashlib.sha256(body).hexdigest())
        for each, body in bodies.items()
    }
    path.write_text(Lock({MINILM.id: LockedModel(name, public.head, files)}).text(), "utf-8")
    monkeypatch.chdir(project.folder)
    redirect(monkeypatch, mirror.url, project.home)
    own = OwnFile("onnx/model.onnx", name, None)
    pinned = dataclasses.replace(MINILM, revision=public.head)
    for _ in range(2):  # the second time everything is in the cache
        assert fetch_own(pinned, own, LoadOptions(), tmp_path).read_bytes() == b"g" * 5_000
        mirror.requests.clear()
    assert mirror.requests == []
    unlocked = OwnFile("onnx/other.onnx", name, None)
    with pytest.raises(LoadError):
        fetch_own(pinned, unlocked, LoadOptions(), tmp_path)


PROGRAM = """
from registry import ALL_MINILM_L6_V2, fingerprint, load

print(load(ALL_MINILM_L6_V2, device="cpu").encode_queries(["a cat sits"]).shape)
print(fingerprint(ALL_MINILM_L6_V2))
"""


OTHER_LIBRARY = """
from sentence_transformers import SentenceTransformer

from registry import ALL_MINILM_L6_V2 as MODEL, locked_revision

name, commit = MODEL.huggingface_id, locked_revision(MODEL)
print(SentenceTransformer(name, revision=commit, device="cpu").encode(["a cat sits"]).shape)
"""


@pytest.mark.heavy
@pytest.mark.parametrize(
    "noted",
    [pytest.param(False, marks=pytest.mark.exhaustive), True],
    ids=["by content", "as the lock says"],
)
def test_loading(noted: bool, project: HubProject, mirror: HubServer, tmp_path: Path) -> None:
    name = repository_of(MINILM)
    folder = shallow_minilm(tmp_path / "minilm")
    public = project.hub.store.add(name, folder)
    project.catalogue(entry(MINILM.id, name, revision=public.head))
    assert project.run("lock", MINILM.id).status == 0
    mirror.store.add(name, {".gitattributes": ""}).push(folder)
    if noted:
        assert project.run("lock", "--endpoint", mirror.url).status == 0
    before = (project.folder / "models.lock.json").read_bytes()

    def loaded(program: str = PROGRAM, **more: str) -> str:
        env = command_line.environment(**project.settings | more)
        done = warm.run(["-c", program], project.folder, env)
        assert done.status == 0, done.stderr
        return done.stdout

    first = loaded(HF_ENDPOINT=mirror.url)
    assert mirror.asked("*/resolve/*")
    assert not project.hub.asked("*/resolve/*/model.safetensors")
    assert (project.folder / "models.lock.json").read_bytes() == before
    # Offline, and at the public endpoint, it is the same model from the same cache.
    assert loaded(HF_ENDPOINT=mirror.url, HF_HUB_OFFLINE="1") == first
    assert loaded(HF_HUB_OFFLINE="1") == first
    checked = project.run("check", MINILM.id, HF_ENDPOINT=mirror.url)
    assert checked.status == 0, checked.output
    if noted:  # other libraries find the locked commit in the cache too
        other = loaded(OTHER_LIBRARY, HF_ENDPOINT=mirror.url, HF_HUB_OFFLINE="1")
        assert other.splitlines()[-1] == first.splitlines()[0]

"""`registry pull` from a Hub: what it fetches, from which commit, and that it is checked."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import command_line
import pytest
from hub_project import HubProject, entry, project, without_files
from huggingface_hub import scan_cache_dir, snapshot_download
from terminal import at_terminal

from goldens import Golden
from registry import ALL_MINILM_L6_V2
from registry.backends.interface import LoadOptions
from registry.checkpoints.fetching import fetch
from registry.errors import LoadError
from servers.hub_content import safetensors
from servers.hub_repository import Repository

__all__ = ["project"]  # a fixture that pytest finds by name

WEIGHTS = bytes(range(256)) * 400
CONFIG = '{"a": 1}'
FILES: dict[str, Any] = {
    "model.safetensors": WEIGHTS,
    "model.fp16.safetensors": WEIGHTS[::2],
    "pytorch_model.bin": WEIGHTS,
    "onnx/model.onnx": b"onnx",
    "config.json": CONFIG,
    "1_Pooling/config.json": "{}",
    "README.md": "# One",
}
NEEDED = {"model.safetensors", "config.json", "1_Pooling/config.json"}
SIZE = len(WEIGHTS) + len(CONFIG) + len("{}")


@pytest.fixture
def one(project: HubProject) -> Repository:
    """A repository whose head is newer than the pin of its entry."""
    repository = project.hub.store.add("acme/one", FILES)
    project.catalogue(entry("one", "acme/one", revision=repository.head, aliases=["first"]))
    repository.push({"config.json": '{"new": 1}'})
    return repository


def lock(project: HubProject) -> None:
    assert project.run("lock").status == 0
    project.hub.requests.clear()


def snapshot(project: HubProject, name: str, commit: str) -> Path:
    repository = project.cache / f"models--{name.replace('/', '--')}"
    return repository / "snapshots" / commit


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def blobs(project: HubProject) -> set[str]:
    return {path.name for path in project.cache.glob("models--*/blobs/*")}


def pinned(one: Repository) -> str:
    return next(iter(one.commits))


def test_the_pinned_commit_and_only_what_loading_needs(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    result = project.run("pull", "first")
    assert result.status == 0
    assert result.stdout == f"one\t{pinned(one)[:12]}\tpin\t{SIZE}\t{SIZE}\n"
    golden(without_files(result.stderr))
    expected = {name: FILES[name] for name in NEEDED}
    expected = {k: v.encode() if isinstance(v, str) else v for k, v in expected.items()}
    assert files(snapshot(project, "acme/one", pinned(one))) == expected
    # Where any library finds it, also offline.
    found = snapshot_download(
        "acme/one", revision=pinned(one), cache_dir=project.cache, local_files_only=True
    )
    assert Path(found) == snapshot(project, "acme/one", pinned(one))
    assert not scan_cache_dir(project.cache).warnings


def test_the_lock_counts_before_the_pin_and_nobody_is_asked_for_what_it_says(
    project: HubProject, one: Repository
) -> None:
    project.catalogue(entry("one", "acme/one"))
    lock(project)
    project.catalogue(entry("one", "acme/one", revision=pinned(one)))
    said = f"one is locked at {one.head[:12]}, the catalogue pins {pinned(one)[:12]}; the lock"
    assert said in project.run("pull", "one", "--dry-run").stderr
    (model,) = project.json("pull", "one")["models"]
    assert (model["origin"], model["revision"]) == ("lock", one.head)
    assert project.hub.asked("/api/*") == []
    assert len(project.hub.asked("/acme/one/resolve/*")) == len(NEEDED)
    project.hub.requests.clear()
    again = project.json("pull", "one")
    assert (again["to_fetch"], again["fetched"]) == (0, 0)
    assert project.hub.requests == []


def test_the_head_where_nobody_names_a_commit(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    project.catalogue(entry("one", "acme/one"))
    result = project.run("pull", "one")
    assert f"one\t{one.head[:12]}\thead\t" in result.stdout
    golden(without_files(result.stderr))
    # Found offline if no revision is asked for.
    found = snapshot_download("acme/one", cache_dir=project.cache, local_files_only=True)
    assert Path(found).name == one.head


def test_a_dry_run_says_everything_and_does_nothing(project: HubProject, one: Repository) -> None:
    plan = project.json("pull", "one", "--dry-run")
    (model,) = plan["models"]
    assert (model["bytes"], model["to_fetch"], model["fetched"]) == (SIZE, SIZE, 0)
    assert plan["to_fetch"] == SIZE
    assert plan["free"] > SIZE
    assert not project.cache.exists()
    assert project.hub.asked("*", method="GET", server="cdn") == []


def test_all_models_do_not_come_by_accident(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    result = project.run("pull")
    assert result.status == 2
    golden(without_files(result.stderr))
    project.catalogue(entry("one", "acme/one"), entry("two", "acme/one", type="sparse"))
    result = project.run("pull", "--type", "dense")
    assert result.status == 2
    golden(without_files(result.stderr))
    assert not project.cache.exists()
    found = project.json("pull", "--type", "dense", "--yes")
    assert [model["id"] for model in found["models"]] == ["one"]


@pytest.mark.parametrize(("typed", "status"), [("y", 0), ("", 1), ("no", 1)])
def test_somebody_at_a_terminal_is_asked(
    project: HubProject, one: Repository, typed: str, status: int
) -> None:
    shown, _, ended = at_terminal(
        [*command_line.COMMAND, "pull", "--type", "dense"],
        project.folder,
        command_line.environment(**project.settings),
        typed=typed,
    )
    assert "Fetch 100.0 KiB? [y/N]" in command_line.without_styles(shown)
    assert ended == status
    assert project.cache.exists() == (status == 0)


def test_default_means_the_selected_models(project: HubProject, one: Repository) -> None:
    ids = ("all-minilm-l6-v2", "ms-marco-minilm-l6-v2", "smollm2-135m-instruct")
    variables = {"EMBEDDING": ids[0], "CROSS_ENCODER": ids[1], "LLM": ids[2]}
    kinds = dict(zip(ids, ("dense", "cross-encoder", "llm"), strict=True))
    scored = {"parameters": "1M", "context_length": 512}  # a model without vectors has no width
    entries = [entry(each, "acme/one", type=kind) for each, kind in kinds.items()]
    for each in entries[1:]:
        each["specs"] = scored
    project.catalogue(*entries, entry("another", "acme/one"))
    given = {f"REGISTRY_{role}_MODEL": model for role, model in variables.items()}
    found = project.json("pull", "default", "--dry-run", status=0, **given)
    assert tuple(model["id"] for model in found["models"]) == ids


def test_every_unknown_id_is_named(project: HubProject, one: Repository, golden: Golden) -> None:
    result = project.run("pull", "onne", "two")
    assert result.status == 1
    golden(without_files(result.stderr))


def test_what_cannot_be_had_keeps_nobody_else(project: HubProject, one: Repository) -> None:
    project.hub.store.add("acme/gated", FILES, gated="auto")
    project.catalogue(
        entry("one", "acme/one", revision=pinned(one)),
        entry("gated", "acme/gated"),
        entry("absent", "acme/absent"),
        entry("elsewhere", "acme/one", revision="f" * 40),
    )
    found = project.json("pull", "one", "gated", "absent", "elsewhere", status=1)
    errors = {each["id"]: each["error"] for each in found["failures"]}
    assert set(errors) == {"gated", "absent", "elsewhere"}
    assert "acme/gated is gated" in errors["gated"]
    assert "there is no such repository" in errors["absent"]
    assert "has main = " in errors["elsewhere"]
    assert set(files(snapshot(project, "acme/one", pinned(one)))) == NEEDED
    assert project.run("pull", "one", "gated").status == 1


def test_a_lock_of_another_repository_is_not_followed(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    lock(project)
    project.catalogue(entry("one", "acme/renamed"))
    result = project.run("pull", "one")
    assert result.status == 1
    golden(without_files(result.stderr))
    assert project.hub.requests == []


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_byte_that_changed_on_the_way_is_noticed(
    project: HubProject, one: Repository, name: str, locked: bool, golden: Golden
) -> None:
    """The Hub lists SHA-256 for large files, Git's digest for small ones; the lock covers all."""
    if locked:
        lock(project)
    # The full path on the Hub; on the CDN, files are named by digest.
    place = "*" if name == "model.safetensors" else f"*/{pinned(one)}"
    project.hub.fails("corrupt", path=f"{place}/{name}", after=3)
    result = project.run("pull", "one")
    assert result.status == 1
    golden(without_files(result.stderr))
    assert "Traceback" not in result.stderr
    assert name not in files(snapshot(project, "acme/one", pinned(one)))
    bad = bytearray(FILES[name].encode() if isinstance(FILES[name], str) else FILES[name])
    bad[3] ^= 0xFF
    held = {path.read_bytes() for path in project.cache.glob("models--*/blobs/*")}
    assert bytes(bad) not in held
    # The other files are kept, and the next pull fetches the missing one.
    project.hub.requests.clear()
    assert project.run("pull", "one").status == 0
    assert set(files(snapshot(project, "acme/one", pinned(one)))) == NEEDED
    fetched = {request.path for request in project.hub.asked("*/resolve/*")}
    assert name in {path.partition(pinned(one))[2].lstrip("/") for path in fetched}
    assert project.run("check").status == (0 if locked else 1)  # fails if there is no lock


def test_the_hub_may_not_change_what_is_locked(
    project: HubProject, one: Repository, golden: Golden
) -> None:
    """Bytes that match the Hub's digest but not the lock are refused."""
    lock(project)
    path = project.folder / "models.lock.json"
    data = json.loads(path.read_text())
    file = data["models"]["one"]["files"]["model.safetensors"]
    file["sha256"] = hashlib.sha256(b"other").hexdigest()
    path.write_text(json.dumps(data))
    other = one.head
    snapshot_download("acme/one", revision=other, cache_dir=project.cache)
    result = project.run("pull", "one")
    assert result.status == 1
    golden(without_files(result.stderr))
    assert set(files(snapshot(project, "acme/one", pinned(one)))) == NEEDED - {"model.safetensors"}
    # The same blob stays valid for the other commit.
    assert files(snapshot(project, "acme/one", other))["model.safetensors"] == WEIGHTS


@pytest.mark.parametrize("damage", ["changed", "truncated", "gone", "link"])
def test_what_is_damaged_in_the_cache_is_fetched_again(
    project: HubProject, one: Repository, damage: str
) -> None:
    lock(project)
    project.run("pull", "one")
    path = snapshot(project, "acme/one", pinned(one)) / "model.safetensors"
    match damage:
        case "changed":
            content = bytearray(WEIGHTS)
            content[77] ^= 1
            path.resolve().write_bytes(content)
        case "truncated":
            path.resolve().write_bytes(WEIGHTS[:-1])
        case "gone":
            path.unlink()
        case _:
            path.resolve().unlink()
    project.hub.requests.clear()
    found = project.json("pull", "one")
    # If only the link is gone, its bytes are still there.
    assert found["fetched"] == (0 if damage == "gone" else len(WEIGHTS))
    assert path.read_bytes() == WEIGHTS
    asked = {request.path.rpartition("/")[2] for request in project.hub.asked("*/resolve/*")}
    assert asked == (set() if damage == "gone" else {"model.safetensors"})
    assert project.run("check", "one").status == 0


def test_what_rots_without_a_trace_is_found_by_check_and_mended_by_pull(
    project: HubProject, one: Repository
) -> None:
    lock(project)
    project.run("pull", "one")
    path = snapshot(project, "acme/one", pinned(one)) / "model.safetensors"
    before = path.stat()
    content = bytearray(WEIGHTS)
    content[0] ^= 1
    path.resolve().write_bytes(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert project.json("pull", "one")["to_fetch"] == 0  # the change does not show
    assert project.run("check", "one").status == 1
    assert project.json("pull", "one")["fetched"] == len(WEIGHTS)
    assert path.read_bytes() == WEIGHTS


def test_a_damaged_blob_leaves_the_other_commits_too(project: HubProject, one: Repository) -> None:
    for commit in one.commits:
        snapshot_download("acme/one", revision=commit, cache_dir=project.cache)
    lock(project)
    path, other = (
        snapshot(project, "acme/one", commit) / "model.safetensors" for commit in one.commits
    )
    path.resolve().write_bytes(WEIGHTS[::-1])
    project.hub.fails("status", path="*/model.safetensors", status=403, times=None)
    assert project.run("pull", "one").status == 1
    assert not path.exists()
    # It shared the damaged blob: no dangling link is left, and nothing else is touched.
    assert not other.is_symlink()
    assert (other.parent / "config.json").read_text() == '{"new": 1}'
    assert not scan_cache_dir(project.cache).warnings


def test_what_came_with_another_commit_is_only_linked(project: HubProject, one: Repository) -> None:
    snapshot_download("acme/one", revision=one.head, cache_dir=project.cache)
    found = project.json("pull", "one")
    assert found["fetched"] == len(CONFIG)
    assert set(files(snapshot(project, "acme/one", pinned(one)))) == NEEDED


def test_load_finds_what_was_pulled_offline_whoever_was_here_before(
    project: HubProject, one: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """huggingface_hub keeps file lists, by which the README is missing."""
    model = replace(ALL_MINILM_L6_V2, huggingface_id="acme/one", revision=pinned(one))
    monkeypatch.chdir(project.folder)
    snapshot_download("acme/one", revision=pinned(one), allow_patterns="config.json")
    offline = LoadOptions(local_files_only=True)
    with pytest.raises(LoadError, match="is not in the cache and may not be fetched"):
        fetch(model, offline)
    assert project.run("pull", "one").status == 0
    assert fetch(model, offline) == snapshot(project, "acme/one", pinned(one))


def test_pickles_only_where_there_is_nothing_else(project: HubProject) -> None:
    bare = {"pytorch_model.bin": WEIGHTS, "config.json": b"{}", "tf_model.h5": b"tf"}
    repository = project.hub.store.add("acme/old", bare)
    project.catalogue(entry("old", "acme/old"))
    project.run("pull", "old")
    found = files(snapshot(project, "acme/old", repository.head))
    assert set(found) == {"pytorch_model.bin", "config.json"}


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    project: HubProject, golden: Golden
) -> None:
    huge = safetensors({"weight": ("F32", (1_000_000, 25_000_000))}, sparse=True)
    project.hub.store.add("acme/huge", {"model.safetensors": huge, "config.json": "{}"})
    project.catalogue(entry("huge", "acme/huge"))
    result = project.run("pull", "huge")
    assert result.status == 1
    golden(without_files(result.stderr))
    assert project.hub.asked("*/resolve/*") == []
    result = project.run("pull", "huge", "--dry-run")
    assert result.status == 1
    assert "TiB short" in result.stderr


def test_another_cache(project: HubProject, one: Repository, tmp_path: Path) -> None:
    found = project.json("pull", "one", "--cache-dir", tmp_path / "other")
    (model,) = found["models"]
    assert Path(model["path"]).is_relative_to(tmp_path / "other")
    assert set(files(Path(model["path"]))) == NEEDED
    assert not project.cache.exists()
    lock(project)
    assert project.run("check", "one", "--cache-dir", tmp_path / "other").status == 0
    assert project.run("check", "one").status == 1


def test_bars_at_a_terminal(project: HubProject, one: Repository) -> None:
    big = os.urandom(12_000_000)
    repository = project.hub.store.add("acme/big", {"model.safetensors": big})
    project.catalogue(entry("big", "acme/big", revision=repository.head))
    # The first 10 MB arrive as one chunk; the pause after it leaves time to draw the bar.
    project.hub.fails("stall", path="*/model.safetensors", after=11_000_000, seconds=0.5)
    shown = command_line.without_styles(stderr_at_terminal(project, "pull", "big"))
    assert "acme/big model.safetensors" in shown
    assert "total" in shown
    assert "/11.4 MiB" in shown
    assert "Traceback" not in shown


def stderr_at_terminal(project: HubProject, *arguments: str) -> str:
    """The stderr as shown at a terminal; stdout is discarded."""
    shown, _, status = at_terminal(
        ["bash", "-c", '"$@" 2>&1 >/dev/null', "bash", *command_line.COMMAND, *arguments],
        project.folder,
        command_line.environment(**project.settings),
        columns=120,
    )
    assert status == 0, shown
    return shown

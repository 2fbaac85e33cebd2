"""The text of a lock: read strictly, written deterministically."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import CatalogueFileError
from registry.files.lock_file import (
    Lock,
    LockedFile,
    LockedModel,
    LockedOllama,
    find_lock,
    locked,
    note_probes,
    read_lock,
    update_lock,
)
from registry.files.locked_probe import LockedAnswer, LockedProbe

COMMIT, DIGEST = "c" * 40, "d" * 64
MODEL = LockedModel(
    "acme/encoder",
    COMMIT,
    {"model.safetensors": LockedFile(12, DIGEST), "config.json": LockedFile(0, DIGEST)},
    LockedOllama("encoder:7b", f"sha256:{DIGEST}"),
    elsewhere={"https://b.example": "b" * 40, "http://a.example/repository/hf": COMMIT},
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "models.lock.json"
    lock = Lock({"b": MODEL, "a": LockedModel("acme/a", COMMIT, {})})
    path.write_text(lock.text(), "utf-8")
    assert read_lock(path) == lock
    assert read_lock(path).text() == lock.text()


def test_the_text_does_not_depend_on_the_order() -> None:
    other = replace(
        MODEL,
        files=dict(reversed([*MODEL.files.items()])),
        elsewhere=dict(reversed([*MODEL.elsewhere.items()])),
    )
    assert Lock({"a": MODEL, "b": other}).text() == Lock({"b": MODEL, "a": other}).text()
    files = json.loads(Lock({"a": MODEL}).text())["models"]["a"]["files"]
    assert list(files) == ["config.json", "model.safetensors"]


ENTRY = {"size": 1, "sha256": DIGEST}
CONFIG = ("models", "m", "files", "config.json")
ELSEWHERE = ("models", "m", "elsewhere")


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("version",), 2, "2 was written by a newer tessera-registry"),
        (("models",), [], "/models: should be an object"),
        (("models", "a"), 1, "/models/a: should be an object"),
        (("models", "m", "revision"), "main", "/models/m/revision: should be a commit"),
        (("models", "m", "huggingface_id"), None, "/models/m/huggingface_id: should be a text"),
        (("models", "m", "files", "../x"), ENTRY, "points outside the folder"),
        (("models", "m", "files", "/etc/x"), ENTRY, "points outside the folder"),
        ((*CONFIG, "size"), True, "should be a number of bytes"),
        ((*CONFIG, "sha256"), "x", "should be a SHA-256"),
        (("models", "m", "ollama"), "tag", "/models/m/ollama: should be an object"),
        (("models", "m", "ollama", "digest"), "d", "/models/m/ollama/digest: should be a digest"),
        (ELSEWHERE, [], "/models/m/elsewhere: should be an object"),
        ((*ELSEWHERE, "https://b.example"), "main", "/https:~1~1b.example: should be a commit"),
        ((*ELSEWHERE, "https://b.example/"), COMMIT, "should be under the address of a Hub"),
        ((*ELSEWHERE, "ftp://b.example"), COMMIT, "should be under the address of a Hub"),
        ((*ELSEWHERE, "https://me:secret@b.example"), COMMIT, "should be under the address"),
    ],
)
def test_a_damaged_lock_is_refused_with_its_place(
    place: tuple[str, ...], value: object, said: str, tmp_path: Path
) -> None:
    data = json.loads(Lock({"m": MODEL}).text())
    parent = data
    for key in place[:-1]:
        parent = parent[key]
    parent[place[-1]] = value
    path = tmp_path / "models.lock.json"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(CatalogueFileError) as caught:
        read_lock(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_the_place_of_a_commit_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "models.lock.json"
    path.write_text(Lock({"m": MODEL}).text().replace("b" * 40, "main"), "utf-8")
    line = path.read_text("utf-8").splitlines().index('        "https://b.example": "main"') + 1
    with pytest.raises(CatalogueFileError) as caught:
        read_lock(path)
    assert str(caught.value).startswith(f"{path}:{line}:30: ")


def test_what_is_elsewhere_stays_while_the_files_do(tmp_path: Path) -> None:
    path = tmp_path / "models.lock.json"
    update_lock(path, {"m": MODEL})
    probed = replace(MODEL, ollama=None, elsewhere={"https://c.example": COMMIT})
    lock, _ = update_lock(path, {"m": probed})
    assert lock.models["m"].elsewhere == {**MODEL.elsewhere, "https://c.example": COMMIT}
    moved = replace(MODEL, revision="e" * 40, elsewhere={})
    lock, _ = update_lock(path, {"m": moved})
    assert lock.models["m"].elsewhere == {**MODEL.elsewhere, "https://c.example": COMMIT}
    changed = replace(moved, files={"config.json": LockedFile(1, DIGEST)})
    lock, _ = update_lock(path, {"m": changed})
    assert lock.models["m"].elsewhere == {}
    assert read_lock(path) == lock


def test_a_probe_of_another_process_stays_while_the_commit_does(tmp_path: Path) -> None:
    path = tmp_path / "models.lock.json"
    probe = LockedProbe(texts=1, tolerance=0.02, answers={"query": LockedAnswer(tokens=9)})
    update_lock(path, {"m": MODEL, "n": MODEL})
    note_probes(path, {"m": probe}, {"m": MODEL})
    lock, changed = update_lock(path, {"m": MODEL})  # as it was read before the probe was noted
    assert (lock.models["m"].probe, changed) == (probe, False)

    moved = replace(MODEL, revision="e" * 40)
    lock, _ = update_lock(path, {"m": moved})
    assert lock.models["m"].probe is None
    lock, changed = note_probes(path, {"m": probe}, {"m": MODEL})  # of the commit before
    assert (lock.models, changed) == ({"m": moved, "n": MODEL}, False)


def test_every_problem_at_once(tmp_path: Path) -> None:
    data = json.loads(Lock({"m": MODEL, "n": MODEL}).text())
    data["models"]["m"]["revision"] = None
    data["models"]["n"]["files"]["config.json"]["size"] = -1
    path = tmp_path / "models.lock.json"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(CatalogueFileError) as caught:
        read_lock(path)
    assert len(str(caught.value).splitlines()) == 2


@given(st.one_of(st.binary(max_size=40), st.text(max_size=40).map(lambda t: t.encode("utf-8"))))
def test_any_bytes_give_an_error_of_ours(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("lock") / "models.lock.json"
    path.write_bytes(content)
    with pytest.raises(CatalogueFileError):
        read_lock(path)


def test_the_nearest_lock_counts_and_the_variable_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "models.lock.json").write_text(Lock({"m": MODEL}).text(), "utf-8")
    monkeypatch.delenv("REGISTRY_LOCK", raising=False)
    monkeypatch.chdir(inner)
    assert find_lock() == tmp_path / "models.lock.json"
    assert locked("m", "acme/encoder") == MODEL
    assert locked("other", "acme/other") is None
    with pytest.raises(CatalogueFileError, match="is locked as acme/encoder"):
        locked("m", "acme/renamed")
    monkeypatch.setitem(os.environ, "REGISTRY_LOCK", str(inner / "none.json"))
    with pytest.raises(CatalogueFileError, match="there is no such file"):
        locked("m", "acme/encoder")

"""Only one catalogue applies: commands that write or compare files, and what they use of it."""

import json
from pathlib import Path

import pytest
from checkpoints import minilm_folder
from command_line import run
from one_catalogue import PIN, SITUATIONS, Situation, make_situations

from servers.hub import HubServer


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Situation]:
    return make_situations(tmp_path_factory.mktemp("catalogues"))


@pytest.fixture
def place(name: str, places: dict[str, Situation]) -> Situation:
    return places[name]


def in_every_second(first: int) -> pytest.MarkDecorator:
    """From the first or the second situation on; in all of them by `make exhaustive`."""
    others = SITUATIONS[1 - first :: 2]
    later = pytest.mark.exhaustive
    params = [pytest.param(name, marks=later if name in others else ()) for name in SITUATIONS]
    return pytest.mark.parametrize("name", params)


@in_every_second(0)
def test_a_default_checkpoint_is_looked_up_in_it(place: Situation) -> None:
    done = run(
        *("default", "whisper", "--json", *place.given),
        cwd=place.folder,
        **(place.variables | {"USE_STATIC_REGISTRY": "true"}),
    )
    assert json.loads(done.stdout)["registered_as"] == [
        each for each in place.ours if "hear" in each
    ]


@in_every_second(1)
def test_what_was_locked_is_of_its_types(place: Situation, tmp_path: Path) -> None:
    writes = "nw-chat" if "nw-chat" in place.ours else "qwen3-1.7b"
    ids = [place.ours[0], writes]
    locks = [_lock(tmp_path / f"{pin[0]}.lock.json", ids, pin) for pin in (PIN, "f" * 40)]
    found = json.loads(place.run("diff", *map(str, locks), "--json"))
    assert {each["model_id"] for each in found["changes"]} == set(ids)
    assert found["rebuild"] == [place.ours[0]]  # a language model stores no vectors


@in_every_second(0)
def test_the_history_is_of_this_catalogue(place: Situation, tmp_path: Path) -> None:
    file = ("--file", str(tmp_path / "versions.json"), "--json")
    place.run("release", "v1.0.0", *file)
    (release,) = json.loads(place.run("history", *file))
    serving = {each["id"] for each in release["roles"].values()}
    assert serving
    assert not serving & set(place.foreign)


@in_every_second(1)
def test_what_is_checked_is_of_this_catalogue(place: Situation, tmp_path: Path) -> None:
    lock = _lock(tmp_path / "models.lock.json", [place.ours[0], *place.foreign[:1]], PIN)
    arguments = ("check", "--json", "--cache-dir", str(tmp_path / "cache"), *place.given)
    variables = place.variables | {"REGISTRY_LOCK": str(lock)}
    done = run(*arguments, cwd=place.folder, **variables)
    assert {each["id"] for each in json.loads(done.stdout)} == {place.ours[0]}


@in_every_second(0)
def test_what_is_generated_is_this_catalogue_or_none(place: Situation, tmp_path: Path) -> None:
    output = tmp_path / "made" / "_generated.py"
    done = run("generate", "--output", output, *place.given, cwd=place.folder, **place.variables)
    assert (done.status == 0) == output.exists() == place.is_file
    if place.is_file:
        merged = json.loads((output.parent / "_generated_parts" / "models.json").read_text())
        ids = {entry["id"] for entry in merged["models"]}
        assert set(place.ours) <= ids
        assert not ids & set(place.foreign)


def test_what_is_added_goes_into_its_file_or_nowhere(
    places: dict[str, Situation], tmp_path: Path
) -> None:
    with HubServer() as hub:
        folder = minilm_folder()
        files = {str(p.relative_to(folder)): p for p in folder.rglob("*") if p.is_file()}
        hub.store.add("acme/new", files)
        for name, place in places.items():
            arguments = ("add", "acme/new", "--dry-run", "--json", *place.given)
            variables = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path)}
            done = run(*arguments, cwd=place.folder, **(place.variables | variables))
            assert (done.status == 0) == place.is_file, name
            if place.is_file:
                path = place.folder / json.loads(done.stdout)["catalogue"]
                ids = {entry["id"] for entry in json.loads(path.read_text())["models"]}
                assert ids & set(place.ours)


def _lock(path: Path, ids: list[str], revision: str) -> Path:
    files = {"model.safetensors": {"size": 1, "sha256": (revision * 2)[:64]}}
    locked = {"revision": revision, "files": files}
    models = {key: {"huggingface_id": f"org/{key}", **locked} for key in ids}
    path.write_text(json.dumps({"version": 1, "models": models}))
    return path

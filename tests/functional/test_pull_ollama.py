"""`registry pull --ollama`: by tag, through a server that may be away, too old, or newer."""

from __future__ import annotations

import os
from typing import Any

import command_line
import pytest
from hub_project import HubProject, entry, project
from terminal import at_terminal

from goldens import Golden
from servers.ollama_store import StoredModel

__all__ = ["project"]  # a fixture that pytest finds by name

LAYER = os.urandom(300_000)
OTHER = os.urandom(200_000)
WRITER, EMBEDDER = StoredModel(layers=(LAYER, b"t")), StoredModel(layers=(OTHER, b"x"))
SIZE = len(LAYER) + 1
TOO_OLD = (
    "pull model manifest: 412: \n\nThe model you are attempting to pull requires a newer version "
    "of Ollama.\n\nPlease download the latest version at: https://ollama.com/download"
)


@pytest.fixture
def offered(project: HubProject) -> HubProject:
    """Two models in Ollama's library, the second under its tag latest, and one not in it."""
    project.ollama.store.library |= {"writer:1b": WRITER, "embedder:latest": EMBEDDER}
    for name in ("writer", "embedder", "plain"):
        project.hub.store.add(f"acme/{name}", {"model.safetensors": b"w" * 4000})
    project.catalogue(
        entry("writer", "acme/writer", ollama_tag="writer:1b"),
        entry("embedder", "acme/embedder", ollama_tag="embedder"),
        entry("plain", "acme/plain"),
    )
    return project


def lock(project: HubProject) -> None:
    """Lock the server's current models."""
    project.ollama.store.add("writer:1b", WRITER)
    project.ollama.store.add("embedder", EMBEDDER)
    assert project.run("lock").status == 0
    project.ollama.requests.clear()


def pulled(project: HubProject) -> list[str]:
    return [request.body["model"] for request in project.ollama.asked("/api/pull")]


def test_by_their_tags_and_nothing_from_the_hub(offered: HubProject, golden: Golden) -> None:
    offered.hub.requests.clear()
    found = offered.json("pull", "--ollama", "writer", "embedder")
    assert [model["fetched"] for model in found["models"]] == [SIZE, len(OTHER) + 1]
    assert [model["digest"] for model in found["models"]] == [
        f"sha256:{model.digest}" for model in (WRITER, EMBEDDER)
    ]
    assert set(offered.ollama.store.models) == {"writer:1b", "embedder:latest"}
    assert offered.hub.requests == []
    result = offered.run("pull", "--ollama", "writer")
    assert (result.status, result.stdout) == (0, "writer\twriter:1b\ttag\tto fetch\n")
    golden(result.stderr)


def test_what_is_as_locked_is_left_alone(offered: HubProject) -> None:
    lock(offered)
    # The library has a newer model; the server still has the locked one.
    offered.ollama.store.library["embedder:latest"] = StoredModel(layers=(b"new",))
    found = offered.json("pull", "--ollama", "writer", "embedder")
    assert [model["fetched"] for model in found["models"]] == [0, 0]
    assert pulled(offered) == []
    assert offered.ollama.store.models["embedder:latest"] == EMBEDDER


def test_a_tag_that_has_moved_is_told(offered: HubProject, golden: Golden) -> None:
    lock(offered)
    offered.ollama.store.delete("embedder")
    offered.ollama.store.library["embedder:latest"] = StoredModel(layers=(b"new",))
    result = offered.run("pull", "--ollama", "writer", "embedder")
    assert result.status == 1
    golden(result.stderr)
    assert pulled(offered) == ["embedder"]
    check = offered.run("check", "embedder")
    assert check.status == 1
    assert check.stdout.startswith("embedder\tollama\tdiffers\tembedder is sha256:")


def test_a_dry_run(offered: HubProject) -> None:
    result = offered.run("pull", "--ollama", "writer", "--dry-run")
    assert (result.status, result.stdout) == (0, "writer\twriter:1b\ttag\tto fetch\n")
    assert offered.ollama.store.models == {}


def test_a_named_model_without_a_tag_is_a_mistake_one_of_many_is_not(
    offered: HubProject, golden: Golden
) -> None:
    result = offered.run("pull", "--ollama", "writer", "plain")
    assert result.status == 1
    golden(result.stderr)
    assert pulled(offered) == []
    result = offered.run("pull", "--ollama", "--type", "dense")
    assert result.status == 2
    golden(result.stderr)
    assert pulled(offered) == []
    result = offered.run("pull", "--ollama", "--type", "dense", "--yes")
    assert result.status == 0
    golden(result.stderr)
    assert pulled(offered) == ["writer:1b", "embedder"]


def test_a_tag_other_than_the_locked_one(offered: HubProject, golden: Golden) -> None:
    lock(offered)
    offered.catalogue(entry("writer", "acme/writer", ollama_tag="writer:7b"))
    result = offered.run("pull", "--ollama", "writer")
    assert result.status == 1
    golden(result.stderr)
    assert pulled(offered) == []


def test_no_server(offered: HubProject, golden: Golden) -> None:
    offered.ollama.stop()
    result = offered.run("pull", "--ollama", "writer")
    assert result.status == 1
    golden(result.stderr)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("kind", "details", "said"),
    [
        ("error", {"after": 1, "message": TOO_OLD}, "requires a newer version of Ollama. Please"),
        ("status", {"status": 404, "message": b"404 page not found"}, "answers 404: 404 page"),
        ("cut", {"after": 4}, "was cut off"),
        ("reset", {"after": 4}, "was cut off"),
        ("end", {"after": 4}, "was cut off (the last line is missing)"),
        ("garbage", {"after": 4}, "something that Ollama does not send"),
    ],
)
def test_a_server_that_fails(
    offered: HubProject, kind: Any, details: dict[str, Any], said: str
) -> None:
    offered.ollama.fails(kind, path="/api/pull", **details)
    result = offered.run("pull", "--ollama", "writer", "embedder")
    assert result.status == 1
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: writer:")]
    assert said in line
    assert "Traceback" not in result.stderr
    # The other model was pulled nevertheless, and this one is not listed as present.
    assert set(offered.ollama.store.models) == {"embedder:latest"}
    assert offered.run("pull", "--ollama", "writer").status == 0
    assert set(offered.ollama.store.models) == {"embedder:latest", "writer:1b"}


def test_a_server_that_goes_away_in_the_middle(offered: HubProject) -> None:
    offered.ollama.fails("hang", path="/api/pull", after=4)
    process = offered.start("pull", "--ollama", "writer")
    while not offered.ollama.streams:
        assert process.poll() is None
    offered.ollama.stop()
    _, stderr = process.communicate(timeout=300)
    assert process.returncode == 1
    assert "was cut off" in stderr or "cannot connect to Ollama" in stderr
    assert "Traceback" not in stderr


def test_what_is_no_library_model(offered: HubProject, golden: Golden) -> None:
    del offered.ollama.store.library["writer:1b"]
    result = offered.run("pull", "--ollama", "writer")
    assert result.status == 1
    golden(result.stderr)


def test_no_password_is_shown(offered: HubProject) -> None:
    offered.ollama.fails("error", path="/api/pull", after=1, message="no: sk-4f9a7c-secret")
    address = offered.ollama.url.replace("http://", "http://me:sk-4f9a7c-secret@")
    keys = {"OLLAMA_API_KEY": "sk-4f9a7c-secret", "OLLAMA_HOST": address}
    result = offered.run("pull", "--ollama", "writer", **keys)
    assert result.status == 1
    assert "sk-4f9a7c-secret" not in result.output


def test_bars_at_a_terminal(offered: HubProject) -> None:
    offered.ollama.delay = 0.05
    shown, _, status = at_terminal(
        ["bash", "-c", '"$@" 2>&1', "bash", *command_line.COMMAND, "pull", "--ollama", "writer"],
        offered.folder,
        command_line.environment(**offered.settings),
        columns=120,
    )
    assert status == 0
    seen = command_line.without_styles(shown)
    assert "writer:1b " in seen
    assert "/293.0 KiB" in seen

"""`registry outdated`: the models in use that something newer replaces."""

import pytest
from hub_project import HubProject, entry, project

__all__ = ["project"]  # a fixture that pytest finds by name

CARD = "---\nlicense: {license}\n---\n# One\n"


def files(license: str, weights: bytes = b"w" * 5_000) -> dict[str, bytes | str]:  # noqa: A002
    return {
        "README.md": CARD.format(license=license),
        "config.json": "{}",
        "model.safetensors": weights,
    }


@pytest.fixture
def head(project: HubProject) -> str:
    """The commit of the repository that all models of the project name."""
    repository = project.hub.store.add("acme/one", files("mit"))
    project.catalogue(
        entry(
            "old", "acme/one", revision=repository.head, status="deprecated", superseded_by="new"
        ),
        entry("new", "acme/one", revision=repository.head),
        entry("unused", "acme/one", status="deprecated", superseded_by="new"),
    )
    return repository.head


def test_of_what_is_selected_or_locked(project: HubProject, head: str) -> None:
    nothing = project.json("outdated")
    selected = project.json("outdated", status=1, REGISTRY_EMBEDDING_MODEL="old")
    assert project.run("lock", "old", "new").status == 0
    locked = project.json("outdated", status=1)

    told = {"id": "old", "reason": "deprecated", "used": "old", "now": "new"}
    assert nothing == {"outdated": [], "failures": {}}
    assert selected["outdated"] == locked["outdated"] == [told]


def test_online_newer_commits_and_other_licenses(project: HubProject, head: str) -> None:
    assert project.run("lock", "new").status == 0
    assert project.json("outdated", "--online") == {"outdated": [], "failures": {}}

    moved = project.hub.store.repositories["acme/one"].push(files("apache-2.0", b"v" * 5_000))
    found = project.json("outdated", "--online", status=1)["outdated"]

    assert {"id": "new", "reason": "commit", "used": head, "now": moved} in found
    assert project.json("outdated") == {"outdated": [], "failures": {}}


def test_a_license_that_is_not_the_entrys(project: HubProject) -> None:
    repository = project.hub.store.add("acme/one", files("apache-2.0"))
    project.catalogue(entry("new", "acme/one", revision=repository.head, license="MIT"))
    assert project.run("lock", "new").status == 0

    (found,) = project.json("outdated", "--online", status=1)["outdated"]

    assert (found["reason"], found["used"], found["now"]) == ("license", "MIT", "Apache-2.0")


def test_a_hub_that_does_not_have_it_is_a_problem(project: HubProject, head: str) -> None:
    assert project.run("lock", "new").status == 0
    del project.hub.store.repositories["acme/one"]

    found = project.json("outdated", "--online", status=1)

    assert found["outdated"] == []
    assert set(found["failures"]) == {"new"}

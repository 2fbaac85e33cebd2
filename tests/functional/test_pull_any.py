"""`registry pull` of any name: other commits, repositories without an entry, single files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hub_project import HubProject, entry, project

from servers.hub_content import Content, safetensors
from servers.hub_repository import Repository

__all__ = ["project"]  # a fixture that pytest finds by name

FILES: dict[str, Content | bytes | str | Path] = {
    "config.json": "{}",
    "model.safetensors": safetensors({"a": ("F32", (4, 8))}),
    "gguf/one-q4_0.gguf": b"four",
    "gguf/one-q8_0.gguf": b"eight",
}
VARIANTS = [
    {"id": "q4_0", "quantization": "q4_0", "file": "gguf/one-q4_0.gguf"},
    {
        "id": "q8_0-quants",
        "quantization": "q8_0",
        "huggingface_id": "quants/One-GGUF",
        "file": "one-q8_0.gguf",
    },
]


@pytest.fixture
def one(project: HubProject) -> Repository:
    repository = project.hub.store.add("acme/one", FILES)
    repository.push({"config.json": '{"later": 1}'})
    project.hub.store.add("quants/One-GGUF", {"one-q8_0.gguf": b"of others", "README.md": ""})
    project.catalogue(
        entry(
            "one",
            "acme/one",
            revision=repository.head,
            former_ids=["acme/old-one"],
            ollama_names=["one-at-ollama"],
            variants=VARIANTS,
        ),
        {**entry("api", "acme/api"), "huggingface_id": None, "provider": "openai",
         "provider_model": "api-1"},
    )  # fmt: skip
    return repository


def pulled(project: HubProject, *arguments: str) -> list[Path]:
    (model,) = project.json("pull", *arguments)["models"]
    folder = Path(model["path"])
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["acme/old-one", "ONE-AT-OLLAMA", "https://hf.co/acme/one"])
def test_by_any_name(name: str, project: HubProject, one: Repository) -> None:
    (model,) = project.json("pull", name)["models"]
    assert (model["id"], model["revision"], model["origin"]) == ("one", one.head, "pin")


def test_at_another_commit(project: HubProject, one: Repository) -> None:
    first = next(iter(one.commits))
    (model,) = project.json("pull", "one", "--revision", first)["models"]
    assert (model["revision"], model["origin"]) == (first, "given")


def test_outside_the_catalogue_only_with_a_commit(project: HubProject, one: Repository) -> None:
    other = project.hub.store.add("else/where", FILES)
    refused = project.run("pull", "else/where")
    assert refused.status == 1
    refused = project.run("pull", "else/where", "--variant", "q4_0")
    assert refused.status == 1
    assert "--revision" in refused.stderr
    found = pulled(project, "else/where", "--revision", other.head)
    assert found == [Path("config.json"), Path("model.safetensors")]
    found = pulled(project, "else/where", "--revision", other.head, "--variant", "Q8_0")
    assert Path("gguf/one-q8_0.gguf") in found


@pytest.mark.parametrize(
    ("variant", "file"), [("q4_0", "gguf/one-q4_0.gguf"), ("Q8_0", "one-q8_0.gguf")]
)
def test_one_variant(variant: str, file: str, project: HubProject, one: Repository) -> None:
    assert pulled(project, "one", "--variant", variant) == [Path(file)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("pull", "one", "--variant", "q2"),
        ("pull", "api-1"),
        ("pull", "openai/api-1", "--revision", "0" * 40),
        ("pull", "one", "--revision", "0" * 40),
        ("pull", "../x", "--revision", "0" * 40),
        ("pull", "--variant", "q4_0"),
        ("pull", "one", "--variant", "q4_0", "--ollama"),
    ],
)
def test_what_cannot_be(arguments: tuple[str, ...], project: HubProject, one: Repository) -> None:
    result = project.run(*arguments)
    assert result.status in (1, 2)
    assert "Traceback" not in result.output
    assert len(result.stderr.splitlines()) >= 1

"""Bills of materials: valid for others' strict validator, complete, and always the same bytes."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hub_project import HubProject, entry, project

__all__ = ["project"]  # a fixture that pytest finds by name

COMMIT = "8b3219a92973c328a8e22fadcfa821b5dc75636a"


def valid(text: str) -> dict[str, Any]:
    problems = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text, all_errors=True)
    assert not problems, list(problems)
    document: dict[str, Any] = json.loads(text)
    return document


def components(document: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each for each in document["components"]}


def test_of_the_whole_public_catalogue() -> None:
    from registry import MODEL_REGISTRY

    first, second = run("bom"), run("bom")

    document = valid(first.stdout)
    assert first.stdout == second.stdout
    assert set(components(document)) == {model.id for model in MODEL_REGISTRY}
    minilm = components(document)["all-minilm-l6-v2"]
    assert minilm["purl"].startswith("pkg:huggingface/sentence-transformers/all-MiniLM-L6-v2@")
    assert minilm["licenses"] == [{"license": {"id": "Apache-2.0"}}]


def test_of_what_is_selected() -> None:
    from registry import selected_cross_encoder_model, selected_embedding_model, selected_llm_model

    wanted = {
        selected_embedding_model().id,
        selected_cross_encoder_model().id,
        selected_llm_model().id,
    }

    assert set(components(valid(run("bom", "default").stdout))) == wanted


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("MIT", {"license": {"id": "MIT"}}),
        ("Gemma", {"license": {"name": "Gemma"}}),
        ("Apache-2.0 WITH LLVM-exception", {"expression": "Apache-2.0 WITH LLVM-exception"}),
        ("LicenseRef-Acme", {"license": {"name": "LicenseRef-Acme"}}),
        (
            "https://acme.example/license",
            {"license": {"name": "License of the model", "url": "https://acme.example/license"}},
        ),
        (None, None),
    ],
)
def test_a_license_is_an_spdx_id_or_a_name(
    named: str | None, said: dict[str, Any] | None, tmp_path: Path
) -> None:
    made = entry("one", "acme/one", license=named)
    (tmp_path / "models.json").write_text(json.dumps({"models": [made]}))

    (one,) = valid(run("bom", cwd=tmp_path).stdout)["components"]

    assert one.get("licenses") == (None if said is None else [said])


def test_models_behind_an_api_and_bases(tmp_path: Path) -> None:
    served = entry("served", "acme/one", provider="mistral", provider_model="embed-1")
    del served["huggingface_id"]
    tuned = entry("tuned", "acme/tuned", revision=COMMIT, architecture={"base_model": "acme/base"})
    (tmp_path / "models.json").write_text(json.dumps({"models": [served, tuned]}))

    made = components(valid(run("bom", "served", "tuned", cwd=tmp_path).stdout))

    assert "purl" not in made["served"]
    facts = {each["name"]: each["value"] for each in made["served"]["properties"]}
    assert facts["tessera-registry:provider_model"] == "embed-1"
    assert made["tuned"]["purl"] == f"pkg:huggingface/acme/tuned@{COMMIT}"
    (base,) = made["tuned"]["pedigree"]["ancestors"]
    assert base["purl"] == "pkg:huggingface/acme/base"


def test_of_what_is_locked(project: HubProject) -> None:
    project.hub.store.add("acme/one", {"config.json": "{}", "model.safetensors": b"w" * 5_000})
    project.catalogue(entry("one", "acme/one"), entry("two", "acme/one"))
    assert project.run("lock", "one").status == 0
    written = project.run("bom", "--locked", "--output", "models.cdx.json")
    again = project.run("bom", "--locked", "--output", "models.cdx.json")

    text = (project.folder / "models.cdx.json").read_text("utf-8")
    (made,) = valid(text)["components"]
    lock = json.loads((project.folder / "models.lock.json").read_text())["models"]["one"]
    assert (written.status, again.status) == (0, 0)
    assert made["version"] == lock["revision"]
    assert {each["name"]: each["hashes"][0]["content"] for each in made["components"]} == {
        path: file["sha256"] for path, file in lock["files"].items()
    }


def test_without_a_lock_nothing_is_locked(project: HubProject) -> None:
    project.catalogue(entry("one", "acme/one"))

    result = project.run("bom", "--locked")

    assert result.status == 2
    assert "registry lock" in result.stderr
    assert result.stdout == ""

"""Bills of materials: valid for strict third-party validators, complete and reproducible."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hub_project import HubProject, entry, project
from spdx_python_model import v3_0_1 as spdx

from goldens import Golden

__all__ = ["project"]  # a fixture that pytest finds by name

COMMIT = "8b3219a92973c328a8e22fadcfa821b5dc75636a"


def valid(text: str) -> dict[str, Any]:
    problems = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text, all_errors=True)
    assert not problems, str(problems)
    document: dict[str, Any] = json.loads(text)
    return document


def components(document: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each for each in document["components"]}


@pytest.mark.exhaustive
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

    for name in ("SERVED", "mistral/embed-1"):
        assert components(valid(run("bom", name, cwd=tmp_path).stdout)).keys() == {"served"}
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


def spdx_elements(text: str) -> list[dict[str, Any]]:
    """The elements, read by SPDX's own classes: checks names, types, counts and references."""
    found = spdx.SHACLObjectSet()
    spdx.JSONLDDeserializer().read(io.BytesIO(text.encode()), found)
    assert not found.link(), "elements that are referred to and missing"
    graph: list[dict[str, Any]] = json.loads(text)["@graph"]
    return graph


def of_type(kind: str, elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in elements if each["type"] == kind]


def related(kind: str, elements: list[dict[str, Any]]) -> list[str]:
    """The targets of relationships of a kind, without the IRI of the document."""
    found = [each for each in elements if each.get("relationshipType") == kind]
    return [to.rpartition("#")[2] for each in found for to in each["to"]]


@pytest.mark.exhaustive
def test_the_whole_public_catalogue_in_spdx() -> None:
    from registry import MODEL_REGISTRY

    first, second = run("bom", "--format", "spdx"), run("bom", "--format", "spdx")

    packages = of_type("ai_AIPackage", spdx_elements(first.stdout))
    assert first.stdout == second.stdout
    assert {each["name"] for each in packages} == {model.id for model in MODEL_REGISTRY}


def test_spdx_of_what_is_locked(project: HubProject) -> None:
    project.hub.store.add("acme/one", {"config.json": "{}", "model.safetensors": b"w" * 5_000})
    base = {"architecture": {"base_model": "acme/base"}}
    project.catalogue(entry("one", "acme/one", release_date="2024-03-18", **base))
    assert project.run("lock", "one").status == 0
    text = project.run("bom", "--format", "spdx", SOURCE_DATE_EPOCH="86400").stdout

    elements = spdx_elements(text)
    (made,) = of_type("ai_AIPackage", elements)
    lock = json.loads((project.folder / "models.lock.json").read_text())["models"]["one"]
    assert elements[0]["created"] == "1970-01-02T00:00:00Z"
    assert made["software_downloadLocation"].endswith(f"/acme/one/tree/{lock['revision']}")
    assert made["releaseTime"] == "2024-03-18T00:00:00Z"
    assert {
        each["name"]: each["verifiedUsing"][0]["hashValue"]
        for each in of_type("software_File", elements)
    } == {path: file["sha256"] for path, file in lock["files"].items()}
    assert len(related("contains", elements)) == len(lock["files"])
    assert related("descendantOf", elements) == ["base/acme/base"]
    assert related("hasConcludedLicense", elements) == ["expandedlicensing_NoAssertionLicense"]
    assert "ai" in of_type("SpdxDocument", elements)[0]["profileConformance"]


@pytest.mark.parametrize("missing", ["release_date", "revision", "huggingface_id"])
def test_spdx_claims_its_ai_profile_only_with_what_that_requires(
    missing: str, tmp_path: Path
) -> None:
    made = entry("one", "acme/one", revision=COMMIT, release_date="2024-03-18")
    made |= {"provider": "mistral", "provider_model": "one"} if missing == "huggingface_id" else {}
    made[missing] = "2024-03" if missing == "release_date" else None
    (tmp_path / "models.json").write_text(json.dumps({"as_of": "2026-11-28", "models": [made]}))

    elements = spdx_elements(run("bom", "--format", "spdx", cwd=tmp_path).stdout)

    assert elements[0]["created"] == "2026-11-28T00:00:00Z"
    assert "ai" not in of_type("software_Sbom", elements)[0]["profileConformance"]
    lacks = {"release_date": "releaseTime", "revision": "software_packageVersion"}
    assert (
        lacks.get(missing, "software_downloadLocation") not in of_type("ai_AIPackage", elements)[0]
    )


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("MIT", "MIT"),
        ("Gemma", "LicenseRef-Gemma"),
        ("OpenRAIL++", "LicenseRef-OpenRAIL-11d49ec7"),
        ("LicenseRef-Acme", "LicenseRef-Acme"),
        ("https://acme.example/license", "LicenseRef-https-acme.example-license-"),
        (None, None),
    ],
)
def test_licenses_in_spdx(named: str | None, said: str | None, tmp_path: Path) -> None:
    made = entry("one", "acme/one", license=named)
    (tmp_path / "models.json").write_text(json.dumps({"as_of": "2026-11-28", "models": [made]}))

    elements = spdx_elements(run("bom", "--format", "spdx", cwd=tmp_path).stdout)

    found = of_type("simplelicensing_LicenseExpression", elements)
    assert len(found) == (said is not None)
    if said is None:
        assert related("hasDeclaredLicense", elements) == ["expandedlicensing_NoneLicense"]
    else:
        assert found[0]["simplelicensing_licenseExpression"].startswith(said)


def test_spdx_needs_a_date(tmp_path: Path, golden: Golden) -> None:
    (tmp_path / "models.json").write_text(json.dumps({"models": [entry("one", "acme/one")]}))

    undated = run("bom", "--format", "spdx", cwd=tmp_path)
    wrong = run("bom", "--format", "spdx", cwd=tmp_path, SOURCE_DATE_EPOCH="now")

    assert (undated.status, wrong.status) == (2, 2)
    golden(undated.stderr + wrong.stderr)

"""Elements of SPDX 3.0.1 that a bill of materials has for one model.

Every function takes the IRI of the document, which the ids of its elements begin with.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from registry.provenance._materials import License, Material, package_url, repository_page
from registry_base.json_shapes import is_list, is_object, look_up

Element: TypeAlias = dict[str, Any]
CREATION: Final = "_:creation"
_NONE_DECLARED: Final = "expandedlicensing_NoneLicense"
_NO_ASSERTION: Final = "expandedlicensing_NoAssertionLicense"
_HYPERPARAMETERS: Final = (
    "embedding_dim",
    "hidden_dim",
    "intermediate_size",
    "num_attention_heads",
    "num_key_value_heads",
    "num_layers",
    "parameter_count",
    "vocab_size",
)


def element(kind: str, spdx_id: str) -> Element:
    """What every element has."""
    return {"type": kind, "spdxId": spdx_id, "creationInfo": CREATION}


def package(model: Material, document: str) -> Element:
    """The model itself, with the facts that are known."""
    entry = model.entry
    day = str(entry.get("release_date") or "")
    domains = look_up(entry, "capabilities", "domain")
    facts: Element = {
        "name": model.id,
        "description": entry["description"],
        # A month or a year is not an instant.
        "releaseTime": f"{day}T00:00:00Z" if len(day) == len("2026-11-28") else None,
        "suppliedBy": _iri(document, "organization", entry["organization"]),
        "software_packageVersion": model.revision,
        "software_downloadLocation": model.page,
        "software_packageUrl": model.package_url,
        "software_primaryPurpose": "model",
        "ai_domain": domains if is_list(domains) else [domains] if domains else None,
        "ai_typeOfModel": [
            kind for kind in (entry["type"], look_up(entry, "architecture", "type")) if kind
        ],
        "ai_hyperparameter": _dictionary(entry.get("specs"), _HYPERPARAMETERS),
        "ai_metric": _dictionary(entry.get("performance")),
    }
    made = element("ai_AIPackage", _package_id(model, document))
    return made | {key: value for key, value in facts.items() if value}


def surroundings(
    model: Material, by_repository: Mapping[str | None, Material], document: str
) -> Iterator[Element]:
    """Its supplier, license, base model and files, and how it relates to them."""
    source = _package_id(model, document)
    organization = model.entry["organization"]
    yield element("Organization", _iri(document, "organization", organization)) | {
        "name": organization
    }
    yield from _licensing(model, source, document)
    if model.base is not None:
        if (parent := by_repository.get(model.base)) is not None:
            ancestor = _package_id(parent, document)
        else:
            made = _base(model.base, document)
            ancestor = made["spdxId"]
            yield made
        yield _relationship(source, "descendantOf", [ancestor])
    files: list[Element] = [
        element("software_File", f"{source}/files/{quote(path)}")
        | {
            "name": path,
            "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": file.sha256}],
        }
        for path, file in sorted(model.files.items())
    ]
    if files:
        yield from files
        yield _relationship(source, "contains", [str(each["spdxId"]) for each in files])


def _licensing(model: Material, source: str, document: str) -> Iterator[Element]:
    declared = _NO_ASSERTION
    if model.license is not None:
        made = _license(model.license, document)
        declared = made["spdxId"]
        yield made
    elif "license" in model.entry:  # null: the publisher declares none
        declared = _NONE_DECLARED
    yield _relationship(source, "hasDeclaredLicense", [declared])
    yield _relationship(source, "hasConcludedLicense", [_NO_ASSERTION])


def _license(found: License, document: str) -> Element:
    """A license that is not on the SPDX list becomes a LicenseRef."""
    text = found.expression or found.name or str(found.url)
    made = element("simplelicensing_LicenseExpression", _iri(document, "license", text))
    made["simplelicensing_licenseExpression"] = found.expression or _reference(text)
    if found.name is not None:
        made["name"] = found.name
    if found.url is not None:
        made["externalRef"] = [
            {"type": "ExternalRef", "externalRefType": "license", "locator": [found.url]}
        ]
    return made


def _reference(text: str) -> str:
    if text.startswith("LicenseRef-"):
        return text
    safe = re.sub("[^A-Za-z0-9.]+", "-", text).strip("-")
    if safe != text:  # so that no two licenses share one reference
        safe = f"{safe}-{uuid.uuid5(uuid.NAMESPACE_URL, text).hex[:8]}"
    return f"LicenseRef-{safe}"


def _base(repository: str, document: str) -> Element:
    return element("software_Package", _iri(document, "base", repository)) | {
        "name": repository,
        "software_downloadLocation": repository_page(repository),
        "software_packageUrl": package_url(repository, None),
        "software_primaryPurpose": "model",
    }


def _relationship(source: str, kind: str, to: list[str]) -> Element:
    made = element("Relationship", f"{source}/{kind}")
    return made | {"from": source, "relationshipType": kind, "to": to}


def _dictionary(section: object, names: Iterable[str] | None = None) -> list[Element]:
    known = section if is_object(section) else {}
    return [
        {"type": "DictionaryEntry", "key": name, "value": str(known[name])}
        for name in sorted(names or known)
        if known.get(name) is not None
    ]


def _package_id(model: Material, document: str) -> str:
    return _iri(document, "model", model.id)


def _iri(document: str, kind: str, name: str) -> str:
    return f"{document}#{kind}/{quote(name)}"

"""A catalogue as a bill of materials: CycloneDX 1.6, a machine-learning component a model.

The document is data for other programs, so it holds what is known and nothing else: no time and
no random number, the same bytes for the same models. https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from registry.files.lock_file import Lock, LockedModel
from registry_base.json_shapes import is_object, look_up
from registry_base.orders import json_text

_SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"
_HUB = "https://huggingface.co/"
_ML = "machine-learning-model"
_FORMATS = ("text", "image", "audio", "video")
# Facts that CycloneDX has no field for: these sections of an entry, as properties.
_PROPERTIES = ("specs", "prompts")
_FACTS = ("type", "pooling", "normalize", "similarity", "status", "superseded_by", "ollama_tag")


def bill_of_materials(
    entries: Iterable[Mapping[str, Any]], lock: Lock, *, name: str, version: str, tool: str
) -> str:
    """The document for these entries of a catalogue, as JSON.

    `name` and `version` are the catalogue's, `tool` the version of this program. Files and hashes
    are those of the lock, where it holds a model at the commit of its entry or without one there.

    >>> empty = bill_of_materials([], Lock(), name="acme", version="1.0.0", tool="0.1.0")
    >>> json.loads(empty)["specVersion"]
    '1.6'
    """
    components = [
        _component(entry, lock.models.get(entry["id"]))
        for entry in sorted(entries, key=lambda entry: str(entry["id"]))
    ]
    document: dict[str, Any] = {
        "$schema": _SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {
                "components": [{"type": "application", "name": "tessera-registry", "version": tool}]
            },
            "component": {
                "type": "application",
                "bom-ref": "catalogue",
                "name": name,
                "version": version,
            },
        },
        "components": components,
        "dependencies": [
            {"ref": "catalogue", "dependsOn": [component["bom-ref"] for component in components]}
        ],
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document, sort_keys=True))
    document["serialNumber"] = f"urn:uuid:{number}"
    return json_text(document)


def package_url(repository: str, revision: str | None) -> str:
    """The purl of a repository on the Hub.

    >>> package_url("acme/embed", "8B32")
    'pkg:huggingface/acme/embed@8b32'
    """
    at = f"@{revision.lower()}" if revision else ""
    return f"pkg:huggingface/{quote(repository, safe='/')}{at}"


def _component(entry: Mapping[str, Any], locked: LockedModel | None) -> dict[str, Any]:
    repository, revision = entry.get("huggingface_id"), entry.get("revision")
    # A lock of another commit is about other files.
    if locked is not None and (locked.huggingface_id != repository or revision not in _at(locked)):
        locked = None
    revision = revision or (locked.revision if locked else None)
    made: dict[str, Any] = {
        "type": _ML,
        "bom-ref": f"model:{entry['id']}",
        "group": entry["organization"],
        "name": entry["id"],
        "version": revision,
        "description": entry["description"],
        "licenses": _licenses(entry.get("license")),
        "purl": package_url(repository, revision) if repository else None,
        "pedigree": _pedigree(look_up(entry, "architecture", "base_model")),
        "externalReferences": _references(repository, revision),
        "properties": list(_properties(entry)),
        "components": _files(entry["id"], locked),
        "modelCard": _model_card(entry),
    }
    return {key: value for key, value in made.items() if value}


def _at(locked: LockedModel) -> tuple[str | None, ...]:
    return (locked.revision, None)


def _licenses(text: str | None) -> list[dict[str, Any]]:
    if not text:
        return []
    if text.startswith("https://"):
        return [{"license": {"name": "License of the model", "url": text}}]
    try:
        spdx = canonicalize_license_expression(text)
    except InvalidLicenseExpression:
        return [{"license": {"name": text}}]
    if spdx.startswith("LicenseRef-"):
        return [{"license": {"name": spdx}}]
    return [{"expression": spdx}] if " " in spdx else [{"license": {"id": spdx}}]


def _pedigree(base: object) -> dict[str, Any]:
    """What the model was made from; a base model is named by its repository."""
    if not isinstance(base, str) or "/" not in base:
        return {}
    ancestor = {"type": _ML, "name": base, "purl": package_url(base, None)}
    return {"ancestors": [ancestor]}


def _references(repository: str | None, revision: str | None) -> list[dict[str, str]]:
    if repository is None:
        return []
    url = f"{_HUB}{quote(repository, safe='/')}"
    return [{"type": "distribution", "url": f"{url}/tree/{revision}" if revision else url}]


def _files(model_id: str, locked: LockedModel | None) -> list[dict[str, Any]]:
    return [
        {
            "type": "file",
            "bom-ref": f"model:{model_id}/{path}",
            "name": path,
            "hashes": [{"alg": "SHA-256", "content": file.sha256}],
        }
        for path, file in sorted(locked.files.items() if locked else ())
    ]


def _properties(entry: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    facts = {name: entry.get(name) for name in _FACTS}
    for section in _PROPERTIES:
        given = entry.get(section)
        if is_object(given):
            facts |= {f"{section}.{name}": value for name, value in given.items()}
    if (provider := entry.get("provider")) is not None:
        facts |= {"provider": provider, "provider_model": entry.get("provider_model")}
    facts["trust_remote_code"] = look_up(entry, "dependencies", "trust_remote_code")
    for name, value in sorted(facts.items()):
        if value is not None:
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield {"name": f"tessera-registry:{name}", "value": shown}


def _model_card(entry: Mapping[str, Any]) -> dict[str, Any]:
    modalities = look_up(entry, "capabilities", "modalities")
    inputs = [{"format": each} for each in _FORMATS if each in (modalities or ())]
    parameters = {
        "task": entry["type"],
        "architectureFamily": look_up(entry, "architecture", "type"),
        "inputs": inputs,
    }
    measured = entry.get("performance")
    metrics = [
        {"type": name, "value": str(value)}
        for name, value in sorted(measured.items() if is_object(measured) else ())
        if value is not None
    ]
    card = {
        "modelParameters": {key: value for key, value in parameters.items() if value},
        "quantitativeAnalysis": {"performanceMetrics": metrics} if metrics else None,
    }
    return {key: value for key, value in card.items() if value}

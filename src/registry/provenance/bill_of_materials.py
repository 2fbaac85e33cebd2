"""A bill of materials in CycloneDX 1.6, with one machine-learning component per model.

The document has only what is known, without times or random numbers: the same models give the same
bytes. https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.files.lock_file import Lock
from registry.provenance._materials import License, Material, materials, package_url
from registry_base.json_shapes import is_object, look_up
from registry_base.orders import json_text

_SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"
_ML = "machine-learning-model"
_FORMATS = ("text", "image", "audio", "video")
# CycloneDX has no fields for these facts of an entry: they become properties.
_PROPERTIES = ("specs", "prompts")
_FACTS = ("type", "pooling", "normalize", "similarity", "status", "superseded_by", "ollama_tag")


def bill_of_materials(
    entries: Iterable[Mapping[str, Any]], lock: Lock, *, name: str, version: str, tool: str
) -> str:
    """The document for these entries of a catalogue, as JSON.

    `name` and `version` are the catalogue's, `tool` is the version of this program. Files and
    hashes come from the lock if it holds the model at the commit of its entry, or if the entry
    names no commit.

    >>> empty = bill_of_materials([], Lock(), name="acme", version="1.0.0", tool="0.1.0")
    >>> json.loads(empty)["specVersion"]
    '1.6'
    """
    components = [_component(model) for model in materials(entries, lock)]
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


def _component(model: Material) -> dict[str, Any]:
    entry = model.entry
    made: dict[str, Any] = {
        "type": _ML,
        "bom-ref": f"model:{model.id}",
        "group": entry["organization"],
        "name": model.id,
        "version": model.revision,
        "description": entry["description"],
        "licenses": _licenses(model.license),
        "purl": model.package_url,
        "pedigree": _pedigree(model.base),
        "externalReferences": _references(model.page),
        "properties": list(_properties(entry)),
        "components": _files(model),
        "modelCard": _model_card(entry),
    }
    return {key: value for key, value in made.items() if value}


def _licenses(found: License | None) -> list[dict[str, Any]]:
    if found is None:
        return []
    if found.url is not None:
        return [{"license": {"name": "License of the model", "url": found.url}}]
    if found.expression is None:
        return [{"license": {"name": found.name}}]
    if " " in found.expression:
        return [{"expression": found.expression}]
    return [{"license": {"id": found.expression}}]


def _pedigree(base: str | None) -> dict[str, Any]:
    """What the model was tuned from, named by its repository."""
    if base is None:
        return {}
    return {"ancestors": [{"type": _ML, "name": base, "purl": package_url(base, None)}]}


def _references(page: str | None) -> list[dict[str, str]]:
    return [{"type": "distribution", "url": page}] if page else []


def _files(model: Material) -> list[dict[str, Any]]:
    return [
        {
            "type": "file",
            "bom-ref": f"model:{model.id}/{path}",
            "name": path,
            "hashes": [{"alg": "SHA-256", "content": file.sha256}],
        }
        for path, file in sorted(model.files.items())
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

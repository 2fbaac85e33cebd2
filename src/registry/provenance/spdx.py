"""A bill of materials in SPDX 3.0.1, as JSON-LD, with one package of its AI profile per model.

It holds only what is known. A license that an entry does not mention is `NoAssertion`, and so is
every concluded license, because the registry reads no license texts. If a model lacks a fact that
the AI profile requires, such as the day of its release, the document does not claim to conform to
that profile. https://spdx.github.io/spdx-spec/v3.0.1/
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from registry.files.lock_file import Lock
from registry.provenance._materials import Material, materials
from registry.provenance._spdx_elements import CREATION, Element, element, package, surroundings
from registry_base.orders import json_text

_VERSION: Final = "3.0.1"
# https://spdx.github.io/spdx-spec/v3.0.1/model/AI/Classes/AIPackage, with a license relationship.
_REQUIRED: Final = (
    "releaseTime",
    "suppliedBy",
    "software_downloadLocation",
    "software_packageVersion",
    "software_primaryPurpose",
)


def spdx_document(
    entries: Iterable[Mapping[str, Any]],
    lock: Lock,
    *,
    name: str,
    version: str,
    tool: str,
    created: str,
) -> str:
    """The document for these entries of a catalogue, as JSON-LD.

    `name` and `version` are the catalogue's, `tool` is the version of this program. SPDX requires
    `created`, a time such as 2026-11-28T00:00:00Z. The same arguments give the same bytes.

    >>> empty = spdx_document([], Lock(), name="acme", version="1.0.0", tool="0.1.0",
    ...                       created="2026-11-28T00:00:00Z")
    >>> [each["type"] for each in json.loads(empty)["@graph"]]
    ['CreationInfo', 'SoftwareAgent', 'SpdxDocument', 'software_Sbom']
    """
    models = materials(entries, lock)
    files = [[(path, file.sha256) for path, file in model.files.items()] for model in models]
    known = [[model.entry, model.revision] for model in models]
    told = json.dumps([known, files, name, version, tool, created], sort_keys=True)
    document = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, told)}"
    creation = {
        "type": "CreationInfo",
        "@id": CREATION,
        "specVersion": _VERSION,
        "created": created,
        "createdBy": [f"{document}#tool"],
    }
    agent = element("SoftwareAgent", f"{document}#tool") | {"name": f"tessera-registry {tool}"}
    context = f"https://spdx.org/rdf/{_VERSION}/spdx-context.jsonld"
    graph = [creation, agent, *_bill(models, document, f"{name} {version}")]
    return json_text({"@context": context, "@graph": graph})


def _bill(models: list[Material], document: str, name: str) -> list[Element]:
    """The document, the bill that it contains, and everything in the bill."""
    packages = [package(model, document) for model in models]
    by_repository = {model.repository: model for model in models}
    others: dict[str, Element] = {}  # an organization, license or base model is listed once
    for model in models:
        for each in surroundings(model, by_repository, document):
            others.setdefault(each["spdxId"], each)
    profiles = ["core", "software", "simpleLicensing"]
    if packages and all(key in each for each in packages for key in _REQUIRED):
        profiles.append("ai")
    common = {"name": name, "profileConformance": profiles}
    bill = element("software_Sbom", f"{document}#sbom") | common
    bill["rootElement"] = [each["spdxId"] for each in packages]
    bill["element"] = [each["spdxId"] for each in (*packages, *others.values())]
    top = element("SpdxDocument", f"{document}#document") | common
    top["rootElement"] = [bill["spdxId"]]
    return [top, bill, *packages, *others.values()]

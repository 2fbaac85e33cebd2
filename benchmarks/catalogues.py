"""Catalogues of any size, made from the real one: fewer models, or copies under new names.

Deterministic: the same models.json and the same size give the same catalogue. A copy has its
own id, name, description, Hub repository, revision and aliases; its numbers, languages and
sources are those of the original model, except for the commit that sources name.
"""

import copy
import hashlib
import json
from functools import lru_cache
from typing import Any

from benchmarks.checkout import CATALOGUE, SCHEMA


def shipped() -> dict[str, Any]:
    """The real catalogue."""
    data: dict[str, Any] = json.loads(CATALOGUE.read_text("utf-8"))
    return data


def shipped_size() -> int:
    """The number of models in the real catalogue."""
    return len(shipped()["models"])


def of_size(size: int) -> dict[str, Any]:
    """A catalogue of `size` models: an even sample of the real one, or the real one plus copies."""
    data = shipped()
    originals = data["models"]
    if size <= len(originals):
        models = [originals[index * len(originals) // size] for index in range(size)]
    else:
        models = [
            _copied(originals[index % len(originals)], index // len(originals))
            for index in range(size)
        ]
    ids = {entry["id"] for entry in models}
    selected = {role: name for role, name in data["selected"].items() if name in ids}
    return {**data, "selected": selected, "models": _closed(models)}


def of_type(model_type: str, number: int) -> dict[str, Any]:
    """The real catalogue plus copies, so that a type has at least that many models."""
    data = shipped()
    originals = [entry for entry in data["models"] if entry["type"] == model_type]
    missing = max(0, number - len(originals))
    copies = [
        _copied(originals[index % len(originals)], 1 + index // len(originals))
        for index in range(missing)
    ]
    return {**data, "models": _closed([*data["models"], *copies])}


def made_up(model_id: str, huggingface_id: str, *, width: int = 8) -> dict[str, Any]:
    """An entry of a dense model that exists only in a benchmark."""
    return {
        "id": model_id,
        "type": "dense",
        "name": model_id,
        "description": "A model of the benchmark.",
        "huggingface_id": huggingface_id,
        "organization": "acme",
        "license": None,
        "specs": {"parameters": "1M", "embedding_dim": width},
    }


def as_text(data: dict[str, Any]) -> str:
    """The catalogue as the text of a file."""
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _copied(entry: dict[str, Any], number: int) -> dict[str, Any]:
    if number == 0:
        return entry
    ending = f"-c{number}"
    made = copy.deepcopy(entry)
    made["id"] = _renamed(entry["id"], ending, _longest("id"))
    made["name"] += f" (copy {number})"
    made["description"] += f" Copy {number}."
    _rename_all(made, ending)
    if commit := entry.get("revision"):
        made["revision"] = hashlib.sha1(made["id"].encode(), usedforsecurity=False).hexdigest()
        made["sources"] = {
            source.replace(f"@ {commit[:12]}", f"@ {made['revision'][:12]}"): fields
            for source, fields in entry["sources"].items()
        }
    if "superseded_by" in made:
        made["superseded_by"] = _renamed(entry["superseded_by"], ending, _longest("id"))
    return made


def _rename_all(made: dict[str, Any], ending: str) -> None:
    """Change every name by which a copy might be mistaken for the original."""
    longest = _longest("huggingface_id")
    if made["huggingface_id"]:
        made["huggingface_id"] = _renamed(made["huggingface_id"], ending, longest)
    for key in ("aliases", "ollama_names"):
        if key in made:
            made[key] = [name + ending for name in made[key]]
    if "former_ids" in made:
        made["former_ids"] = [_renamed(name, ending, longest) for name in made["former_ids"]]
    for holder, key in (
        *((each, "ollama_tag") for each in (made, *made.get("variants", ()))),
        *((each, "file") for each in made.get("variants", ()) if "huggingface_id" in each),
        *((each, "name") for each in made.get("exports", ())),
        (made, "provider_model"),
    ):
        if key in holder:
            holder[key] += ending


def _renamed(name: str, ending: str, longest: int) -> str:
    return name[: longest - len(ending)].rstrip("-.") + ending


@lru_cache
def _longest(field: str) -> int:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    return int(schema["$defs"]["model"]["properties"][field]["maxLength"])


def _closed(models: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without references to successors that are not in the catalogue."""
    ids = {entry["id"] for entry in models}
    return [
        {k: v for k, v in entry.items() if k != "superseded_by" or v in ids} for entry in models
    ]

"""Small catalogues for tests, and files of the repository that tests read."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE: Json = json.loads((ROOT / "models.json").read_text("utf-8"))
SCHEMA: Json = json.loads((ROOT / "schema" / "models.schema.json").read_text("utf-8"))
TYPES: tuple[str, ...] = tuple(SCHEMA["$defs"]["types"])

_WITHOUT_VECTORS = ("cross-encoder", "llm", "timeseries")


def entry(model_id: str = "some-model", model_type: str = "dense", **fields: Any) -> Json:
    """A minimal entry of a type; `fields` replace or add, None removes."""
    specs: Json = {"parameters": "110M", "embedding_dim": 768, "context_length": 512}
    if model_type in _WITHOUT_VECTORS:
        del specs["embedding_dim"]
    made: Json = {
        "id": model_id,
        "type": model_type,
        "name": "Some Model",
        "description": "A model.",
        "huggingface_id": f"org/{model_id}",
        "organization": "org",
        "license": "MIT",
        "specs": specs,
    }
    made.update(deepcopy(fields))
    return {key: value for key, value in made.items() if value is not None}


def one_of_each() -> list[Json]:
    """A minimal entry of every type in the schema."""
    return [entry(f"some-{model_type}", model_type) for model_type in TYPES]


def catalogue(*models: object, **top: Any) -> Json:
    """A catalogue of these models; types that are not in the schema are declared."""
    types = [model.get("type") for model in models if isinstance(model, dict)]
    own = {name: "A type of a test." for name in types if isinstance(name, str)}
    own = {name: text for name, text in own.items() if name not in TYPES}
    return {**({"types": own} if own else {}), "models": list(models), **top}

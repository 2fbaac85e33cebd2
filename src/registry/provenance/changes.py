"""Two catalogues or two locks -> what changed, in words, and what that requires."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from registry.errors import CatalogueFileError
from registry.provenance.documents import ModelsDocument
from registry_base.json_shapes import is_object

Consequence = Literal["rebuild", "answers", "none"]

# Types whose vectors people store.
_STORED = ("colbert", "dense", "sparse", "vision-language")
# Fields that go into a vector.
_IN_VECTORS = (
    "huggingface_id",
    "revision",
    "type",
    "architecture.has_projection",
    "architecture.projection_dims",
    "normalize",
    "pooling",
    "prompts.",
    "specs.embedding_dim",
)
_WORDS = {
    "rebuild": "embeddings must be rebuilt",
    "answers": "answers may differ",
    "none": "",
}
_WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".gguf")


@dataclass(frozen=True)
class Change:
    """One thing that changed in a model.

    `path` is the field ("specs.embedding_dim", "files.config.json"), empty for a model that was
    added or removed; `consequence` is what it requires: "rebuild" stored vectors, "answers" may
    differ.
    """

    model_id: str
    kind: Literal["added", "removed", "changed"]
    path: str = ""
    before: Any = None  # JSON data
    after: Any = None  # JSON data
    consequence: Consequence = "none"

    def __str__(self) -> str:
        """One line in words.

        >>> str(Change("m", "changed", "specs.embedding_dim", 384, 768, "rebuild"))
        'm: specs.embedding_dim was 384, is 768: embeddings must be rebuilt'
        """
        if not self.path:
            return f"{self.model_id}: {self.kind}"
        if self.path == "revision":
            told = f"new revision {_short(self.after)}, was {_short(self.before)}"
        elif self.before is None:
            told = f"{self.path} is {_shown(self.after)}, was not there"
        elif self.after is None:
            told = f"{self.path} was {_shown(self.before)}, is gone"
        else:
            told = f"{self.path} was {_shown(self.before)}, is {_shown(self.after)}"
        words = _WORDS[self.consequence]
        return f"{self.model_id}: {told}{': ' if words else ''}{words}"


def changes(
    old: ModelsDocument, new: ModelsDocument, types: Mapping[str, str] | None = None
) -> tuple[Change, ...]:
    """What changed from one document to the other, models by id.

    types: id -> type of model, for locks, which do not hold it; any model of unknown type may have
    stored vectors. Raises CatalogueFileError for a catalogue compared with a lock.
    """
    if old.kind != new.kind:
        raise CatalogueFileError(
            f"{old.name} is a {old.kind} and {new.name} a {new.kind}; compare like with like"
        )
    types = types or {}
    found: list[Change] = []
    for model_id in sorted(old.models.keys() | new.models.keys()):
        before, after = old.models.get(model_id), new.models.get(model_id)
        if before is None:
            found.append(Change(model_id, "added"))
        elif after is None:
            found.append(Change(model_id, "removed"))
        elif old.kind == "catalogue":
            found.extend(_in_entry(model_id, before, after))
        else:
            found.extend(_in_lock(model_id, before, after, types.get(model_id, _STORED[0])))
    return tuple(found)


def _in_entry(
    model_id: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    matters = _consequence(before.get("type"), after.get("type"))
    for path, was, now in _differing(before, after):
        consequence = matters if path.startswith(_IN_VECTORS) else "none"
        yield Change(model_id, "changed", path, was, now, consequence)


def _consequence(*types: object) -> Consequence:
    """What other weights require, by the types that a model has or had."""
    return "rebuild" if any(each in _STORED for each in types) else "answers"


def _in_lock(
    model_id: str, before: Mapping[str, Any], after: Mapping[str, Any], kind: str
) -> Iterator[Change]:
    """A new commit of the same files requires nothing."""
    consequence = _consequence(kind)
    differing = list(_files(before, after))
    for path, was, now in _differing(before, after):
        if path.startswith("files."):
            continue
        matters = path in ("huggingface_id", "ollama.digest") or (path == "revision" and differing)
        yield Change(model_id, "changed", path, was, now, consequence if matters else "none")
    for name, was, now in differing:
        weights = name.endswith(_WEIGHTS)
        yield Change(
            model_id, "changed", f"files.{name}", was, now, consequence if weights else "none"
        )


def _files(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str | None, str | None]]:
    was, now = _listed(before), _listed(after)
    for name in sorted(was.keys() | now.keys()):
        digests = _digest(was.get(name)), _digest(now.get(name))
        if digests[0] != digests[1]:
            yield name, *digests


def _listed(model: Mapping[str, Any]) -> dict[str, Any]:
    files = model.get("files")
    return files if is_object(files) else {}


def _digest(file: object) -> str | None:
    return str(file.get("sha256"))[:12] if is_object(file) else None


def _differing(
    before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, Any, Any]]:
    """Dotted paths whose values differ, with both values; objects are descended into."""
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if is_object(was) or is_object(now):
            inner = [value if is_object(value) else {} for value in (was, now)]
            yield from _differing(inner[0], inner[1], f"{prefix}{key}.")
        elif was != now:
            yield f"{prefix}{key}", was, now


def _short(value: Any) -> str:
    return value[:12] if isinstance(value, str) else "none"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."

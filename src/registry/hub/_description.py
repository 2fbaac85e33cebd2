"""A repository as catalogue fields, each with where it comes from.

    describe(source) -> Description

Pure reading: nothing is guessed, nothing is written. What cannot be known is absent, and
`unknown` says why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from registry.hub._fact import Fact, Findings
from registry.hub._facts import (
    architecture,
    card,
    generation,
    late_interaction,
    lengths,
    modalities,
    pipeline,
    routes,
    timeseries,
    vision,
    weights,
)
from registry.hub._facts.kind import decide
from registry.hub._facts.reading import Reader
from registry.hub.source import RepositorySource

__all__ = ["AS_ASKED", "Description", "Fact", "describe"]

AS_ASKED = "as asked"
"""The evidence for a type that the user gives, and the origin of given fields."""


@dataclass(frozen=True)
class Description:
    """What a repository says about its model.

    `facts` maps dotted paths of the catalogue ("specs.embedding_dim", "license") to facts;
    `type` is the catalogue's type of model and `type_reason` the evidence for it; if nothing
    decides, `type` is None and `type_reason` says what is missing. `seems` is the type that the
    files show, whatever was requested. `unknown` maps paths to why they could not be read,
    `damaged` names of files to what is wrong with them; `files` are the paths of all. `relation` is
    the Hub's word for how the model was made from its base: quantized, say.
    """

    huggingface_id: str
    revision: str | None
    type: str | None
    type_reason: str
    facts: Mapping[str, Fact]
    unknown: Mapping[str, str]
    damaged: Mapping[str, str]
    seems: str | None = None
    seems_reason: str = ""
    files: Collection[str] = ()
    relation: str | None = None


def describe(source: RepositorySource, model_type: str | None = None) -> Description:
    """Read what a repository says about its model; `model_type` overrides what it seems to be.

    Nothing in the files is executed, and senseless values count as unknown. Raises HubError only if
    files are not available.
    """
    reader = Reader(source)
    seems, seems_reason = decide(reader)
    kind, reason = (seems, seems_reason) if model_type is None else (model_type, AS_ASKED)
    found = routes.merged(reader, lambda each: _read(each, kind))
    return Description(
        source.huggingface_id,
        source.revision,
        kind,
        reason,
        found.facts,
        found.unknown,
        reader.problems,
        seems,
        seems_reason,
        source.files,
        card.relation_to_base(reader),
    )


def _read(reader: Reader, kind: str | None) -> Findings:
    found = Findings()
    architecture.find(reader, found)
    lengths.find(reader, kind, found)
    pipeline.find(reader, kind, found)
    late_interaction.find(reader, kind, found)
    generation.find(reader, kind, found)
    modalities.find(reader, kind, found)
    vision.find(reader, kind, found)
    timeseries.find(reader, kind, found)
    weights.find(reader, found)
    card.find(reader, kind, found)
    return found

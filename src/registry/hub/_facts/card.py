"""What the model card and the Hub say: licence, languages, base model, figures, access, date."""

from __future__ import annotations

import re

from registry.hub._fact import Fact, Findings
from registry.hub._facts import results
from registry.hub._facts.licences import catalogue_licence
from registry.hub._facts.reading import Reader
from registry.hub._json_values import line, several
from registry_base.json_shapes import is_list
from registry_base.repository_names import is_repository_name

_CARD = "README.md"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
# The Hub knows no older date of creation: it began to note them then.
_FIRST_DAY = "2022-03-02"


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    card, metadata = reader.source.metadata.card, reader.source.metadata
    given = card.get("license")
    given = given[0] if is_list(given) and len(given) == 1 else given
    repository = reader.source.huggingface_id
    licence = catalogue_licence(
        given, card.get("license_name"), card.get("license_link"), repository
    )
    said = line(given)
    found.put(
        "license",
        None if licence is None else Fact(licence, f"{_CARD}: license"),
        f"{_CARD}: no licence" if said is None else f"{_CARD}: license {said} names none",
    )
    if kind != "timeseries":
        languages = _languages(card.get("language"))
        fact = Fact(languages, f"{_CARD}: language") if languages else None
        found.put("capabilities.languages", fact, f"{_CARD} names none")
    found.put("architecture.base_model", _base_model(card.get("base_model"), repository))
    if metadata.gated is not None:
        found.put("dependencies.gated", Fact(metadata.gated, "the Hub: gated"))
    if metadata.created == _FIRST_DAY:
        found.put("release_date", None, f"the Hub dates everything older {_FIRST_DAY}")
    elif metadata.created is not None:
        found.put("release_date", Fact(metadata.created, "the Hub: created"))
    results.find(card.get("model-index"), found)


def _languages(given: object) -> list[str]:
    """Codes of two or three letters, each once. YAML takes `no`, Norwegian, for false."""
    words = ["no" if item is False else line(item) for item in several(given)]
    return list(dict.fromkeys(word for word in words if word and _LANGUAGE.fullmatch(word)))


def _base_model(given: object, repository: str) -> Fact | None:
    """The one model that this was tuned from; a merge has several."""
    names = [name for name in map(line, several(given)) if name is not None]
    if len(names) != 1 or names == [repository] or not is_repository_name(names[0]):
        return None
    return Fact(names[0], f"{_CARD}: base_model")

"""What the model card and the Hub say: license, languages, base model, figures, access, date."""

from __future__ import annotations

import re

from registry.hub._fact import Fact, Findings
from registry.hub._facts import results
from registry.hub._facts.base_models import present_name
from registry.hub._facts.licenses import catalogue_license, why_unusable
from registry.hub._facts.reading import Reader
from registry.hub._json_values import line, several
from registry_base.json_shapes import is_list

_CARD = "README.md"
# What a language code looks like: "en", "yue", "zh-Hant", "pt-BR", "es-419". Which of them exist is
# checked when the entry is made.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
# What cards write besides languages; `mul` and `zxx` are the ISO codes for two of these.
_NO_LANGUAGE = frozenset({"multilingual", "mul", "code", "no-linguistic-content", "zxx"})
# The Hub has no older creation dates: it began to record them then.
_FIRST_DAY = "2022-03-02"


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    card, metadata = reader.source.metadata.card, reader.source.metadata
    _find_license(reader, found)
    if kind != "timeseries":
        _find_languages(card.get("language"), found)
    _find_base(card.get("base_model"), reader.source.huggingface_id, found)
    if metadata.gated is not None:
        found.put("dependencies.gated", Fact(metadata.gated, "the Hub: gated"))
    if metadata.created == _FIRST_DAY:
        found.put("release_date", None, f"the Hub gives {_FIRST_DAY} for everything older")
    elif metadata.created is not None:
        found.put("release_date", Fact(metadata.created, "the Hub: created"))
    results.find(card.get("model-index"), found)


def relation_to_base(reader: Reader) -> str | None:
    """How a model was made from its base: finetune, quantized, adapter or merge; None if unsaid.

    The Hub infers it where cards do not say it: https://huggingface.co/docs/hub/model-cards
    """
    metadata = reader.source.metadata
    tags = (tag.split(":") for tag in metadata.tags if tag.startswith("base_model:"))
    inferred = (parts[1] for parts in tags if len(parts) > 2)
    return line(metadata.card.get("base_model_relation")) or next(inferred, None)


def _find_license(reader: Reader, found: Findings) -> None:
    card, source = reader.source.metadata.card, reader.source
    given = card.get("license")
    given = given[0] if is_list(given) and len(given) == 1 else given
    name, link = card.get("license_name"), card.get("license_link")
    terms = catalogue_license(given, name, link, source.huggingface_id, source.files)
    fact = None if terms is None else Fact(terms, f"{_CARD}: license")
    found.put("license", fact, f"{_CARD}: {why_unusable(given, name, link)}")


def _find_languages(given: object, found: Findings) -> None:
    """Codes, each once, as they are written; YAML takes `no`, Norwegian, for false."""
    words = ["no" if item is False else line(item) for item in several(given)]
    said = dict.fromkeys(word.strip() for word in words if word)
    others = [
        word for word in said if word.casefold() in _NO_LANGUAGE or not _LANGUAGE.fullmatch(word)
    ]
    codes = [word.replace("_", "-") for word in said if word not in others]
    fact = Fact(list(dict.fromkeys(codes)), f"{_CARD}: language") if codes else None
    if not said:
        reason = f"{_CARD} names none"
    elif set(map(str.casefold, others)) <= _NO_LANGUAGE:
        reason = f"{_CARD}: language says {_listed(others)} but names no languages"
    else:
        reason = f"{_CARD}: language says {_listed(others)}; {_no_codes(others)}"
    found.put("capabilities.languages", fact, reason)
    if fact is not None and set(map(str.casefold, others)) - _NO_LANGUAGE:
        found.note("capabilities.languages", reason)


def _find_base(given: object, repository: str, found: Findings) -> None:
    """The one model that this was made from; a merge has several."""
    names = [name for name in map(line, several(given)) if name is not None]
    path, where = "architecture.base_model", f"{_CARD}: base_model"
    if len(names) > 1:
        found.put(path, None, f"{where} lists {len(names)} models: {_listed(names)}")
    elif names and names != [repository]:
        present = present_name(names[0])
        if present is None:
            found.put(path, None, f"{where} {names[0]} is not a repository on the Hub")
        elif present != repository:
            found.put(path, Fact(present, where))


def _no_codes(words: list[str]) -> str:
    return "that is not a language code" if len(words) == 1 else "these are not language codes"


def _listed(words: list[str]) -> str:
    return " and ".join(words)

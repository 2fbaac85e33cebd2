"""A short id for a repository, as catalogues have them: kebab-case and unique."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.catalogue.codegen import InvalidNameError, constant_name
from registry.models import constants
from registry_base.json_shapes import is_list

LONGEST = 50  # characters, as the schema has it


def propose_id(huggingface_id: str, entries: Iterable[Mapping[str, Any]]) -> str | None:
    """An id made of the repository's name that fits among the entries, or None if there is none.

    >>> propose_id("NovaSearch/stella_en_1.5B_v5", [])
    'stella-en-1.5b-v5'
    >>> propose_id("acme/bge-m3", [{"id": "bge-m3"}])
    'acme-bge-m3'
    """
    there = list(entries)
    for name in _candidates(huggingface_id):
        try:
            constant_name(name)
        except InvalidNameError:  # a name of the package itself
            continue
        if owner(name, there) is None:
            return name
    return None


def owner(model_id: str, entries: Iterable[Mapping[str, Any]]) -> str | None:
    """The repository of the entry that has or blocks this id; None if it is free.

    An alias blocks it, and so does an id that becomes the same constant.

    >>> owner("bge.m3", [{"id": "bge-m3", "huggingface_id": "BAAI/bge-m3"}])
    'BAAI/bge-m3'
    """
    constant = constants.constant_name(model_id)  # unchecked, as an entry may be
    for entry in entries:
        aliases = entry.get("aliases")
        taken = {str(alias).casefold() for alias in (aliases if is_list(aliases) else ())}
        same = constant == constants.constant_name(str(entry.get("id")))
        if same or model_id.casefold() in taken:
            return str(entry.get("huggingface_id"))
    return None


def _candidates(huggingface_id: str) -> Iterator[str]:
    organization, _, repository = huggingface_id.partition("/")
    name = _kebab(repository)
    if name[:1].isalpha():
        yield name
    longer = _kebab(f"{organization}-{repository}")
    if longer[:1].isalpha():
        yield longer


def _kebab(text: str) -> str:
    """In lower case, parts joined by one '-' or '.', cut between parts if too long."""
    text = re.sub(r"[^a-z0-9.]+", "-", text.lower())
    text = re.sub(r"[.-]*[-][.-]*|\.{2,}", "-", text).strip(".-")
    if len(text) > LONGEST:
        text = re.split(r"[.-][a-z0-9]*$", text[: LONGEST + 1])[0][:LONGEST]
    return text

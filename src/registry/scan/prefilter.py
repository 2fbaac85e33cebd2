"""Whether a file can name a model at all, from its bytes: most cannot, and are not parsed."""

from __future__ import annotations

import re
from functools import lru_cache

from registry.scan.formats import Form
from registry.scan.loaders import LOADERS
from registry.scan.vocabulary import Vocabulary

_LONGEST = 200
_REMEMBERED = 1 << 16  # texts: the same ones recur in every file of a project
_TEXT = re.compile(r"[\"']([A-Za-z0-9][\w.-]*(?:[/:][\w.-]+)*)[\"']")
_LOADER = re.compile(rf"\b(?:{'|'.join(LOADERS)})\(")
_BETWEEN = b"\"'()[]{},;<>=`\n\r\t@#|\\/:"
# To lower case, and blanks for separators between words.
_TO_WORDS = bytes(32 if each in _BETWEEN else each for each in range(256)).lower()


class Prefilter:
    """Compares the content of a file with the names of models.

    >>> from registry.catalogue.here import catalogue_here
    >>> prefilter = Prefilter(Vocabulary(catalogue_here("registry")))
    >>> prefilter.passes(b'model = "BAAI/bge-m3"', "python"), prefilter.passes(b"x", "yaml")
    (True, False)
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._names = frozenset(name.encode() for name in vocabulary)
        # The most telling part of a name: the second of "BAAI/bge-m3", the first of "phi4:14b".
        self._words = frozenset(
            name.rpartition("/")[2].partition(":")[0].encode() for name in vocabulary
        )
        self._organizations = frozenset(each.encode() for each in vocabulary.organizations)
        self._all = self._words | self._organizations
        self._is_name = lru_cache(_REMEMBERED)(self._names_something)

    def passes(self, data: bytes, form: Form) -> bool:
        """Whether a name of a model, or a repository of a known organization, may be in there."""
        if form == "python":
            return self._has_text(data)
        hits = self._all.intersection(data.translate(_TO_WORDS).split())
        if not hits.isdisjoint(self._words):
            return True
        return bool(hits) and any(each + b"/" in data.lower() for each in hits)

    def _has_text(self, data: bytes) -> bool:
        """Whether a quoted text is such a name: in Python a name is a string of its own."""
        texts = set(data.lower().replace(b"'", b'"').split(b'"'))
        if not self._names.isdisjoint(texts):
            return True
        return any(
            self._is_name(each.decode(errors="replace"))
            for each in texts
            if (b"/" in each or b":" in each)
            and len(each) < _LONGEST
            and b" " not in each
            and b"\n" not in each
        )

    def lines_of_interest(self, text: str) -> list[int]:
        """The lines of a Python module, from 1, that may name a model or load one."""
        return [
            number
            for number, line in enumerate(text.split("\n"), 1)
            if _LOADER.search(line) or any(map(self._is_name, _TEXT.findall(line)))
        ]

    def _names_something(self, text: str) -> bool:
        return self._vocabulary.look_up(text, in_context=True) is not None

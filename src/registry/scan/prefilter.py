"""Whether a file can name a model at all, from its bytes: most cannot, and are not parsed."""

from __future__ import annotations

import re

from registry.scan.formats import Form
from registry.scan.loaders import LOADERS
from registry.scan.vocabulary import Vocabulary

_BETWEEN = b"\"'()[]{},;<>=`\n\r\t@#|\\/:"
_TEXT = r"[\"']([A-Za-z0-9][\w.-]*(?:[/:][\w.-]+)*)[\"']"
_QUOTED, _QUOTED_TEXT = re.compile(_TEXT.encode()), re.compile(_TEXT)
_LOADER = re.compile(rf"\b(?:{'|'.join(LOADERS)})\(")
_TO_BLANKS = bytes.maketrans(_BETWEEN, b" " * len(_BETWEEN))


class Prefilter:
    """Compares the words of a file with the words that names of models are made of.

    >>> from registry.catalogue.here import catalogue_here
    >>> prefilter = Prefilter(Vocabulary(catalogue_here("registry")))
    >>> prefilter.passes(b'model = "BAAI/bge-m3"', "python"), prefilter.passes(b"x", "yaml")
    (True, False)
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._organizations = frozenset(each.encode() for each in vocabulary.organizations)
        # The part of a name that says most: of "BAAI/bge-m3" the second, of "phi4:14b" the first.
        self._words = frozenset(
            name.rpartition("/")[2].partition(":")[0].encode() for name in vocabulary
        )

    def passes(self, data: bytes, form: Form) -> bool:
        """Whether a name of a model, or a repository of a known organization, may be in there."""
        lower = data.lower()
        found = set(lower.translate(_TO_BLANKS).split())
        if found.isdisjoint(self._words):
            owners = self._organizations & found
            if not any(each + b"/" in lower for each in owners):
                return False
        if form != "python":
            return True
        # In Python a name is a text of its own; most others are in docstrings and comments.
        texts = {each.decode(errors="replace") for each in _QUOTED.findall(data)}
        return any(map(self._is_name, texts))

    def lines_of_interest(self, text: str) -> list[int]:
        """The lines of a Python module, from 1, that may name a model or load one."""
        return [
            number
            for number, line in enumerate(text.split("\n"), 1)
            if _LOADER.search(line) or any(map(self._is_name, _QUOTED_TEXT.findall(line)))
        ]

    def _is_name(self, text: str) -> bool:
        return self._vocabulary.look_up(text, in_context=True) is not None

"""The files of a repository, as objects whose values are looked up by type.

A value of another type, a number too large to be one, a text with control characters: all count
as absent. Nothing here raises for what a file holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from registry.errors import RepositoryFileError
from registry.hub._fact import Fact
from registry.hub._json_values import line, prompt, several, whole
from registry.hub.source import RepositorySource, Tensor
from registry_base.json_shapes import is_object


@dataclass(frozen=True)
class JsonFile:
    """An object in a JSON file; `name` is the file, and the path to the object inside it.

    Each method takes keys in order of preference and returns the first such value.

    >>> config = JsonFile("config.json", {"d_model": 512, "hidden_size": "wide"})
    >>> config.whole("hidden_size", "d_model")
    Fact(value=512, origin='config.json: d_model', kind='stated')
    """

    name: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def whole(self, *keys: str) -> Fact | None:
        """A whole number from 1."""
        return self._first(keys, whole)

    def text(self, *keys: str) -> Fact | None:
        """A text that is not empty, on one line."""
        return self._first(keys, line)

    def prompt(self, *keys: str) -> Fact | None:
        """A text that is not empty; line feeds and tabs may be in it."""
        return self._first(keys, prompt)

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts in a list, or the one in its place."""
        found = map(line, several(self.data.get(key)))
        return tuple(text for text in found if text is not None)

    def within(self, *keys: str) -> JsonFile:
        """The first object under one of these keys; an empty one if there is none."""
        for key in keys:
            value = self.data.get(key)
            if is_object(value):
                return JsonFile(self.origin(key), value)
        return JsonFile(self.name)

    def origin(self, key: str) -> str:
        """How a key of this object is cited: "config.json: hidden_size"."""
        return f"{self.name}{'.' if ': ' in self.name else ': '}{key}"

    def _first(self, keys: tuple[str, ...], read: Callable[[object], object]) -> Fact | None:
        for key in keys:
            value = read(self.data.get(key))
            if value is not None:
                return Fact(value, self.origin(key))
        return None


class Reader:
    """The files of a repository, each read once; unreadable ones count as empty, and are noted.

    `route` is the one of a Router whose modules count; None for those of all.
    """

    def __init__(self, source: RepositorySource) -> None:
        self.source = source
        self.route: str | None = None
        self.problems: dict[str, str] = {}
        self._data: dict[str, Any] = {}
        self._tensors: dict[str, Mapping[str, Tensor] | None] = {}

    def along(self, route: str | None) -> Reader:
        """The same files, already read or not, for the modules of one route."""
        reader = copy(self)
        reader.route = route
        return reader

    def has(self, path: str) -> bool:
        """Whether the repository lists a file."""
        return path in self.source.files

    def json(self, path: str) -> JsonFile:
        """The object in a JSON file; an empty one if there is no such file."""
        data = self.data(path)
        return JsonFile(path, data if is_object(data) else {})

    def data(self, path: str) -> Any:
        """The content of a JSON file; None if there is no such file, or it is damaged."""
        if path not in self._data:
            self._data[path] = self._read(path)
        return self._data[path]

    def _read(self, path: str) -> Any:
        try:
            text = self.source.read_text(path)
            return None if text is None else json.loads(text)
        except RepositoryFileError as error:
            self.problems[path] = self._problem(path, error)
        except (ValueError, RecursionError):
            self.problems[path] = "is not JSON"
        return None

    def _problem(self, path: str, error: RepositoryFileError) -> str:
        """What is wrong with a file, for a sentence that begins with its name."""
        return str(error).removeprefix(f"{self.source.huggingface_id}: ").removeprefix(f"{path} ")

    def tensors(self, path: str) -> Mapping[str, Tensor] | None:
        """The tensors of a safetensors file; None if its header cannot be read."""
        if path not in self._tensors:
            try:
                self._tensors[path] = self.source.read_tensors(path)
            except RepositoryFileError as error:
                self.problems[path] = self._problem(path, error)
                self._tensors[path] = None
        return self._tensors[path]

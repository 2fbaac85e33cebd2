"""A catalogue file that a program edits: where run-time tools meet models.json.

    with editing(Path("models.json")) as file:
        file.set("colbert-v2", ("specs", "memory_mb"), 418)

The layout of the file stays; the diff shows what changed. Nothing is written that the schema or the
rules refuse, and if two programs edit at once, the second one waits.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from registry.catalogue.codegen import (
    CatalogueError,
    entry_place,
    insert_entry,
    options_of,
    parse_catalogue,
    problems_of,
    read_catalogue,
    remove_value,
    set_value,
)
from registry.errors import CatalogueFileError
from registry.files.file_lock import exclusive
from registry_base.atomic_write import write_atomically
from registry_base.json_shapes import Json, is_list, is_object, look_up
from registry_base.problems import Pointer, Problem

_EMPTY = '{\n  "models": []\n}\n'


@dataclass
class CatalogueFile:
    """A catalogue in memory: the text as it was read, edited by `insert`, `set` and `remove`.

    `text` is what `save` would write. `name` is the file's name in messages. Methods raise
    CatalogueFileError. A text is parsed once, and checked once.
    """

    path: Path
    name: str
    text: str = field(repr=False)
    _before: str | None = field(repr=False)
    # The parsed text, and its problems.
    _parsed: tuple[str, Json] | None = field(default=None, repr=False, compare=False)
    _checked: tuple[str, list[Problem]] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def read(cls, path: Path, *, create: bool = False) -> CatalogueFile:
        """Read a catalogue. Raises CatalogueFileError for invalid JSON, with the position.

        `problems` checks the schema and the rules: what breaks them can still be fixed. create: a
        missing file starts as an empty catalogue, and is created by `save`.
        """
        name = options_of(path).catalogue_shown
        if create and not path.exists():
            return cls(path, name, _EMPTY, None)
        try:
            document = read_catalogue(path, name)
        except CatalogueError as error:
            raise CatalogueFileError("\n".join(map(str, error.problems))) from None
        return cls(path, name, document.text, document.text, (document.text, document.data))

    @property
    def data(self) -> Json:
        """The current content, of any shape; treat it as read-only."""
        if self._parsed is None or self._parsed[0] != self.text:
            self._parsed = (self.text, json.loads(self.text))
        return self._parsed[1]

    @property
    def entries(self) -> list[dict[str, Json]]:
        """The current entries, as copies: changing them edits nothing."""
        return copy.deepcopy([entry for _, entry in self._entries()])

    def insert(self, entry: dict[str, Json]) -> None:
        """Add an entry after the last one of its type."""
        data = self.data
        with self._edited():
            at = entry_place(data, entry)
            self.text = insert_entry(self.text, entry, at, data=data)
        models = [*data["models"]]
        models.insert(at, json.loads(json.dumps(entry)))
        self._parsed = (self.text, {**data, "models": models})

    def set(self, model_id: str, path: tuple[str, ...], value: Json) -> None:
        """Set a field of an entry; missing sections on the way to it are added."""
        pointer = self._pointer(model_id, path)
        with self._edited():
            self.text = set_value(self.text, pointer, value)

    def remove(self, model_id: str, path: tuple[str, ...] = ()) -> None:
        """Remove a field of an entry if it is there; without a path, the entry."""
        pointer = self._pointer(model_id, path)
        with self._edited():
            self.text = remove_value(self.text, pointer)

    def problems(self) -> list[Problem]:
        """Check the edited text, with the catalogue that its project extends."""
        if self._checked is None or self._checked[0] != self.text:
            # Parsed again: the text is checked, not what the edits should have made of it.
            own = parse_catalogue(self.text, self.name)
            self._parsed = (own.text, own.data)
            self._checked = (own.text, problems_of(options_of(self.path), own))
        return self._checked[1]

    def save(self) -> bool:
        """Check the text and write it atomically; returns whether it had changed.

        Raises CatalogueFileError, and writes nothing, if the text has problems, if the file has
        changed since it was read, or cannot be written. A catalogue that is to be created stays
        missing if nothing was added to it.
        """
        if self.text == (_EMPTY if self._before is None else self._before):
            return False
        if problems := self.problems():
            raise CatalogueFileError(str(CatalogueError(problems)))
        with _telling(self.name):
            if not self.is_as_read():
                raise CatalogueFileError(
                    f"{self.name}: has changed since it was read; nothing was written, try again"
                )
            write_atomically(self.path, self.text)
        self._before = self.text
        return True

    def is_as_read(self) -> bool:
        """Whether the file is unchanged since it was read. Raises OSError."""
        if self._before is None:
            return not self.path.exists()
        return self.path.is_file() and self.path.read_bytes() == self._before.encode("utf-8")

    def _entries(self) -> list[tuple[int, dict[str, Json]]]:
        models = look_up(self.data, "models")
        numbered = enumerate(models if is_list(models) else ())
        return [(index, entry) for index, entry in numbered if is_object(entry)]

    def _pointer(self, model_id: str, path: tuple[str, ...]) -> Pointer:
        for index, entry in self._entries():
            if entry.get("id") == model_id:
                return ("models", index, *path)
        raise CatalogueFileError(f"{self.name}: there is no entry {model_id!r} in this file")

    @contextmanager
    def _edited(self) -> Generator[None]:
        try:
            yield
        except ValueError as error:
            raise CatalogueFileError(f"{self.name}: cannot be edited: {error}") from None


@contextmanager
def editing(
    path: Path, *, create: bool = False, as_read: CatalogueFile | None = None
) -> Generator[CatalogueFile]:
    """Read a catalogue, edit it in the block, save it; other programs that do so wait.

    create: a missing file is created. as_read: the same file, read before other work; it is not
    read again unless it has changed. If the block raises, nothing is written.
    Raises CatalogueFileError.
    """
    with ExitStack() as stack:
        with _telling(str(path)):
            stack.enter_context(exclusive(path))
            still = as_read is not None and as_read.is_as_read()
        file = as_read if as_read and still else CatalogueFile.read(path, create=create)
        yield file
        file.save()


@contextmanager
def _telling(name: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise CatalogueFileError(f"{name}: cannot be written: {error.strerror or error}") from None

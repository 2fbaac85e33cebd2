"""A repository's own file for an engine, at the pinned commit, if the entry or the lock names it.

An entry names it in `exports`: {"runtime": "onnx", "file": "onnx/model.onnx"}. A lock names it by
having one such file among those of the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.exports.export import Engine
from registry.exports.place import locked_weights
from registry.files.needed_files import belongs_to

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

_SUFFIXES: dict[Engine, str] = {"onnx": ".onnx", "openvino": ".xml"}


@dataclass(frozen=True)
class OwnFile:
    """A file of a repository at a commit; None if the commit is that of the weights."""

    path: str
    huggingface_id: str
    revision: str | None

    def belongs(self, path: str) -> bool:
        """Whether a file of the repository is it, or holds its weights."""
        return belongs_to(path, self.path)


def named_file(model: Loadable, engine: Engine, revision: str | None) -> OwnFile | None:
    """The file that the entry names for an engine, else the only one that the lock has."""
    name = str(model.huggingface_id)
    for each in getattr(model, "exports", ()):
        if each.runtime == engine and each.file is not None:
            return OwnFile(each.file, each.huggingface_id or name, each.revision)
    lock = locked_weights(model, revision)
    found = [path for path in lock.files if path.endswith(_SUFFIXES[engine])] if lock else []
    return OwnFile(found[0], name, None) if len(found) == 1 else None

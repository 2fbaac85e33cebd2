"""Which weights an export is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.checkpoints.checkpoint import resolve
from registry.exports.place import commit_of
from registry.files.digests import sha256

if TYPE_CHECKING:
    from registry.backends.interface import LoadOptions
    from registry.exports.export import Export
    from registry.models.kinds import Loadable


def weights_of(model: Loadable, options: LoadOptions) -> dict[str, str]:
    """The SHA-256 of each file of weights, by its path. Raises LoadError."""
    checkpoint = resolve(model, options)
    return {
        path.relative_to(checkpoint.folder).as_posix(): sha256(path)
        for path in checkpoint.weights()
    }


def is_of(export: Export, model: Loadable, options: LoadOptions) -> bool:
    """Whether an export is of the weights that the options name. Raises LoadError."""
    if options.local_path is None:
        return export.revision == commit_of(model, options.revision)
    return export.weights == weights_of(model, options)

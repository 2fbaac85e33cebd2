"""Checks before a run begins: its files, its output, what its vectors will be."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from registry.backends import default_backend
from registry.corpora import _lance
from registry.corpora._columns import INTERNAL, STORED, Wanted, reserved
from registry.corpora._files import SourceFile, find_files
from registry.corpora._job import MANIFEST
from registry.corpora._survey import check_columns
from registry.errors import InputError, UnsupportedError
from registry.exports.export import Engine
from registry.exports.place import locked_weights
from registry.fingerprints.fingerprint_text import Fingerprint
from registry.fingerprints.index_fingerprint import fingerprint
from registry.loading.expected import expected
from registry.loading.load import LoadArguments, load

if TYPE_CHECKING:
    from registry.models.kinds import DenseLike, ModelLike

_WEIGHTS = ("sentence-transformers", "transformers")


def checked_corpus(
    corpus: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    wanted: Wanted,
    model: Any = None,  # of any kind
) -> tuple[list[SourceFile], list[str]]:
    """The files of a corpus, and every problem that shows before a row is read.

    Without a model, checks that depend on it are skipped. Raises UnsupportedError for a kind of
    model that gives no vectors.
    """
    problems = [
        f"column {name!r} cannot be used: `registry embed` uses this name itself; rename it"
        for name in wanted.all
        if name in INTERNAL
    ]
    if model is not None:
        if model.kind not in STORED:
            raise UnsupportedError(
                f"{model.id} is of type {model.kind}; only {', '.join(STORED)} models can embed "
                "a corpus"
            )
        taken = [name for name in wanted.kept if name in reserved(model.kind)]
        problems += [
            f"column {name!r} cannot be kept: the output has one of its own of that name; rename it"
            for name in taken
        ]
    files, missing = find_files(corpus)
    return files, [*missing, *check_columns(files, wanted), *problems]


def working_folder(target: Path) -> Path:
    """Where the parts of an output are while it is made."""
    return _lance.staging(target) if _lance.is_lance(target) else target


def checked_output(target: Path) -> list[str]:
    """Why an output cannot be written: something else is there."""
    if _lance.is_lance(target):
        return _lance.problems(target)
    if target.exists() and not target.is_dir():
        return [f"{target}: is a file; name a folder, or NAME.lance for a LanceDB table"]
    if target.is_dir() and not (target / MANIFEST).exists() and any(target.iterdir()):
        return [
            f"{target}: holds something that `registry embed` did not make; name another folder"
        ]
    return []


@dataclass(frozen=True)
class MadeBy:
    """What makes vectors. served: what a server runs, by its own words; None without one."""

    fingerprint: str
    served: str | None = None

    @property
    def dim(self) -> int:
        """Their width."""
        return Fingerprint.parse(self.fingerprint).dim


def made_by(model: Any, arguments: Mapping[str, Any], on_gpus: bool) -> MadeBy:
    """What makes a model's vectors with these arguments of `load`.

    The model is loaded only if there is no other way to know: what a server runs, and in which
    precision a GPU of this machine computes. `on_gpus`: workers with GPUs of their own will load
    it. Raises InputError if these would choose the precision.
    """
    backend = arguments.get("backend")
    if backend in (None, "", "auto"):
        backend = "openai" if model.huggingface_id is None else default_backend(model.kind)
    weights, exports = backend in _WEIGHTS, backend in get_args(Engine)
    precision = arguments.get("precision") or arguments.get("dtype")
    chosen_there = weights and (precision == "auto" or (precision is None and _on_gpu(arguments)))
    if weights and on_gpus and precision in (None, "auto"):
        raise InputError("for GPU workers, set the precision: float32, float16, bfloat16")
    if chosen_there or not (weights or exports):
        with load(cast("DenseLike", model), **arguments) as encoder:  # of any kind
            serving = encoder.serving
            return MadeBy(fingerprint(encoder), serving.served if serving else None)
    there = expected(model, cast("LoadArguments", arguments))
    return MadeBy(fingerprint(model, **vars(there)))


def _on_gpu(arguments: Mapping[str, Any]) -> bool:
    """Whether a network of torch runs on something other than the CPU of this machine."""
    device = arguments.get("device") or "auto"
    if device != "auto":
        return bool(device != "cpu")
    try:
        from registry.backends.devices import choose_device

        return choose_device(device) != "cpu"
    except ImportError:  # `load` says what is missing
        return False


def locked_files(model: ModelLike, fingerprint: str) -> dict[str, str] | None:
    """File -> SHA-256 from models.lock.json, if the locked commit makes such vectors.

    None without a lock, and if they are made by another commit or by something unknown.
    """
    found = locked_weights(model, None)
    if found is None or found.revision[:12] != Fingerprint.parse(fingerprint).revision:
        return None
    return {name: file.sha256 for name, file in found.files.items()}

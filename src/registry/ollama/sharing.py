"""Weights that are on disk become a model of an Ollama server, without a second download.

The server gets each file once, as a blob known by its SHA-256, and only if it lacks it. A GGUF
file it keeps as it is; from safetensors it makes GGUF of its own, of 16 bits a weight.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.checkpoints.checkpoint import Checkpoint, resolve
from registry.checkpoints.options import CheckpointOptions
from registry.ollama._shared_file import SharedFile
from registry.ollama.connection import OllamaConnection, ServerOptions
from registry.secret import Secret, hidden

if TYPE_CHECKING:
    from registry.files.watcher import Watcher
    from registry.models.kinds import DenseLike, LlmLike

# Seconds without a word: converting a large model to GGUF goes on in silence.
_TIMEOUT = 3600.0


@dataclass(frozen=True)
class SharedModel:
    """A checkpoint as a model of an Ollama server.

    name: what to ask the server for: `ollama run NAME`.
    digest: "sha256:..." of the GGUF file; of a folder, of its list of files as sha256sum prints it.
    uploaded: digests of the files that were sent now, in all `uploaded_bytes`.
    present: digests of those that the server had.
    linked: digests of those that were hard-linked into its store, and take no space twice.
    created: whether the model was made now; if not, it was there.
    """

    name: str
    digest: str
    uploaded: tuple[str, ...]
    uploaded_bytes: int
    present: tuple[str, ...]
    linked: tuple[str, ...]
    created: bool


def share_with_ollama(
    model: DenseLike | LlmLike,
    *,
    path: str | Path | None = None,
    host: str | None = None,
    cache_dir: str | Path | None = None,
    api_key: str | Secret | None = None,
    watcher: Watcher | None = None,
) -> SharedModel:
    """Give a model that is on disk to an Ollama server, unless the server has it.

    `path` is a .gguf file or a folder with safetensors; without one, the model's pinned revision
    is looked for in the Hugging Face cache (`cache_dir`), never on the Hub. `host` is the
    server, else OLLAMA_HOST, else 127.0.0.1:11434. `watcher` is told of large files that are read
    or sent.

    The name on the server holds the model's id and the beginning of the digest, so that other
    weights are another model. What a call has done counts for the next one, also after a failure.

    Raises LoadError if the model is not on disk, CheckpointError if a file is not what it should
    be, ServerUnavailableError, AuthenticationError and, if the server refuses, BackendError.

        shared = share_with_ollama(QWEN3_0_6B)
        shared.name   # "tessera/qwen3-0.6b:5f1c0e6a3b2d"
    """
    api_key = hidden(api_key)  # first: this frame is part of every traceback
    checkpoint = _on_disk(model, path, cache_dir)
    options = ServerOptions(base_url=host, api_key=api_key, timeout=_TIMEOUT)
    connection = OllamaConnection(model, options, tag=model.id)
    try:
        return _share(checkpoint, connection, watcher)
    finally:
        connection.close()


def _share(
    checkpoint: Checkpoint, connection: OllamaConnection, watcher: Watcher | None
) -> SharedModel:
    with connection.errors():  # asked first, before large files are read
        names = {each.model for each in connection.client.list().models}
    files = [SharedFile(checkpoint, path, watcher) for path in _paths(checkpoint)]
    digest = files[0].digest if checkpoint.gguf is not None else _digest_of_all(files)
    name = f"{shared_name(checkpoint.model_id)}:{digest.removeprefix('sha256:')[:12]}"
    if name in names:
        # Not asked for one by one: what a model was converted from, the server may have dropped.
        present = tuple(file.digest for file in files)
        return SharedModel(name, digest, (), 0, present, (), created=False)
    lacking = [file for file in files if not file.is_held(connection)]
    linked = [file for file in lacking if file.try_link(connection)]
    uploaded = [file for file in lacking if file not in linked]
    for file in uploaded:
        file.send(connection)
    _create(connection, name, files)
    return SharedModel(
        name,
        digest,
        tuple(file.digest for file in uploaded),
        sum(file.size for file in uploaded),
        tuple(file.digest for file in files if file not in lacking),
        tuple(file.digest for file in linked),
        created=True,
    )


def _on_disk(
    model: DenseLike | LlmLike, path: str | Path | None, cache_dir: str | Path | None
) -> Checkpoint:
    options = CheckpointOptions(
        local_path=None if path is None else Path(path).expanduser(),
        cache_dir=None if cache_dir is None else Path(cache_dir).expanduser(),
        local_files_only=True,
        # Of no consequence: nothing of the repository is run here, nor by Ollama.
        trust_remote_code=bool(model.trust_remote_code),
    )
    return resolve(model, options)


def _paths(checkpoint: Checkpoint) -> list[Path]:
    """The files that Ollama reads, which are those that its own `ollama create` would send."""
    if checkpoint.gguf is not None:
        return [checkpoint.gguf]
    # A link to nothing counts as a file: to leave it out would make another model.
    files = sorted(path for path in checkpoint.folder.iterdir() if not path.is_dir())
    weights = [path for path in files if path.suffix == ".safetensors"]
    of_transformers = [path for path in weights if path.name.startswith("model")]
    others = [path for path in files if path.suffix == ".json" or path.name == "tokenizer.model"]
    return sorted([*(of_transformers or weights), *others])


def _digest_of_all(files: Iterable[SharedFile]) -> str:
    lines = (f"{file.digest.removeprefix('sha256:')}  {file.path.name}\n" for file in files)
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def shared_name(model_id: str) -> str:
    """The name of what is shared, without the digest that follows as its tag.

    >>> shared_name("qwen3-0.6b")
    'tessera/qwen3-0.6b'
    """
    return f"tessera/{re.sub(r'[^a-z0-9._-]+', '-', model_id.lower())[:80]}"


def _create(connection: OllamaConnection, name: str, files: Iterable[SharedFile]) -> None:
    digests = {file.path.name: file.digest for file in files}
    status: str | None = None
    with connection.errors():
        # As a stream: else nothing is heard before the end, which may be minutes away.
        for progress in connection.client.create(name, files=digests, stream=True):
            status = progress.status
    if status != "success":
        raise connection.broken_off()

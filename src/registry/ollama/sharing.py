"""Weights that are on disk become a model of an Ollama server, without a second download.

The server gets each file once, as a blob known by its SHA-256, and only if it lacks it. A GGUF
file it keeps as it is. Where the weights are safetensors, llama.cpp's converter makes one of 16
bits per weight here; without it, Ollama makes GGUF of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from registry.errors import CheckpointError
from registry.ollama._conversion import sent_files, with_template
from registry.ollama._shared_file import SharedFile
from registry.ollama._sources import Source, on_disk, source_of
from registry.ollama.connection import OllamaConnection
from registry.ollama.options import ServerOptions
from registry.ollama.server_word import NO_TEMPLATE, contradictions
from registry.secret import Secret, hidden

if TYPE_CHECKING:
    from registry.files.watcher import Watcher
    from registry.models.kinds import DenseLike, LlmLike

# Seconds of silence: converting a large model to GGUF is silent.
_TIMEOUT = 3600.0


@dataclass(frozen=True)
class SharedModel:
    """A checkpoint as a model of an Ollama server.

    name: its name on the server: `ollama run NAME`.
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
    server, else OLLAMA_HOST, else 127.0.0.1:11434. `watcher` hears of large files that are read
    or sent.

    The name on the server holds the model's id and the beginning of the digest, so that other
    weights are another model. What a call has done counts for the next one, also after a failure.

    It sends a GGUF file: the one that is named, else a variant of the entry in the cache,
    else one that llama.cpp's converter (the extra `gguf`) makes of the safetensors, and keeps.
    Without that, Ollama converts what it can. What it says about the result is compared with the
    checkpoint.

    Raises LoadError if the model is not on disk, or cannot be converted; CheckpointError if
    a file is not what it should be, or something got lost on the way; ServerUnavailableError,
    AuthenticationError and, if the server refuses, BackendError.

        shared = share_with_ollama(ALL_MINILM_L6_V2)
        shared.name   # "tessera/all-minilm-l6-v2:5f1c0e6a3b2d"
    """
    api_key = hidden(api_key)  # first: this frame is part of every traceback
    checkpoint = on_disk(model, _folder(path), _folder(cache_dir))
    options = ServerOptions(base_url=host, api_key=api_key, timeout=_TIMEOUT)
    connection = OllamaConnection(model, options, tag=model.id)
    try:
        with connection.errors():  # first, before large files are read or made
            names = {each.model for each in connection.client.list().models}
        source = source_of(model, checkpoint, watcher, cached=path is None)
        with TemporaryDirectory(prefix="registry-share-") as derived:
            return _share(source, connection, names, Path(derived), watcher)
    finally:
        connection.close()


def _share(
    source: Source,
    connection: OllamaConnection,
    names: set[str | None],
    derived: Path,
    watcher: Watcher | None,
) -> SharedModel:
    checkpoint = source.checkpoint
    files = [
        SharedFile(checkpoint, path, watcher, name=name)
        for name, path in _paths(source, derived).items()
    ]
    digest = files[0].digest if source.gguf is not None else _digest_of_all(files)
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
    _check_made(source, connection, name)
    return SharedModel(
        name,
        digest,
        tuple(file.digest for file in uploaded),
        sum(file.size for file in uploaded),
        tuple(file.digest for file in files if file not in lacking),
        tuple(file.digest for file in linked),
        created=True,
    )


def _check_made(source: Source, connection: OllamaConnection, name: str) -> None:
    """Compare what the server made with what was promised, and remove it if it differs.

    Raises CheckpointError that says what got lost.
    """
    connection.tag = name
    word = connection.show()
    lost = list(contradictions(word, source.promised, source.promiser))
    if source.template is not None and word.template == NO_TEMPLATE:
        lost.append("has no chat template, the checkpoint has one")
    if lost:
        with connection.errors():
            connection.client.delete(name)
        raise CheckpointError(
            f"{source.checkpoint.model_id}: what Ollama at {connection.address} made of it "
            f"{', and '.join(lost)}; it has been removed"
        )


def _folder(path: str | Path | None) -> Path | None:
    return None if path is None else Path(path).expanduser()


def _paths(source: Source, derived: Path) -> dict[str, Path]:
    """The files that are sent, by their names there, in the order of those."""
    if source.gguf is not None:
        return {source.gguf.name: source.gguf}
    checkpoint = source.checkpoint
    files = {
        path.relative_to(checkpoint.folder).as_posix(): path for path in sent_files(checkpoint)
    }
    if (template := with_template(checkpoint, derived)) is not None:
        files[template.name] = template
    return dict(sorted(files.items()))


def _digest_of_all(files: Iterable[SharedFile]) -> str:
    lines = (f"{file.digest.removeprefix('sha256:')}  {file.name}\n" for file in files)
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def shared_name(model_id: str) -> str:
    """The name of what is shared, without the digest that follows as its tag.

    >>> shared_name("qwen3-0.6b")
    'tessera/qwen3-0.6b'
    """
    return f"tessera/{re.sub(r'[^a-z0-9._-]+', '-', model_id.lower())[:80]}"


def _create(connection: OllamaConnection, name: str, files: Iterable[SharedFile]) -> None:
    digests = {file.name: file.digest for file in files}
    status: str | None = None
    with connection.errors():
        # As a stream: else nothing is heard before the end, which may be minutes away.
        for progress in connection.client.create(name, files=digests, stream=True):
            status = progress.status
    if status != "success":
        raise connection.broken_off()

"""What a server is given of a model: a GGUF file that is there, one made here, or a folder.

The first of these that there is: the file that was named; a GGUF variant of the entry in the
Hugging Face cache; what llama.cpp's converter makes of the safetensors, where it is installed and
takes them; the safetensors themselves, where Ollama's own converter takes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.checkpoints.checkpoint import Checkpoint, resolve
from registry.checkpoints.options import CheckpointOptions
from registry.errors import LoadError
from registry.ollama._conversion import READ_FROM, chat_template, is_convertible, word_of
from registry.ollama._gguf import gguf_damage
from registry.ollama._gguf_converter import ConversionError, converter_version, made_gguf
from registry.ollama.server_word import ServerWord, promised_word

if TYPE_CHECKING:
    from registry.files.watcher import Watcher
    from registry.models.kinds import DenseLike, LlmLike


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is sent, and what the server should report about it afterwards.

    gguf: the one file that is sent; None if the checkpoint's folder is.
    promised: by the `promiser`. template: the chat template that has to arrive, if any.
    """

    checkpoint: Checkpoint
    gguf: Path | None
    promised: ServerWord
    promiser: str
    template: str | None = None


def on_disk(model: DenseLike | LlmLike, path: Path | None, cache_dir: Path | None) -> Checkpoint:
    """What there is of a model: as named, else a GGUF variant or the pinned revision in the cache.

    Raises LoadError, CheckpointError.
    """
    if path is None and (variant := _cached_variant(model, cache_dir)) is not None:
        return Checkpoint(model.id, variant.parent, gguf=variant)
    options = CheckpointOptions(
        local_path=path,
        cache_dir=cache_dir,
        local_files_only=True,
        # Of no consequence: nothing of the repository is run here, nor by Ollama.
        trust_remote_code=bool(model.trust_remote_code),
    )
    return resolve(model, options)


def source_of(
    model: DenseLike | LlmLike,
    checkpoint: Checkpoint,
    watcher: Watcher | None = None,
    *,
    cached: bool,
) -> Source:
    """What to send of it, which may have to be made first; a large one takes minutes.

    cached: it is in the Hugging Face cache. Raises LoadError, CheckpointError.
    """
    if checkpoint.gguf is not None:
        return _as_it_is(model, checkpoint)
    made, reason = _made(model, checkpoint, watcher, cached=cached)
    if made is None and not is_convertible(checkpoint):
        raise LoadError(_nobody_takes_it(model, checkpoint, reason))
    return Source(
        checkpoint=checkpoint,
        gguf=made,
        promised=word_of(checkpoint),
        promiser="the checkpoint",
        template=chat_template(checkpoint),
    )


def _as_it_is(model: DenseLike | LlmLike, checkpoint: Checkpoint) -> Source:
    assert checkpoint.gguf is not None
    try:
        damage = gguf_damage(checkpoint.gguf)
    except OSError as error:
        damage = f"cannot be read: {error.strerror}"
    if damage is not None:
        raise checkpoint.error(f"{checkpoint.gguf.name} {damage}; fetch it again")
    promised = promised_word(model)
    return Source(
        checkpoint=checkpoint, gguf=checkpoint.gguf, promised=promised, promiser="the registry"
    )


def _made(
    model: DenseLike | LlmLike, checkpoint: Checkpoint, watcher: Watcher | None, *, cached: bool
) -> tuple[Path | None, str | None]:
    """A GGUF file by llama.cpp's converter, or why there is none."""
    version = converter_version()
    if version is None or not checkpoint.architectures:
        return None, None
    if any(module.type.endswith("Dense") for module in checkpoint.modules or []):
        return None, "it leaves out dense layers behind the network"
    try:
        return made_gguf(model, checkpoint, version, watcher, cached=cached), None
    except ConversionError as error:
        return None, f"{error} ({version})"


def _cached_variant(model: DenseLike | LlmLike, cache_dir: Path | None) -> Path | None:
    """The most precise GGUF variant of the entry that was fetched: the largest file."""
    try:
        from huggingface_hub import try_to_load_from_cache
    except ModuleNotFoundError:
        return None
    found: list[Path] = []
    for variant in _gguf_variants(model):
        repository: str | None = variant.huggingface_id or model.huggingface_id
        own = repository == model.huggingface_id
        revision: str | None = variant.revision or (model.revision if own else None)
        if repository is None:
            continue
        path = try_to_load_from_cache(
            repository, variant.file, cache_dir=cache_dir, revision=revision
        )
        if isinstance(path, str):
            found.append(Path(path))
    return max(found, key=lambda each: each.stat().st_size, default=None)


def _gguf_variants(model: DenseLike | LlmLike) -> Iterator[Any]:  # generated classes of anybody's
    for variant in getattr(model, "variants", None) or ():
        file: object = getattr(variant, "file", None)
        if isinstance(file, str) and file.endswith(".gguf"):
            yield variant


def _nobody_takes_it(model: DenseLike | LlmLike, checkpoint: Checkpoint, reason: str | None) -> str:
    architecture = next(iter(checkpoint.architectures), "it")
    cures: list[str] = []
    if reason is None:
        cures.append("install llama.cpp's converter (pip install 'tessera-registry[gguf]')")
        refused = ""
    else:
        refused = f", nor does llama.cpp's converter: {reason}"
    if (variant := next(_gguf_variants(model), None)) is not None:
        cures.append(f"fetch its GGUF (`registry pull {model.id} --variant {variant.id}`)")
    if model.ollama_tag:
        cures.append(f"use what Ollama's library has (`ollama pull {model.ollama_tag}`)")
    cures.append("give a GGUF file of it as path (--path)")
    return (
        f"{model.id}: Ollama does not convert {architecture} ({READ_FROM}){refused}; "
        f"{', or '.join(cures)}"
    )

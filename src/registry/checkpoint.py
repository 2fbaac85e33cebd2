"""From a model to a folder of files that can be trusted: found, whole, and as promised.

Everything here happens before a library builds a model, because libraries patch what is
missing with random weights and only log it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.errors import CheckpointError, LoadError, MissingExtraError

if TYPE_CHECKING:
    from registry.backends.interface import LoadOptions
    from registry.kinds import ColbertLike, ModelLike

_COMMIT = re.compile(r"[0-9a-f]{40}")
_PICKLES = (".bin", ".pt", ".pth", ".ckpt")
# Conversions for other runtimes, and weights that are code when loaded.
_NOT_NEEDED = [
    "*.onnx", "*.onnx_data", "onnx/*", "openvino/*", "*.gguf", "*.h5", "*.msgpack", "*.ot",
    "coreml/*", "*.tflite", "flax_*",
]  # fmt: skip


@dataclass(frozen=True)
class Checkpoint:
    """A folder with the files of one model."""

    model_id: str
    folder: Path
    gguf: Path | None = None

    def read_json(self, name: str) -> Any:
        """A JSON file of the folder, or None if it is not there. Raises CheckpointError."""
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            return json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise self.error(f"{name} is damaged: {error}") from None

    def error(self, message: str) -> CheckpointError:
        """A CheckpointError that names the model and the folder."""
        return CheckpointError(f"{self.model_id}: {message} (in {self.folder})")

    @property
    def modules(self) -> list[dict[str, Any]] | None:
        """What modules.json lists (sentence-transformers' own layout), or None without one."""
        listed = self.read_json("modules.json")
        if listed is None:
            return None
        try:
            return [dict(module) for module in listed]
        except (TypeError, ValueError):
            raise self.error("modules.json is no list of objects") from None

    @property
    def parts(self) -> list[Path]:
        """The folder itself and those of the modules that modules.json lists."""
        names = {str(module.get("path", "")) for module in self.modules or []}
        return [self.folder, *(self.folder / name for name in sorted(names) if name)]

    def weights(self) -> list[Path]:
        """The safetensors files of all parts."""
        return [path for part in self.parts for path in sorted(part.glob("*.safetensors"))]


def resolve(model: ModelLike, options: LoadOptions) -> Checkpoint:
    """Find or fetch the files of a model, at the pinned revision.

    Raises LoadError if they cannot be had, CheckpointError if they are not as promised.
    """
    if options.trust_remote_code and options.local_path is None:
        revision = options.revision or model.revision
        if revision is None or not _COMMIT.fullmatch(revision):
            raise LoadError(
                f"{model.id}: trust_remote_code runs code from the repository, so it needs a "
                "pinned commit: give revision= with 40 hexadecimal digits"
            )
    if model.trust_remote_code and not options.trust_remote_code:
        raise LoadError(
            f"{model.id} runs code from its repository when loaded; read that code, then pass "
            "trust_remote_code=True"
        )
    if options.local_path is not None:
        checkpoint = _local(model, options.local_path)
    else:
        checkpoint = Checkpoint(model.id, _download(model, options))
    if checkpoint.gguf is None:
        check_files(checkpoint, model, allow_pickle=options.allow_pickle)
    return checkpoint


def _local(model: ModelLike, path: Path) -> Checkpoint:
    if path.is_dir():
        return Checkpoint(model.id, path)
    if path.is_file() and path.suffix == ".gguf":
        return Checkpoint(model.id, path.parent, gguf=path)
    raise LoadError(f"{model.id}: local_path {path} is neither a folder nor a .gguf file")


def _download(model: ModelLike, options: LoadOptions) -> Path:
    try:
        import huggingface_hub
        from huggingface_hub import errors
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "huggingface_hub", "encoders") from None
    repository, revision = model.huggingface_id, options.revision or model.revision
    where = f"{model.id}: {repository} at {revision or 'its head'}"
    ignored = _NOT_NEEDED if options.allow_pickle else [*_NOT_NEEDED, *(f"*{s}" for s in _PICKLES)]
    try:
        hub: Any = huggingface_hub  # its snapshot_download is typed in part
        folder = hub.snapshot_download(
            repository,
            revision=revision,
            cache_dir=options.cache_dir,
            ignore_patterns=ignored,
            local_files_only=options.local_files_only,
        )
    except errors.GatedRepoError:
        raise LoadError(f"{where} is gated; accept its terms on the Hub and set HF_TOKEN") from None
    except errors.RevisionNotFoundError:
        raise LoadError(f"{where}: the repository has no such revision") from None
    except errors.RepositoryNotFoundError:
        raise LoadError(f"{where}: no such repository, or it is private: set HF_TOKEN") from None
    except errors.LocalEntryNotFoundError:
        raise LoadError(
            f"{where} is not in the cache and the Hub cannot be reached; go online once, or "
            "pass local_path="
        ) from None
    except (errors.HfHubHTTPError, OSError) as error:
        raise LoadError(f"{where} cannot be fetched: {error}") from None
    return Path(folder)


def check_files(checkpoint: Checkpoint, model: ModelLike, *, allow_pickle: bool) -> None:
    """Every safetensors file is whole, and nothing would have to be unpickled.

    Raises CheckpointError.
    """
    for path in checkpoint.weights():
        tensor_shapes(checkpoint, path)
    for part in checkpoint.parts:
        pickles = [path.name for path in sorted(part.glob("*")) if path.suffix in _PICKLES]
        if any(part.glob("*.safetensors")) or allow_pickle:
            continue
        if pickles and (part != checkpoint.folder or not checkpoint.weights()):
            raise checkpoint.error(
                f"{part.name}/{pickles[0]} is pickled, and unpickling runs code; there is no "
                "safetensors file beside it. If you trust it, pass allow_pickle=True"
            )
    if not checkpoint.weights() and not allow_pickle:
        expected = ", ".join(model.safetensors_files) or "a safetensors file"
        raise checkpoint.error(f"there are no weights; expected {expected}")


def tensor_shapes(checkpoint: Checkpoint, path: Path) -> dict[str, tuple[int, ...]]:
    """Names and shapes in a safetensors file, from its header. Raises CheckpointError."""
    try:
        from safetensors import SafetensorError, safe_open
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "safetensors", "encoders") from None
    relative = path.relative_to(checkpoint.folder)
    try:
        untyped: Any = safe_open
        with untyped(path, framework="np") as tensors:
            names = list(tensors.keys())
            return {str(name): tuple(tensors.get_slice(name).get_shape()) for name in names}
    except (SafetensorError, OSError) as error:
        raise checkpoint.error(
            f"{relative} is truncated, damaged or no safetensors file ({error}); fetch it again"
        ) from None


def check_projection(checkpoint: Checkpoint, model: ColbertLike) -> None:
    """A late-interaction checkpoint has the projection the registry promises.

    Without one, sentence-transformers adds random weights. Raises CheckpointError.
    """
    config: Any = checkpoint.read_json("config.json") or {}
    architectures: list[str] = list(config.get("architectures") or [])
    if any(name.endswith("ForRetrieval") for name in architectures):
        return  # the projection is part of the network itself
    if checkpoint.modules is not None:
        found = _module_projection(checkpoint)
        wanted = "a Dense module in modules.json"
    elif "HF_ColBERT" in architectures:
        found = _root_projection(checkpoint)
        wanted = "linear.weight in the root safetensors file"
    else:
        found, wanted = None, 'modules.json, or "HF_ColBERT" in the architectures of config.json'
    if found is None and (model.has_projection or checkpoint.modules is None):
        raise checkpoint.error(
            f"no projection: the registry promises {model.embedding_dim} dimensions through one, "
            f"and the library would make it up from random numbers; expected {wanted}"
        )
    if found is not None and found != model.embedding_dim:
        raise checkpoint.error(
            f"the projection gives {found} dimensions, the registry promises {model.embedding_dim}"
        )


def _root_projection(checkpoint: Checkpoint) -> int | None:
    for path in sorted(checkpoint.folder.glob("*.safetensors")):
        shape = tensor_shapes(checkpoint, path).get("linear.weight")
        if shape is not None:
            return shape[0]
    return None


def _module_projection(checkpoint: Checkpoint) -> int | None:
    width = None
    for module in checkpoint.modules or []:
        if str(module.get("type", "")).endswith("Dense"):
            folder = checkpoint.folder / str(module.get("path", ""))
            for path in sorted(folder.glob("*.safetensors")):
                shape = tensor_shapes(checkpoint, path).get("linear.weight")
                width = shape[0] if shape is not None else width
    return width

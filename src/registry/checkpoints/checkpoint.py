"""From a model to a folder of files that can be trusted: found, complete, and checked.

Everything here happens before a library builds a model, because libraries patch what is
missing with random weights and only log that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from registry.checkpoints.fetching import fetch, lock_of
from registry.errors import CheckpointError, LoadError, MissingExtraError
from registry.files.needed_files import PICKLE_SUFFIXES
from registry_base.json_shapes import is_list, is_object
from registry_base.regular_file import is_special, read_regular
from registry_base.repository_names import is_commit

if TYPE_CHECKING:
    from registry.checkpoints.options import CheckpointOptions
    from registry.models.kinds import ModelLike


# Modules of sentence-transformers that hold others, by their names now and before.
_ROUTERS = ("Router", "Asym")


@dataclass(frozen=True)
class NetworkModule:
    """A part of a network: the class that reads it, and its folder in the checkpoint."""

    type: str
    path: str


@dataclass(frozen=True)
class Checkpoint:
    """A folder with the files of one model."""

    model_id: str
    folder: Path
    gguf: Path | None = None

    def error(self, message: str) -> CheckpointError:
        """A CheckpointError that names the model and the folder."""
        return CheckpointError(f"{self.model_id}: {message} (in {self.folder})")

    @property
    def architectures(self) -> list[str]:
        """The classes that config.json names. Raises CheckpointError."""
        config = self._read_json("config.json")
        named = config.get("architectures") if is_object(config) else None
        return [name for name in named if isinstance(name, str)] if is_list(named) else []

    @property
    def dtype(self) -> str | None:
        """The number format that config.json says the weights are in. Raises CheckpointError."""
        config = self._read_json("config.json")
        said = config.get("dtype") or config.get("torch_dtype") if is_object(config) else None
        return said if isinstance(said, str) else None

    @cached_property
    def modules(self) -> list[NetworkModule] | None:
        """What modules.json lists (sentence-transformers' layout), or None without one.

        A Router is followed by the modules of its routes: queries and documents go different ways.

        Raises CheckpointError, also for a module outside the folder: nothing there was checked.
        """
        listed = self._read_json("modules.json")
        if listed is None:
            return None
        modules: list[NetworkModule] = []
        for each in listed if is_list(listed) else [None]:
            if not is_object(each):
                raise self.error("modules.json should be a list of objects")
            modules += self._module("modules.json", each.get("type", ""), each.get("path", ""))
        return modules

    def _module(self, named_in: str, type_: object, path: object) -> Iterator[NetworkModule]:
        """A module, and those that it holds."""
        module = NetworkModule(str(type_), str(path))
        pure = PureWindowsPath(module.path)  # knows every way out, on any system
        if pure.anchor or ".." in pure.parts or not module.path.isprintable():
            raise self.error(f"{named_in} names the folder {module.path!r}, outside this one")
        yield module
        if module.type.rpartition(".")[2] in _ROUTERS:
            yield from self._routed(PurePosixPath(module.path))

    def _routed(self, folder: PurePosixPath) -> Iterator[NetworkModule]:
        """The modules of all routes of the Router in a folder."""
        name = str(folder / "router_config.json")
        if not (self.folder / name).is_file():
            name = str(folder / "config.json")  # where an Asym had it
        config = self._read_json(name)
        types = config.get("types") if is_object(config) else None
        if not is_object(types):
            raise self.error(f"{name} should list under types which modules the Router contains")
        for key, type_ in types.items():
            path = folder / key
            if path == folder and str(type_).endswith(_ROUTERS):
                raise self.error(f"{name} names a Router that contains itself")
            yield from self._module(name, type_, path)

    @property
    def parts(self) -> list[Path]:
        """The folder itself, first, and those of its modules."""
        return sorted({self.folder, *(self.folder / each.path for each in self.modules or [])})

    def weights(self) -> list[Path]:
        """The safetensors files of all parts."""
        return [path for part in self.parts for path in sorted(part.glob("*.safetensors"))]

    def _read_json(self, name: str) -> object:
        """A JSON file of the folder, or None if it is not there. Raises CheckpointError."""
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            return json.loads(read_regular(path))
        except (ValueError, OSError, RecursionError) as error:
            raise self.error(f"{name} is damaged: {error}") from None


def resolve(model: ModelLike, options: CheckpointOptions) -> Checkpoint:
    """Find or fetch the files of a model, at the requested, else locked, else pinned revision.

    Raises LoadError if they are not available, CheckpointError if they do not match the entry or
    the lock, CatalogueFileError if the lock cannot be read.
    """
    if options.revision is not None and options.local_path is not None:
        raise LoadError(
            f"{model.id}: revision= names a commit on the Hub, and local_path= is taken as it is; "
            "give one of them"
        )
    if options.trust_remote_code and options.local_path is None:
        lock = lock_of(model, options)
        revision = options.revision or (lock.revision if lock else model.revision)
        if revision is None or not is_commit(revision):
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
        checkpoint = Checkpoint(model.id, fetch(model, options))
    if checkpoint.gguf is None:
        check_files(checkpoint, model, allow_pickle=options.allow_pickle)
    return checkpoint


def _local(model: ModelLike, path: Path) -> Checkpoint:
    if path.is_dir():
        return Checkpoint(model.id, path)
    if path.is_file() and path.suffix == ".gguf":
        return Checkpoint(model.id, path.parent, gguf=path)
    raise LoadError(f"{model.id}: local_path {path} is neither a folder nor a .gguf file")


def check_files(checkpoint: Checkpoint, model: ModelLike, *, allow_pickle: bool) -> None:
    """Check that safetensors files are complete, nothing needs unpickling, and nothing is endless.

    Raises CheckpointError.
    """
    for path in sorted(checkpoint.folder.rglob("*")):
        if is_special(path):  # libraries would wait for it, or read forever
            raise checkpoint.error(f"{path.relative_to(checkpoint.folder)} is not a regular file")
    for path in checkpoint.weights():
        tensor_shapes(checkpoint, path)
    for part in checkpoint.parts:
        pickles = [path.name for path in sorted(part.glob("*")) if path.suffix in PICKLE_SUFFIXES]
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
        untyped: Any = safe_open  # an extension module
        with untyped(path, framework="np") as tensors:
            names = list(tensors.keys())
            return {str(name): tuple(tensors.get_slice(name).get_shape()) for name in names}
    except (SafetensorError, OSError) as error:
        raise checkpoint.error(
            f"{relative} is truncated, damaged or not a safetensors file ({error}); fetch it again"
        ) from None

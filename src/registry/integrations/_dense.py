"""A dense model as frameworks hold it: loaded on first use, saved by its id."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakValueDictionary

from registry.errors import InputError
from registry.fingerprints.index_fingerprint import check_fingerprint, fingerprint
from registry.loading.arguments import check_arguments
from registry.loading.expected import expected
from registry.loading.load import LoadArguments, load
from registry.models.kinds import DenseLike
from registry.models.made_with import MadeWith
from registry.secret import hidden
from registry.selection.resolving import resolve

if TYPE_CHECKING:
    from registry.encoders.dense import DenseEncoder, Vectors

# Shared by adapters of one model while one of them exists: weights are large.
_LOADED: WeakValueDictionary[object, DenseEncoder] = WeakValueDictionary()
_LOADING = Lock()
# What may be saved and read back: someone who can write the file must not be able to run code, or
# have texts and keys sent to their address.
_WRITTEN = frozenset(
    {
        *("attention", "backend", "cache_dir", "context_length", "device", "dim", "dtype"),
        *("local_files_only", "local_path", "min_overlap", "precision", "quantization"),
        *("revision", "server_model", "threads"),
    }
)


class HeldModel:
    """A model and how it is loaded. A pickle has no weights and no key, and loads again."""

    def __init__(self, model: DenseLike, arguments: LoadArguments) -> None:
        kind: str | None = getattr(model, "kind", None)  # without a type checker it may be anything
        if kind != "dense":
            what = f"an id, {model!r}" if isinstance(model, str) else f"a model of type {kind}"
            raise InputError(
                f"this takes a dense model such as registry.ALL_MINILM_L6_V2, not {what}"
            )
        arguments["api_key"] = hidden(arguments.get("api_key"))
        self.model = model
        self._arguments = {key: value for key, value in arguments.items() if value is not None}
        check_arguments(self._arguments, LoadArguments)
        self._encoder: DenseEncoder | None = None

    @property
    def arguments(self) -> LoadArguments:
        """Those of `load` that were given."""
        return cast("LoadArguments", dict(self._arguments))

    @property
    def made_with(self) -> MadeWith:
        """What determines the vectors besides the model; loads the model only if necessary.

        The checkpoint decides which precision "auto" is.
        """
        if self._arguments.get("dtype") == "auto":
            return self.encoder.made_with
        return expected(self.model, self.arguments)

    @property
    def fingerprint(self) -> str:
        """Of the vectors that come out."""
        return fingerprint(self)

    @property
    def dim(self) -> int:
        """The width of a vector; loads nothing."""
        return self.arguments.get("dim") or self.model.embedding_dim

    @property
    def encoder(self) -> DenseEncoder:
        """What `load` returns, shared by all that hold the same model in the same way."""
        if self._encoder is None:
            key = (self.model, tuple(sorted(self._arguments.items())))
            with _LOADING:
                self._encoder = _LOADED.get(key) or load(self.model, **self.arguments)
                _LOADED[key] = self._encoder
        return self._encoder

    def queries(self, texts: list[str], *, batch_size: int | None = None) -> Vectors:
        """Vectors of queries: float32 (n, dim)."""
        return self.encoder.encode_queries(texts, batch_size=batch_size, progress=False)

    def documents(self, texts: list[str], *, batch_size: int | None = None) -> Vectors:
        """Vectors of documents: float32 (n, dim)."""
        return self.encoder.encode_documents(texts, batch_size=batch_size, progress=False)

    def written(self) -> dict[str, Any]:  # JSON
        """The id, fingerprint and arguments, without keys, addresses and permission to run code."""
        load_with = {
            key: str(value) if isinstance(value, Path) else value
            for key, value in self._arguments.items()
            if key in _WRITTEN
        }
        return {"model": self.model.id, "fingerprint": self.fingerprint, "load": load_with}

    @classmethod
    def read(cls, written: dict[str, Any]) -> HeldModel:  # JSON
        """The inverse of `written`, with the catalogue in use.

        Raises FingerprintMismatchError if the model of that id now gives other vectors,
        UnknownModelError, InputError for arguments that are only taken from code.
        """
        found = dict(written.get("load") or {})
        if untrusted := sorted(found.keys() - _WRITTEN):
            raise InputError(f"{', '.join(untrusted)} cannot be read from a file: say it in code")
        arguments = cast("LoadArguments", found)
        held = cls(resolve(written["model"], model_type="dense"), arguments)
        if stored := written.get("fingerprint"):
            check_fingerprint(stored, held)
        return held

    def __deepcopy__(self, memo: dict[int, Any]) -> HeldModel:  # as copy has it
        """With its key, unlike a pickle: frameworks copy what they are given in this process."""
        return HeldModel(self.model, self.arguments)

    def __getstate__(self) -> dict[str, Any]:
        kept = {key: value for key, value in self._arguments.items() if key != "api_key"}
        return {"model": self.model, "_arguments": kept, "_encoder": None}

"""`load`: from a registered model to something that runs, with the type a checker expects."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast, overload

from registry.backends import default_backend, get_backend
from registry.backends.interface import Attention, LoadOptions, Quantization
from registry.encoders.generator import TextGenerator
from registry.errors import UnsupportedError
from registry.exports.export import EnginePrecision
from registry.loading._deprecation import warn_of_deprecated
from registry.loading._made_with import record
from registry.loading._prompts import warn_of_unknown_prompt
from registry.loading._scales import warn_of_unknown_scale
from registry.loading.arguments import check_arguments
from registry.models.given import check_model
from registry.probes.conversing import prove_conversation
from registry.secret import Secret, hidden

if TYPE_CHECKING:
    from typing_extensions import deprecated

    from registry.encoders.dense import DenseEncoder
    from registry.encoders.multi_vector import MultiVectorEncoder
    from registry.encoders.reranker import Reranker
    from registry.encoders.sparse import SparseEncoder
    from registry.loading._deprecation import (
        DeprecatedColbert,
        DeprecatedCrossEncoder,
        DeprecatedDense,
        DeprecatedLlm,
        DeprecatedSparse,
    )
    from registry.models.kinds import (
        ColbertLike,
        CrossEncoderLike,
        DenseLike,
        LlmLike,
        Loadable,
        SparseLike,
    )

    Loaded = MultiVectorEncoder | DenseEncoder | SparseEncoder | Reranker | TextGenerator


class _Arguments(TypedDict, total=False):
    """The keyword arguments of `load`, all optional.

    device: "auto" (CUDA, then MPS, then CPU), "cpu", "cuda", "cuda:1", "mps".
    dim: a registered Matryoshka width; vectors are truncated and renormalized.
    dtype: "float32", "float16", "bfloat16", "auto".
    quantization: "4bit" or "8bit" weights (CUDA and bitsandbytes).
    attention: "flash" (if installed), "sdpa", "eager".
    context_length: tokens for prompt and answer together that a language model must have room for,
    up to its entry's; more takes more memory. A prompt that does not fit is an
    InputError. backend: a name, see `registry.backends.backend_names()`; "auto" is the same as
    none. revision: a commit other than that of models.lock.json, or the catalogue's pin.
    local_path: a folder or a .gguf file instead of the Hub.
    trust_remote_code: run code from the repository; needs a pinned commit.
    allow_pickle: accept pickled weights.
    cache_dir, local_files_only: as in huggingface_hub.
    base_url, api_key, timeout (seconds): for backends that talk to a server.
    allow_remote: let an Ollama server pass texts on to a model that runs elsewhere.
    server_model: the server's name of the model, if it is not the one in its entry.
    precision: "f32", "bf16" or "int8", for backends that run exports (openvino, onnx). min_overlap:
    how much of the ten best documents such a precision must find, by default 0.99. threads: how
    many to compute on; by default all that this process or its container may use. probe: False
    skips the check of a server or an engine with the texts of the probe.
    """

    device: str
    dim: int | None
    dtype: str | None
    quantization: Quantization | None
    attention: Attention | None
    context_length: int | None
    backend: str | None
    revision: str | None
    local_path: str | Path | None
    trust_remote_code: bool
    allow_pickle: bool
    cache_dir: str | Path | None
    local_files_only: bool
    base_url: str | None
    api_key: str | Secret | None
    timeout: float
    allow_remote: bool
    server_model: str | None
    precision: EnginePrecision | None
    min_overlap: float | None
    threads: int | None
    probe: bool


if TYPE_CHECKING:
    # Closed (PEP 728), or ty lets misspelled arguments pass. Python supports it from 3.15 on.
    class LoadArguments(_Arguments, closed=True):
        """The keyword arguments of `load`."""
else:

    def deprecated(_: str):  # noqa: D103 - for checkers alone, which know it from typing_extensions
        return lambda function: function

    class LoadArguments(_Arguments):  # noqa: D101 - below
        __doc__ = _Arguments.__doc__


@overload
@deprecated("this model is deprecated; its superseded_by names the one to use")
def load(model: DeprecatedColbert, **arguments: Unpack[LoadArguments]) -> MultiVectorEncoder: ...
@overload
@deprecated("this model is deprecated; its superseded_by names the one to use")
def load(model: DeprecatedDense, **arguments: Unpack[LoadArguments]) -> DenseEncoder: ...
@overload
@deprecated("this model is deprecated; its superseded_by names the one to use")
def load(model: DeprecatedSparse, **arguments: Unpack[LoadArguments]) -> SparseEncoder: ...
@overload
@deprecated("this model is deprecated; its superseded_by names the one to use")
def load(model: DeprecatedCrossEncoder, **arguments: Unpack[LoadArguments]) -> Reranker: ...
@overload
@deprecated("this model is deprecated; its superseded_by names the one to use")
def load(model: DeprecatedLlm, **arguments: Unpack[LoadArguments]) -> TextGenerator: ...
@overload
def load(model: ColbertLike, **arguments: Unpack[LoadArguments]) -> MultiVectorEncoder: ...
@overload
def load(model: DenseLike, **arguments: Unpack[LoadArguments]) -> DenseEncoder: ...
@overload
def load(model: SparseLike, **arguments: Unpack[LoadArguments]) -> SparseEncoder: ...
@overload
def load(model: CrossEncoderLike, **arguments: Unpack[LoadArguments]) -> Reranker: ...
@overload
def load(model: LlmLike, **arguments: Unpack[LoadArguments]) -> TextGenerator: ...
def load(model: Loadable, **arguments: Unpack[LoadArguments]) -> Loaded:
    """Load a model of this or any other registry, checked against its entry.

    Late interaction gives a MultiVectorEncoder, dense a DenseEncoder, sparse a SparseEncoder, a
    cross-encoder a Reranker, an llm a TextGenerator; LoadArguments explains the arguments.

    A models.lock.json in use here (`registry.files.lock_file`) decides the commit and the
    files, and its hashes are checked.

    Raises LoadError (CheckpointError, DeviceError, LibraryDriftError, MissingExtraError) and
    BackendError;
    InputError for anything but a model, and for arguments of other types than these;
    CatalogueFileError for a lock that cannot be read.

    >>> from registry import ALL_MINILM_L6_V2, load
    >>> encoder = load(ALL_MINILM_L6_V2)  # doctest: +SKIP
    >>> encoder.encode_queries(["typed registries"]).shape  # doctest: +SKIP
    (1, 384)

    Warns once about a model that its catalogue calls deprecated (DeprecationWarning).

    The result has `close`, and `with load(...) as encoder:` calls it.
    """
    # First and in place: whatever goes wrong below, this frame is part of the traceback.
    arguments["api_key"] = hidden(arguments.get("api_key"))
    check_model(model, "load")
    check_arguments(arguments, LoadArguments)
    settings = dict(arguments)
    backend, probing = settings.pop("backend", None), settings.pop("probe", True)
    name = _default_backend(model) if backend in (None, "", "auto") else str(backend)
    for key in ("local_path", "cache_dir"):
        path = cast("str | PathLike[str] | None", settings.get(key))
        if path is not None:
            settings[key] = Path(path).expanduser()
    # Checked above; only the paths and the key were text.
    options = LoadOptions(**settings)  # type: ignore[arg-type]
    if model.kind not in _METHODS:
        kinds = ", ".join(_METHODS)
        raise UnsupportedError(f"{model.id} is of type {model.kind}; load knows {kinds}")
    warn_of_deprecated(model)
    warn_of_unknown_prompt(model)
    loaded = getattr(get_backend(name), _METHODS[model.kind])(model, options)
    try:
        record(loaded, name, options)
        if probing and getattr(loaded, "serving", None) is not None:
            _prove(loaded, options)
        serving = loaded.serving if model.kind == "cross-encoder" else None
        if serving is not None and serving.cuts:
            warn_of_unknown_scale(model, serving.by)
    except BaseException:  # Ctrl-C, and warnings that are errors, too
        loaded.close()
        raise
    return cast(
        "MultiVectorEncoder | DenseEncoder | SparseEncoder | Reranker | TextGenerator", loaded
    )


def _prove(loaded: Any, options: LoadOptions) -> None:
    if isinstance(loaded, TextGenerator):
        prove_conversation(loaded, options.revision)
    else:
        from registry.probes.proving import prove  # imports numpy: generation has no need of it

        prove(loaded, options.revision)


def _default_backend(model: Loadable) -> str:
    # Without a repository there are no weights to run: only a provider can serve it.
    repository: str | None = model.huggingface_id
    return "openai" if repository is None else default_backend(model.kind)


# A kind of model -> the method of ModelBackend that loads it.
_METHODS = {
    "colbert": "multi_vector_encoder",
    "dense": "dense_encoder",
    "sparse": "sparse_encoder",
    "cross-encoder": "reranker",
    "llm": "text_generator",
}

"""Load a causal language model and its tokenizer through transformers, checked."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

from registry.backends._context_length import check_context_length
from registry.backends._local_options import (
    refuse_dim,
    refuse_engine_options,
    refuse_server_options,
    set_threads,
)
from registry.backends._tokenizers import check_tokenizer
from registry.backends._weight_loading import loading_weights
from registry.backends.devices import Arguments, choose_device, model_arguments
from registry.backends.interface import LoadOptions
from registry.checkpoints.checkpoint import Checkpoint, resolve
from registry.errors import LoadError, MissingExtraError
from registry.libraries.transformers import GENERATION, LOADING

if TYPE_CHECKING:
    from registry.models.kinds import LlmLike


def load_causal_lm(model: LlmLike, options: LoadOptions) -> tuple[Any, Any]:
    """The library's network and tokenizer of a model; its classes have no types to rely on.

    A .gguf file is unpacked to full precision and needs the packages gguf and accelerate.
    What is asked for in vain (a device, a package) is said before anything is fetched.

    Raises LoadError (CheckpointError, DeviceError, LibraryDriftError, MissingExtraError) and
    UnsupportedError.
    """
    refuse_server_options("transformers", model, options)
    refuse_engine_options("transformers", model, options)
    refuse_dim(model, options)
    check_context_length(model, options.context_length)
    try:
        importlib.import_module("torch")  # transformers does not miss it until it loads
        import transformers
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "transformers", "encoders") from None
    device = choose_device(options.device)
    set_threads(options.threads)
    arguments = model_arguments(options, device, default_dtype="auto")
    LOADING.verify()
    GENERATION.verify()
    checkpoint = resolve(model, options)
    if checkpoint.gguf is not None:
        _prepare_gguf(model, options, arguments)
    with loading_weights(checkpoint) as reports:
        network, tokenizer = _load(transformers, checkpoint, model, options, device, arguments)
        reports.check(network)
    return network, tokenizer


def _prepare_gguf(model: LlmLike, options: LoadOptions, arguments: Arguments) -> None:
    if options.quantization is not None:
        raise LoadError(f"{model.id}: a .gguf file is quantised already; leave out quantization=")
    for package in ("gguf", "accelerate"):
        if importlib.util.find_spec(package) is None:
            raise LoadError(
                f"{model.id}: .gguf files need the package {package}: pip install gguf accelerate"
            )
    from transformers import GgufConfig

    # Packed weights would need kernels that the library downloads, unpinned, and runs.
    arguments["quantization_config"] = GgufConfig(dequantize=True)


def _load(
    library: Any,  # its Auto classes have no types that a strict checker accepts
    checkpoint: Checkpoint,
    model: LlmLike,
    options: LoadOptions,
    device: str,
    arguments: Arguments,
) -> tuple[Any, Any]:
    """The library's network and tokenizer, from a checkpoint whose files are whole."""
    where: Arguments = {
        "pretrained_model_name_or_path": str(checkpoint.folder),
        "trust_remote_code": options.trust_remote_code,
        "local_files_only": True,
    }
    if checkpoint.gguf is not None:
        where["gguf_file"] = checkpoint.gguf.name
    config = library.AutoConfig.from_pretrained(**where)
    _check_config(checkpoint, model, config.get_text_config())
    tokenizer = library.AutoTokenizer.from_pretrained(**where)
    check_tokenizer(checkpoint, tokenizer)
    placed = importlib.util.find_spec("accelerate") is not None and device != "cpu"
    if placed or options.quantization is not None:
        arguments["device_map"] = {"": device}
    network = library.AutoModelForCausalLM.from_pretrained(**where, config=config, **arguments)
    if "device_map" not in arguments:
        network.to(device)
    return network.eval(), tokenizer


def _check_config(
    checkpoint: Checkpoint,
    model: LlmLike,
    config: Any,  # of whatever architecture
) -> None:
    """The checkpoint reads as much, in the same vocabulary, as the registry promises."""
    positions = getattr(config, "max_position_embeddings", None)
    if positions is not None and positions < model.context_length:
        raise checkpoint.error(
            f"the checkpoint reads {positions} tokens, the registry promises a context_length of "
            f"{model.context_length}; one of them is another model or revision"
        )
    vocabulary = getattr(model, "vocab_size", None)
    if vocabulary is not None and config.vocab_size != vocabulary:
        raise checkpoint.error(
            f"the checkpoint has a vocabulary of {config.vocab_size}, the registry promises "
            f"{vocabulary}; one of them is another model or revision"
        )

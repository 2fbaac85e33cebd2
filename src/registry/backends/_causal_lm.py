"""Load a causal language model and its tokenizer through transformers, checked."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from registry.backends._context_length import check_context_length
from registry.backends._local_options import (
    refuse_dim,
    refuse_engine_options,
    refuse_server_options,
)
from registry.backends._tokenizers import check_tokenizer
from registry.backends._weight_loading import loading_weights
from registry.backends.devices import Arguments, choose_device, model_arguments
from registry.backends.interface import LoadOptions
from registry.backends.threads import set_torch_threads
from registry.checkpoints.checkpoint import Checkpoint, resolve
from registry.errors import InputError, LoadError, MissingExtraError
from registry.libraries.transformers import GENERATION, LOADING, one_reading_of_gguf

if TYPE_CHECKING:
    from registry.encoders.generator import Message
    from registry.models.kinds import LlmLike


def load_causal_lm(model: LlmLike, options: LoadOptions) -> tuple[Any, Any]:
    """The library's network and tokenizer of a model; its classes have no reliable types.

    A .gguf file is unpacked to full precision and needs the packages gguf and accelerate.
    A missing device or package is reported before anything is fetched.

    Raises LoadError (CheckpointError, DeviceError, LibraryDriftError, MissingExtraError) and
    UnsupportedError.
    """
    refuse_server_options("transformers", model, options)
    refuse_engine_options("transformers", model, options)
    refuse_dim(model, options)
    check_context_length(model, options.context_length)
    try:
        importlib.import_module("torch")  # transformers does not need it until it loads
        import transformers
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "transformers", "encoders") from None
    device = choose_device(options.device)
    set_torch_threads(options.threads)
    arguments = model_arguments(options, device, default_dtype="auto")
    LOADING.verify()
    GENERATION.verify()
    checkpoint = resolve(model, options)
    if checkpoint.gguf is not None:
        _prepare_gguf(model, options, arguments)
    once = one_reading_of_gguf() if checkpoint.gguf is not None else nullcontext()
    with loading_weights(checkpoint) as reports, once:
        network, tokenizer = _load(transformers, checkpoint, model, options, device, arguments)
        reports.check(network)
    return network, tokenizer


def load_tokenizer(model: LlmLike, options: LoadOptions) -> Any:
    """The library's tokenizer of a model alone. Raises LoadError."""
    try:
        import transformers
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "transformers", "encoders") from None
    checkpoint = resolve(model, options)
    untyped: Any = transformers.AutoTokenizer
    tokenizer = untyped.from_pretrained(
        str(checkpoint.folder),
        trust_remote_code=options.trust_remote_code,
        local_files_only=True,
    )
    check_tokenizer(checkpoint, tokenizer)
    return tokenizer


def counted_conversation(model: LlmLike, tokenizer: Any, messages: Sequence[Message]) -> int | None:
    """The tokens of a conversation in a tokenizer's chat template. Raises InputError."""
    if not tokenizer.chat_template:
        return None
    try:
        found = tokenizer.apply_chat_template(
            list(messages), add_generation_prompt=True, return_dict=True
        )
    except Exception as error:  # templates are programs, and may raise anything
        raise InputError(
            f"{model.id}: its chat template refuses these messages: {error}"
        ) from error
    return len(found["input_ids"])


def _prepare_gguf(model: LlmLike, options: LoadOptions, arguments: Arguments) -> None:
    if options.quantization is not None:
        raise LoadError(f"{model.id}: a .gguf file is quantized already; leave out quantization=")
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
    """The library's network and tokenizer, from a checkpoint whose files are complete."""
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
    """The checkpoint has the length and vocabulary that the registry states."""
    positions = getattr(config, "max_position_embeddings", None)
    length = model.context_length
    if positions is not None and length is not None and positions < length:
        raise checkpoint.error(
            f"the checkpoint reads {positions} tokens, but the registry states a context_length of "
            f"{length}; one of them is another model or revision"
        )
    vocabulary = getattr(model, "vocab_size", None)
    if vocabulary is not None and config.vocab_size != vocabulary:
        raise checkpoint.error(
            f"the checkpoint has a vocabulary of {config.vocab_size}, but the registry states "
            f"{vocabulary}; one of them is another model or revision"
        )

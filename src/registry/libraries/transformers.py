"""transformers: the report of what it loaded, its progress bars, attention, and decoding loop.

It fills weights that a checkpoint lacks with random numbers and logs a report. Through
sentence-transformers that report cannot be requested (`output_loading_info=True` would change what
`from_pretrained` returns), so the function that writes it is replaced while a model loads.
"""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import lru_cache, partial, wraps
from typing import Any, cast

from registry.errors import LibraryDriftError
from registry.libraries.seams import Part, Seam

_CHECKED = ">=5.23,<5.25"
_REPORT = "log_state_dict_report"

LOADING = Seam(
    "transformers",
    _CHECKED,
    (
        Part(f"transformers.modeling_utils:{_REPORT}", takes=("loading_info",), replaced=True),
        Part("transformers.utils.loading_report:LoadStateDictInfo.missing_and_mismatched"),
        Part("transformers.utils.logging:set_tqdm_hook", takes=("hook",)),
        Part("transformers.modeling_gguf_pytorch_utils:tqdm"),
        Part("transformers:PreTrainedTokenizerBase.all_special_tokens"),
    ),
)
GENERATION = Seam(
    "transformers",
    _CHECKED,
    (
        # It treats unknown arguments as inputs of the network.
        Part("transformers:GenerationMixin.generate", takes=("custom_generate",)),
        Part(
            "transformers:GenerationMixin.prepare_inputs_for_generation",
            takes=("input_ids", "next_sequence_length", "is_first_iteration"),
        ),
        Part(
            "transformers:GenerationMixin._update_model_kwargs_for_generation",
            takes=("outputs", "model_kwargs"),
        ),
    ),
)

ATTENTION = Seam(
    "transformers",
    _CHECKED,
    (
        Part("transformers:PreTrainedConfig._attn_implementation"),
        Part(
            "transformers.masking_utils:eager_mask",
            takes=("batch_size", "q_length", "kv_length", "use_vmap"),
        ),
    ),
)

Bar = Callable[..., Any]

# What is replaced is global to the process: one load at a time.
_lock = threading.Lock()


class LoadReports:
    """What the library reported about the weights that it loaded.

    missing: names of weights that the checkpoint lacks, or has in another shape.
    drift: why that cannot be known.
    """

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self.drift: LibraryDriftError | None = None
        self._count = 0

    def check(self, network: Any) -> None:
        """Make sure that a network's loading was reported: else made-up weights would go unnoticed.

        Raises LibraryDriftError.
        """
        from transformers import PreTrainedModel

        if self._count == 0 and any(
            isinstance(each, PreTrainedModel) for each in network.modules()
        ):
            raise LOADING.drifted(
                f"{_REPORT} was not called, so weights that were made up would go unnoticed"
            )

    def add(self, arguments: inspect.BoundArguments) -> None:
        """A report, from the arguments of the library's own reporting function."""
        self._count += 1
        try:
            self.missing.update(
                map(str, arguments.arguments["loading_info"].missing_and_mismatched())
            )
        except (KeyError, TypeError, AttributeError) as error:
            self.drift = LOADING.drifted(
                f"{_REPORT} is not told what is missing ({type(error).__name__}: {error})"
            )


@contextmanager
def watched(reports: LoadReports) -> Generator[None]:
    """Collect reports in this context; one thread at a time. Raises LibraryDriftError."""
    with _lock:
        LOADING.verify()
        from transformers import modeling_utils

        module: Any = modeling_utils  # what is not a public name has no type either
        original = module.log_state_dict_report
        signature = inspect.signature(original)

        @wraps(original)
        def collect(*arguments: Any, **keywords: Any) -> Any:  # passed on, whatever they are
            try:
                bound = signature.bind_partial(*arguments, **keywords)
            except TypeError:
                bound = signature.bind_partial()
            reports.add(bound)
            return original(*arguments, **keywords)

        module.log_state_dict_report = collect
        try:
            yield
        finally:
            module.log_state_dict_report = original


@contextmanager
def nothing_drawn() -> Generator[None]:
    """In this context the library draws no bars and logs no report of what it loaded.

    Bars that a program draws itself (`set_tqdm_hook`) stay. Use it in one thread at a time.
    """
    from transformers import modeling_gguf_pytorch_utils, modeling_utils
    from transformers.utils import logging as library_logging

    def without_bar(bar: Bar, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if own is not None:
            return own(bar, arguments, keywords)
        return bar(*arguments, **{**keywords, "disable": True})

    gguf: Any = modeling_gguf_pytorch_utils  # it draws its bar past the hook
    gguf_bar: Bar = gguf.tqdm
    reporter = logging.getLogger(modeling_utils.__name__)
    own = library_logging.set_tqdm_hook(without_bar)
    gguf.tqdm = partial(gguf_bar, disable=True)
    reporter.addFilter(_is_no_report)
    try:
        yield
    finally:
        reporter.removeFilter(_is_no_report)
        gguf.tqdm = gguf_bar
        library_logging.set_tqdm_hook(own)


@contextmanager
def one_reading_of_gguf() -> Generator[None]:
    """In this context a .gguf file is parsed once.

    The library parses it for the configuration, for the tokenizer and for the weights, and each
    takes 10 s if the vocabulary is large. Use it in one thread at a time.
    """
    import gguf

    module: Any = gguf  # where the library looks its reader up, each time
    reader = module.GGUFReader
    module.GGUFReader = lru_cache(maxsize=1)(reader)
    try:
        yield
    finally:
        module.GGUFReader = reader


@contextmanager
def attention_in_steps(network: Any) -> Generator[None]:
    """In this context the library's models compute attention one operation after the other.

    Not with torch's own function, which becomes more operations in a graph: a few for rows without
    a token, which engines take for something other than attention. Models of before the library's
    common interface for attention stay as they are. Masks that a model adds something to, as Gemma
    does, come from positions at once, not from `vmap`, which torch cannot trace.
    """
    ATTENTION.verify()
    from transformers import AttentionMaskInterface, PreTrainedModel, masking_utils

    module: Any = masking_utils  # these are typed in part
    masks: Any = AttentionMaskInterface
    original = module.eager_mask

    def mask_at_once(*arguments: Any, **keywords: Any) -> Any:  # passed on, whatever they are
        return original(*arguments, **{**keywords, "use_vmap": False})

    # Outer models first: what they are set to, those inside are set to as well.
    configs: list[Any] = [
        each.config for each in network.modules() if isinstance(each, PreTrainedModel)
    ]
    before = [config._attn_implementation for config in configs]
    try:
        masks.register("eager", mask_at_once)
        for config in configs:
            config._attn_implementation = "eager"
        yield
    finally:
        masks.register("eager", original)
        for config, implementation in zip(configs, before, strict=True):
            config._attn_implementation = implementation


def _is_no_report(record: logging.LogRecord) -> bool:
    text = record.getMessage()
    # Where weights could not be converted, the library's error refers to its report.
    return "LOAD REPORT" not in text or "CONVERSION" in text


def knows_words(tokenizer: Any) -> bool:  # the library's classes have no types to rely on
    """Whether a tokenizer was read from files.

    If they are missing, the library makes one up that has only special tokens and the mark for the
    beginning of a word.
    """
    return len(tokenizer) - len(tokenizer.all_special_tokens) > 2


def generated(
    network: Any, decode: Callable[..., Generator[int]], **arguments: Any
) -> Generator[int]:
    """Tokens from our own decoding loop; the library's `generate` prepares it.

    Raises LibraryDriftError if it runs a loop of its own.
    """
    found: object = network.generate(**arguments, custom_generate=decode)
    if not isinstance(found, Generator):
        raise GENERATION.drifted(
            "GenerationMixin.generate does not give what custom_generate gives"
        )
    return cast("Generator[int]", found)


def next_inputs(
    network: Any, input_ids: Any, state: dict[str, Any], *, first: bool
) -> dict[str, Any]:
    """The arguments of a network's call for its next token; the first time with all tokens."""
    inputs: dict[str, Any] = network.prepare_inputs_for_generation(
        input_ids,
        next_sequence_length=1 if not first and state["use_cache"] else None,
        is_first_iteration=first,
        **state,
    )
    return inputs


def next_state(network: Any, outputs: Any, state: dict[str, Any]) -> dict[str, Any]:
    """What the library carries from one token to the next: cache, masks, positions."""
    found: dict[str, Any] = network._update_model_kwargs_for_generation(outputs, state)
    return found

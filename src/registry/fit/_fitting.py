"""Whether a model fits into memory, and if not, what would make it fit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from registry.fit._estimate import MemoryEstimate, estimate_memory
from registry.fit._formats import FORMATS, NumberFormat, known_format
from registry.fit._network import kind_of
from registry.fit._overhead import Device
from registry.fit._usual import usual_format
from registry.fit.memory_size import parse_memory
from registry.models.given import check_model
from registry.models.kinds import Weighed

_ERROR = 0.15
# Contexts worth offering: none shorter, and no odd ones.
_STEP = 128


@dataclass(frozen=True)
class Cure:
    """A change that makes a model fit: in words, and the estimate with it."""

    change: str
    estimate: MemoryEstimate


@dataclass(frozen=True)
class Fit:
    """Whether a model fits into `memory` bytes; can be used as a bool: `if fits(...):`.

    `cures` are changes that would make it fit; empty if it fits, or if no change would help.
    """

    estimate: MemoryEstimate
    memory: int
    cures: tuple[Cure, ...] = ()

    def __bool__(self) -> bool:
        return self.missing == 0

    @property
    def missing(self) -> int:
        """Bytes that are lacking; 0 if it fits."""
        return max(self.estimate.total - self.memory, 0)

    @property
    def spare(self) -> int:
        """Bytes that are left; 0 if it does not fit."""
        return max(self.memory - self.estimate.total, 0)

    @property
    def is_tight(self) -> bool:
        """Whether it fits with less to spare than the 15 % that an estimate may be wrong by."""
        return self.missing == 0 and self.spare < _ERROR * self.estimate.total


def fits(
    model: Weighed,
    memory: str | int,
    *,
    quantization: str | None = None,
    context: int | None = None,
    batch_size: int | None = None,
    device: Device = "cpu",
) -> Fit:
    """Whether a model fits into an amount of free memory ("8GB", or bytes) of a CPU or a GPU.

    Without quantization: in the most precise of `choices` that fits, else the smallest. The
    other arguments are those of `estimate_memory`, which says what is counted.

    Raises InputError as `estimate_memory` and `parse_memory` do.

    >>> from registry import LLAMA_3_8B_INSTRUCT
    >>> fit = fits(LLAMA_3_8B_INSTRUCT, "8GB", quantization="q8_0", device="gpu")
    >>> bool(fit), [cure.change for cure in fit.cures]
    (False, ['q4_K_M instead of q8_0'])
    """
    check_model(model, "fits")
    free = parse_memory(memory)
    names = [quantization]
    if quantization is None:
        names = [each.name for each in choices(model, device)]
    tried = [
        Fit(
            estimate_memory(
                model, quantization=name, context=context, batch_size=batch_size, device=device
            ),
            free,
        )
        for name in names
    ]
    smallest = min(tried, key=lambda fit: fit.missing)
    return next((fit for fit in tried if fit), None) or with_cures(model, smallest)


def choices(model: Weighed, device: Device) -> tuple[NumberFormat, ...]:
    """The formats a model is run in, the most precise first.

    A language model: those it is published in for llama.cpp; 16 bits are not among them, because
    q8_0 costs Llama-3-8B no more than 0.0026 of perplexity (llama-quantize --help). Any other: as
    `load` runs it, on a GPU also in 16 bits.
    """
    published = tuple(each for each in _published(model) if each.runtime == "llama.cpp")
    if kind_of(model) == "llm" and published:
        return published
    loaded, _ = usual_format(model, device)
    if device == "gpu" and loaded.bits == 32:
        return loaded, FORMATS["fp16"]
    return (loaded,)


def runs_in(model: Weighed, number: NumberFormat) -> bool:
    """Whether a model is available in a format: always in torch's, as GGUF if published."""
    return number.runtime == "torch" or kind_of(model) == "llm" or number in _published(model)


def with_cures(model: Weighed, fit: Fit) -> Fit:
    """A failing fit, with what would make it succeed."""
    return replace(fit, cures=tuple(_cures(model, fit.estimate, fit.memory)))


def _published(model: Weighed) -> tuple[NumberFormat, ...]:
    names = {known_format(each.quantization) for each in getattr(model, "variants", ())}
    return tuple(each for each in FORMATS.values() if each in names)


def _possible(model: Weighed, now: NumberFormat, device: Device) -> list[str]:
    """The formats of the same runtime that a model can be run in, the most precise first."""
    possible = {*_published(model), *choices(model, device), FORMATS["bf16"]}
    if device == "gpu":  # int8 and nf4 are bitsandbytes', which needs CUDA
        possible |= {FORMATS["int8"], FORMATS["nf4"]}
    return [
        each.name for each in FORMATS.values() if each in possible and each.runtime == now.runtime
    ]


def _cures(model: Weighed, estimate: MemoryEstimate, free: int) -> Iterator[Cure]:
    """Each single change that suffices; if none does, all of them together if they do."""

    def changed(
        quantization: str = estimate.quantization,
        context: int = estimate.context,
        batch_size: int = estimate.batch_size,
    ) -> MemoryEstimate:
        return estimate_memory(
            model,
            quantization=quantization,
            context=context,
            batch_size=batch_size,
            device=estimate.device,
        )

    contexts: Sequence[int] = range(_STEP, estimate.context, _STEP)
    possible = _possible(model, FORMATS[estimate.quantization], estimate.device)
    lower = [each for each in map(changed, possible) if each.weights < estimate.weights]
    single: list[Cure] = []
    smaller = next((each for each in lower if each.total <= free), None)
    if smaller is not None:
        words = f"{smaller.quantization} instead of {estimate.quantization}"
        single.append(Cure(words, smaller))
    context = _largest(contexts, lambda each: changed(context=each).total <= free)
    if context is not None:
        words = f"a context of {context:,} tokens instead of {estimate.context:,}"
        single.append(Cure(words, changed(context=context)))
    batches = range(1, estimate.batch_size)
    size = _largest(batches, lambda each: changed(batch_size=each).total <= free)
    if size is not None:
        words = f"batches of {size} instead of {estimate.batch_size}"
        single.append(Cure(words, changed(batch_size=size)))
    yield from single
    if single:
        return
    least = min(lower, key=lambda each: each.weights, default=estimate).quantization
    contexts = [*contexts, estimate.context]
    context = _largest(contexts, lambda each: changed(least, each, 1).total <= free)
    if context is not None:
        words = f"{least}, a context of {context:,} tokens and one text at a time"
        yield Cure(words, changed(least, context, 1))


def _largest(values: Sequence[int], fit: Callable[[int], bool]) -> int | None:
    """The largest value that fits, given that all below one that fits do too; None if none does."""
    # True sorts after False, so that the search finds the first that does not fit.
    end = bisect_left(values, True, key=lambda each: not fit(each))
    return values[end - 1] if end else None

"""Which popular models are credible as the default of an architecture, and why others are not.

Downloads show what is used, not what an architecture started from: a Spanish GPT-2, a forecaster in
the shape of a T5 and a GGUF of GPT-J each had more of them than the original. So nothing may speak
against a model, and for a well-known architecture its organization must be behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from registry.defaults._popular import PopularModel
from registry.defaults._static import documented_checkpoints, names_type, static_defaults

_RELATIONS = {
    "quantized": "a quantized copy of",
    "adapter": "an adapter for",
    "merge": "a merge with",
    "finetune": "a fine-tune of",
    "": "made from",
}
_BASE_TAG = re.compile(r"base_model:(?:(\w+):)?([\w./-]+)", re.ASCII)
_QUANTISED_TAGS = {"gptq", "awq", "exl2", "exl3", "mlx", "bitsandbytes", "4-bit", "8-bit"}

# Words in names. Few and unambiguous: a name proves little.
_QUANTISED = {
    *("gguf", "ggml", "gptq", "awq", "exl2", "exl3", "mlx", "bnb", "onnx", "openvino"),
    *("int4", "int8", "fp4", "fp8", "nf4", "4bit", "8bit"),
}
_TUNED = {"finetune", "finetuned", "finetuning", "lora", "qlora", "adapter"}
_FOR_TESTS = {"random", "dummy", "testing"}
_LANGUAGES = {
    *("arabic", "bengali", "bulgarian", "chinese", "czech", "danish", "dutch", "finnish"),
    *("french", "german", "greek", "hebrew", "hindi", "hungarian", "indonesian", "italian"),
    *("japanese", "korean", "norwegian", "persian", "polish", "portuguese", "romanian"),
    *("russian", "spanish", "swedish", "tamil", "telugu", "thai", "turkish", "ukrainian"),
    *("urdu", "vietnamese"),
}
_SIZES = {"base", "small"}

# Tags that the Hub has given to the same kind of model over the years.
_SAME_TASK = {"text2text-generation": "text-generation", "translation": "text-generation"}


@dataclass(frozen=True)
class Expected:
    """What is known beforehand about the default of a model type.

    checkpoint: the well-known one. legacy_id: its old name. task: its pipeline tag.
    curated: whether it was chosen by hand, and not taken from transformers' documentation.
    """

    model_type: str
    checkpoint: str | None = None
    legacy_id: str | None = None
    task: str | None = None
    curated: bool = False

    @property
    def owner(self) -> str | None:
        """The organization of the well-known checkpoint."""
        return self.checkpoint.rpartition("/")[0] if self.checkpoint else None

    def is_well_known(self, model: PopularModel) -> bool:
        """Whether that is the well-known checkpoint."""
        return _same(model.huggingface_id, self.checkpoint, self.legacy_id)


@dataclass(frozen=True)
class Judged:
    """A model, what speaks against it, and its merits, the most important first."""

    model: PopularModel
    objections: tuple[str, ...]
    merits: Mapping[str, bool]


@dataclass(frozen=True)
class Candidate:
    """A popular model, and why it is not the default; `passed_over` is None for the default.

    downloads: in the 30 days before the Hub was asked.
    """

    huggingface_id: str
    downloads: int
    passed_over: str | None


def expected_of(model_type: str) -> Expected:
    """What is known about a type, without any request.

    >>> expected_of("gpt2").owner, expected_of("biogpt").curated
    ('openai-community', False)
    """
    if known := static_defaults().get(model_type):
        return Expected(model_type, known.huggingface_id, known.legacy_id, known.task, curated=True)
    documented = documented_checkpoints().get(model_type)
    if documented and names_type(documented, model_type):
        return Expected(model_type, documented)
    return Expected(model_type)


def judge(models: Sequence[PopularModel], model_type: str) -> tuple[Judged, ...]:
    """The models with what speaks against them: credible ones first, the best at the top.

    Preferred are the well-known checkpoint, its organization, base and small sizes, and more
    downloads, in that order.
    """
    expected = expected_of(model_type)
    languages = _languages(models, expected)
    judged = [
        Judged(model, tuple(_objections(model, expected, languages)), _merits(model, expected))
        for model in models
    ]

    def order(each: Judged) -> tuple[object, ...]:
        lacking = (not has for has in each.merits.values())
        return bool(each.objections), *lacking, -each.model.downloads

    return tuple(sorted(judged, key=order))


def outranked(loser: Judged, winner: Judged) -> str:
    """Why one credible model comes after another."""
    more = (merit for merit, has in winner.merits.items() if has and not loser.merits[merit])
    return f"{winner.model.huggingface_id} comes first: {next(more, 'more downloads')}"


def _merits(model: PopularModel, expected: Expected) -> Mapping[str, bool]:
    """The most important first."""
    return {
        "the well-known checkpoint": expected.is_well_known(model),
        "by its organization": _same(model.owner, expected.owner),
        "a base or small size": bool(_SIZES & _words(model.huggingface_id)),
    }


def _objections(
    model: PopularModel, expected: Expected, languages: frozenset[str]
) -> Iterator[str]:
    if model.disabled:
        yield "disabled on the Hub"
    if model.config_type is not None and not _same(model.config_type, expected.model_type):
        yield f"its config.json says {model.config_type}"
    # The well-known one may be a fine-tune or quantized, like gpt-oss.
    if not expected.is_well_known(model):
        yield from _origin(model)
        yield from _purpose(model, expected)
        yield from _language(model, expected, languages)
        if expected.curated and not _same(model.owner, expected.owner):
            yield f"not by {expected.owner}"


def _origin(model: PopularModel) -> Iterator[str]:
    words = _words(model.huggingface_id)
    relation, base = _base(model)
    if base is not None:
        yield f"{_RELATIONS.get(relation, _RELATIONS[''])} {base}"
    # Some originals have a GGUF in addition to their weights.
    alone = {"gguf"} if not model.tags & {"safetensors", "pytorch"} else set[str]()
    marked = model.tags & (_QUANTISED_TAGS | alone) or words & _QUANTISED
    if marked and relation != "quantized":
        yield f"a quantized or converted copy ({', '.join(sorted(marked))})"
    if base is None and words & _TUNED:
        yield "a fine-tune, by its name"
    if words & _FOR_TESTS:
        yield "made for tests, by its name"


def _base(model: PopularModel) -> tuple[str, str | None]:
    """How a model relates to which other one, by its tags; ("", None) if they do not say."""
    found = sorted(
        (match[1] or "", match[2]) for tag in model.tags if (match := _BASE_TAG.fullmatch(tag))
    )
    # The Hub names each base twice, with and without the relation: the last one has it.
    return found[-1] if found else ("", None)


def _purpose(model: PopularModel, expected: Expected) -> Iterator[str]:
    if expected.checkpoint and model.library not in (None, "transformers"):
        yield f"made for {model.library}"
    if expected.task and model.task and _family(model.task) != _family(expected.task):
        yield f"made for {model.task}, not {expected.task}"


def _language(model: PopularModel, expected: Expected, wanted: frozenset[str]) -> Iterator[str]:
    words = _words(model.huggingface_id)
    if expected.curated and "en" in words:  # whisper-base.en
        yield "for English alone, by its name"
    elif not wanted or "multilingual" in model.languages or model.languages & wanted:
        return
    elif model.languages:
        yield f"for another language ({', '.join(sorted(model.languages))})"
    elif named := _LANGUAGES & words - _words(expected.model_type):
        yield f"for another language, by its name ({', '.join(sorted(named))})"


def _languages(models: Sequence[PopularModel], expected: Expected) -> frozenset[str]:
    """The languages a default should have one of: the well-known one's, else English.

    Empty if nothing is known about the type: it may be made for any language.
    """
    for model in models:
        if expected.is_well_known(model) and model.languages:
            return model.languages
    return frozenset({"en"} if expected.curated else ())


def _family(task: str) -> str:
    return _SAME_TASK.get(task, task)


def _same(name: str, *others: str | None) -> bool:
    """Whether one of the others is that name; the Hub ignores case."""
    return name.casefold() in (other.casefold() for other in others if other is not None)


def _words(name: str) -> set[str]:
    return set(re.split(r"[^a-z0-9]+", name.lower()))

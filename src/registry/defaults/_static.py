"""What is known offline: model types, their well-known checkpoints, guesses."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from registry.errors import InputError

_MODEL_TYPE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.IGNORECASE)


@dataclass(frozen=True)
class StaticDefault:
    """The well-known checkpoint of a model type.

    task: the Hub's pipeline tag. legacy_id: its name from before organizations.
    gated: whether it asks for an agreement first, as far as it is known.
    """

    huggingface_id: str
    task: str
    legacy_id: str | None = None
    gated: bool = False


@dataclass(frozen=True)
class Guess:
    """A checkpoint that is only a guess, and why it is still offered."""

    huggingface_id: str
    reason: str


@cache
def _facts() -> Any:  # static_defaults.json documents its shape; tests check it
    return json.loads(
        files("registry.defaults").joinpath("static_defaults.json").read_text("utf-8")
    )


@cache
def static_defaults() -> Mapping[str, StaticDefault]:
    """The well-known checkpoints by model type, in alphabetical order.

    >>> static_defaults()["whisper"].huggingface_id
    'openai/whisper-small'
    """
    return {name: StaticDefault(**facts) for name, facts in _facts()["defaults"].items()}


def documented_checkpoints() -> Mapping[str, str]:
    """What transformers documents for its other types. Partly wrong: see `names_type`.

    >>> documented_checkpoints()["biogpt"]
    'microsoft/biogpt'
    """
    checkpoints: Mapping[str, str] = _facts()["documented"]
    return checkpoints


def names_type(huggingface_id: str, model_type: str) -> bool:
    """Whether the name of a repository shows the type, as most documented checkpoints do.

    >>> names_type("state-spaces/mamba2-2.8b", "mamba2"), names_type("BAAI/seggpt-vit-large", "sew")
    (True, False)
    """
    return _squashed(model_type) in _squashed(huggingface_id.rpartition("/")[2])


def canonical_type(text: str) -> str:
    """A model type as transformers spells it; one that is not known, in lower case.

    Raises InputError for a text that cannot be a model type.

    >>> canonical_type("GPT-J"), canonical_type("xlm_roberta"), canonical_type("gpt neo")
    ('gptj', 'xlm-roberta', 'gpt_neo')
    """
    if known := _spellings().get(_squashed(text)):
        return known
    if not _MODEL_TYPE.fullmatch(text):
        raise InputError(
            f"{text!r} is not a model type: that is what config.json calls model_type, such as bert"
        )
    return text.lower()


def guess(model_type: str) -> Guess:
    """What to try for a type without a well-known checkpoint, and how weak the evidence is.

    >>> guess("wisper")  # doctest: +NORMALIZE_WHITESPACE
    Guess(huggingface_id='openai/whisper-small', reason="there is no model type 'wisper' here;
    did you mean whisper? This is the default of whisper")
    """
    if documented := documented_checkpoints().get(model_type):
        reason = f"transformers names it in the documentation of {model_type}; not checked"
        if not names_type(documented, model_type):
            reason += ", and its name does not show that it is one"
        return Guess(documented, reason)
    known = {_squashed(name): name for name in static_defaults()}
    near = difflib.get_close_matches(_squashed(model_type), known, n=3, cutoff=0.7)
    if near:
        names = [known[each] for each in near]
        return Guess(
            static_defaults()[names[0]].huggingface_id,
            f"there is no model type {model_type!r} here; did you mean {' or '.join(names)}? "
            f"This is the default of {names[0]}",
        )
    # Without an organization, because no one can register such a name to have it guessed.
    return Guess(
        f"{model_type}-base",
        f"nothing is known about the model type {model_type!r}; this only follows the usual "
        "naming, and there may be no such repository",
    )


@cache
def _spellings() -> Mapping[str, str]:
    return {_squashed(name): name for name in (*documented_checkpoints(), *static_defaults())}


def _squashed(text: str) -> str:
    return re.sub(r"[\s._-]", "", text).casefold()

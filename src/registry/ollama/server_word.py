"""What an Ollama server reports about a model (/api/show), and how that contradicts an entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from registry_base.json_shapes import is_list, is_object

if TYPE_CHECKING:
    from registry.models.kinds import DenseLike, LlmLike

Pooling = Literal["mean", "cls", "lasttoken"]
# llama.cpp's numbers for how vectors of tokens become one; 0 is none, 4 a score.
_POOLINGS: dict[int, Pooling] = {1: "mean", 2: "cls", 3: "lasttoken"}
# Converters leave out parts (a pooler), or count tied weights once; more is another model.
_PARAMETERS = 0.3
# The template of a model that came without one.
NO_TEMPLATE = "{{ .Prompt }}"


@dataclass(frozen=True, kw_only=True)
class ServerWord:
    """What the server says; None is what it does not say, and agrees with everything.

    remote: the address where the model runs, if that is elsewhere.
    """

    width: int | None = None
    length: int | None = None
    layers: int | None = None
    parameters: int | None = None
    pooling: Pooling | None = None
    normalize: bool | None = None
    template: str | None = None
    capabilities: tuple[str, ...] = ()
    remote: str | None = None
    precision: str | None = None


def read_word(shown: object) -> ServerWord:
    """The content of an answer to /api/show.

    >>> read_word({"model_info": {"general.architecture": "bert", "bert.block_count": 6}}).layers
    6
    """
    said: dict[str, Any] = shown if is_object(shown) else {}
    found = said.get("model_info")
    info: dict[str, Any] = found if is_object(found) else {}
    architecture = info.get("general.architecture")
    capabilities, details = said.get("capabilities"), said.get("details")

    def own(name: str) -> Any:
        return info.get(f"{architecture}.{name}")

    normalize = own("normalize_embeddings")
    pooling = own("pooling_type")
    return ServerWord(
        width=_count(own("embedding_length")),
        length=_count(own("context_length")),
        layers=_count(own("block_count")),
        parameters=_count(info.get("general.parameter_count")),
        pooling=_POOLINGS.get(pooling) if isinstance(pooling, int) else None,
        normalize=normalize if isinstance(normalize, bool) else None,
        template=_text(said.get("template")),
        capabilities=tuple(str(each) for each in capabilities) if is_list(capabilities) else (),
        remote=_text(said.get("remote_host")),
        precision=_text(details.get("quantization_level")) if is_object(details) else None,
    )


def promised_word(model: DenseLike | LlmLike) -> ServerWord:
    """What an entry promises of the same."""
    dense = model.kind == "dense"
    hidden: int | None = getattr(model, "hidden_dim", None)
    width = model.embedding_dim if model.kind == "dense" else None
    pooling: str | None = getattr(model, "pooling", None) if dense else None
    return ServerWord(
        # If layers after the network change the width of vectors, the vectors will show it.
        width=width if hidden in (None, width) else None,
        layers=_count(getattr(model, "num_layers", None)),
        parameters=_count(getattr(model, "parameter_count", None)),
        pooling=next((each for each in _POOLINGS.values() if each == pooling), None),
        normalize=model.normalize if model.kind == "dense" else None,
    )


def contradictions(word: ServerWord, promised: ServerWord, promiser: str) -> Iterator[str]:
    """Where the server's word and a promise cannot both be true, with both values."""
    layers, parameters, width = promised.layers, promised.parameters, promised.width
    if None not in (word.layers, layers) and word.layers != layers:
        yield f"has {word.layers} layers, {promiser} states {layers}"
    said = word.parameters
    if said and parameters and abs(said - parameters) > _PARAMETERS * parameters:
        yield f"has {said:,} parameters, {promiser} states {parameters:,}"
    if None not in (word.width, width) and word.width != width:
        yield f"gives {word.width} dimensions, {promiser} states {width}"
    if None not in (word.pooling, promised.pooling) and word.pooling != promised.pooling:
        yield f"pools by {word.pooling}, {promiser} states {promised.pooling}"
    if word.normalize is False and promised.normalize is True:
        yield f"does not normalize vectors, {promiser} states that it does"
    if word.normalize is True and promised.normalize is False:
        yield f"normalizes vectors, {promiser} states that it does not"


def _count(value: object) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if whole and isinstance(value, int) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None

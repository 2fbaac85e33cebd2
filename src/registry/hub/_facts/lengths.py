"""How many tokens a model reads: what its positions allow, and where its pipeline truncates.

A tokenizer's limit is not a model's context: for a language model it is ignored, for others it is a
guess if there is nothing better.
"""

from __future__ import annotations

from registry.hub._fact import Fact, Findings, Kind, as_guess, computed
from registry.hub._facts.architecture import NO_LIMIT, NO_POSITIONS, language_part, language_type
from registry.hub._facts.modules import (
    TOKENIZER_CONFIG,
    looks_up_vectors,
    network_config,
    network_file,
)
from registry.hub._facts.reading import JsonFile, Reader
from registry_base import architectures
from registry_base.json_shapes import is_object

# Where sentence-transformers writes what its Transformer module does, by age.
_TRANSFORMER_CONFIGS = (
    "sentence_bert_config.json",
    "sentence_roberta_config.json",
    "sentence_distilbert_config.json",
    "sentence_camembert_config.json",
    "sentence_albert_config.json",
    "sentence_xlm-roberta_config.json",
    "sentence_xlnet_config.json",
)
# Types whose pipelines truncate what they read.
_TRUNCATING = ("dense", "sparse", "colbert", "cross-encoder", "vision-language")


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    if kind == "timeseries":
        return  # reads time points
    if looks_up_vectors(reader):
        found.put("specs.context_length", None, NO_POSITIONS)
        return
    config = network_config(reader)
    positions, read_by_hub = _usable(config, found), _gguf_context(reader)
    if read_by_hub is not None and (positions is None or positions.kind == "inferred"):
        if positions is not None and read_by_hub.value > positions.value:
            _refute(positions, read_by_hub, found)
        positions = read_by_hub
    truncates = kind is None or kind in _TRUNCATING
    limit = _limit(reader) if truncates else None
    context = positions or as_guess(limit)
    if positions is not None and limit is not None:
        context = _find_limit(positions, limit, found)
    extended = None if positions is None else _extended(config, positions)
    if context is not None and extended is not None and extended.value > context.value:
        found.put("specs.extended_context_length", extended)
    table = "specs.max_position_embeddings"
    neither = "neither the positions in config.json nor the tokenizer set a limit"
    found.put(
        "specs.context_length", context, neither if truncates else found.unknown.get(table, "")
    )


def _find_limit(positions: Fact, limit: Fact, found: Findings) -> Fact:
    """What both together allow: a pipeline that truncates later than a guess refutes it."""
    if limit.value < positions.value:
        found.put("specs.max_sequence_length", limit)
    elif limit.value > positions.value and limit.kind == "stated":
        if positions.kind == "inferred":
            _refute(positions, limit, found)
            return limit
        found.put("specs.max_sequence_length", None, _exceeds(limit, positions))
    return positions


def _refute(guess: Fact, stated: Fact, found: Findings) -> None:
    found.facts.pop("specs.max_position_embeddings", None)
    reason = f"{_exceeds(stated, guess)}, a guess"
    found.put("specs.max_position_embeddings", None, reason)


def _exceeds(length: Fact, positions: Fact) -> str:
    said = f"{length.origin} {length.value}"
    return f"{said} is more than the {positions.value} positions of {positions.origin}"


def transformer_config(reader: Reader) -> str | None:
    """The file in which sentence-transformers describes the backbone's input."""
    paths = (network_file(reader, name) for name in _TRANSFORMER_CONFIGS)
    return next(filter(reader.has, paths), None)


def _usable(config: JsonFile, found: Findings) -> Fact | None:
    """The positions that can be used for input: in some models, those after the padding's."""
    table = found.facts.get("specs.max_position_embeddings")
    usual = architectures.usual_padding(language_type(config))
    if table is None or usual is None:
        return table
    padding = language_part(config).data.get("pad_token_id")
    reserved = (padding if type(padding) is int and padding >= 0 else usual) + 1
    if table.value <= reserved:
        return None
    origin = f"{table.origin}, less {reserved} that this architecture reserves"
    return Fact(table.value - reserved, origin, _kind_of(table))


def _extended(config: JsonFile, positions: Fact) -> Fact | None:
    """The positions after a YaRN scaling that the configuration states.

    If they are given already scaled, there is nothing beyond them.
    """
    for scaling in _scalings(language_part(config)):
        kind = scaling.text("rope_type", "type")
        factor, original = scaling.data.get("factor"), scaling.whole(_ORIGINAL)
        if kind is None or kind.value != "yarn" or not _is_factor(factor):
            continue
        start = positions.value if original is None else original.value
        extended = round(start * factor)
        if positions.value < extended < NO_LIMIT:
            origin = f"{scaling.origin('factor')} times {_ORIGINAL}"
            return computed(extended, origin)
    return None


_ORIGINAL = "original_max_position_embeddings"


def _scalings(network: JsonFile) -> list[JsonFile]:
    """What the configuration says about rotary positions; some do so for each type of layer."""
    scaling = network.within("rope_scaling", "rope_parameters")
    inner = [scaling.within(name) for name, value in scaling.data.items() if is_object(value)]
    return [scaling, *inner]


def _is_factor(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 1 < value <= 1024


def _kind_of(table: Fact) -> Kind:
    return "inferred" if table.kind == "inferred" else "computed"


def _gguf_context(reader: Reader) -> Fact | None:
    """What the Hub read in a GGUF file, which states its positions itself."""
    context = reader.source.metadata.gguf_context
    return None if context is None or context >= NO_LIMIT else Fact(context, "the Hub: gguf")


def _limit(reader: Reader) -> Fact | None:
    """Where the published pipeline truncates."""
    name = transformer_config(reader)
    fact = reader.json(name).whole("max_seq_length") if name is not None else None
    # The tokenizer's configuration may be a megabyte: only if nothing else says it.
    path = network_file(reader, TOKENIZER_CONFIG)
    fact = fact or as_guess(reader.json(path).whole("model_max_length"))
    return fact if fact is not None and fact.value < NO_LIMIT else None

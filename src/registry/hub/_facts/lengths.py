"""How many tokens a model reads: what its positions allow, and where its pipeline truncates."""

from __future__ import annotations

from registry.hub._fact import Fact, Findings
from registry.hub._facts.modules import CONFIG, network_file
from registry.hub._facts.reading import Reader

# These number their positions from padding_idx + 1 = 2, so two rows of the table are never used
# (transformers: create_position_ids_from_input_ids). registry_codegen checks catalogues by the
# same list; a test holds them together.
RESERVE_TWO_POSITIONS = frozenset(
    {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "xmod", "longformer"}
)
# What tokenizers write for "no limit" is 10**30; nobody reads a billion tokens.
_NO_LIMIT = 10**9
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


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    if kind == "timeseries":
        return  # reads time points
    positions = _positions(found) or _gguf_context(reader)
    if positions is not None and kind == "llm":
        found.put("specs.context_length", positions)
        return  # tokenizers of language models give limits of their own, or none
    limit = _limit(reader)
    found.put(
        "specs.context_length",
        positions or limit,
        "neither the positions in config.json nor the tokenizer set a limit",
    )
    if positions is not None and limit is not None and limit.value < positions.value:
        found.put("specs.max_sequence_length", limit)


def transformer_config(reader: Reader) -> str | None:
    """The file in which sentence-transformers describes the backbone's input."""
    paths = (network_file(reader, name) for name in _TRANSFORMER_CONFIGS)
    return next(filter(reader.has, paths), None)


def _positions(found: Findings) -> Fact | None:
    """The positions that can be used for input."""
    table = found.facts.get("specs.max_position_embeddings")
    if table is None or found.value("architecture.type") not in RESERVE_TWO_POSITIONS:
        return table
    if table.value <= 2:
        return None
    return Fact(table.value - 2, f"{table.origin}, less 2 that this architecture reserves")


def _gguf_context(reader: Reader) -> Fact | None:
    """What the Hub read in a GGUF file, where there is no config.json."""
    context = reader.source.metadata.gguf_context
    if context is None or reader.has(network_file(reader, CONFIG)):
        return None
    return Fact(context, "the Hub: gguf")


def _limit(reader: Reader) -> Fact | None:
    """Where the published pipeline truncates."""
    name = transformer_config(reader)
    fact = reader.json(name).whole("max_seq_length") if name is not None else None
    # The tokenizer's configuration may be a megabyte: only if nothing else says it.
    path = network_file(reader, "tokenizer_config.json")
    fact = fact or reader.json(path).whole("model_max_length")
    return fact if fact is not None and fact.value < _NO_LIMIT else None

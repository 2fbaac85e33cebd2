"""From what a repository says to an entry of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.catalogue.codegen import type_schema
from registry.errors import HubError
from registry.hub._description import Description, Fact
from registry.hub._fact import Kind
from registry.hub._ids import propose_id
from registry.hub._objections import objected, set_field
from registry.hub._terms import in_catalogue_terms, no_languages
from registry_base.json_shapes import is_object

# What a description begins with; a type of your own has none.
_NOUNS = {
    "colbert": "Late-interaction text retriever",
    "dense": "Dense encoder",
    "sparse": "Sparse encoder",
    "cross-encoder": "Cross-encoder",
    "vision-language": "Retriever for document pages and images",
    "llm": "Language model",
    "timeseries": "Time-series forecaster",
}
# How a description names the base model, unless the model was tuned from it.
_RELATIONS = {"quantized": "quantized from", "adapter": "an adapter of", "merge": "merged from"}
# Sources of facts that are not in a file of the repository.
_SOURCES = {"the Hub": "Hub", "type": "type of the model", "as asked": "given by hand"}


# Of what an entry cannot do without.
_EXAMPLES = {
    "specs.parameters": "568M",
    "specs.embedding_dim": "1024",
    "specs.context_length": "8192",
}


def make_entry(
    description: Description,
    entries: Iterable[Mapping[str, Any]] = (),
    model_id: str | None = None,
    types: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An entry as JSON data, in the order of the schema, with an id that is free among `entries`.

    `sources` says which file gave which field; the sentence that describes the model is made of
    facts; `types` are what the catalogue declares. Raises HubError if the type is open, or a field
    that the type needs is unknown.
    """
    name, entries = description.huggingface_id, list(entries)
    if description.type is None:
        raise HubError(
            f"{name}: its type is not certain: {description.type_reason}; give it with --type"
        )
    schema = type_schema(description.type, types)
    facts = dict(_allowed(in_catalogue_terms(description.facts), schema))
    head = _head(description, model_id or propose_id(name, entries))
    sources = _sources(facts, description.revision, schema)
    refuted = objected(facts, {**head, "sources": sources}, entries)
    facts = {path: fact for path, fact in facts.items() if path not in refuted}
    if missing := [path for path in _required(schema) if path not in facts]:
        unknown = {**description.unknown, **refuted}
        told = "; ".join(f"{path} ({_why(path, unknown)})" for path in missing)
        damaged = [f"{file} {why}" for file, why in description.damaged.items()]
        told = "; ".join((told, *(each for each in damaged if each not in told)))
        raise HubError(
            f"{name}: an entry of type {description.type} lacks required fields: {told}; give them "
            f"with --set, as in --set {missing[0]}={_EXAMPLES.get(missing[0], 'VALUE')}"
        )
    if head["id"] is None:
        raise HubError(f"{name}: that name cannot become an id; give one with --id")
    entry: dict[str, Any] = {
        **head,
        "description": _sentence(description.type, facts, description.relation),
        "revision": description.revision,
        "organization": name.partition("/")[0],
        "license": None,  # none declared, or none that has a name: `left_out` says which
    }
    if description.revision is None:
        del entry["revision"]
    for path, fact in facts.items():
        set_field(entry, path, fact.value)
    entry["sources"] = _sources(facts, description.revision, schema)
    ordered: dict[str, Any] = _ordered(entry, schema)
    return ordered


def left_out(
    description: Description,
    entries: Iterable[Mapping[str, Any]] = (),
    model_id: str | None = None,
    types: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """The fields that an entry of this type would have, and why they are unknown.

    Files that could not be read are among them, and what
    a rule of the catalogue objects to: files that mix precisions, say, do not fit the number of
    weights in them. The arguments are those of `make_entry`.
    """
    entries = list(entries)
    schema = type_schema(description.type or "", types)
    facts = dict(_allowed(in_catalogue_terms(description.facts), schema))
    unknown = {**description.unknown, **no_languages(description)}
    fields = {path: why for path, why in unknown.items() if not _is_refused(path, schema)}
    head = _head(description, model_id or propose_id(description.huggingface_id, entries))
    sources = _sources(facts, description.revision, schema)
    refuted = objected(facts, {**head, "sources": sources}, entries)
    return {**fields, **refuted, **description.damaged}


def _head(description: Description, model_id: str | None) -> dict[str, Any]:
    """What an entry has whatever the files say."""
    name = description.huggingface_id
    display = name.partition("/")[2]
    return {"id": model_id, "type": description.type, "name": display, "huggingface_id": name}


def _allowed(facts: Mapping[str, Fact], schema: Mapping[str, Any]) -> Iterator[tuple[str, Fact]]:
    """The facts for which this type of model has a field."""
    return ((path, fact) for path, fact in facts.items() if not _is_refused(path, schema))


def _is_refused(path: str, schema: Mapping[str, Any]) -> bool:
    """Whether this type of model does not have a field."""
    node: Any = schema
    for part in path.split("."):
        node = node.get("properties", {}).get(part, {}) if is_object(node) else False
    return node is False


def _required(schema: Mapping[str, Any]) -> Iterator[str]:
    """What the type requires that a repository has to state."""
    for section in schema["required"]:
        for name in schema["properties"][section].get("required", ()):
            yield f"{section}.{name}"


def _why(path: str, unknown: Mapping[str, str]) -> str:
    exact = {"specs.parameters": "specs.parameter_count"}.get(path, path)
    return unknown.get(exact, "no file of the repository states it")


def _sentence(model_type: str, facts: Mapping[str, Fact], relation: str | None) -> str:
    """A neutral description: the card's own words are not ours to copy."""
    parts: list[str] = []
    if (parameters := facts.get("specs.parameters")) is not None:
        parts.append(f"{parameters.value} parameters")
    if (width := facts.get("specs.embedding_dim")) is not None:
        parts.append(f"{width.value} dimensions")
    if (context := facts.get("specs.context_length")) is not None:
        unit = "time points" if model_type == "timeseries" else "tokens"
        parts.append(f"a context of {context.value} {unit}")
    noun = _NOUNS.get(model_type, f"Model of type {model_type}")
    text = " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)
    base = facts.get("architecture.base_model")
    made = _RELATIONS.get(relation or "", "tuned from")
    origin = f", {made} {base.value}" if base is not None else ""
    return f"{noun} with {text}{origin}." if text else f"{noun}{origin}."


def _sources(
    facts: Mapping[str, Fact], revision: str | None, schema: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Which file gave which fields, in the order of the schema."""
    given: dict[str, list[str]] = {"Hub": ["revision"]} if revision is not None else {}
    for path in sorted(facts, key=lambda path: _position(path, schema)):
        given.setdefault(source_name(facts[path].origin, facts[path].kind), []).append(path)
    return given


def source_name(origin: str, kind: Kind = "stated") -> str:
    """The name in `sources` for where a fact comes from and how it is known.

    >>> source_name("config.json: hidden_size"), source_name("the Hub: gated")
    ('Hub: config.json', 'Hub')
    >>> source_name("config.json: hidden_size / num_attention_heads", "inferred")
    'inferred: Hub: config.json'
    """
    file = origin.partition(": ")[0]
    own = file if file.startswith("transformers ") else f"Hub: {file}"
    name = _SOURCES.get(file, own)
    return name if kind == "stated" else f"{kind}: {name}"


def _position(path: str, schema: Mapping[str, Any]) -> tuple[int, ...]:
    found: list[int] = []
    node: Any = schema
    for part in path.split("."):
        found.append(list(node["properties"]).index(part))
        node = node["properties"][part]
    return tuple(found)


def _ordered(value: Any, schema: Mapping[str, Any]) -> Any:
    """The same with the keys in the order in which the schema has them."""
    properties = schema.get("properties")
    if not is_object(value) or properties is None:
        return value
    return {key: _ordered(value[key], properties[key]) for key in properties if key in value}

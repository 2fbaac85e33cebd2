"""From what a repository says to an entry of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.catalogue.codegen import refuted_fields, type_schema
from registry.errors import HubError
from registry.hub._description import Description, Fact
from registry.hub._ids import propose_id
from registry_base.json_shapes import is_object
from registry_base.languages import shortest_code

# What a description begins with; a type of one's own has none.
_NOUNS = {
    "colbert": "Late-interaction text retriever",
    "dense": "Dense encoder",
    "sparse": "Sparse encoder",
    "cross-encoder": "Cross-encoder",
    "vision-language": "Retriever for document pages and images",
    "llm": "Language model",
    "timeseries": "Time-series forecaster",
}
# Where facts come from that are in no file of the repository.
_LONGEST_CODE = 35  # characters of a language, as the schema has it
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
    name = description.huggingface_id
    if description.type is None:
        raise HubError(
            f"{name}: its type is open: {description.type_reason}; say which with --type"
        )
    schema = type_schema(description.type, types)
    facts = dict(_allowed(_in_catalogue_terms(description.facts), schema))
    if missing := [path for path in _required(schema) if path not in facts]:
        told = "; ".join(f"{path} ({_why(path, description)})" for path in missing)
        damaged = [f"{file} {why}" for file, why in description.damaged.items()]
        told = "; ".join((told, *(each for each in damaged if each not in told)))
        raise HubError(
            f"{name}: an entry of type {description.type} needs what is not known: {told}; give it "
            f"with --set, as in --set {missing[0]}={_EXAMPLES.get(missing[0], 'VALUE')}"
        )
    chosen = model_id or propose_id(name, entries)
    if chosen is None:
        raise HubError(f"{name}: no id can be made of that name; give one with --id")
    organization, _, display = name.partition("/")
    entry: dict[str, Any] = {
        "id": chosen,
        "type": description.type,
        "name": display,
        "description": _sentence(description.type, facts),
        "huggingface_id": name,
        "revision": description.revision,
        "organization": organization,
        "license": None,  # looked for, and not declared: `left_out` says where
    }
    if description.revision is None:
        del entry["revision"]
    for path, fact in facts.items():
        _set(entry, path.split("."), fact.value)
    entry["sources"] = _sources(facts, description.revision, schema)
    for path in _refuted(entry):
        _remove(entry, path.split("."))
        facts.pop(path, None)
    entry["sources"] = _sources(facts, description.revision, schema)
    ordered: dict[str, Any] = _ordered(entry, schema)
    return ordered


def left_out(description: Description) -> dict[str, str]:
    """The fields that an entry of this type would have, and why they are unknown.

    Files that could not be read are among them, and what a rule of the catalogue refutes: files
    that mix precisions, say, do not fit the number of weights in them.
    """
    schema = type_schema(description.type or "")
    facts = dict(_allowed(_in_catalogue_terms(description.facts), schema))
    sources = _sources(facts, description.revision, schema)
    read: dict[str, Any] = {"id": "", "type": description.type, "sources": sources}
    for path, fact in facts.items():
        _set(read, path.split("."), fact.value)
    fields = {
        path: reason
        for path, reason in description.unknown.items()
        if not _is_refused(path, schema)
    }
    return {**fields, **_refuted(read), **description.damaged}


def _refuted(entry: Mapping[str, Any]) -> dict[str, str]:
    """What the rules refute of what the files say: path -> why. An entry may overrule it."""
    found = {".".join(map(str, path)): why for path, why in refuted_fields(entry)}
    return {path: why for path, why in found.items() if path}


def _remove(entry: dict[str, Any], path: list[str]) -> None:
    *sections, last = path
    section: Any = entry
    for key in sections:
        section = section.get(key, {})
    section.pop(last, None)


def _in_catalogue_terms(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Counts also as text, languages as their standard has them, and false as silence.

    But for `normalize`, which is unknown where it is not said.
    """
    from registry_base.quantity import format_count

    terms = {p: fact for p, fact in facts.items() if fact.value is not False or p == "normalize"}
    for count in ("parameter_count", "active_parameter_count"):
        fact = facts.get(f"specs.{count}")
        if fact is not None:
            text = f"specs.{count.replace('_count', 's')}"
            terms.setdefault(text, Fact(format_count(fact.value), fact.origin))
    if (languages := facts.get("capabilities.languages")) is not None:
        codes = list(dict.fromkeys(_language_codes(languages.value)))
        terms["capabilities.languages"] = Fact(codes, languages.origin)
        if not codes:
            del terms["capabilities.languages"]
    return terms


def _language_codes(codes: Iterable[str]) -> Iterator[str]:
    """The shortest code there is for each language; what is no language is left out."""
    from langcodes import tag_is_valid

    for code in codes:
        if len(code) <= _LONGEST_CODE and tag_is_valid(code):
            yield shortest_code(code)


def _allowed(facts: Mapping[str, Fact], schema: Mapping[str, Any]) -> Iterator[tuple[str, Fact]]:
    """The facts for which this type of model has a field."""
    return ((path, fact) for path, fact in facts.items() if not _is_refused(path, schema))


def _is_refused(path: str, schema: Mapping[str, Any]) -> bool:
    """Whether this type of model has no such field."""
    node: Any = schema
    for part in path.split("."):
        node = node.get("properties", {}).get(part, {}) if is_object(node) else False
    return node is False


def _required(schema: Mapping[str, Any]) -> Iterator[str]:
    """What the type cannot do without, of what a repository has to say."""
    for section in schema["required"]:
        for name in schema["properties"][section].get("required", ()):
            yield f"{section}.{name}"


def _why(path: str, description: Description) -> str:
    unknown = description.unknown
    exact = {"specs.parameters": "specs.parameter_count"}.get(path, path)
    return unknown.get(exact, "no file of the repository says it")


def _sentence(model_type: str, facts: Mapping[str, Fact]) -> str:
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
    tuned = f", tuned from {base.value}" if base is not None else ""
    return f"{noun} with {text}{tuned}." if text else f"{noun}{tuned}."


def _sources(
    facts: Mapping[str, Fact], revision: str | None, schema: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Which file gave which fields, in the order of the schema."""
    given: dict[str, list[str]] = {"Hub": ["revision"]} if revision is not None else {}
    for path in sorted(facts, key=lambda path: _position(path, schema)):
        given.setdefault(source_name(facts[path].origin), []).append(path)
    return given


def source_name(origin: str) -> str:
    """How `sources` of an entry calls what a fact comes from.

    >>> source_name("config.json: hidden_size"), source_name("the Hub: gated")
    ('Hub: config.json', 'Hub')
    """
    file = origin.partition(": ")[0]
    return _SOURCES.get(file, f"Hub: {file}")


def _position(path: str, schema: Mapping[str, Any]) -> tuple[int, ...]:
    found: list[int] = []
    node: Any = schema
    for part in path.split("."):
        found.append(list(node["properties"]).index(part))
        node = node["properties"][part]
    return tuple(found)


def _set(entry: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        entry = entry.setdefault(part, {})
    entry[path[-1]] = value


def _ordered(value: Any, schema: Mapping[str, Any]) -> Any:
    """The same with the keys in the order in which the schema has them."""
    properties = schema.get("properties")
    if not is_object(value) or properties is None:
        return value
    return {key: _ordered(value[key], properties[key]) for key in properties if key in value}

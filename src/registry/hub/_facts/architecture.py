"""config.json: the network, its sizes, and whether loading it runs code from the repository.

transformers knows the names of sizes in each architecture (registry_base/architectures.py). A key
that it does not know there is a guess, and so is what a part of a configuration leaves out.
"""

from __future__ import annotations

import re

from registry.hub._fact import Fact, Findings, as_guess, inferred
from registry.hub._facts.modules import (
    CONFIG,
    MODULES,
    TOKENIZER_CONFIG,
    looks_up_vectors,
    modules,
    network_config,
    network_file,
    pools,
)
from registry.hub._facts.reading import JsonFile, Reader
from registry_base import architectures
from registry_base.json_shapes import is_object

ARCHITECTURES = "architectures"

_MODEL_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_SIZES = {
    "specs.hidden_dim": "hidden_size",
    "specs.num_layers": "num_hidden_layers",
    "specs.num_attention_heads": "num_attention_heads",
    "specs.vocab_size": "vocab_size",
}
_POSITIONS = "max_position_embeddings"
NO_LIMIT = 10**9
"""No model reads a billion tokens: what configurations and tokenizers write for "no limit"."""
NO_POSITIONS = "static embeddings have no positions"
"""Why nothing limits what a model reads that has a vector for each token, and no network."""

# Packages whose modules are in the library itself.
_LIBRARIES = ("sentence_transformers", "pylate")
# Tasks of the Hub for models that turn an input into one vector.
_EMBEDDING_TASKS = ("feature-extraction", "sentence-similarity")
# Of num_labels, in which case transformers leaves it out of config.json.
_DEFAULT_LABELS = 2
# What prepares inputs; its configuration may name code too.
_PREPARING = (TOKENIZER_CONFIG, "preprocessor_config.json", "processor_config.json")
# Parts of a configuration, the outer ones first.
_OUTER = ("vlm_config", "thinker_config")
_LANGUAGE = ("text_config", "llm_config", "language_config")


def find(reader: Reader, found: Findings) -> None:
    """Everything of this group."""
    config = network_config(reader)
    model_type = config.text("model_type")
    if model_type is not None and _MODEL_TYPE.fullmatch(model_type.value):
        found.put("architecture.type", model_type)
    else:
        found.put("architecture.type", None, _missing(reader, "model_type"))
    for path, size in _SIZES.items():
        found.put(path, network_size(config, size), _missing(reader, size))
    found.put("specs.max_position_embeddings", *_positions(reader, config))
    found.put("dependencies.trust_remote_code", _remote_code(reader, config))


def _positions(reader: Reader, config: JsonFile) -> tuple[Fact | None, str]:
    """The rows of the position table; None, and why, if there is none."""
    positions = network_size(config, _POSITIONS)
    if looks_up_vectors(reader):
        return None, NO_POSITIONS
    if positions is not None and positions.value >= NO_LIMIT:
        return None, f"{positions.origin} {positions.value} means no limit"
    return positions, _missing(reader, _POSITIONS)


def network_size(config: JsonFile, size: str) -> Fact | None:
    """A size of the language model in a configuration, by transformers' name for it."""
    network, architecture = language_part(config), language_type(config)
    if (fact := network.whole(*architectures.keys_of(architecture, size))) is not None:
        return fact
    # A key of another architecture: its meaning here is a guess, and two keys are not even that.
    others = [fact for key in architectures.keys_elsewhere(size) if (fact := network.whole(key))]
    if others and len({fact.value for fact in others[:2]}) == 1:
        return as_guess(others[0])
    usual = None if network is config else architectures.default_size(architecture, size)
    if usual is None or usual < 1 or not config.data or _own_code(config):
        return None
    key = architectures.key_of(architecture, size)
    return inferred(usual, f"transformers {architectures.version()}: {architecture}.{key}")


def language_part(config: JsonFile) -> JsonFile:
    """The part of a configuration that describes the language model; all of it in most."""
    part = config
    for names in (_OUTER, _LANGUAGE):
        inner = part.within(*names)
        part = inner if inner.data else part
    return part


def has_language_part(config: JsonFile) -> bool:
    """Whether a part of a configuration is a language model's, given by defaults or in full."""
    outer = config.within(*_OUTER)
    return any(is_object(part.data.get(name)) for part in (outer, config) for name in _LANGUAGE)


def language_type(config: JsonFile) -> str | None:
    """The architecture of that part, as transformers calls it."""
    part, architecture = config, _stated_type(config)
    for names in (_OUTER, _LANGUAGE):
        for name in names:
            inner = part.within(name)
            if inner.data:
                usual = architectures.section_type(architecture, name)
                part, architecture = inner, _stated_type(inner) or usual
                break
    return architecture


def _stated_type(config: JsonFile) -> str | None:
    fact = config.text("model_type")
    return None if fact is None else str(fact.value)


def reads_images(config: JsonFile) -> bool:
    """Whether the network has a part for images."""
    whole = config.within("vlm_config")
    return is_object((whole.data or config.data).get("vision_config"))


def generates_from_images(config: JsonFile) -> bool:
    """Whether the network generates text about images, as Qwen-VL does and CLIP does not."""
    names = config.texts(ARCHITECTURES)
    return reads_images(config) and any(n.endswith("ForConditionalGeneration") for n in names)


def gives_one_vector(reader: Reader) -> bool:
    """Whether a network that reads images is published as an encoder without late interaction."""
    task = reader.source.metadata.pipeline_tag
    return pools(reader) or (
        generates_from_images(network_config(reader)) and task in _EMBEDDING_TASKS
    )


def labels(config: JsonFile) -> int:
    """How many scores a classification head gives."""
    names = config.data.get("id2label")
    if is_object(names) and names:
        return len(names)
    counted = config.whole("num_labels")
    return _DEFAULT_LABELS if counted is None else int(counted.value)


def _own_code(config: JsonFile) -> bool:
    return bool(config.within("auto_map").data)


def _remote_code(reader: Reader, config: JsonFile) -> Fact | None:
    if _own_code(config):
        return Fact(True, config.origin("auto_map"))
    for module in modules(reader):
        if module.package not in _LIBRARIES:
            return Fact(True, f"{MODULES}: {module.package}.{module.name}")
    for name in _PREPARING if _may_prepare_by_code(reader) else ():
        preparing = reader.json(network_file(reader, name))
        if _own_code(preparing):
            return Fact(True, preparing.origin("auto_map"))
    return inferred(False, f"{config.name}: no auto_map") if config.data else None


def _may_prepare_by_code(reader: Reader) -> bool:
    """Whether there is Python, or no tokenizer without it; otherwise no requests are needed."""
    tokenizer = network_file(reader, "tokenizer.json")
    return not reader.has(tokenizer) or any(path.endswith(".py") for path in reader.source.files)


def _missing(reader: Reader, key: str) -> str:
    path = network_file(reader, CONFIG)
    if path in reader.problems:
        return f"{path} {reader.problems[path]}"
    return f"{path} does not state {key}" if reader.has(path) else f"there is no {CONFIG}"

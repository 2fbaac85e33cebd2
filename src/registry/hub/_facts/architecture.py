"""config.json: the network, its sizes, and whether loading it runs code from the repository."""

from __future__ import annotations

import re

from registry.hub._fact import Fact, Findings
from registry.hub._facts.modules import (
    CONFIG,
    MODULES,
    modules,
    network_config,
    network_file,
    pools,
)
from registry.hub._facts.reading import JsonFile, Reader
from registry_base.json_shapes import is_object

ARCHITECTURES = "architectures"

_MODEL_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
# The same size under the names that different architectures give it.
_SIZES = {
    "specs.hidden_dim": ("hidden_size", "d_model", "n_embd", "dim"),
    "specs.num_layers": ("num_hidden_layers", "num_layers", "n_layer", "n_layers"),
    "specs.num_attention_heads": ("num_attention_heads", "num_heads", "n_head", "n_heads"),
    "specs.vocab_size": ("vocab_size",),
    "specs.max_position_embeddings": ("max_position_embeddings",),
}
# Packages whose modules are in the library itself.
_LIBRARIES = ("sentence_transformers", "pylate")
# Tasks of the Hub for models that turn an input into one vector.
_EMBEDDING_TASKS = ("feature-extraction", "sentence-similarity")
# Of num_labels, which transformers leaves out of config.json then.
_DEFAULT_LABELS = 2


def find(reader: Reader, found: Findings) -> None:
    """Everything of this group."""
    config = network_config(reader)
    network = language_part(config)
    model_type = config.text("model_type")
    if model_type is not None and _MODEL_TYPE.fullmatch(model_type.value):
        found.put("architecture.type", model_type)
    else:
        found.put("architecture.type", None, _missing(reader, "model_type"))
    for path, keys in _SIZES.items():
        found.put(path, network.whole(*keys), _missing(reader, keys[0]))
    found.put("dependencies.trust_remote_code", _remote_code(reader, config))


def language_part(config: JsonFile) -> JsonFile:
    """The part of a configuration that describes the language model; all of it in most."""
    whole = config.within("vlm_config")
    whole = whole if whole.data else config
    part = whole.within("text_config", "llm_config", "language_config")
    return part if part.data else whole


def reads_images(config: JsonFile) -> bool:
    """Whether the network has a part for images."""
    whole = config.within("vlm_config")
    return "vision_config" in (whole.data or config.data)


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


def _remote_code(reader: Reader, config: JsonFile) -> Fact | None:
    if config.within("auto_map").data:
        return Fact(True, config.origin("auto_map"))
    for module in modules(reader):
        if module.package not in _LIBRARIES:
            return Fact(True, f"{MODULES}: {module.package}.{module.name}")
    return Fact(False, config.origin("auto_map")) if config.data else None


def _missing(reader: Reader, key: str) -> str:
    path = network_file(reader, CONFIG)
    if path in reader.problems:
        return f"{path} {reader.problems[path]}"
    return f"{path} does not say {key}" if reader.has(path) else f"there is no {CONFIG}"

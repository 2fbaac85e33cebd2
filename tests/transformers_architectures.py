"""Collect facts about architectures from the installed transformers: writes architectures.json.

    python -m tests.transformers_architectures

rewrites src/registry_base/architectures.json. Configurations are built with their defaults, and
some tiny networks are run. Nothing is downloaded.
"""

from __future__ import annotations

import importlib
import inspect
import json
import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

PATH = Path(__file__).parents[1] / "src/registry_base/architectures.json"

# Other names of sizes in configurations, besides those in their attribute_map.
_OTHER_NAMES = {
    "hidden_size": ("d_model", "embed_dim", "n_embd", "dim"),
    "num_hidden_layers": ("num_layers", "n_layers", "n_layer", "encoder_layers", "depth"),
    "num_attention_heads": ("num_heads", "n_heads", "n_head", "encoder_attention_heads"),
    "num_key_value_heads": ("num_kv_heads", "multi_query_group_num", "n_kv_heads"),
    "head_dim": ("d_kv", "kv_channels", "attention_head_dim"),
    "vocab_size": (),
    "max_position_embeddings": (
        "n_positions",
        "max_seq_len",
        "n_ctx",
        "max_target_positions",
        "max_encoder_position_embeddings",
        "max_text_positions",
    ),
    "intermediate_size": (
        "ffn_dim",
        "d_ff",
        "n_inner",
        "encoder_ffn_dim",
        "ffn_hidden_size",
        "d_inner",
        "mlp_dim",
    ),
}
_LANGUAGE_PARTS = ("text_config", "llm_config", "language_config", "thinker_config")
_READS_FIRST = {  # a network's first argument, if it is not text
    "pixel_values": "image",
    "pixel_values_videos": "video",
    "input_features": "audio",
    "input_values": "audio",
}
_NO_TEXT = re.compile("(vision|image|audio|speech|video).*_config")
_TASKS_BEYOND_TEXT = re.compile(
    "IMAGE|AUDIO|VIDEO|VISUAL|VISION|SPEECH|WAVEFORM|SPECTROGRAM|CTC|RNNT|TDT|DOCUMENT|OBJECT|DEPTH|"
    "SEGMENTATION|KEYPOINT|MASK_GENERATION|POSE|TIME_SERIES|BACKBONE"
)
_NUMBERS_FROM_PADDING = re.compile(
    r"padding_idx \+ 1, sequence_length \+ (self\.)?padding_idx \+ 1"
)


def read() -> dict[str, Any]:
    """All facts, in the structure of the file."""
    import transformers
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    logging.disable(logging.CRITICAL)
    defaults = {name: _defaults(CONFIG_MAPPING[name]) for name in sorted(CONFIG_MAPPING)}
    known = {name: values for name, values in defaults.items() if values is not None}
    keys = {name: _keys(CONFIG_MAPPING[name], values) for name, values in known.items()}
    sections = {name: found for name, values in known.items() if (found := _sections(values))}
    parts = {part for found in sections.values() for part in found.values()} & known.keys()
    return {
        "transformers": transformers.__version__,
        "names": _by_key(keys),
        "sections": sections,
        "defaults": {
            name: _sizes(CONFIG_MAPPING[name], keys[name], known[name]) for name in sorted(parts)
        },
        "own_head_width": [
            name for name in known if _is_its_own(CONFIG_MAPPING[name], keys[name], "head_dim")
        ],
        "windows_off": [name for name, values in known.items() if _windows_are_off(values)],
        "modalities": _by_modalities(known),
        "reserving": dict(_reserving(known)),
    }


def written(data: dict[str, Any]) -> str:
    """The text of the file: one line per group, for readable diffs."""

    def lines(value: Any, depth: int) -> str:
        if not isinstance(value, dict) or depth == 0:
            return json.dumps(value)
        pad = "  " * (3 - depth)
        inner = (f"{pad}{json.dumps(key)}: {lines(item, depth - 1)}" for key, item in value.items())
        return "{\n" + ",\n".join(inner) + f"\n{pad[2:]}}}"

    return lines(data, 2) + "\n"


def _defaults(cls: Any) -> dict[str, Any] | None:
    try:
        return dict(cls().to_dict())
    except Exception:  # some have no defaults because they need a checkpoint
        return None


def _keys(cls: Any, values: dict[str, Any]) -> dict[str, str]:
    """The key in an architecture's config.json for each of its sizes."""
    mapped, found = cls.attribute_map, dict[str, str]()
    for name, others in _OTHER_NAMES.items():
        candidates = (mapped[name],) if name in mapped else (name, *others)
        key = next((each for each in candidates if each in values), None)
        if key is not None:
            found[name] = key
    return found


def _by_key(keys: dict[str, dict[str, str]]) -> dict[str, dict[str, list[str]]]:
    """Size -> key -> the architectures that use a key other than the size's name."""
    found: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in _OTHER_NAMES}
    for architecture, named in keys.items():
        for name, key in named.items():
            if key != name:
                found[name][key].append(architecture)
    return {
        name: dict(sorted(by_key.items(), key=lambda item: (-len(item[1]), item[0])))
        for name, by_key in found.items()
    }


def _sections(values: dict[str, Any]) -> dict[str, str]:
    """The sections of a configuration that describe language models, and their architectures."""
    parts = {name: values.get(name) for name in _LANGUAGE_PARTS}
    return {
        name: part["model_type"]
        for name, part in parts.items()
        if isinstance(part, dict) and part.get("model_type")
    }


def _sizes(cls: Any, keys: dict[str, str], values: dict[str, Any]) -> dict[str, int]:
    return {
        name: values[key]
        for name, key in keys.items()
        if type(values[key]) is int
        and (name not in _FOLLOWS or (values[key] > 0 and _is_its_own(cls, keys, name)))
    }


# Sizes that some architectures derive from others: the width of heads, the key heads.
_FOLLOWS = {"head_dim": "hidden_size", "num_key_value_heads": "num_attention_heads"}


def _is_its_own(cls: Any, keys: dict[str, str], name: str) -> bool:
    """Whether a size is independent of the other one."""
    other = _FOLLOWS[name]
    if name not in keys or other not in keys:
        return name in keys
    with suppress(Exception):  # some check that their sizes are consistent
        usual = cls().to_dict()
        doubled = cls(**{keys[other]: 2 * usual[keys[other]]}).to_dict()
        return type(usual[keys[name]]) is int and usual[keys[name]] == doubled[keys[name]]
    return True


def _windows_are_off(values: dict[str, Any]) -> bool:
    """Whether `sliding_window` counts only if a flag says so; some write sections at the root."""
    parts = [values, *map(values.get, _LANGUAGE_PARTS)]
    return any(isinstance(p, dict) and p.get("use_sliding_window") is False for p in parts)


def _by_modalities(known: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, values in known.items():
        if reads := _modalities(name, values, known):
            order = [each for each in ("text", "image", "audio", "video") if each in reads]
            found[" ".join(order)].append(name)
    return dict(sorted(found.items()))


def _modalities(
    name: str, values: dict[str, Any], known: dict[str, dict[str, Any]]
) -> frozenset[str]:
    """What an architecture reads; empty unless its network and its processors agree."""
    processed, tokenized = _processors(name)
    network = _network(name)
    if network is None:
        parts = _parts(values)
        inner = [_modalities(each, known[each], known) for each in parts if each in known]
        return frozenset().union(*inner, processed) if processed or len(inner) > 1 else frozenset()
    given: Any = network.input_modalities
    said: frozenset[str] = frozenset([given] if isinstance(given, str) else given)
    first = network.main_input_name
    reads = _READS_FIRST.get(first) if isinstance(first, str) else None
    if said == {"text"}:
        other_tasks = processed or _does_more_than_text(name)
        alone = first == "input_ids" and not other_tasks and not _other_parts(values)
        return said if alone else frozenset()
    if "time" in said or not said <= {"text", "image", "audio", "video"}:
        return frozenset()
    others = said - {"text"}
    if others == {"video"} and first == "pixel_values":
        reads = "video"
    if reads in others and not processed:
        return frozenset([reads])  # the rest is inherited from the network that it is part of
    if not others or (reads and reads not in said) or (processed and not processed & others):
        return frozenset()
    if first == "input_ids" and not (processed or _other_parts(values)):
        return frozenset()
    if reads and (not tokenized or reads == "audio"):
        return others  # prompts are points, or a decoder continues its own text
    if "text" not in said and tokenized:
        return said | {"text"} if _language_parts(values) else frozenset()
    return said


def _network(name: str) -> Any:
    """The class of an architecture's network without a head."""
    import transformers

    configurations = _auto("configuration_auto").CONFIG_MAPPING_NAMES
    networks = _auto("modeling_auto").MODEL_MAPPING_NAMES
    named = networks.get(name) or configurations[name].replace("Config", "Model")
    named = named if isinstance(named, str) else named[0]
    try:
        network = getattr(transformers, named, None)
        return network if network is not None and network.main_input_name else None
    except ImportError:  # it needs a package that is not installed
        return None


def _processors(name: str) -> tuple[frozenset[str], bool]:
    """What an architecture's processors prepare besides text, and whether it has a tokenizer."""
    names = frozenset(kind for kind, mapping in prepared().items() if name in mapping)
    return names, name in _auto("tokenization_auto").TOKENIZER_MAPPING_NAMES


def prepared() -> dict[str, Any]:
    """The kinds of input with processors, besides text, and the architectures that have one."""
    return {
        "image": _auto("image_processing_auto").IMAGE_PROCESSOR_MAPPING_NAMES,
        "audio": _auto("feature_extraction_auto").FEATURE_EXTRACTOR_MAPPING_NAMES,
        "video": _auto("auto_mappings").VIDEO_PROCESSOR_MAPPING_NAMES,
    }


def task_mappings() -> dict[str, Any]:
    """The tasks that networks have heads for, and the architectures of each."""
    names = vars(_auto("modeling_auto"))
    return {name: value for name, value in names.items() if name.endswith("MAPPING_NAMES")}


def _auto(module: str) -> Any:  # partially typed
    return importlib.import_module(f"transformers.models.auto.{module}")


def _does_more_than_text(name: str) -> bool:
    """Whether it has a head for a task with images, sound or video."""
    return any(
        name in mapping
        for task, mapping in task_mappings().items()
        if _TASKS_BEYOND_TEXT.search(task)
    )


def _parts(values: dict[str, Any]) -> list[str]:
    parts = (part for part in values.values() if isinstance(part, dict))
    return [part["model_type"] for part in parts if part.get("model_type")]


def _language_parts(values: dict[str, Any]) -> bool:
    return any(isinstance(values.get(name), dict) for name in _LANGUAGE_PARTS)


def _other_parts(values: dict[str, Any]) -> bool:
    """Whether a configuration has a section for something other than text."""
    return any(isinstance(part, dict) for name, part in values.items() if _NO_TEXT.search(name))


def _reserving(known: dict[str, dict[str, Any]]) -> Iterator[tuple[str, int]]:
    """The architectures whose positions start after the padding index, and their usual padding."""
    for name, values in known.items():
        if not _numbers_from_padding(name):
            continue
        longest = longest_input(name, positions=24, padding=3)
        if longest == 24 - 4:
            yield name, 1 if values["pad_token_id"] is None else values["pad_token_id"]
        elif longest is not None and longest < 24:  # MPNet ignores its configuration: always 1
            yield name, 24 - longest - 1


def _numbers_from_padding(name: str) -> bool:
    network = _network(name)
    if network is None or network.main_input_name != "input_ids":
        return False
    source = inspect.getsource(inspect.getmodule(network) or network)
    return _NUMBERS_FROM_PADDING.search(source) is not None


def longest_input(name: str, *, positions: int, padding: int) -> int | None:
    """The most tokens that a tiny network of an architecture reads; None if it cannot run."""
    import torch
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    network = _network(name)
    defaults = CONFIG_MAPPING[name]().to_dict()
    sizes: dict[str, Any] = {key: size for key, size in _TINY.items() if key in defaults}
    sizes |= {"max_position_embeddings": positions, "pad_token_id": padding}
    torch.manual_seed(0)
    try:
        tiny = network(CONFIG_MAPPING[name](**sizes)).eval()
    except Exception:  # it needs other sizes than these
        return None
    for length in range(positions + 1, positions - 8, -1):
        with suppress(Exception), torch.no_grad():  # too long, or it does not only read text
            tiny(input_ids=torch.full((1, length), 7))
            return length
    return None


_TINY: dict[str, Any] = {
    "vocab_size": 64,
    "entity_vocab_size": 4,
    "entity_emb_size": 16,
    "hidden_size": 24,
    "embedding_size": 24,
    "dim": 24,
    "hidden_dim": 24,
    "d_model": 24,
    "coordinate_size": 4,
    "shape_size": 4,
    "default_language": "en_XX",
    "intermediate_size": 16,
    "num_hidden_layers": 1,
    "n_layers": 1,
    "num_attention_heads": 2,
    "n_heads": 2,
    "attention_window": 4,
    "max_depth": 5,
    "bos_token_id": 0,
    "eos_token_id": 2,
}


if __name__ == "__main__":
    PATH.write_text(written(read()), "utf-8")

"""A model of an Ollama server made of files: what its converter needs, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from typing import Any

from servers.faults import Json
from servers.ollama_model import RefusedError, StoredModel

# What it converts, by architectures[0] of config.json.
BERTS = ("BertModel", "NomicBertModel", "NomicBertMoEModel", "Gemma3TextModel")
WRITERS = (
    "LlamaForCausalLM", "MixtralForCausalLM", "GemmaForCausalLM", "Gemma2ForCausalLM",
    "Gemma3ForCausalLM", "Gemma3ForConditionalGeneration", "Phi3ForCausalLM", "Qwen2ForCausalLM",
    "Olmo3ForCausalLM", "CohereForCausalLM", "Lfm2ForCausalLM",
)  # fmt: skip
_POOLINGS = {
    "pooling_mode_mean_tokens": 1,
    "pooling_mode_cls_token": 2,
    "pooling_mode_lasttoken": 3,
}


def from_gguf(blobs: list[bytes]) -> Generator[Json, None, StoredModel]:
    """A model of GGUF files as they are."""
    if not all(blob.startswith(b"GGUF") for blob in blobs):
        raise RefusedError(400, "supplied file was not in GGUF format")
    yield from ()
    return StoredModel(layers=tuple(blobs))


def from_safetensors(files: Mapping[str, bytes]) -> Generator[Json, None, StoredModel]:
    """A model converted from a folder."""
    yield {"status": "converting model"}
    config = _json(files, "config.json")
    architecture = next(iter(config.get("architectures") or ()), None)
    if architecture not in (None, *BERTS, *WRITERS):
        raise RefusedError(500, f'unsupported architecture "{architecture}"')
    details = _bert(files, config) if architecture in BERTS else _writer(files, config)
    yield {"status": "verifying conversion"}
    # One file whose bytes depend on all that was sent.
    whole = b"".join(name.encode() + b"\0" + files[name] for name in sorted(files))
    return StoredModel(layers=(b"GGUF" + whole,), quantization="F16", **details)


def _bert(files: Mapping[str, bytes], config: Json) -> Json:
    modules = _list(files, "modules.json")
    kinds = [str(module.get("type", "")) for module in modules]
    pooling = 0
    for module, kind in zip(modules, kinds, strict=True):
        if kind.endswith("Pooling"):
            settings = _json(files, f"{module['path']}/config.json", needed=True)
            pooling = next((n for key, n in _POOLINGS.items() if settings.get(key)), 0)
    return {
        "family": "bert",
        "capabilities": ("embedding",),
        "context_length": config.get("max_position_embeddings", 512),
        "embedding_length": config.get("hidden_size", 384),
        "block_count": config.get("num_hidden_layers"),
        "pooling_type": pooling,
        "normalize": any(kind.endswith("Normalize") for kind in kinds),
    }


def _writer(files: Mapping[str, bytes], config: Json) -> Json:
    template = _json(files, "tokenizer_config.json").get("chat_template")
    return {
        "family": str(config.get("model_type", "llama")),
        "template": template if isinstance(template, str) else "{{ .Prompt }}",
        "context_length": config.get("max_position_embeddings", 2048),
        "embedding_length": config.get("hidden_size", 2048),
        "block_count": config.get("num_hidden_layers"),
    }


def _json(files: Mapping[str, bytes], name: str, *, needed: bool = False) -> Json:
    found = _read(files, name, needed=needed)
    return found if isinstance(found, dict) else {}


def _list(files: Mapping[str, bytes], name: str) -> list[Json]:
    found = _read(files, name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _read(files: Mapping[str, bytes], name: str, *, needed: bool = False) -> Any:
    if name not in files:
        if needed:
            raise RefusedError(500, f"open {name}: no such file or directory")
        return None
    try:
        return json.loads(files[name])
    except ValueError as error:
        raise RefusedError(500, str(error)) from None

"""Creating an Ollama model from files: what its converter needs, and what it refuses."""

from __future__ import annotations

import json
import struct
from collections.abc import Generator, Mapping
from importlib import import_module
from tempfile import NamedTemporaryFile
from typing import Any

from servers.faults import Json
from servers.ollama_model import RefusedError, StoredModel

# Supported values of architectures[0] in config.json.
BERTS = ("BertModel", "NomicBertModel", "NomicBertMoEModel", "Gemma3TextModel")
WRITERS = (
    "LlamaForCausalLM", "MixtralForCausalLM", "GemmaForCausalLM", "Gemma2ForCausalLM",
    "Gemma3ForCausalLM", "Gemma3ForConditionalGeneration", "Phi3ForCausalLM", "Qwen2ForCausalLM",
    "Olmo3ForCausalLM", "CohereForCausalLM", "Lfm2ForCausalLM",
)  # fmt: skip
_LARGE = 1 << 26  # bytes: reading a vocabulary of 262,144 takes seconds
_POOLINGS = {
    "pooling_mode_mean_tokens": 1,
    "pooling_mode_cls_token": 2,
    "pooling_mode_lasttoken": 3,
}


def from_gguf(blobs: list[bytes]) -> Generator[Json, None, StoredModel]:
    """A model made of unchanged GGUF files."""
    if not all(blob.startswith(b"GGUF") for blob in blobs):
        raise RefusedError(400, "supplied file was not in GGUF format")
    yield from ()
    return StoredModel(layers=tuple(blobs), **_of_gguf(blobs[0]))


def _of_gguf(blob: bytes) -> Json:
    """Facts from the header of a real file; none for fake or large files."""
    (version,) = struct.unpack("<I", blob[4:8].ljust(4, b"\0"))
    if version not in (2, 3) or len(blob) > _LARGE:
        return {}
    with NamedTemporaryFile(suffix=".gguf") as file:
        file.write(blob)
        file.flush()
        untyped: Any = import_module("gguf").GGUFReader
        reader = untyped(file.name)

        def said(name: str) -> Any:
            field = reader.get_field(name)
            return None if field is None else field.contents()

        family = said("general.architecture")
        pooling = said(f"{family}.pooling_type")
        return {
            "family": family,
            "capabilities": ("completion",) if pooling is None else ("embedding",),
            "template": said("tokenizer.chat_template") or "{{ .Prompt }}",
            "context_length": said(f"{family}.context_length"),
            "embedding_length": said(f"{family}.embedding_length"),
            "block_count": said(f"{family}.block_count"),
            "pooling_type": pooling,
            "quantization": "F16",
        }


def from_safetensors(files: Mapping[str, bytes]) -> Generator[Json, None, StoredModel]:
    """A model converted from a folder."""
    yield {"status": "converting model"}
    config = _json(files, "config.json")
    architecture = next(iter(config.get("architectures") or ()), None)
    if architecture not in (None, *BERTS, *WRITERS):
        raise RefusedError(500, f'unsupported architecture "{architecture}"')
    details = _bert(files, config) if architecture in BERTS else _writer(files, config)
    yield {"status": "verifying conversion"}
    # A single file whose bytes depend on everything that was sent.
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

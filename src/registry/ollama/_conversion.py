"""A folder of safetensors for Ollama's own converter: whether it is accepted, and what is sent.

From its source of August 2026, and tested with it: it says `unsupported architecture` only after
everything was sent, it does not read `chat_template.jinja`, and it needs the files of
sentence-transformers' modules by their paths.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from registry.checkpoints.checkpoint import Checkpoint
from registry.ollama.server_word import Pooling, ServerWord
from registry_base.json_shapes import is_list, is_object

READ_FROM = "Ollama of August 2026"
# By architectures[0] of config.json.
CONVERTED = frozenset({
    "BertModel", "NomicBertModel", "NomicBertMoEModel", "Gemma3TextModel",
    "LlamaForCausalLM", "Llama4ForConditionalGeneration", "MllamaForConditionalGeneration",
    "Mistral3ForConditionalGeneration", "Ministral3ForCausalLM", "MixtralForCausalLM",
    "GemmaForCausalLM", "Gemma2ForCausalLM", "Gemma3ForCausalLM", "Gemma3ForConditionalGeneration",
    "Gemma3nForConditionalGeneration", "Gemma4ForCausalLM", "Gemma4ForConditionalGeneration",
    "Phi3ForCausalLM", "Qwen2ForCausalLM", "Qwen2_5_VLForConditionalGeneration",
    "Qwen3VLForConditionalGeneration", "Qwen3NextForCausalLM", "Qwen3_5ForConditionalGeneration",
    "Olmo3ForCausalLM", "CohereForCausalLM", "GptOssForCausalLM", "DeepseekV3ForCausalLM",
    "Glm4MoeLiteForCausalLM", "Lfm2ForCausalLM", "NemotronHForCausalLM",
})  # fmt: skip
_TOKENIZER = "tokenizer_config.json"
# pooling_mode_... of sentence-transformers.
_POOLINGS: dict[str, Pooling] = {
    "mean_tokens": "mean",
    "cls_token": "cls",
    "lasttoken": "lasttoken",
}


def is_convertible(checkpoint: Checkpoint) -> bool:
    """Whether the converter knows the network, or its kind is unknown."""
    architecture = next(iter(checkpoint.architectures), None)
    return architecture is None or architecture in CONVERTED


def sent_files(checkpoint: Checkpoint) -> list[Path]:
    """The files that the converter reads, those of modules in their folders."""
    found: list[Path] = []
    for part in checkpoint.parts:
        if not part.is_dir():
            continue
        # A broken link counts as a file: leaving it out would make another model.
        files = sorted(path for path in part.iterdir() if not path.is_dir())
        weights = [path for path in files if path.suffix == ".safetensors"]
        of_transformers = [path for path in weights if path.name.startswith("model")]
        found += of_transformers or weights
        found += [path for path in files if path.suffix == ".json"]
        found += [path for path in files if path.name == "tokenizer.model"]
    return sorted(set(found))


def chat_template(checkpoint: Checkpoint) -> str | None:
    """The chat template of a checkpoint, wherever it is.

    Of several templates the default counts, and a chat_template.jinja takes precedence over the
    configuration, as in transformers. Raises CheckpointError for files that cannot be read.
    """
    said = _json(checkpoint, _TOKENIZER).get("chat_template")
    template = _default(said) if is_list(said) else said
    jinja = checkpoint.folder / "chat_template.jinja"
    if jinja.is_file():
        try:
            template = jinja.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise checkpoint.error(f"chat_template.jinja cannot be read: {error}") from None
    elif template is None:
        template = _json(checkpoint, "chat_template.json").get("chat_template")
    return template if isinstance(template, str) else None


def with_template(checkpoint: Checkpoint, folder: Path) -> Path | None:
    """A tokenizer_config.json that has the chat template in it, written into `folder`.

    None if the checkpoint's own is sufficient. Raises CheckpointError.
    """
    config, template = _json(checkpoint, _TOKENIZER), chat_template(checkpoint)
    if template is None or template == config.get("chat_template"):
        return None
    path = folder / _TOKENIZER
    derived = config | {"chat_template": template}
    path.write_text(json.dumps(derived, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def word_of(checkpoint: Checkpoint) -> ServerWord:
    """Facts in the checkpoint that a server repeats. Raises CheckpointError."""
    config = _json(checkpoint, "config.json")
    modules = checkpoint.modules or []
    kinds = [module.type.rpartition(".")[2] for module in modules]
    pooling: Pooling | None = None
    for module, kind in zip(modules, kinds, strict=True):
        if kind == "Pooling":
            pooling = _pooling(_json(checkpoint, f"{module.path}/config.json"))
    return ServerWord(
        # The output of dense layers is not the width of the network.
        width=None if "Dense" in kinds else _whole(config.get("hidden_size")),
        layers=_whole(config.get("num_hidden_layers")),
        pooling=pooling,
        normalize=True if "Normalize" in kinds else None,
    )


def _pooling(config: dict[str, object]) -> Pooling | None:
    modes: dict[str, Pooling] = {f"pooling_mode_{mode}": name for mode, name in _POOLINGS.items()}
    found: list[Pooling] = [name for mode, name in modes.items() if config.get(mode) is True]
    return found[0] if len(found) == 1 else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _default(templates: list[object]) -> object:
    named = [cast("dict[str, object]", each) for each in templates if is_object(each)]
    return next((each.get("template") for each in named if each.get("name") == "default"), None)


def _json(checkpoint: Checkpoint, name: str) -> dict[str, object]:
    path = checkpoint.folder / name
    if not path.is_file():
        return {}
    try:
        found: object = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise checkpoint.error(f"{name} is damaged: {error}") from None
    return cast("dict[str, object]", found) if is_object(found) else {}

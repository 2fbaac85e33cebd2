"""What a model reads: text, images, audio, video. Each by its own evidence, or unknown.

For architectures that transformers knows, it is known. For others, the parts of their configuration
and their processors show what they read besides text; the task shows both, as a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from registry.hub._fact import Fact, Findings, computed, inferred
from registry.hub._facts.architecture import has_language_part
from registry.hub._facts.modules import network_config, network_file
from registry.hub._facts.reading import JsonFile, Reader
from registry_base import architectures
from registry_base.json_shapes import is_object

_ORDER = ("text", "image", "audio", "video")
# Keys of a configuration, at any depth, that only a part for images, audio or video has.
_KEYS = {
    "image": re.compile(
        r"(mm_)?vision_(config|cfg|tower|model|encoder)\w*|mm_vision_\w+|img_processor|image_processor|"
        r"image_token(_id|_index)?|img_(size|context_token_id)|image_embd_layer|visual(_\w*config)?|"
        r"vit_(config|model)"
    ),
    "audio": re.compile(
        r"(audio|speech)_(config|encoder|processor|tower|model)\w*|mm_audio_\w+|audio_token(_id|_index)?|"
        r"audio_embd_layer|num_mel_bins"
    ),
    "video": re.compile(r"video_(config|encoder|processor|tower)\w*|video_token(_id|_index)?"),
}
# Files of processors, and the key in them that says what they prepare. Images had feature
# extractors too, before they had processors of their own.
_PROCESSORS = (
    "preprocessor_config.json",
    "processor_config.json",
    "video_preprocessor_config.json",
)
_PREPARED = {"image_processor_type": "image", "video_processor_type": "video"}
# Types that read text, whatever else they read.
_READING = ("llm", "vision-language", "colbert", "sparse", "cross-encoder")
_TASKS = {
    **dict.fromkeys(
        (
            "text-generation",
            "text2text-generation",
            "translation",
            "summarization",
            "question-answering",
            "fill-mask",
            "text-classification",
            "token-classification",
            "zero-shot-classification",
            "text-ranking",
            "sentence-similarity",
        ),
        ("text",),
    ),
    **dict.fromkeys(
        (
            "image-text-to-text",
            "visual-question-answering",
            "document-question-answering",
            "visual-document-retrieval",
            "zero-shot-image-classification",
            "zero-shot-object-detection",
        ),
        ("text", "image"),
    ),
    **dict.fromkeys(
        (
            "image-classification",
            "image-feature-extraction",
            "image-segmentation",
            "image-to-text",
            "object-detection",
            "depth-estimation",
            "mask-generation",
        ),
        ("image",),
    ),
    **dict.fromkeys(
        ("automatic-speech-recognition", "audio-classification", "audio-to-audio"), ("audio",)
    ),
    "audio-text-to-text": ("text", "audio"),
    "video-text-to-text": ("text", "video"),
    "video-classification": ("video",),
}


def find(reader: Reader, kind: str | None, found: Findings) -> None:
    """Everything of this group."""
    if kind == "timeseries":
        found.put("capabilities.modalities", computed(["timeseries"], "type: forecasts"))
        return
    config = network_config(reader)
    stated = config.text("model_type")
    known = architectures.modalities(None if stated is None else stated.value)
    shown = dict(_in_config(config))
    if not known:
        shown |= dict(_in_processors(reader))
    task = reader.source.metadata.pipeline_tag or ""
    if stated is not None and known and not shown.keys() - set(known):
        _put(found, known, stated)
    elif shown:
        reads = {*shown, *known, *_TASKS.get(task, ())}
        if kind in _READING or has_language_part(config):
            reads.add("text")
        _put(found, reads, next(iter(shown.values())))
    elif task in _TASKS:
        _put(found, _TASKS[task], inferred(None, f"the Hub: pipeline_tag {task}"))
    else:
        found.put("capabilities.modalities", None, "nothing shows what it reads")


def _put(found: Findings, reads: Iterable[str], evidence: Fact) -> None:
    reads = set(reads)
    value = [kind for kind in _ORDER if kind in reads]
    found.put("capabilities.modalities", replace(evidence, value=value))


def _in_config(config: JsonFile) -> Iterator[tuple[str, Fact]]:
    """The parts of a configuration, and the parts of these, that read something besides text."""
    inner = [config]
    while inner:
        part = inner.pop()
        for key, value in part.data.items():
            for kind, pattern in _KEYS.items():
                if pattern.fullmatch(key) and _is_there(key, value):
                    yield kind, Fact(None, part.origin(key))
            if is_object(value):
                inner.append(JsonFile(part.origin(key), value))


def _is_there(key: str, value: object) -> bool:
    """Whether a key has a part: an empty object has the defaults, and tokens count from 0."""
    return is_object(value) or bool(value) or ("token" in key and type(value) is int)


def _in_processors(reader: Reader) -> Iterator[tuple[str, Fact]]:
    for path in (network_file(reader, name) for name in _PROCESSORS):
        file = reader.json(path)
        for part in (file, *map(file.within, ("image_processor", "video_processor"))):
            for key, kind in _PREPARED.items():
                if (fact := part.text(key)) is not None:
                    yield kind, fact
        extractor = file.text("feature_extractor_type")
        if extractor is not None:
            kind = "image" if "image_mean" in file.data else "audio"
            yield kind, extractor

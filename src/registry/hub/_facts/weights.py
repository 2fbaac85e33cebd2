"""The files of a model: which ones, how large they are, and how many weights they hold."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from registry.files.needed_files import needed_files
from registry.hub._fact import Fact, Findings, as_guess, computed
from registry.hub._facts import gguf
from registry.hub._facts.modules import CONFIG, module_folders, network_file
from registry.hub._facts.reading import Reader
from registry_base.quantity import format_count

MOST_HEADERS = 4
"""Maximum number of safetensors headers to request, 100 KB each; for more shards the Hub's own
count is used."""

_LISTED = "list of files"
_ADAPTER = re.compile(r"adapter_model(-\d{5}-of-\d{5})?\.safetensors")
_PICKLE = re.compile(r"pytorch_model(-\d{5}-of-\d{5})?\.bin")
_CONVERTED = {
    "onnx": ("model.onnx", "onnx/model.onnx"),
    "openvino": ("openvino_model.bin", "openvino/openvino_model.bin"),
}
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model",
               "vocab.json", "vocab.txt")  # fmt: skip
# Stored with the weights, but not weights: what libraries compute again, and register as buffers.
_BUFFERS = (
    "position_ids", "token_type_ids", "inv_freq", "cos_cached", "sin_cached",
    "embed_positions.weights", "relative_position_index", "relative_coords_table",
    "causal_mask", "masked_bias", "num_batches_tracked",
)  # fmt: skip
# The causal mask of GPT-2, GPT-J and GPT-NeoX is named like a bias, but its shape is
# (1, 1, length, length).
_MASK = re.compile(r"(attn|attention)\.bias$")
# What numbers of eight bits are multiplied by: belongs to the format, not to the network.
_SCALES = re.compile(r"(^|[._])(\w+_)?scale(_inv|_2)?$")
_EIGHT_BITS = re.compile(r"F8_.*")
_FLOATS = re.compile(r"B?F\d+(_.*)?")
_BITS = re.compile(r"\d{1,2}")  # none in BOOL, which takes a byte
_BUFFER_TYPES = frozenset({"I64", "BOOL"})


def find(reader: Reader, found: Findings) -> None:
    """Everything of this group."""
    files = reader.source.files
    safe = network_files(reader)
    pickles = [path for path in _in_parts(reader) if _PICKLE.fullmatch(_name(path))]
    if reader.has(config := network_file(reader, CONFIG)):
        found.put("files.config", Fact(config, _LISTED))
    tokenizers = (network_file(reader, name) for name in _TOKENIZERS)
    tokenizer = next(filter(reader.has, tokenizers), None)
    found.put("files.tokenizer", None if tokenizer is None else Fact(tokenizer, _LISTED))
    _put_files(found, "safetensors", safe)
    _put_files(found, "pytorch", pickles)
    for kind, names in _CONVERTED.items():
        _put_files(found, kind, [name for name in names if name in files][:1])
    one_model = gguf.find(files, found)
    stored = safe or pickles
    if stored:
        beside = _buffer_bytes(reader, safe)
        size = (sum(files[path].size for path in stored) - beside) / 2**20
        if size > 0:
            origin = f"{_LISTED}: sizes of {_told(stored)}{', less its buffers' if beside else ''}"
            found.put("specs.memory_mb", computed(_rounded(size), origin))
    else:
        found.put("specs.memory_mb", None, _no_weights(reader))
    if safe:
        _find_count(reader, safe, found)
    else:
        counted_by_hub = reader.source.metadata.gguf_parameters
        fact = None if counted_by_hub is None else Fact(counted_by_hub, "the Hub: gguf")
        # The Hub counts one of the files; of several models, it may be another one.
        fact = fact if one_model else as_guess(fact)
        found.put("specs.parameter_count", fact, _no_weights(reader))


def network_files(reader: Reader) -> list[str]:
    """The safetensors files that make up the model: the network's first, then those of heads."""
    folders = module_folders(reader)
    needed = needed_files(reader.source.files, pickles=False, folders=folders)
    return [
        path
        for path in _in_parts(reader, needed)
        if path.endswith(".safetensors") and not _ADAPTER.fullmatch(_name(path))
    ]


def _in_parts(reader: Reader, paths: Iterable[str] | None = None) -> list[str]:
    """The files in the folders of modules, those in the root first."""
    inside: dict[str, list[str]] = {folder: [] for folder in module_folders(reader) or ("",)}
    for path in sorted(reader.source.files if paths is None else paths):
        inside.get(path.rpartition("/")[0], []).append(path)
    return [path for group in inside.values() for path in group]


def _put_files(found: Findings, kind: str, paths: list[str]) -> None:
    if paths:
        value = paths[0] if len(paths) == 1 else paths
        found.put(f"files.weights.{kind}", Fact(value, _LISTED))


def _find_count(reader: Reader, safe: list[str], found: Findings) -> None:
    path = "specs.parameter_count"
    root = [name for name in safe if "/" not in name]
    counted: dict[str, int] = {}
    origin = f"{_told(safe)}: tensors"
    if len(safe) > MOST_HEADERS:
        counted = {k: v for k, v in reader.source.metadata.parameters.items() if _is_count(v)}
        origin = "the Hub: safetensors"
        if not counted or len(root) != len(safe):
            found.put(path, None, f"{len(safe)} files hold the weights; the Hub has not counted")
            return
    else:
        for name in safe:
            tensors = reader.tensors(name)
            if tensors is None:
                found.put(path, None, f"{name} {reader.problems[name]}")
                return
            eight_bits = any(_EIGHT_BITS.fullmatch(tensor.dtype) for tensor in tensors.values())
            for key, tensor in tensors.items():
                if _is_buffer(key, tensor.shape) or (eight_bits and _SCALES.search(key)):
                    continue
                size = math.prod(tensor.shape)
                counted[tensor.dtype] = counted.get(tensor.dtype, 0) + size
    packed = [d for d, n in counted.items() if n and not _FLOATS.fullmatch(d)]
    if packed := sorted(set(packed) - _BUFFER_TYPES):
        names = [dtype for dtype in packed if dtype.isidentifier()]
        told = " and ".join(names) or "no known type"
        why = f"the weights are packed as {told}"
        if len(safe) > MOST_HEADERS:  # without names, nothing tells one from the other
            why = f"the Hub counts {told} as well: packed weights, or masks"
        found.put(path, None, why)
        return
    total = sum(number for dtype, number in counted.items() if _FLOATS.fullmatch(dtype))
    fact = computed(total, origin) if 0 < total <= 2**53 else None
    if len(safe) > MOST_HEADERS and "F32" in counted and any(map(_EIGHT_BITS.fullmatch, counted)):
        # The Hub counts the scales among them: right to three digits, and no exact count.
        if fact is not None:
            found.put("specs.parameters", computed(format_count(total - counted["F32"]), origin))
        fact = None
    found.put(path, fact, f"{_told(safe)}: there are no weights in it")


def _is_buffer(name: str, shape: tuple[int, ...]) -> bool:
    is_square = len(shape) == 4 and shape[:2] == (1, 1) and shape[2] == shape[3]
    return name.endswith(_BUFFERS) or (is_square and _MASK.search(name) is not None)


def _buffer_bytes(reader: Reader, safe: list[str]) -> int:
    """Bytes of the files that are masks and tables: of GPT-2 they are a tenth."""
    if len(safe) > MOST_HEADERS:
        return 0
    return sum(
        math.prod(tensor.shape) * (int(bits[0]) if (bits := _BITS.search(tensor.dtype)) else 8) // 8
        for path in safe
        for name, tensor in (reader.tensors(path) or {}).items()
        if _is_buffer(name, tensor.shape)
    )


def _no_weights(reader: Reader) -> str:
    paths = list(reader.source.files)
    if any(_ADAPTER.fullmatch(_name(path)) for path in paths):
        return "the weights are an adapter of another model"
    if any(_PICKLE.fullmatch(_name(path)) for path in paths):
        return "the weights are pickled, and unpickling runs code"
    return "there is no safetensors file of the network"


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= 2**53


def _rounded(mib: float) -> float:
    """Precise enough for people: three digits, no decimals from ten."""
    return round(mib) if mib >= 10 else float(f"{mib:.3g}")


def _told(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def _name(path: str) -> str:
    return PurePosixPath(path).name

"""GGUF files with fewer bits, as llama-quantize makes them: no package contains that program."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

# Tensors that llama.cpp does not quantize: they are added to vectors, not multiplied with them.
_KEPT = ("position_embd.weight", "token_types.weight")


def tuned(gguf: Path, target: Path) -> Path:
    """The same file with a changed last layer, as after light fine-tuning."""
    import gguf as library

    untyped: Any = library  # has no types
    shutil.copy(gguf, target)
    reader: Any = untyped.GGUFReader(target, "r+")
    for tensor in reader.tensors:
        if tensor.name.startswith("blk.5.") and tensor.data.ndim == 2:
            tensor.data[:] *= 1.2
    reader.data.flush()
    return target


def quantized(gguf: Path, kind: str, target: Path) -> Path:
    """A 16-bit file, quantized in blocks of "Q8_0" or "Q4_0"."""
    import gguf as library

    untyped: Any = library  # has no types
    reader: Any = untyped.GGUFReader(gguf)
    writer: Any = untyped.GGUFWriter(target, reader.fields["general.architecture"].contents())
    made_by_writer = ("GGUF.", "general.architecture", "general.file_type", "general.quantization")
    for name, field in reader.fields.items():
        if not name.startswith(made_by_writer):
            inner = field.types[-1] if len(field.types) > 1 else None
            writer.add_key_value(name, field.contents(), field.types[0], sub_type=inner)
    writer.add_file_type(untyped.LlamaFileType[f"MOSTLY_{kind}"])
    writer.add_quantization_version(untyped.GGML_QUANT_VERSION)
    blocks = untyped.GGMLQuantizationType[kind]
    for tensor in reader.tensors:
        if tensor.data.ndim == 2 and tensor.name not in _KEPT:
            rounded = untyped.quants.quantize(tensor.data.astype("float32"), blocks)
            writer.add_tensor(tensor.name, rounded, raw_dtype=blocks)
        else:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target

"""An ONNX graph as the file that an engine reads, in a precision."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from registry.exports.export import Engine, EnginePrecision


def write_engine_file(onnx: Path, engine: Engine, precision: EnginePrecision) -> str:
    """Turn a graph into the engine's own file, which replaces it; returns its name."""
    if engine == "openvino":
        import openvino

        untyped: Any = openvino  # typed in part
        target = onnx.with_suffix(".xml")
        # bfloat16 is how the CPU computes; the weights stay as they are.
        untyped.save_model(
            untyped.Core().read_model(str(onnx)), str(target), compress_to_fp16=False
        )
        onnx.unlink()
        return target.name
    if precision == "int8":
        from onnxruntime import quantization

        target = onnx.with_name(f"{onnx.stem}-int8.onnx")
        quantizing: Any = quantization  # as above
        level = logging.root.level
        logging.root.setLevel(logging.ERROR)  # it logs advice there
        try:
            quantizing.quantize_dynamic(
                str(onnx), str(target), weight_type=quantizing.QuantType.QInt8
            )
        finally:
            logging.root.setLevel(level)
        onnx.unlink()
        return target.name
    return onnx.name

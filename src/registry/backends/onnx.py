"""Run exports with ONNX Runtime: on the CPU, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from registry.backends._engine_backend import EngineBackend
from registry.backends._engine_encoders import Numbers, Run
from registry.exports.export import Engine, EnginePrecision


class OnnxBackend(EngineBackend):
    """ONNX Runtime: float32, or int8 if requested."""

    name: ClassVar[str] = "onnx"
    engine: ClassVar[Engine] = "onnx"
    precisions: ClassVar[tuple[EnginePrecision, ...]] = ("f32", "int8")

    def _compile(
        self, path: Path, output: str | None, precision: EnginePrecision, threads: int
    ) -> Run:
        untyped: Any = onnxruntime  # typed in part
        settings = untyped.SessionOptions()
        settings.intra_op_num_threads = threads
        settings.inter_op_num_threads = 1
        settings.log_severity_level = 3
        session = untyped.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
        wanted = None if output is None else [output]
        names = [each.name for each in session.get_inputs()]

        def run(inputs: Mapping[str, NDArray[np.int64]]) -> Numbers:
            (found,) = session.run(wanted, {name: inputs[name] for name in names})
            return np.asarray(found, dtype=np.float32)

        return run

"""Run exports with OpenVINO: on the processor, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import openvino
from numpy.typing import NDArray

from registry.backends._engine_backend import EngineBackend
from registry.backends._engine_encoders import Numbers, Run
from registry.exports.export import Engine, EnginePrecision


class OpenVinoBackend(EngineBackend):
    """OpenVINO: float32, and bfloat16 where it is asked for."""

    name: ClassVar[str] = "openvino"
    engine: ClassVar[Engine] = "openvino"
    precisions: ClassVar[tuple[EnginePrecision, ...]] = ("f32", "bf16")

    def _compile(self, path: Path, precision: EnginePrecision, threads: int) -> Run:
        untyped: Any = openvino  # typed in part
        compiled = untyped.Core().compile_model(
            str(path),
            "CPU",
            {
                # Never by surprise: where the processor has bfloat16, it would be the default.
                "INFERENCE_PRECISION_HINT": precision,
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": 1,
            },
        )
        names = [each.get_any_name() for each in compiled.inputs]

        def run(inputs: Mapping[str, NDArray[np.int64]]) -> Numbers:
            # A request of its own for each call: several threads may share an encoder.
            request = compiled.create_infer_request()
            found = request.infer({name: inputs[name] for name in names})[0]
            return np.array(found, dtype=np.float32)

        return run

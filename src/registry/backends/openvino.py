"""Run exports with OpenVINO: on the CPU, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from registry.backends._engine_backend import EngineBackend
from registry.backends._engine_encoders import Numbers, Run
from registry.exports.export import Engine, EnginePrecision
from registry.libraries.openvino import library

_openvino = library()  # if it is not installed, fails here, as any import does


class OpenVinoBackend(EngineBackend):
    """OpenVINO: float32, or bfloat16 if requested."""

    name: ClassVar[str] = "openvino"
    engine: ClassVar[Engine] = "openvino"
    precisions: ClassVar[tuple[EnginePrecision, ...]] = ("f32", "bf16")

    def _compile(
        self, path: Path, output: str | None, precision: EnginePrecision, threads: int
    ) -> Run:
        settings = {
            # Explicit, because on CPUs with bfloat16 that would be the default.
            "INFERENCE_PRECISION_HINT": precision,
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            # Otherwise it scans every weight for subnormals, which pulls them all into memory,
            # though few rows of the words' embeddings are needed.
            "CPU_DENORMALS_OPTIMIZATION": True,
        }
        # In a separate thread: the setting flushes subnormals to zero in the thread that compiles,
        # not in those that infer, so it would affect the caller's own arithmetic.
        with ThreadPoolExecutor(1, "openvino-compile") as aside:
            compiled = aside.submit(
                _openvino.Core().compile_model, str(path), "CPU", settings
            ).result()
        wanted = compiled.output(0 if output is None else output)
        names = [each.get_any_name() for each in compiled.inputs]

        def run(inputs: Mapping[str, NDArray[np.int64]]) -> Numbers:
            # One request per call: several threads may share an encoder.
            request = compiled.create_infer_request()
            found = request.infer({name: inputs[name] for name in names})[wanted]
            return np.array(found, dtype=np.float32)

        return run

"""The real llama.cpp, from the package xllamacpp, in a process of its own.

`python real_llama_cpp.py MODEL PORT TASK CONTEXT BATCH TEMPLATE` runs one until terminated.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any, Literal

Task = Literal["vectors", "vectors of the first token", "scores", "chat"]


def command(
    model: Path,
    task: Task,
    *,
    context: int = 0,
    micro_batch: int = 512,
    template: str | None = None,
) -> list[str]:
    """The command for OwnProcess; a context of 0 or no chat template means the model's own."""
    return [
        sys.executable,
        __file__,
        str(model),
        "{port}",
        task,
        str(context),
        str(micro_batch),
        template or "",
    ]


def serve(model: str, port: str, task: str, context: str, micro_batch: str, template: str) -> None:
    import xllamacpp

    untyped: Any = xllamacpp  # an extension module
    settings = untyped.CommonParams()
    settings.model.path = model
    settings.hostnames = ["127.0.0.1"]
    settings.port = int(port)
    settings.n_ctx = int(context)
    settings.n_parallel = 1
    settings.n_ubatch = int(micro_batch)
    # Its threads busy-wait for each other: on a busy machine, two take many times as long as one.
    for parameters in (settings.cpuparams, settings.cpuparams_batch):
        parameters.n_threads = 1
    settings.embedding = task != "chat"
    poolings = untyped.llama_pooling_type
    if task == "scores":
        settings.pooling_type = poolings.LLAMA_POOLING_TYPE_RANK
    if task == "vectors of the first token":
        settings.pooling_type = poolings.LLAMA_POOLING_TYPE_CLS
    if template:
        settings.chat_template = template
        settings.use_jinja = True
    server = untyped.Server(settings)
    print(server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    serve(*sys.argv[1:])

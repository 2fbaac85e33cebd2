"""Roughly how fast a model runs: enough to tell seconds from minutes, not to rank similar models.

On a GPU there is only an order: how many weights each token passes.
"""

from __future__ import annotations

from dataclasses import dataclass

from registry.fit._estimate import MemoryEstimate
from registry.fit._network import kind_of, network_of
from registry.fit._tasks import Task
from registry.fit.machine import Machine
from registry.models.kinds import Weighed

# A network of width h does 2 operations per weight and token (Kaplan et al. 2020, arXiv
# 2001.08361, section 2.1). A core of an AMD EPYC did 36 to 42 thousand million of them a second
# for MiniLM in float32; several cores do less each.
_OPERATIONS_PER_CORE = 30e9
_PASSAGE = 256  # tokens
# A language model reads its weights once per token, so memory sets the pace. Gemma 3 270M, 253 MB,
# gave 84 tokens per second in llama.cpp on two cores: 21 GB/s.
_BYTES_PER_SECOND = 20e9
# What people will wait for: an index of ten thousand passages in three hours, twenty passages
# ranked in two seconds, an answer about as fast as it is read.
_FAST_ENOUGH: dict[Task, float] = {"retrieval": 1, "rerank": 10, "chat": 5, "code": 5}


@dataclass(frozen=True)
class Speed:
    """How fast: `per_second` passages of 256 tokens, or tokens; None on a GPU.

    `work` orders models if no time is known: weights each token passes.
    """

    per_second: float | None
    unit: str
    fast_enough: bool
    work: int

    def __str__(self) -> str:
        if self.per_second is None:
            return ""
        amount = self.per_second
        shown = f"{amount:,.0f}" if amount >= 10 else f"{amount:.1f}"
        return f"about {shown} {self.unit} per second"


def speed(model: Weighed, task: Task, estimate: MemoryEstimate, machine: Machine) -> Speed:
    """How fast a model runs on a machine, in the format of the estimate."""
    network = network_of(model)
    generates = kind_of(model) == "llm"
    work = network.active_parameters if generates else network.body
    unit = "tokens" if generates else "passages"
    if machine.device == "gpu":
        return Speed(None, unit, True, work)
    if generates:
        share = network.active_parameters / network.parameters
        per_second = _BYTES_PER_SECOND / (estimate.weights * share)
    else:
        if kind_of(model) == "sparse":  # scores the whole vocabulary for every token
            work += network.vocabulary * network.hidden
        per_second = machine.cores * _OPERATIONS_PER_CORE / (2 * work * _PASSAGE)
    return Speed(per_second, unit, per_second >= _FAST_ENOUGH[task], work)

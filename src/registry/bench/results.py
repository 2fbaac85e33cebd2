"""What a benchmark gives, typed and frozen. Times are seconds, memory is bytes.

BenchResults
├── machine: BenchMachine          where
├── options: BenchOptions     how
└── models: ModelResult ...   a row a model
    └── measurement: Measurement     of a model that was measured
        ├── latency: Latency         one call at a time
        ├── throughput: Throughput   as much as it can
        ├── memory: Memory
        └── check: Check             whether it still ranks, or continues, as it should
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from registry.errors import InputError

Kind = Literal["dense", "sparse", "colbert", "cross-encoder", "llm"]
Status = Literal["measured", "failed", "skipped"]

KINDS: tuple[Kind, ...] = ("dense", "sparse", "colbert", "cross-encoder", "llm")
"""The kinds of models that are measured, in the order of the tables."""


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Seconds of one call: the first one after loading, then those after warming up.

    A call is one query (dense, sparse, colbert), one query against ten passages (cross-encoder),
    or a prompt until the first piece of text is there (llm).
    """

    first: float
    median: float
    p95: float
    samples: int


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """The median over runs of how much is done a second.

    unit: "texts" encoded as documents, "pairs" scored, "tokens" generated after the first one.
    amount: how many of them a run is; for an llm, of the last run.
    batch_size: how many at once; None for an llm.
    """

    unit: Literal["texts", "pairs", "tokens"]
    per_second: float
    runs: int
    amount: int
    batch_size: int | None


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Bytes that the process has resident: before it loads, once it has, and at the most.

    device_peak: the most that torch has allocated on a CUDA device; None without one.
    """

    before: int
    loaded: int
    peak: int
    device_peak: int | None


@dataclass(frozen=True, kw_only=True)
class Check:
    """Whether a model does what it is for, on a few examples with known answers.

    name: "retrieval" (queries and passages) or "cloze" (beginnings of sentences to continue).
    accuracy: the share of queries whose passage comes first, or of beginnings that are continued
    as expected. ndcg: nDCG@10 of the ranking; None for an llm.
    floor: the accuracy below which a model of this kind is damaged, or is another model; None,
    and so is `passed`, where the examples are not what the model is made for.
    """

    name: Literal["retrieval", "cloze"]
    accuracy: float
    ndcg: float | None
    floor: float | None
    passed: bool | None


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """The figures of one model, taken in a process of its own.

    device: "cpu", "cuda (NVIDIA H200)" ...; "server" where a server runs the model.
    threads: those that torch computes with; None where torch does not run the model.
    load_average: how many processes ran or waited to, over the minute before: much more than
    none, and the figures are of a busy machine.
    import_seconds: of importing the libraries; load_seconds: of `load` after that.
    output: what came out, such as {"dim": 384, "length": 1.0}.
    """

    backend: str
    device: str
    threads: int | None
    load_average: float
    import_seconds: float
    load_seconds: float
    latency: Latency
    throughput: Throughput
    memory: Memory
    check: Check
    output: Mapping[str, str | int | float]


@dataclass(frozen=True, kw_only=True)
class ModelResult:
    """A row: a model, and its figures or the reason why there are none.

    "failed": it is here but cannot be loaded or measured; "skipped": it is not here, or not for
    this backend.
    """

    id: str
    kind: Kind
    huggingface_id: str
    revision: str | None
    parameters: int | None
    local_path: str | None
    status: Status
    reason: str | None = None
    measurement: Measurement | None = None

    @property
    def sound(self) -> bool:
        """Whether it was measured, and does what it is for as far as that was checked."""
        return self.measurement is not None and self.measurement.check.passed is not False

    def is_of(self, other: ModelResult) -> bool:
        """Whether it is a row of the same model at the same revision, from the same place."""
        return self._blank() == other._blank()

    def _blank(self) -> ModelResult:
        return replace(self, status="skipped", reason=None, measurement=None)


@dataclass(frozen=True, kw_only=True)
class BenchMachine:
    """What was measured on. cores: physical; processors: as the system counts them."""

    processor: str
    cores: int | None
    processors: int
    memory: int
    accelerators: tuple[str, ...]
    system: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BenchOptions:
    """How to measure.

    backend, device: as `load` has them; None is the usual backend of the kind.
    runs: how often each model is measured. batch_size: None is the registry's advice.
    threads: how many torch computes with; None leaves it to torch.
    quick: a quarter of the work a run, to try it out.

    Raises InputError for numbers below 1.
    """

    backend: str | None = None
    device: str = "auto"
    runs: int = 10
    batch_size: int | None = None
    threads: int | None = None
    quick: bool = False

    def __post_init__(self) -> None:
        given = {"runs": self.runs, "batch_size": self.batch_size, "threads": self.threads}
        if low := [
            f"{name} should be at least 1" for name, n in given.items() if n is not None and n < 1
        ]:
            raise InputError("; ".join(low))


@dataclass(frozen=True, kw_only=True)
class BenchResults:
    """A benchmark: rows in the order of KINDS, then of the catalogue.

    started, finished: UTC, ISO 8601; `finished` is None of a run that was cut short.
    """

    started: str
    finished: str | None
    machine: BenchMachine
    options: BenchOptions
    models: tuple[ModelResult, ...]

    def of_kind(self, kind: str) -> tuple[ModelResult, ...]:
        """The rows of a kind."""
        return tuple(each for each in self.models if each.kind == kind)

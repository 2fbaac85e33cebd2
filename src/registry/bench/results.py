"""The results of a benchmark, typed and frozen. Times are seconds, memory is bytes.

BenchResults
├── machine: BenchMachine          where
├── options: BenchOptions     how
└── models: ModelResult ...   a row per model
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
    """Seconds per call: the first one after loading, then those after warming up.

    A call is one query (dense, sparse, colbert), one query against ten passages (cross-encoder),
    or a prompt until the first piece of text (llm).
    """

    first: float
    median: float
    p95: float
    samples: int


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """Work per second, as the median over runs.

    unit: "texts" encoded as documents, "pairs" scored, "tokens" generated after the first one.
    amount: how many of them one run has; for an llm, the last run.
    batch_size: how many at once; None for an llm.
    """

    unit: Literal["texts", "pairs", "tokens"]
    per_second: float
    runs: int
    amount: int
    batch_size: int | None


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Resident bytes of the process: before loading, after it, and at the peak.

    device_peak: torch's peak allocation on a CUDA device; None without one.
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
    floor: the accuracy below which a model of this kind is damaged, or is another model; None, like
    `passed`, if the model is not made for such examples.
    ranking: for each query the best passages by number, ten or half of them, to compare
    ways of running a model; empty for an llm.
    """

    name: Literal["retrieval", "cloze"]
    accuracy: float
    ndcg: float | None
    floor: float | None
    passed: bool | None
    ranking: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """The figures of one model, taken in a process of its own.

    device: "cpu", "cuda (NVIDIA H200)" ...; "server" if a server runs the model. threads: how many
    torch or an engine uses; None if a server runs the model. load_average: how many processes ran
    or waited to, over the minute before: if it is much more than 0, the machine was busy.
    import_seconds: importing the libraries; load_seconds: `load` after that.
    memory: of the process that runs the model; None if a server runs it.
    server_memory: bytes that the server reports for the model; None if it reports none.
    output: the model's output, such as {"dim": 384, "length": 1.0}.
    """

    backend: str
    device: str
    threads: int | None
    load_average: float
    import_seconds: float
    load_seconds: float
    latency: Latency
    throughput: Throughput
    memory: Memory | None
    check: Check
    output: Mapping[str, str | int | float]
    server_memory: int | None = None


@dataclass(frozen=True, kw_only=True)
class ModelResult:
    """A row: a model, and its figures or the reason why there are none.

    "failed": it is here but cannot be loaded or measured; "skipped": it is not here, or not for
    this backend. backend: as requested, "openvino:bf16"; None is the usual one. overlap: the share
    of the best passages that is the same as in the model's first row.
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
    backend: str | None = None
    overlap: float | None = None

    @property
    def sound(self) -> bool:
        """Whether it was measured, and passed its check if there was one."""
        return self.measurement is not None and self.measurement.check.passed is not False

    def is_of(self, other: ModelResult) -> bool:
        """Whether it is a row of the same model at the same revision, from the same place."""
        return self._blank() == other._blank()

    def _blank(self) -> ModelResult:
        return replace(self, status="skipped", reason=None, measurement=None, overlap=None)

    @property
    def label(self) -> str:
        """Its name among other rows."""
        return self.id if self.backend is None else f"{self.id} ({self.backend})"

    @property
    def key(self) -> tuple[str, str | None]:
        """What distinguishes it from other rows of a run."""
        return self.id, self.backend


@dataclass(frozen=True, kw_only=True)
class BenchMachine:
    """The machine. cores: physical; processors: as the system counts them."""

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

    backend, device: as in `load`; None is the usual backend of the kind. A precision may follow a
    colon: "openvino:bf16", "sentence-transformers:bf16". beside: more such backends, each measured
    on every model, and compared with the first.
    runs: how often each model is measured. batch_size: None is the registry's advice.
    threads: how many torch or an engine uses; None leaves it to them. quick: a quarter of the work
    per run, to try it out.

    Raises InputError for numbers below 1.
    """

    backend: str | None = None
    device: str = "auto"
    runs: int = 10
    batch_size: int | None = None
    threads: int | None = None
    quick: bool = False
    beside: tuple[str, ...] = ()

    @property
    def backends(self) -> tuple[str | None, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((self.backend, *self.beside)))

    def __post_init__(self) -> None:
        given = {"runs": self.runs, "batch_size": self.batch_size, "threads": self.threads}
        if low := [
            f"{name} should be at least 1" for name, n in given.items() if n is not None and n < 1
        ]:
            raise InputError("; ".join(low))


@dataclass(frozen=True, kw_only=True)
class BenchResults:
    """A benchmark: rows in the order of KINDS, then of the catalogue.

    started, finished: UTC, ISO 8601; `finished` is None for a run that was cut short.
    """

    started: str
    finished: str | None
    machine: BenchMachine
    options: BenchOptions
    models: tuple[ModelResult, ...]

    def of_kind(self, kind: str) -> tuple[ModelResult, ...]:
        """The rows of a kind."""
        return tuple(each for each in self.models if each.kind == kind)

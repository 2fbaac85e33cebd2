"""Results of a benchmark that nobody has run: each kind, each status, each verdict."""

from registry.bench import (
    BenchMachine,
    BenchOptions,
    BenchResults,
    Check,
    Latency,
    Measurement,
    Memory,
    ModelResult,
    Throughput,
)

MACHINE = BenchMachine(
    processor="Example 9000",
    cores=8,
    processors=16,
    memory=64 << 30,
    accelerators=("Example GPU 80GB",),
    system="Linux 7.1",
    libraries={"python": "3.11.7", "tessera-registry": "0.1.0", "torch": "2.13.0"},
)

DENSE = Measurement(
    backend="sentence-transformers",
    device="cuda (Example GPU 80GB)",
    threads=8,
    load_average=0.25,
    import_seconds=6.1,
    load_seconds=0.412,
    latency=Latency(first=0.05123, median=0.0061, p95=0.00925, samples=50),
    throughput=Throughput(unit="texts", per_second=1234.5, runs=10, amount=64, batch_size=32),
    memory=Memory(before=430 << 20, loaded=520 << 20, peak=610 << 20, device_peak=120 << 20),
    check=Check(name="retrieval", accuracy=0.9722, ndcg=0.99, floor=0.8, passed=True),
    output={"dim": 384, "length": 1.0},
)
RERANKER = Measurement(
    backend="sentence-transformers",
    device="cpu",
    threads=8,
    load_average=1.5,
    import_seconds=6.0,
    load_seconds=0.9,
    latency=Latency(first=0.2, median=0.1, p95=0.15, samples=50),
    throughput=Throughput(unit="pairs", per_second=99.94, runs=10, amount=64, batch_size=32),
    memory=Memory(before=430 << 20, loaded=900 << 20, peak=1100 << 20, device_peak=None),
    check=Check(name="retrieval", accuracy=0.125, ndcg=0.49, floor=0.8, passed=False),
    output={"lowest": -11.25, "highest": "no number"},
)
WRITER = Measurement(
    backend="ollama",
    device="server",
    threads=None,
    load_average=1.0,
    import_seconds=0.2,
    load_seconds=3.0,
    latency=Latency(first=2.5, median=0.3, p95=0.4, samples=10),
    throughput=Throughput(unit="tokens", per_second=41.7, runs=10, amount=63, batch_size=None),
    memory=Memory(before=60 << 20, loaded=70 << 20, peak=80 << 20, device_peak=None),
    check=Check(name="cloze", accuracy=0.5, ndcg=None, floor=None, passed=None),
    output={"text": "an island | far *away*, <b>where\x1b[2J"},
)

ROWS = (
    ModelResult(
        id="small-embedder",
        kind="dense",
        huggingface_id="acme/small-embedder",
        revision="0123456789abcdef0123456789abcdef01234567",
        parameters=22_713_216,
        local_path=None,
        status="measured",
        measurement=DENSE,
    ),
    ModelResult(
        id="broken-embedder",
        kind="dense",
        huggingface_id="acme/broken-embedder",
        revision=None,
        parameters=None,
        local_path="broken",
        status="failed",
        reason="the process was ended by SIGSEGV while loading",
    ),
    ModelResult(
        id="absent-embedder",
        kind="dense",
        huggingface_id="acme/absent-embedder",
        revision=None,
        parameters=7_110_660_096,
        local_path=None,
        status="skipped",
        reason="not in the Hugging Face cache",
    ),
    ModelResult(
        id="worn-reranker",
        kind="cross-encoder",
        huggingface_id="acme/worn-reranker",
        revision=None,
        parameters=110_000_000,
        local_path=None,
        status="measured",
        measurement=RERANKER,
    ),
    ModelResult(
        id="absent-reranker",
        kind="cross-encoder",
        huggingface_id="acme/absent-reranker",
        revision=None,
        parameters=None,
        local_path=None,
        status="skipped",
        reason="not in the Hugging Face cache",
    ),
    ModelResult(
        id="writer-8b",
        kind="llm",
        huggingface_id="acme/writer-8b",
        revision=None,
        parameters=8_000_000_000,
        local_path=None,
        status="measured",
        measurement=WRITER,
    ),
)

RESULTS = BenchResults(
    started="2026-11-21T05:53:04Z",
    finished="2026-11-21T06:02:10Z",
    machine=MACHINE,
    options=BenchOptions(threads=8),
    models=ROWS,
)

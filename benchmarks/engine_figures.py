"""The figures of engines: targets and tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.report import Table, Target
from benchmarks.timing import Samples

BASE = "sentence-transformers"
_PEER = "fastembed"
_LENGTHS = ("short", "medium", "long")
_LIMIT = 350  # MB

# side -> samples
Sides = dict[str, Samples]
Found = Mapping[tuple[str, int], Any]


def targets(
    first: Mapping[str, Sides], found: Found, installed: dict[str, float]
) -> tuple[Target, ...]:
    """The promised figures and the measured ones."""
    sizes = tuple(
        Target(f"{extra} installed, torch absent", "≤ 350 MB", f"{size:.0f} MB", size <= _LIMIT)
        for extra, size in installed.items()
        if extra in ("[openvino]", "[onnx]")
    )
    return (*_of_first(first), *_of_speed(found["dense", 1]), *sizes)


def _of_first(first: Mapping[str, Sides]) -> Iterator[Target]:
    bounds = (
        ("cpu", BASE, 0.10),
        ("memory", BASE, 0.5),
        ("cpu", _PEER, 1.0),
        ("memory", _PEER, 1.0),
    )
    for what, base, bound in bounds:
        for name in (each for each in first[what] if each.endswith("f32")):
            if base in first[what]:
                ratio = first[what][name].over(first[what][base])
                yield Target(
                    f"first vector, {what}, {name} over {base}", f"≤ {bound:.2f}x",
                    f"{ratio.text(digits=3)}x", ratio.median <= bound,
                )  # fmt: skip


def _of_speed(one: Any) -> Iterator[Target]:
    bounds = (
        ("openvino f32", BASE, 1.0), ("openvino f32", _PEER, 1.7),
        ("openvino bf16", BASE, 3.0), ("openvino bf16", _PEER, 5.0),
    )  # fmt: skip
    for name, base, bound in bounds:
        if base in one["a CPU second"]:
            ratio = samples(one, name, "medium").over(samples(one, base, "medium"))
            yield Target(
                f"passages per CPU second, {name} over {base}", f"≥ {bound:.1f}x",
                f"{ratio.text(digits=2)}x", ratio.median >= bound,
            )  # fmt: skip
    share = one["overlap"]["openvino bf16"]
    yield Target("overlap, openvino bf16", "≥ 99%", f"{share:.1%}", share >= 0.99)


def samples(found: Any, name: str, length: str) -> Samples:
    """Texts per CPU second of a side, by round."""
    return Samples(dict(enumerate(found["a CPU second"][name][length])))


def first_table(kind: str, first: Mapping[str, Sides]) -> Table:
    """Time and memory until the first vector."""
    cpu, memory = first["cpu"], first["memory"]
    return Table(
        f"The first vector of a process: {kind}",
        ("side", "CPU seconds", "over torch", "MiB", "over torch"),
        tuple(
            (
                name,
                each.spread.text(digits=2),
                f"{each.over(cpu[BASE]).text(digits=3)}x",
                memory[name].spread.text(digits=0),
                f"{memory[name].over(memory[BASE]).text(digits=3)}x",
            )
            for name, each in cpu.items()
        ),
    )


def speed_table(kind: str, threads: int, found: Any) -> Table:
    """Texts per CPU second, relative to sentence-transformers."""
    base = {length: samples(found, BASE, length) for length in _LENGTHS}
    return Table(
        f"Texts per CPU second over sentence-transformers: {kind}, threads: {threads}",
        ("side", *_LENGTHS, "overlap"),
        tuple(
            (
                name,
                *(
                    f"{samples(found, name, length).over(base[length]).text(digits=2)}x"
                    for length in _LENGTHS
                ),
                f"{found['overlap'][name]:.1%}" if name in found["overlap"] else "",
            )
            for name in found["a CPU second"]
        ),
    )


def growth_tables(found: Any) -> Iterator[Table]:
    """Words per CPU second as batches and texts grow."""
    words: dict[str, dict[str, list[float]]] = found["words"]
    jobs = list(next(iter(words.values())))
    for title, ending in (
        ("Words per CPU second by the size of a batch, 50 words a text: dense", "texts"),
        ("Words per CPU second by the length of a text, batches of 32: dense", "words"),
    ):
        columns = [job for job in jobs if job.endswith(ending)]
        yield Table(
            title,
            ("side", *columns),
            tuple(
                (name, *(Samples(dict(enumerate(each[job]))).spread.text(digits=0)
                         for job in columns))
                for name, each in words.items()
            ),
        )  # fmt: skip


def installed_table(installed: Mapping[str, float]) -> Table:
    """Megabytes of each extra."""
    return Table(
        "Installed into an empty folder by pip: what an image has on top of its base",
        ("what", "MB"),
        tuple((extra, f"{size:,.0f}") for extra, size in installed.items()),
    )

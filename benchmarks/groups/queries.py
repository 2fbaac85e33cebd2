"""The cost of a query, compared with a dict look-up, and the memory per model."""

import importlib
import json
import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from benchmarks.bench import Bench
from benchmarks.catalogues import shipped_size
from benchmarks.processes import output
from benchmarks.report import Section, Table
from benchmarks.timing import Case, Samples, interleaved, spread
from benchmarks.workspace import package_name

_LARGE = 10_000
_DICT = "bare dict look-up"
_SAMPLE_SECONDS = 0.004

# Every name is a local variable of the timed loop, so looking up functions is not measured.
_SETUP = """\
get_model, find_model, find_models = m.get_model, m.find_model, m.find_models
models_by_type, models_by_language = m.models_by_type, m.models_by_language
model_id, alias, repository = "colbert-v2", "colbert", "colbert-ir/colbertv2.0"
model, kind, table = get_model(model_id), m.ModelType.Dense, dict(m.MODELS_BY_ID)
"""
_HERE = """\
from os import environ, getcwd
from registry import ModelType, resolve
variable, repository, kind = "REGISTRY_CATALOGUE", "colbert-ir/colbertv2.0", ModelType.Colbert
"""
_STATEMENTS = {
    "empty loop": "pass",
    _DICT: "table[model_id]",
    "get_model(id)": "get_model(model_id)",
    "find_model(id)": "find_model(model_id)",
    "find_model(alias)": "find_model(alias)",
    "find_model(Hub repository)": "find_model(repository)",
    "models_by_type(Dense)": "models_by_type(kind)",
    "models_by_language('de')": "models_by_language('de')",
    "find_models(language='de')": "find_models(language='de')",
    "find_models(model_type=Dense, language='de', matryoshka=True)": (
        "find_models(model_type=kind, language='de', matryoshka=True)"
    ),
    "model.embedding_dim, given": "model.embedding_dim",
    "model.variants, the default": "model.variants",
    "model.type": "model.type",
}
# These build an index on their first call.
_INDEXED = ("find_model(alias)", "find_models(language='de')")

# Runs in a fresh process: memory added by the import, resident or traced.
_MEMORY = """
import enum, gc, importlib, json, os, sys, types
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
def traced():
    return tracemalloc.get_traced_memory()[0]
if sys.argv[2] == "traced":
    import tracemalloc
    from importlib.machinery import SourceFileLoader
    # tracemalloc looks up the line of each allocation by a walk through the line table of
    # the code, which is quadratic for a module of one piece. Without a table it need not.
    get_code = SourceFileLoader.get_code
    SourceFileLoader.get_code = lambda *args: get_code(*args).replace(co_linetable=b"")
    tracemalloc.start()
now = globals()[sys.argv[2]]
gc.collect()
before = now()
module = importlib.import_module(sys.argv[1])
gc.collect()
print(json.dumps(now() - before))
"""


def run(bench: Bench) -> Section:
    """Time each query in turn with the dict look-up; measure memory in fresh processes."""
    sizes = (shipped_size(), _LARGE)
    sys.path.insert(0, str(bench.workspace.folder))
    packages = {size: _package(bench, size) for size in sizes}
    tables = [_queries(bench, size, _load(packages[size])) for size in sizes]
    return Section(
        title="Queries and memory",
        about=(
            "Each statement runs in a `timeit` loop, in turn with a look-up of the same id in a "
            "plain dict of the same models; CPU time. The empty loop is part of every figure. No "
            "target was set for these."
        ),
        tables=(*tables, _resolving(bench), _first_calls(bench, packages), _memory(bench)),
        notes=(
            "A field that an entry does not give fills no slot: reading it goes through "
            "`__getattr__`. That is what the cheap import costs.",
            "`find_models` combines the answers of the single queries when it is called; those "
            "and `models_by_type` are prebuilt tuples.",
            "`resolve` answers from the catalogue that is used in this folder, so each call asks "
            "for REGISTRY_CATALOGUE and the folder.",
            "Memory is what the import adds to a fresh process that has `enum` and `types` "
            "already, with .pyc; it includes classes, functions and names. Copies share long "
            "tuples with the model they were copied from, as entries of one family do.",
        ),
    )


def _package(bench: Bench, size: int) -> str:
    name = f"queried_{size}"
    bench.workspace.package(bench.workspace.folder, name, size)
    return name


def _load(name: str) -> ModuleType:
    """The generated module, imported anew on each call; its package is in the work folder."""
    for known in [known for known in sys.modules if known.partition(".")[0] == name]:
        del sys.modules[known]
    return importlib.import_module(f"{name}._generated")


def _queries(bench: Bench, size: int, module: ModuleType) -> Table:
    cases = {name: Case(_loop(text, module)) for name, text in _STATEMENTS.items()}
    samples = interleaved(cases, bench.rounds(40))
    bare = samples[_DICT]
    return Table(
        f"Nanoseconds a query, {size:,} models",
        ("query", "ns", "over dict look-up"),
        tuple(
            (
                f"`{name}`" if "(" in name and " (" not in name else name,
                each.spread.text(1e9),
                f"{each.over(bare).median:,.1f}x",
            )
            for name, each in samples.items()
        ),
    )


def _resolving(bench: Bench) -> Table:
    """A known text to a model, in the catalogue used here, over what the system needs for it."""
    asked, resolved = "REGISTRY_CATALOGUE and the folder", "resolve(Hub repository)"
    cases = {
        asked: Case(_timed("environ.get(variable); getcwd()", _HERE)),
        resolved: Case(_timed("resolve(repository, model_type=kind)", _HERE)),
    }
    samples = interleaved(cases, bench.rounds(40))
    return Table(
        "Nanoseconds to resolve a text that was resolved before",
        ("call", "ns", "over asking the system"),
        tuple(
            (
                f"`{name}`" if name == resolved else name,
                each.spread.text(1e9),
                f"{each.over(samples[asked]).median:.2f}x",
            )
            for name, each in samples.items()
        ),
    )


def _loop(statement: str, module: ModuleType) -> Callable[[], float]:
    return _timed(statement, _SETUP, m=module)


def _timed(statement: str, setup: str, **names: ModuleType) -> Callable[[], float]:
    timer = timeit.Timer(statement, setup, timer=time.process_time, globals=dict(names))
    timer.timeit(1)  # builds indexes
    number = 1
    while (took := timer.timeit(number)) < _SAMPLE_SECONDS / 4:
        number *= 4
    number = max(1, round(number * _SAMPLE_SECONDS / took))
    return lambda: timer.timeit(number) / number


def _first_calls(bench: Bench, packages: dict[int, str]) -> Table:
    rows: list[tuple[str, ...]] = []
    for name in _INDEXED:
        cells: list[str] = []
        for package in packages.values():
            samples = Samples()
            for number in range(bench.rounds(5)):
                # A new module each time, so that it has no index yet.
                scope = {"m": _load(package)}
                timer = timeit.Timer(
                    _STATEMENTS[name], _SETUP, timer=time.process_time, globals=scope
                )
                samples.by_round[number] = timer.timeit(1)
            cells.append(samples.spread.text(1e6, digits=0))
        rows.append((f"`{name}`", *cells))
    columns = tuple(f"{size:,} models" for size in packages)
    return Table("First calls, which make an index: microseconds", ("query", *columns), tuple(rows))


def _memory(bench: Bench) -> Table:
    environment = bench.workspace.compiled
    rows: list[tuple[str, ...]] = []
    for size in (shipped_size(), 1_000, _LARGE):
        package = package_name(size)
        argv = [str(environment.python), "-c", _MEMORY, package]
        rounds = range(bench.rounds(5))
        traced = spread([json.loads(output([*argv, "traced"])) for _ in rounds]).median
        resident = (
            spread([json.loads(output([*argv, "resident"])) for _ in rounds]).median
            if Path("/proc/self/statm").exists()
            else None
        )
        cache = sum(path.stat().st_size for path in (environment.site / package).rglob("*.pyc"))
        rows.append(
            (
                f"`{package}`",
                f"{size:,}",
                f"{traced / 2**20:,.1f}",
                f"{traced / size / 2**10:.2f}",
                "not known" if resident is None else f"{resident / 2**20:,.1f}",
                "not known" if resident is None else f"{resident / size / 2**10:.2f}",
                f"{cache / size / 2**10:.2f}",
            )
        )
    return Table(
        "Memory",
        (
            "package",
            "models",
            "traced MiB",
            "traced KiB a model",
            "resident MiB",
            "resident KiB a model",
            ".pyc KiB a model",
        ),
        tuple(rows),
    )

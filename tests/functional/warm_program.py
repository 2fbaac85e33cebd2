"""A fork of the server of warm.py becomes a Python program as if in a new interpreter."""

from __future__ import annotations

import atexit
import builtins
import gc
import importlib
import io
import multiprocessing
import os
import runpy
import signal
import sys
import threading
import types
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import BuiltinImporter, SourceFileLoader
from multiprocessing import reduction
from pathlib import Path
from typing import Any, NoReturn, TextIO, cast

from servers.hub_environment import reread

PRELOADED = ("torch", "transformers.models.bert.modeling_bert", "sentence_transformers")
# The server's settings of the Hub: like no program's, so that copies of them can be found.
LEFTOVER = "nonexistent.invalid"
SERVER = {"HF_HOME": f"/{LEFTOVER}", "HF_ENDPOINT": f"http://{LEFTOVER}"}
_COPIERS = ("huggingface_hub", "transformers", "datasets", "accelerate")


@dataclass(frozen=True)
class Program:
    """What a program starts with.

    kind: "-c", "-m", or "" for a script. filters: of `-W`. path: `sys.path`.
    """

    kind: str
    target: str
    arguments: Sequence[str]
    filters: Sequence[str]
    cwd: str
    env: Mapping[str, str]
    path: Sequence[str]


class Descriptor:
    """A file descriptor to give to a fork, where it arrives as a number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _detach, (reduction.DupFd(self._number),)


def _detach(duplicate: Any) -> Any:
    return duplicate.detach()


def begin(program: Program, stdin: Any, stdout: Any, stderr: Any) -> NoReturn:
    """Become the program, with these descriptors as its streams."""
    for number, stream in enumerate((stdin, stdout, stderr)):
        os.dup2(stream, number)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    missing = [name for name in PRELOADED if name not in sys.modules]
    if missing:
        os.write(2, f"the server could not import {', '.join(missing)}\n".encode())
        os._exit(70)
    gc.freeze()  # a new interpreter would have less to look through
    multiprocessing.set_start_method(None, force=True)
    sys.modules["numpy"].random.seed()  # the standard library's does that by itself
    os.chdir(program.cwd)
    os.environ.clear()
    os.environ.update(program.env)
    _reread()
    _forget_tests()
    sys.dont_write_bytecode = False
    sys.path[:] = program.path
    sys.argv = [program.kind or program.target, *program.arguments]
    _filter(program.filters)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        _open_anew(name, number)
    main = types.ModuleType("__main__")
    if "__annotations__" in vars(sys.modules["__main__"]):  # of the server
        main.__annotations__ = {}
    sys.modules["__main__"] = main
    status = _run(program, main)
    threading._shutdown()  # type: ignore[attr-defined]
    exit_functions: Any = atexit
    exit_functions._run_exitfuncs()
    vars(main).clear()  # closes what it has open
    try:
        cast(TextIO, sys.__stdout__).flush()
    except OSError:
        status = 120
    os._exit(status)


def _open_anew(name: str, number: int) -> None:
    """Replace a standard stream; libraries may keep the old one, which writes to the same place."""
    old: Any = getattr(sys, f"__{name}__")
    mode, end = ("w", "\n") if number else ("r", None)
    buffering = 1 if number == 2 else -1  # line by line; with -1 only on a terminal
    stream: Any = open(  # noqa: SIM115
        number, mode, buffering, old.encoding, old.errors, end, closefd=False
    )
    stream.buffer.raw.name = f"<{name}>"
    setattr(sys, name, stream)
    setattr(sys, f"__{name}__", stream)


def _reread() -> None:
    """Let libraries read from the environment what they read from the server's on import."""
    from huggingface_hub import constants

    old = {name: value for name, value in vars(constants).items() if name.isupper()}
    reread(builtins)
    now = {SERVER["HF_HOME"]: constants.HF_HOME, SERVER["HF_ENDPOINT"]: constants.ENDPOINT}
    for module in list(sys.modules.values()):
        if module.__name__.partition(".")[0] not in _COPIERS:
            continue
        for name, value in list(vars(module).items()):
            if name in old and value == old[name]:
                setattr(module, name, getattr(constants, name))
            elif isinstance(value, str | Path) and LEFTOVER in str(value):
                text = str(value)
                for before, after in now.items():
                    text = text.replace(before, after)
                setattr(module, name, type(value)(text))
    http: Any = sys.modules["huggingface_hub.utils._http"]
    if hasattr(http, "_HUB_ORIGINS"):  # servers that may get a token
        known = {each for each in http._HUB_ORIGINS if LEFTOVER not in each}
        http._HUB_ORIGINS = frozenset({*known, http._url_origin(constants.ENDPOINT)})


def _forget_tests() -> None:
    """Programs import nothing of this project that is imported already."""
    tests = str(Path(__file__).parents[1])
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "")).startswith(tests):
            del sys.modules[name]
    importlib.invalidate_caches()


def _filter(filters: Sequence[str]) -> None:
    """Filters of `-W` are after those that libraries have put first, and before the usual ones."""
    sys.warnoptions = list(filters)
    found: Any = warnings.filters
    first_usual = [at for at, each in enumerate(found) if each[3] == "__main__"]
    for each in filters:
        warnings._setoption(each)  # type: ignore[attr-defined]
        found.insert(min(first_usual, default=0), found.pop(0))


def _run(program: Program, main: types.ModuleType) -> int:
    """Run the program; returns its exit status."""
    try:
        _execute(program, main)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
    except BaseException as error:
        trace = error.__traceback__
        while trace and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        if isinstance(error, KeyboardInterrupt):
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.raise_signal(signal.SIGINT)
    else:
        return 0
    return 1


def _execute(program: Program, main: types.ModuleType) -> None:
    if program.kind == "-m":
        vars(main)["__builtins__"] = builtins
        runpy._run_module_as_main(program.target)  # type: ignore[attr-defined]
        return
    source: str | bytes = program.target
    name = "<string>"
    main.__loader__ = BuiltinImporter
    if not program.kind:
        name = os.path.abspath(program.target)  # noqa: PTH100 # does not follow links
        with io.open_code(name) as file:
            source = file.read()
        main.__loader__ = SourceFileLoader("__main__", name)
        vars(main).update(__file__=name, __cached__=None)
    vars(main)["__builtins__"] = builtins
    exec(compile(source, name, "exec", dont_inherit=True), vars(main))

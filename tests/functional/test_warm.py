"""Programs in a fork of a server that has imported torch are like programs in a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import command_line
import pytest
from environments import Result
from terminal import Terminal
from warm import imitable, run
from warm_program import LEFTOVER

from servers.hub_environment import environment

pytestmark = pytest.mark.heavy

EVERYTHING = """
import atexit, json, os, sys, threading, time, warnings

def late():
    time.sleep(0.2)
    print("a thread")

import registry
atexit.register(print, "at the end")
threading.Thread(target=late).start()
filters = [str(each) for each in warnings.filters]
own = next(at for at, each in enumerate(filters) if "__main__" in each)
print(json.dumps([
    sys.argv, os.getcwd(), dict(os.environ), sys.path, sys.warnoptions, registry.__file__,
    [(s.isatty(), s.encoding, s.errors, s.line_buffering, s.name, s.mode, s.buffer.raw.closefd)
     for s in (sys.stdin, sys.stdout, sys.stderr)],
    sorted(set(globals()) - {"late"}), __name__, getattr(__spec__, "name", None), __doc__,
    globals().get("__file__"), filters[own - len(sys.warnoptions) : own + 5],
    "pytest" in sys.modules, sys.modules["__main__"].__dict__ is globals(),
]))
print("a complaint \\ud800", file=sys.stderr)
"""
ENDS = {
    "status": "import sys; sys.exit(3)",
    "nothing": "import sys; sys.exit()",
    "words": "import sys; sys.exit('no such model')",
    "not words": "import sys; sys.exit([1, 2])",
    "error": "def broken():\n    return 1 / 0\n\nbroken()\n",
    "two errors": "try:\n    1 / 0\nexcept ArithmeticError as it:\n    raise KeyError from it",
    "syntax": "print('never')\n1 +\n",
    "interrupt": "raise KeyboardInterrupt",
    "signal": "import os; os.kill(os.getpid(), 9)",
    "warning": "import warnings; warnings.warn('old', DeprecationWarning)",
    "standard input": "import sys; print(repr(sys.stdin.read()))",
    "exit without flushing": "import os; print('lost'); os._exit(4)",
    "not closed": "file = open('written', 'w'); file.write('text')",
}


def real(arguments: list[str], cwd: Path, env: dict[str, str], stdout: int = -1) -> Result:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )
    return Result(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())


def warm(arguments: list[str], cwd: Path, env: dict[str, str]) -> Result:
    assert imitable(arguments, cwd, env), "this would be a real process"
    return run(arguments, cwd, env)


@pytest.fixture
def env() -> dict[str, str]:
    return command_line.environment(A_NAME="a value")


def test_it_is_a_fork_that_has_torch(tmp_path: Path, env: dict[str, str]) -> None:
    program = """
import os, sys
print("torch" in sys.modules, "sentence_transformers" in sys.modules, "registry" in sys.modules)
print(os.getppid())
"""
    first, second = (warm(["-c", program], tmp_path, env).stdout.split() for _ in range(2))
    assert first[:3] == ["True", "True", "False"]
    assert first == second
    assert int(first[3]) != os.getpid()


@pytest.mark.parametrize("kind", ["-c", "-m", "script"])
@pytest.mark.parametrize("filters", [(), ("-W", "error"), ("-W", "always:x", "-W", "error")])
def test_all_that_a_program_sees(
    kind: str, filters: tuple[str, ...], tmp_path: Path, env: dict[str, str]
) -> None:
    (tmp_path / "program.py").write_text(EVERYTHING)
    start = {"-c": ["-c", EVERYTHING], "-m": ["-m", "program"], "script": ["program.py"]}[kind]
    arguments = [*filters, *start, "one", "-W", "two"]
    found = warm(arguments, tmp_path, env)
    assert found == real(arguments, tmp_path, env)
    assert found.stdout.endswith("a thread\nat the end\n")


@pytest.mark.parametrize("program", ENDS.values(), ids=list(ENDS))
def test_how_it_ends(program: str, tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / "program.py").write_text(program)
    for arguments in (["program.py"], ["-W", "error::DeprecationWarning", "-m", "program"]):
        assert warm(arguments, tmp_path, env) == real(arguments, tmp_path, env)
    if program == ENDS["not closed"]:
        assert (tmp_path / "written").read_text() == "text"


def test_a_terminal(tmp_path: Path, env: dict[str, str]) -> None:
    program = "import sys; print(sys.stdout.isatty(), sys.stderr.isatty(), input())"
    with Terminal() as terminal:
        terminal.type("typed")
        result = run(["-c", program], tmp_path, env, stdin=terminal.slave, stdout=terminal.slave)
    assert result == Result(0, "", "")
    assert terminal.shown == "typed\nTrue False typed\n"


def test_the_command(tmp_path: Path, env: dict[str, str]) -> None:
    script = str(Path(sys.executable).with_name("registry"))
    for arguments in (["-m", "registry"], [script]):
        for words in (["list", "--type", "colbert"], ["show", "bge-m4"], ["list", "--nonsense"]):
            found = warm([*arguments, *words], tmp_path, env)
            assert found == real([*arguments, *words], tmp_path, env)


HUB = """
import json, sys, types
from pathlib import Path
from huggingface_hub import constants, HfApi
from transformers.utils import hub
left = [
    (name, key)
    for name, module in list(sys.modules.items())
    for key, value in list(vars(module).items())
    if type(value) in (str, type(Path()), tuple, frozenset) and sys.argv[1] in str(value)
]
print(json.dumps([
    constants.HF_HOME, constants.HF_HUB_CACHE, constants.ENDPOINT, constants.HF_HUB_OFFLINE,
    hub.is_offline_mode(), HfApi().endpoint, hub.HF_MODULES_CACHE, left,
]))
"""


@pytest.mark.parametrize("offline", ["0", "1"])
def test_settings_of_the_hub(offline: str, tmp_path: Path, env: dict[str, str]) -> None:
    env = environment("http://hub.example", tmp_path / "home") | {"HF_HUB_OFFLINE": offline}
    env = {name: value for name, value in env.items() if not name.startswith("PYTHON")}
    found = warm(["-c", HUB, LEFTOVER], tmp_path, env)
    assert found == real(["-c", HUB, LEFTOVER], tmp_path, env)
    home, *_, left = json.loads(found.stdout)
    assert (home, left) == (str(tmp_path / "home"), [])


def test_two_at_a_time(tmp_path: Path, env: dict[str, str]) -> None:
    program = """
import sys, time
from pathlib import Path
Path(sys.argv[1]).touch()
while not Path(sys.argv[2]).exists():
    time.sleep(0.01)
print(sys.argv[1])
"""

    def start(*names: str) -> Result:
        return run(["-c", program, *names], tmp_path, env, timeout=300)

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(start, "a", "b"), pool.submit(start, "b", "a")]
    assert [each.result() for each in both] == [Result(0, "a\n", ""), Result(0, "b\n", "")]


def test_one_that_does_not_end(tmp_path: Path, env: dict[str, str]) -> None:
    program = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(100)"
    run(["-c", "pass"], tmp_path, env)  # what it is forked from is there, and warm
    with pytest.raises(subprocess.TimeoutExpired):
        run(["-c", program], tmp_path, env, timeout=5)
    ended = time.monotonic() + 300
    while Path("/proc", (tmp_path / "pid").read_text()).exists() and time.monotonic() < ended:
        time.sleep(0.01)
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [
        (["-c", "pass"], {"PYTHONHASHSEED": "1"}),
        (["-c", "pass"], {"PYTHONPATH": "relative"}),
        (["-c", "pass"], {"TRANSFORMERS_VERBOSITY": "info"}),
        (["-X", "importtime", "-c", "pass"], {}),
        (["-I", "-c", "pass"], {}),
        ([], {}),
    ],
)
def test_what_only_a_real_process_can(
    arguments: list[str], settings: dict[str, str], tmp_path: Path, env: dict[str, str]
) -> None:
    assert imitable(arguments, tmp_path, env | settings) is None
    assert run(arguments, tmp_path, env | settings).status == 0


def test_a_server_that_could_not_import_is_noticed(tmp_path: Path, env: dict[str, str]) -> None:
    program = """
import sys
import warm, warm_program
from pathlib import Path
warm.PRELOADED = ("json", "no_such_library")
print(warm.run(["-c", "pass"], Path(sys.argv[1]), warm._server_environment()))
"""
    here = {**env, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = real(["-c", program, str(tmp_path)], tmp_path, here)
    assert "status=70" in found.stdout, found.output
    assert "could not import torch" in found.stdout

"""Test the wheel on every supported Python on this machine: `make test-pythons`.

Each gets its own environment, from constraints.txt with hashes: first the wheel alone, which must
import; then with the extras `cli` and `codegen`, which must validate and compile the catalogue;
then pytest runs the files in portable.txt, which need neither torch nor a Hub. As many run at once
as there are cores; what one printed is shown when it has ended.
"""

import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "pythons"
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
BARE = "from registry import COLBERT_V2, get_model; assert get_model('colbert-v2') is COLBERT_V2"
EXTRAS = "tessera-registry[cli,codegen]"


def main() -> None:
    pyproject: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pythons = dict(found(pyproject["project"]["classifiers"]))
    shutil.rmtree(BUILD, ignore_errors=True)
    # Without isolation: the build requirements are locked and already installed.
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", BUILD, ROOT)
    subprocess.run(build, cwd=ROOT, check=True)
    (wheel,) = BUILD.glob("*.whl")
    tools = pyproject["dependency-groups"]["portable"]

    def passes(version: str) -> bool:
        start, said = time.monotonic(), list[str]()
        passed = check(BUILD / version, pythons[version], wheel, tools, said)
        outcome = "passed" if passed else "FAILED"
        seconds = f"{time.monotonic() - start:.0f} s"
        print(*said, f"Python {version}: {outcome} after {seconds}", sep="\n", flush=True)
        return passed

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        if not all(list(pool.map(passes, pythons))):
            sys.exit(1)


def found(classifiers: list[str]) -> Iterator[tuple[str, Path]]:
    """The local interpreters that pyproject.toml promises to support."""
    stated = [text.rpartition(" ")[2] for text in classifiers if ":: Python :: 3." in text]
    installed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for version in stated:
        on_path = shutil.which(f"python{version}")
        candidates = [Path(on_path)] if on_path else []
        candidates += sorted(installed.glob(f"{version}.*/bin/python3"), reverse=True)
        python = next((path for path in candidates if answers(path, version)), None)
        if python is None:
            print(f"Python {version}: not on this machine", flush=True)
        else:
            yield version, python


def answers(python: Path, version: str) -> bool:
    """Whether it runs: pyenv has stubs on the path that only report what is missing."""
    said = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
    )
    return said.returncode == 0 and said.stdout.strip() == version


def check(folder: Path, python: Path, wheel: Path, tools: list[str], said: list[str]) -> bool:
    """Whether all commands succeed in an environment of that Python, up to the first that fails.

    said: where what they print goes.
    """
    inside = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (*PIP, "--python", inside, "install")
    by_hash = ("--require-hashes", "--only-binary", ":all:", "-c", "constraints.txt")
    commands: tuple[tuple[str | Path, ...], ...] = (
        (python, "-m", "venv", "--without-pip", folder),
        (*pip, "--no-deps", wheel),
        (inside, "-I", "-c", BARE),
        (*pip, *by_hash, EXTRAS, *tools),
        (inside, "-I", "-m", "registry", "validate"),
        (inside, "-I", "-m", "registry", "generate", "--check"),
        (inside, "-m", "pytest", "-q", "@tests/portable.txt"),
    )
    for command in commands:
        done = subprocess.run(
            command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        said += [done.stdout.rstrip()] if done.stdout.strip() else []
        if done.returncode:
            said.append(f"exit status {done.returncode}: {' '.join(map(str, command))}")
            return False
    return True


if __name__ == "__main__":
    main()

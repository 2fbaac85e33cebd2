"""Test the wheel on every supported Python on this machine: `make test-pythons`.

Each gets its own environment, from constraints.txt with hashes: first the wheel alone, which must
import; then with the extras `cli` and `codegen`, which must validate and compile the catalogue;
then pytest runs the files in portable.txt, which need neither torch nor a Hub.
"""

import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
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
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", BUILD, ROOT)
    (wheel,) = BUILD.glob("*.whl")
    for version, python in pythons.items():
        start = time.monotonic()
        check(BUILD / version, python, wheel, pyproject["dependency-groups"]["portable"])
        print(f"Python {version}: passed in {time.monotonic() - start:.0f} s", flush=True)


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


def check(folder: Path, python: Path, wheel: Path, tools: list[str]) -> None:
    run(python, "-m", "venv", "--without-pip", folder)
    inside = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (*PIP, "--python", inside, "install")
    run(*pip, "--no-deps", wheel)
    run(inside, "-I", "-c", BARE)
    by_hash = ("--require-hashes", "--only-binary", ":all:", "-c", "constraints.txt")
    run(*pip, *by_hash, EXTRAS, *tools)
    run(inside, "-I", "-m", "registry", "validate")
    run(inside, "-I", "-m", "registry", "generate", "--check")
    run(inside, "-m", "pytest", "-q", "@tests/portable.txt")


def run(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()

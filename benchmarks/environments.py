"""Virtual environments with nothing in them but what is measured.

Without pip and setuptools there are no `.pth` files, which would run on every start.
"""

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.checkout import ROOT
from benchmarks.processes import output


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    python: Path
    site: Path

    def versions(self) -> dict[str, str]:
        """The installed distributions."""
        lines = output(
            [
                str(self.python),
                "-c",
                "import importlib.metadata as m\n"
                "for d in m.distributions(): print(d.name.lower(), d.version)",
            ]
        )
        return dict(line.split() for line in lines.splitlines())


def create(folder: Path) -> Environment:
    """A virtual environment with the standard library alone."""
    output([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
    return existing(folder)


def existing(folder: Path) -> Environment:
    """The virtual environment in a folder."""
    python = folder / "bin" / "python"
    site = output([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    return Environment(python, Path(site.strip()))


def install(environment: Environment, *arguments: str) -> None:
    """`pip install`, with our own pip, into an environment without pip."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    output([*pip, "--python", str(environment.python), "install", *arguments])


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # If the build requirements are installed here, an isolated environment wastes time.
    at_hand = all(importlib.util.find_spec(name) for name in ("hatchling", "jinja2", "jsonschema"))
    isolation = ["--no-build-isolation"] if at_hand else []
    output([*pip, "wheel", "--no-deps", *isolation, "--wheel-dir", str(folder), str(ROOT)])
    (wheel,) = folder.glob("*.whl")
    return wheel

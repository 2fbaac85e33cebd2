"""Throw-away virtual environments, filled offline from the environment the tests run in."""

import os
import shutil
import subprocess
import venv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# Variables that a developer may have set, but that must not affect a build.
_FOREIGN = ("PYTHON", "PIP_", "HATCH", "UV_", "VIRTUAL_ENV", "SOURCE_DATE_EPOCH", "GIT_")
_OFFLINE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_CACHE_DIR": "1",
}


@dataclass(frozen=True)
class Result:
    """The outcome of a program."""

    status: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Environment:
    """A virtual environment, isolated from the one the tests run in."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, *requirements: str, pip: bool = False) -> "Environment":
        venv.create(folder, symlinks=True, with_pip=pip)
        environment = cls(folder)
        for name in _closure(requirements):
            _copy(metadata.distribution(name), environment.site_packages)
        return environment

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def site_packages(self) -> Path:
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def run(
        self,
        *arguments: str | Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        umask: int = -1,
        online: bool = False,
    ) -> Result:
        """Run this environment's Python, whatever its exit status."""
        # Online, pip uses the index that the developer has configured.
        foreign = tuple(name for name in _FOREIGN if not (online and name == "PIP_"))
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        done = subprocess.run(
            [self.python, *arguments],
            cwd=cwd,
            env={**kept, **({} if online else _OFFLINE), **(env or {})},
            umask=umask,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def succeed(
        self,
        *arguments: str | Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        umask: int = -1,
    ) -> str:
        """Run this environment's Python and return its stdout."""
        result = self.run(*arguments, cwd=cwd, env=env, umask=umask)
        assert result.status == 0, result.output
        return result.stdout

    def build(
        self,
        project: Path,
        *options: str,
        env: Mapping[str, str] | None = None,
        umask: int = -1,
    ) -> Path:
        """Run `python -m build` on a project; return the folder with its results."""
        made = project.parent / f"{project.name}-made"
        command = ("-m", "build", "--no-isolation", "--outdir", str(made), *options)
        self.succeed(*command, project, cwd=project.parent, env=env, umask=umask)
        return made

    def build_wheel(self, project: Path, *, env: Mapping[str, str] | None = None) -> Path:
        """Build a project's wheel directly from its folder."""
        (wheel,) = self.build(project, "--wheel", env=env).glob("*.whl")
        return wheel

    def fail_to_build(self, project: Path, *, env: Mapping[str, str] | None = None) -> str:
        """Try to build a wheel; returns the output of the failure."""
        command = ("-m", "build", "--no-isolation", "--wheel")
        result = self.run(*command, project, cwd=project.parent, env=env)
        assert result.status != 0, result.output
        return result.output

    def install(self, wheel: Path, into: "Environment") -> None:
        """Install one wheel and nothing else into an environment."""
        pip = ("-m", "pip", "--python", into.python)
        self.succeed(*pip, "install", "--quiet", "--no-deps", wheel, cwd=wheel.parent)


def _closure(requirements: Iterable[str]) -> Iterator[str]:
    """The installed distributions that meet the requirements, with all their dependencies."""
    waiting = [Requirement(text) for text in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        for extra in ("", *wanted.extras):
            if (name, extra) in seen:
                continue
            if not any(name == earlier for earlier, _ in seen):
                yield name
            seen.add((name, extra))
            needed = (Requirement(text) for text in metadata.requires(name) or ())
            waiting += (
                each
                for each in needed
                if each.marker is None or each.marker.evaluate({"extra": extra})
            )


def _copy(distribution: metadata.Distribution, site_packages: Path) -> None:
    for file in distribution.files or ():
        source = Path(str(file.locate()))
        if ".." not in file.parts and source.is_file():
            target = site_packages / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)

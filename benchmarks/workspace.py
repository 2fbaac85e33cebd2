"""The temporary folder of a run: catalogues, generated modules and environments, made once."""

import compileall
from functools import cached_property
from pathlib import Path

from benchmarks import catalogues, environments
from benchmarks.checkout import CATALOGUE, use_checkout
from benchmarks.environments import Environment
from benchmarks.processes import measured

use_checkout()

PACKAGE_SIZES = (340, 1_000, 5_000, 10_000)

_FACE = """\
TYPE_CHECKING = False
if TYPE_CHECKING:
    from {name}._generated import *
else:
    from {name}._generated import __dir__, __getattr__
"""


class Workspace:
    """Everything is made on first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sources: dict[int, dict[str, str]] = {}

    def catalogue(self, size: int) -> Path:
        """A models.json with that many models; the real file if its size matches."""
        if size == catalogues.shipped_size():
            return CATALOGUE
        path = self.folder / "catalogues" / f"models_{size}.json"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(catalogues.as_text(catalogues.of_size(size)), "utf-8")
        return path

    def files(self, size: int) -> dict[str, str]:
        """The generated files of a catalogue of that size."""
        if size not in self._sources:
            from registry_codegen.compile import compile_catalogue
            from registry_codegen.options import Options

            catalogue = self.catalogue(size)
            options = Options(root=catalogue.parent, catalogue=catalogue.name)
            self._sources[size] = compile_catalogue(options)
        return self._sources[size]

    def package(self, folder: Path, name: str, size: int) -> Path:
        """A package of a catalogue of that size, with the `__init__` that the docs recommend."""
        from registry_codegen.write import write_files

        package = folder / name
        package.mkdir()
        write_files(package / "_generated.py", self.files(size))
        (package / "__init__.py").write_text(_FACE.format(name=name), "utf-8")
        (package / "py.typed").touch()
        return package

    @cached_property
    def compiled(self) -> Environment:
        """The wheel of this checkout and packages of larger catalogues, with their .pyc."""
        environment = self._environment("compiled")
        if not compileall.compile_dir(environment.site, quiet=1):
            raise RuntimeError("a generated module does not compile")
        return environment

    @cached_property
    def uncompiled(self) -> Environment:
        """The same without .pyc files, except the standard library's."""
        return self._environment("uncompiled")

    @cached_property
    def wheel(self) -> Path:
        """The wheel of this checkout."""
        return environments.build_wheel(self.folder / "wheel")

    @cached_property
    def encoders(self) -> dict[str, str]:
        """The checkpoint folder for each kind of encoder."""
        # In a process of its own, because torch would stay in this one and slow other groups down.
        folders: dict[str, str] = measured(
            "benchmarks.checkpoints", str(self.folder / "checkpoints")
        )
        return folders

    def _environment(self, name: str) -> Environment:
        environment = environments.create(self.folder / name)
        environments.install(environment, "--no-deps", "--no-compile", str(self.wheel))
        for size in PACKAGE_SIZES:
            self.package(environment.site, package_name(size), size)
        return environment


def package_name(size: int) -> str:
    """The name of the package with a catalogue of that size: our own for the shipped one."""
    return "registry" if size == catalogues.shipped_size() else f"models_{size}"

"""The Hatch build hook `model-registry`: compiles the catalogue before a wheel is made.

Kept light: the generator is imported when a wheel is built, not when hatchling looks for
plugins.
"""

import keyword
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from registry_codegen.errors import CodegenError
from registry_codegen.options import HOOK, Options

BuildData = dict[str, Any]  # as hatchling has it


class ModelRegistryHook(BuildHookInterface):  # type: ignore[type-arg]  # generic in a private class
    """Generates the typed module; see Options for the table in pyproject.toml."""

    PLUGIN_NAME = HOOK

    def initialize(self, version: str, build_data: BuildData) -> None:
        """Write the files and list them as artifacts, or stop the build with every problem."""
        if self.target_name != "wheel":
            return  # an sdist carries the catalogue; its wheel is generated anew
        try:
            options = self._options()
            names = self._generate(options)
        except CodegenError as error:
            self._stop(str(error))
        # Git ignores the files; unless they are listed here, hatchling leaves them out silently.
        folder = options.output_path.parent.relative_to(self.root).as_posix()
        build_data["artifacts"] += [f"/{folder}/{name}" for name in names]

    def finalize(self, version: str, build_data: BuildData, artifact_path: str) -> None:
        """Make sure that the files are in the wheel."""
        if self.target_name != "wheel" or version != "standard":
            return
        options = self._options()
        if mistake := _missing(Path(artifact_path), options):
            Path(artifact_path).unlink()  # or it might be uploaded
            self._stop(f"{HOOK}: {mistake}")

    def clean(self, versions: list[str]) -> None:
        """Remove the generated files."""
        from registry_codegen.write import remove_files

        try:
            remove_files(self._options().output_path)
        except CodegenError as error:
            self._stop(str(error))

    def _options(self) -> Options:
        return Options.from_table(self.config, Path(self.root))

    def _stop(self, message: str) -> NoReturn:
        self.app.abort(message)
        raise SystemExit(1)  # abort exits; its type does not say so

    def _generate(self, options: Options) -> list[str]:
        """The names of the files in the folder."""
        try:
            from registry_codegen.compile import compile_catalogue
        except ModuleNotFoundError as error:
            self._stop(
                f"{HOOK}: {error.name} is missing; let [build-system] requires name "
                "tessera-registry[codegen]"
            )
        from registry_codegen.write import write_files

        files = compile_catalogue(options)
        try:
            if write_files(options.output_path, files):
                self.app.display_info(f"{HOOK}: generated {options.output}")
        except OSError as error:
            self._stop(f"{HOOK}: {options.output}: cannot be written: {error.strerror}")
        return list(files)


def _missing(wheel_path: Path, options: Options) -> str | None:
    """Which generated files, or which package around them, a wheel lacks."""
    from registry_codegen.write import generated_parts

    output = options.output_path
    wanted = output.read_bytes()
    with zipfile.ZipFile(wheel_path) as wheel:
        names = frozenset(wheel.namelist())
        same = sorted(
            n for n in names if n.rpartition("/")[2] == output.name and wheel.read(n) == wanted
        )
    if not same:
        return (
            f"the wheel holds no {output.name}; output {options.output!r} must lie in a package "
            "that the wheel includes"
        )
    cure = _name_the_package(output.relative_to(options.root.absolute()))
    importable = [name for name in same if _importable(name, names)]
    if not importable:
        return f"the wheel holds {same[0]}, which cannot be imported; {cure}"
    packages = {name.rpartition("/")[0] for name in importable}
    files = (output.with_suffix(".pyi"), *generated_parts(output))
    parts = {path.relative_to(output.parent).as_posix() for path in files}
    places = {package and f"{package}/" for package in packages}
    lacking = sorted(part for part in parts if not any(f"{p}{part}" in names for p in places))
    if lacking:
        return f"the wheel holds {importable[0]} but not {lacking[0]} beside it; {cure}"
    beside = output.with_name("__init__.py")
    if beside.is_file() and not any(f"{package}/__init__.py" in names for package in packages):
        return (
            f"the wheel holds {importable[0]} but not the __init__.py beside it; {cure}. "
            "Or a .gitignore above the project ignores it: then give the project one of its own"
        )
    return None


def _importable(name: str, names: frozenset[str]) -> bool:
    """Whether a file of a wheel is a module; with a stray `src` before a package, it is not."""
    parts = PurePosixPath(name).with_suffix("").parts
    if parts[0] == "src" and "src/__init__.py" not in names:
        return False
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in parts)


def _name_the_package(output: Path) -> str:
    """How to tell hatchling about a package whose name is not the project's."""
    *folders, _ = output.parts
    package = "/".join(folders[: 2 if folders[:1] == ["src"] else 1])
    if package in ("", "src"):
        return "let output lie in a package"
    return f'name the package: [tool.hatch.build.targets.wheel] packages = ["{package}"]'


@hookimpl
def hatch_register_build_hook() -> type[ModelRegistryHook]:
    """Register the hook with hatchling; the entry point names this module."""
    return ModelRegistryHook

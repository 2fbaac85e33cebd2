"""The Hatch build hook `model-registry`: compiles the catalogue before a wheel is made.

Kept light: the generator is imported when a wheel is built, not when hatchling looks for
plugins.
"""

import zipfile
from pathlib import Path
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
        """Write the module and list it as an artifact, or stop the build with every problem."""
        if self.target_name != "wheel":
            return  # an sdist carries the catalogue; its wheel is generated anew
        try:
            options = self._options()
            self._generate(options)
        except CodegenError as error:
            self._stop(str(error))
        # Git ignores the module; unless it is listed here, hatchling leaves it out in silence.
        build_data["artifacts"].append(f"/{options.output_path.relative_to(self.root).as_posix()}")

    def finalize(self, version: str, build_data: BuildData, artifact_path: str) -> None:
        """Make sure that the module really is in the wheel."""
        if self.target_name != "wheel" or version != "standard":
            return
        options = self._options()
        if mistake := _missing(Path(artifact_path), options):
            Path(artifact_path).unlink()  # or somebody uploads it
            self._stop(f"{HOOK}: {mistake}")

    def clean(self, versions: list[str]) -> None:
        """Remove the generated module."""
        try:
            self._options().output_path.unlink(missing_ok=True)
        except CodegenError as error:
            self._stop(str(error))

    def _options(self) -> Options:
        return Options.from_table(self.config, Path(self.root))

    def _stop(self, message: str) -> NoReturn:
        self.app.abort(message)
        raise SystemExit(1)  # abort exits; its type does not say so

    def _generate(self, options: Options) -> None:
        try:
            from registry_codegen.compile import compile_catalogue
        except ModuleNotFoundError as error:
            self._stop(
                f"{HOOK}: {error.name} is missing; let [build-system] requires name "
                "tessera-registry[codegen]"
            )
        from registry_codegen.write import write_if_changed

        if write_if_changed(options.output_path, compile_catalogue(options)):
            self.app.display_info(f"{HOOK}: generated {options.output}")


def _missing(wheel_path: Path, options: Options) -> str | None:
    """What a wheel lacks of the module and the package around it."""
    output = options.output_path
    wanted = output.read_bytes()
    with zipfile.ZipFile(wheel_path) as wheel:
        names = wheel.namelist()
        same = [n for n in names if n.rpartition("/")[2] == output.name and wheel.read(n) == wanted]
    if not same:
        return (
            f"the wheel holds no {output.name}; output {options.output!r} must lie in a package "
            "that the wheel includes"
        )
    packages = {name.rpartition("/")[0] for name in same}
    beside = output.with_name("__init__.py")
    if beside.is_file() and not any(f"{package}/__init__.py" in names for package in packages):
        return (
            f"the wheel holds {same[0]} but not the __init__.py beside it; a .gitignore above the "
            "project may ignore it: give the project one of its own"
        )
    return None


@hookimpl
def hatch_register_build_hook() -> type[ModelRegistryHook]:
    """Tell hatchling about the hook; the entry point names this module."""
    return ModelRegistryHook

"""What a project says in its pyproject.toml, checked all at once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path

from registry_codegen.catalogues import packaged_catalogue
from registry_codegen.errors import ConfigurationError
from registry_codegen.shapes import is_list, is_object, look_up

HOOK = "model-registry"
# Keys that hatchling itself reads from any hook's table.
_HATCH_KEYS = frozenset(
    {
        "dependencies",
        "enable-by-default",
        "path",
        "require-runtime-dependencies",
        "require-runtime-features",
    }
)
_KEYS = frozenset({"catalogue", "output", "extends", "hide"})


@dataclass(frozen=True)
class Options:
    """Paths of one compilation.

    Paths are relative to `root`, the project's folder; messages and the generated header
    show them as given.
    """

    root: Path
    catalogue: str = "models.json"
    output: str | None = None
    extends: str | None = None
    hide: tuple[str, ...] = ()

    @property
    def catalogue_path(self) -> Path:
        """The project's own catalogue."""
        return self.root / self.catalogue

    @property
    def output_path(self) -> Path:
        """The module to write. Raises ConfigurationError if none was named."""
        if self.output is None:
            raise ConfigurationError('name the module to write: output = "src/.../_generated.py"')
        return self.root / self.output

    @property
    def face(self) -> str:
        """The name of the module to write; its parts lie in a package beside it."""
        return "_generated" if self.output is None else Path(self.output).stem

    @property
    def in_package(self) -> bool:
        """Whether the module lies in a package, and not at the top of what is importable."""
        return self.output is None or Path(self.output).parent not in (Path(), Path("src"))

    @property
    def public_path(self) -> Path | None:
        """The catalogue underneath: a JSON file, or the one inside a package."""
        if self.extends is None:
            return None
        if self.extends.endswith(".json"):
            return self.root / self.extends
        return packaged_catalogue(self.extends)

    @classmethod
    def from_table(cls, table: Mapping[str, object], root: Path) -> "Options":
        """Read the hook's table. Raises ConfigurationError naming every mistake in it."""
        mistakes = [
            f"unknown option {key!r}; there are {', '.join(sorted(_KEYS))}"
            for key in sorted(set(table) - _KEYS - _HATCH_KEYS)
        ]
        values = {
            key: _text(table, key, default, mistakes)
            for key, default in (("catalogue", "models.json"), ("output", None), ("extends", None))
        }
        given = table.get("hide", [])
        hide = [name for name in given if isinstance(name, str)] if is_list(given) else []
        if not is_list(given) or len(hide) != len(given):
            mistakes.append("hide must be a list of model ids")
        output, extends = values["output"], values["extends"]
        if "output" not in table:
            mistakes.append('output is missing; name the module: output = "src/.../_generated.py"')
        elif output and (".." in Path(output).parts or not _inside(root, output)):
            mistakes.append(f"output {output!r} must lie inside the project, without '..'")
        elif output and not importable(output):
            mistakes.append(f"output {output!r} is no importable module; end it in a name and .py")
        if hide and not extends:
            mistakes.append("hide without extends; there is nothing to hide from")
        options = cls(root, values["catalogue"] or "models.json", output, extends, tuple(hide))
        public = options.public_path
        if public is not None and public.resolve() == options.catalogue_path.resolve():
            mistakes.append(f"extends {extends!r} is the catalogue itself; name the one underneath")
        if extends and public is None:
            mistakes.append(
                f"extends {extends!r}: no such package with a models.json; "
                "add it to [build-system] requires, or name a .json file"
            )
        if mistakes:
            raise ConfigurationError("\n".join(f"{HOOK}: {mistake}" for mistake in mistakes))
        return options


def importable(output: str) -> bool:
    """Whether a file's name is one that `import` takes.

    >>> importable("src/acme_models/_generated.py"), importable("src/acme_models/class.py")
    (True, False)
    """
    path = Path(output)
    return path.suffix == ".py" and path.stem.isidentifier() and not iskeyword(path.stem)


def find_options(root: Path) -> Options | None:
    """The options in a folder's pyproject.toml, if it uses the build hook.

    Our own project reaches the hook through hatch_build.py, under `custom`. Raises
    ConfigurationError, each line of which begins with the file.
    """
    path = root / "pyproject.toml"
    try:
        pyproject = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number without end
        raise ConfigurationError(f"{path}: {error}") from None
    for place in (("hooks",), ("targets", "wheel", "hooks")):
        hooks = look_up(pyproject, ("tool", "hatch", "build", *place))
        table, custom = look_up(hooks, (HOOK,)), look_up(hooks, ("custom",))
        if is_object(custom) and {"catalogue", "output"} <= custom.keys() and not is_object(table):
            table = custom
        if not is_object(table):
            continue
        try:
            return Options.from_table(table, root)
        except ConfigurationError as error:
            lines = str(error).splitlines()
            raise ConfigurationError("\n".join(f"{path}: {line}" for line in lines)) from None
    return None


def options_of(catalogue: Path | None) -> Options:
    """How a catalogue is compiled: this folder's own as its project says, any other one alone.

    None is the project's own, or models.json where there is no project. Raises
    ConfigurationError.
    """
    project = find_options(Path())
    if project is not None:
        own = project.catalogue_path.resolve()
        if catalogue is None or catalogue.resolve() == own:
            return project
    return Options(Path(), "models.json" if catalogue is None else str(catalogue))


def _text(
    table: Mapping[str, object], key: str, default: str | None, mistakes: list[str]
) -> str | None:
    value = table.get(key, default)
    if value is None or (isinstance(value, str) and value.isprintable() and value):
        return value
    mistakes.append(f"{key} must be a text that is not empty, without control characters")
    return default


def _inside(root: Path, path: str) -> bool:
    return (root / path).resolve().is_relative_to(root.resolve())

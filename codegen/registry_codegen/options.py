"""A project's settings for its catalogue, checked all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from pathlib import Path

from registry_base.folders import real, shown
from registry_base.json_shapes import is_list
from registry_base.toml_file import TomlFile
from registry_codegen.catalogues import MERGED_NAME, PARTS, packaged_catalogue
from registry_codegen.errors import ConfigurationError, Mistake
from registry_codegen.policy import KEY as POLICY
from registry_codegen.policy import KEYS as POLICY_KEYS
from registry_codegen.policy import Policy, read_policy

HOOK = "model-registry"
IMPORTABLE = "name file and folder as Python names modules, such as acme_models/_generated.py"
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
_KEYS = frozenset({"catalogue", "output", "extends", "hide", "only", "selection", POLICY})


@dataclass(frozen=True)
class Source:
    """The table that options were read from."""

    file: TomlFile
    keys: tuple[str, ...]

    def place(self, *path: str) -> tuple[str, int]:
        """The file and line of an option, or of a value inside it."""
        name, _, line = self.file.place(*self.keys, *path).rpartition(":")
        return (name, int(line)) if name else (line, 1)


@dataclass(frozen=True)
class Options:
    """Paths of one compilation.

    Paths are relative to `root`, the project's folder. The generated header shows them as given;
    messages show them as they are named from the current folder.
    """

    root: Path
    catalogue: str = "models.json"
    output: str | None = None
    extends: str | None = None
    hide: tuple[str, ...] = ()
    selection: bool = True
    policy: Policy = field(default_factory=Policy)
    only: tuple[str, ...] = ()
    source: "Source | None" = field(default=None, compare=False, repr=False)

    @property
    def layer(self) -> str:
        """The name of the project's own catalogue among its layers.

        >>> Options(Path(), output="src/acme_models/_generated.py").layer
        'acme_models'
        """
        return self.package or self.catalogue

    @property
    def package(self) -> str | None:
        """The package of the generated module, as it is imported; None without one."""
        if self.output is None:
            return None
        folders = Path(self.output).parts[:-1]
        if "src" in folders:
            folders = folders[len(folders) - folders[::-1].index("src") :]
        if not all(map(_is_name, folders)):
            return None
        return ".".join(folders) or None

    @property
    def catalogue_path(self) -> Path:
        """The project's own catalogue."""
        return self.root / self.catalogue

    @property
    def catalogue_shown(self) -> str:
        """The project's own catalogue as messages name it."""
        return shown(self.catalogue_path)

    @property
    def extends_shown(self) -> str | None:
        """What it extends as messages name it: a file, or the name of a package."""
        if self.extends is None or not self.extends.endswith(".json"):
            return self.extends
        return shown(self.root / self.extends)

    @property
    def sources(self) -> tuple[str, ...]:
        """What is compiled, uppermost first, as the generated header names it."""
        return (self.catalogue,) if self.extends is None else (self.catalogue, self.extends)

    @property
    def output_path(self) -> Path:
        """The module to write. Raises ConfigurationError if none was named."""
        if self.output is None:
            raise ConfigurationError('name the module to write: output = "src/.../_generated.py"')
        return self.root / self.output

    @property
    def face(self) -> str:
        """The name of the module to write; its parts are in a package next to it."""
        return "_generated" if self.output is None else Path(self.output).stem

    @property
    def merged(self) -> str | None:
        """The merged catalogue that is written next to the module, relative to `root`."""
        if self.output is None:
            return None
        return (Path(self.output).parent / f"{self.face}{PARTS}" / MERGED_NAME).as_posix()

    @property
    def in_package(self) -> bool:
        """Whether the module is in a package rather than at the top level."""
        return self.output is None or bool(_package(Path(self.output)))

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
        unknown = sorted(set(table) - _KEYS - _HATCH_KEYS)
        mistakes = [Mistake(f"unknown option {key!r}; {_meant(key)}", key) for key in unknown]
        values = {
            key: _text(table, key, default, mistakes)
            for key, default in (("catalogue", "models.json"), ("output", None), ("extends", None))
        }
        hide = _texts(table, "hide", "model ids", mistakes)
        only = _texts(table, "only", "model ids and queries", mistakes)
        selection = table.get("selection", True)
        if not isinstance(selection, bool):
            mistakes.append(Mistake("selection must be true or false", "selection"))
        output, extends = values["output"], values["extends"]
        if "output" not in table:
            mistakes.append(
                Mistake('output is missing; name the module: output = "src/.../_generated.py"')
            )
        elif output and (_leaves(output) or not _inside(root, output)):
            message = f"output {output!r} must be a path inside the project, without '..'"
            mistakes.append(Mistake(message, "output"))
        elif output and not importable(output):
            message = f"output {output!r} is not an importable module; {IMPORTABLE}"
            mistakes.append(Mistake(message, "output"))
        if hide and not extends:
            mistakes.append(Mistake("hide without extends; there is nothing to hide from", "hide"))
        if only and not extends:
            mistakes.append(Mistake("only without extends; there is nothing to pick from", "only"))
        if table.get("only") == []:  # neither everything nor nothing is what it certainly means
            message = "only picks nothing; name what to take, or remove it to take everything"
            mistakes.append(Mistake(message, "only"))
        policy = read_policy(table.get(POLICY), mistakes)
        catalogue = values["catalogue"] or "models.json"
        functions = selection is not False
        options = cls(root, catalogue, output, extends, hide, functions, policy, only)
        public = options.public_path
        if public is not None and real(public) == real(options.catalogue_path):
            message = f"extends {extends!r} is the catalogue itself; name the one underneath"
            mistakes.append(Mistake(message, "extends"))
        if extends and public is None:
            message = (
                f"extends {extends!r}: there is no such package that carries a catalogue; "
                "add it to [build-system] requires, or name a .json file"
            )
            mistakes.append(Mistake(message, "extends"))
        if mistakes:
            raise ConfigurationError(mistakes)
        return options


def _meant(key: str) -> str:
    if (inside := key.replace("_", "-")) in POLICY_KEYS:
        return f"it belongs under policy, as {POLICY}.{inside}"
    return f"there are {', '.join(sorted(_KEYS))}"


def importable(output: str) -> bool:
    """Whether a file can be imported: by its name, or by that of the package it is in.

    >>> importable("src/acme_models/_generated.py"), importable("src/acme_models/class.py")
    (True, False)
    >>> importable("src/acme-models/_generated.py"), importable("src/models.py")
    (False, True)
    """
    path = Path(output)
    return path.suffix == ".py" and all(map(_is_name, (path.stem, *_package(path)[-1:])))


def _package(module: Path) -> tuple[str, ...]:
    """The folders from the package at the top to a module; none at the top level."""
    folders = module.parts[:-1]
    return () if folders == ("src",) else folders


def _is_name(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name)


def _text(
    table: Mapping[str, object], key: str, default: str | None, mistakes: list[Mistake]
) -> str | None:
    value = table.get(key, default)
    if value is None or (isinstance(value, str) and value.isprintable() and value):
        return value
    message = f"{key} must be a text that is not empty, without control characters"
    mistakes.append(Mistake(message, key))
    return default


def _leaves(path: str) -> bool:
    return Path(path).is_absolute() or ".." in Path(path).parts


def _inside(root: Path, path: str) -> bool:
    return real(root / path).is_relative_to(real(root))


def _texts(
    table: Mapping[str, object], key: str, what: str, mistakes: list[Mistake]
) -> tuple[str, ...]:
    given = table.get(key, [])
    texts = [text for text in given if isinstance(text, str)] if is_list(given) else []
    if not is_list(given) or len(texts) != len(given):
        mistakes.append(Mistake(f"{key} must be a list of {what}", key))
    return tuple(texts)

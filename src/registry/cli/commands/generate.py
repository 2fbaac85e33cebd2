"""`registry generate`: compile a catalogue into its typed module, or say that it is stale."""

from __future__ import annotations

import difflib
import io
import os
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from registry.catalogue.codegen import (
    IMPORTABLE,
    ConfigurationError,
    Options,
    importable,
    project_around,
    require_extra,
    stale_files,
    write_files,
)
from registry.catalogue.places import find_place
from registry.cli.options.catalogue import CatalogueOption
from registry.cli.options.project import compiled, name_from_here
from registry.cli.terminal.failure import USAGE, CommandError
from registry.cli.terminal.output import counted, inform, write
from registry.files.file_lock import exclusive
from registry_base.regular_file import read_regular

Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 1 and show a diff if it is stale.")
]
Output = Annotated[Path | None, typer.Option("--output", help="The module to write.")]
Extends = Annotated[
    str | None,
    typer.Option(
        "--extends", help="The catalogue underneath: a package that has one, or a JSON file."
    ),
]
Hide = Annotated[
    list[str] | None,
    typer.Option("--hide", help="Leave out this id of the catalogue underneath. Repeatable."),
]


def generate(
    check: Check = False,
    catalogue: CatalogueOption = None,
    output: Output = None,
    extends: Extends = None,
    hide: Hide = None,
) -> None:
    """Compile a catalogue into a typed Python package.

    Paths come from the project's pyproject.toml: [tool.hatch.build.hooks.model-registry] where
    Hatchling builds it, [tool.model-registry] with any other build backend; the options override
    them.

    Example: registry generate --check
    """
    options = _options(catalogue, output, extends, hide)
    path = _as_named(options.output_path)
    # Compiled and written under one lock, so that the last writer has seen the newest catalogue.
    require_extra()  # before anything that needs the extra `cli`
    alone = exclusive(path) if path.parent.is_dir() and not check else nullcontext()
    try:
        with alone:
            files, loaded = compiled(options, check=check)
            if check:
                _refuse_stale(path, files)
                changed = False
            else:
                changed = write_files(path, files)
    except OSError as error:
        raise CommandError(f"{path.as_posix()}: {error.strerror}") from None
    except ConfigurationError as error:
        raise CommandError(str(error)) from None
    if loaded.left_out:
        under = loaded.layers.order[-1]
        inform(f"the policy leaves out {counted(loaded.left_out, 'model')} of {under}")
    models = counted(loaded.data["models"], "model")
    write(f"{path.as_posix()}: {models}, {'written' if changed else 'up to date'}\n")


def _refuse_stale(path: Path, files: Mapping[str, str]) -> None:
    if difference := _difference(path, files):
        write(difference)
        state = "stale" if path.exists() else "missing"
        raise CommandError(f"{path.as_posix()} is {state}; run again without --check")


def _as_named(output: Path) -> Path:
    """A module as messages call it. Its folder counts, even if the file there is a link."""
    return Path(name_from_here(output.parent)) / output.name


def _options(
    catalogue: str | None, output: Path | None, extends: str | None, hide: list[str] | None
) -> Options:
    options = _options_here(catalogue)
    if output is not None:
        options = replace(options, output=_from(options.root, output))
    if extends is not None:
        options = replace(options, extends=extends)
    if hide:
        options = replace(options, hide=tuple(hide), source=None)
    if problem := _problem(options):
        raise CommandError(problem, USAGE)
    return options


def _from(root: Path, output: Path) -> str:
    """A path of this folder as one of the project's; absolute if it is outside."""
    path, root = Path(os.path.normpath(output.absolute())), root.absolute()
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _options_here(catalogue: str | None) -> Options:
    """What to compile: the catalogue used here, as its project says if it has one."""
    place = find_place(catalogue, "--catalogue")
    if place.options is None:
        if place.said_by == "installed":
            return Options(Path())  # there is no models.json here: reading it says so
        raise CommandError(
            f"{place.name} is the name of a package, which is compiled; name a models.json", USAGE
        )
    compiled = place.options.output is not None
    project = project_around(place.options.root) if compiled else None
    if project is None:
        return Options(Path(), name_from_here(place.options.catalogue_path))
    if project.ignored_by is not None:
        inform(
            f"{project.place}: {project.ignored_by} does not run this hook when it builds; move "
            "the table to [tool.model-registry], and run `registry generate` before the build"
        )
    return project.options


def _problem(options: Options) -> str | None:
    if options.output is None:
        return "no module to write: give --output FILE, or let pyproject.toml name it"
    if not importable(options.output):
        return f"{options.output}: not an importable module; {IMPORTABLE}"
    if options.hide and options.extends is None:
        return "--hide without --extends: there is nothing to hide from"
    if options.extends is not None and options.public_path is None:
        return f"--extends {options.extends}: no such package with a models.json in it"
    return None


def _difference(output: Path, files: Mapping[str, str]) -> str:
    """What `registry generate` would change, as a patch; nothing if nothing."""
    wanted = {output.parent / name: text.encode() for name, text in files.items()}
    gone = dict.fromkeys(stale_files(output, files))
    return "".join(_patch(path, content) for path, content in {**wanted, **gone}.items())


def _patch(path: Path, wanted: bytes | None) -> str:
    try:
        present = read_regular(path)
        before = name_from_here(path)
    except FileNotFoundError:
        present, before = b"", "/dev/null"
    if present == wanted:
        return ""
    after = "/dev/null" if wanted is None else name_from_here(path)
    lines = difflib.unified_diff(
        _lines(present), _lines(wanted or b""), fromfile=before, tofile=after
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(content: bytes) -> list[str]:
    # By line feeds alone: str.splitlines would also split inside some literals.
    return list(io.StringIO(content.decode("utf-8", "backslashreplace"), newline="\n"))

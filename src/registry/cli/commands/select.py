"""`registry select`: which models serve here, and writing that into pyproject.toml."""

from __future__ import annotations

import os
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.catalogue.here import Catalogue
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError, needs
from registry.cli.terminal.output import (
    complain,
    inform,
    plain,
    write,
    write_json,
)
from registry.cli.terminal.table import write_rows
from registry.errors import AmbiguousModelError, SelectionError, UnknownModelError
from registry.files.file_lock import exclusive
from registry.models.kinds import Registered
from registry.models.model_map import ModelMap
from registry.selection.models_here import model_map
from registry.selection.pyproject import TABLE, find_pyproject, read_toml
from registry.selection.roles import ROLES, Role, selection, variable
from registry_base.atomic_write import write_if_changed
from registry_base.folders import shown
from registry_base.json_shapes import JsonObject, is_object
from registry_base.toml_file import TomlFile

RoleName = Annotated[str | None, typer.Argument(metavar="ROLE", help=f"One of {', '.join(ROLES)}.")]
Key = Annotated[
    str | None, typer.Argument(metavar="KEY", help="An id, an alias or a Hub repository.")
]
File = Annotated[
    Path | None,
    typer.Option("--file", help="The pyproject.toml to write; created if missing."),
]


def select(
    role: RoleName = None,
    key: Key = None,
    file: File = None,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Show which models are selected here, or select one.

    With ROLE and KEY, writes [tool.registry.selected] in the nearest pyproject.toml, from this
    folder upwards. Without KEY, shows the effective models and where each is set: a variable of the
    environment, a line of pyproject.toml, or the catalogue. In a pipe one line per role,
    tab-separated: role, id, origin.

    Example: registry select embedding bge-m3
    """
    roles = tuple(ROLES) if role is None else (_role(role),)
    here = catalogue_for(catalogue)
    if key is not None:
        _select(here, roles[0], key, file, as_json=as_json)
    elif file is not None:
        raise CommandError("--file says where to write; give ROLE and KEY too", USAGE)
    else:
        _show(here, roles, as_json=as_json)


def _role(text: str) -> Role:
    wanted = text.replace("-", "_").casefold()
    for role in ROLES:
        if role == wanted:
            return role
    raise CommandError(f"there is no role {text!r}; there are {', '.join(ROLES)}", USAGE)


def _show(here: Catalogue, roles: tuple[Role, ...], *, as_json: bool) -> None:
    rows: list[tuple[str, str, str]] = []
    records: list[dict[str, str]] = []
    problems: dict[str, None] = {}  # one file may be wrong for every role
    for role in roles:
        try:
            found = selection(role, here.given_as)
        except SelectionError as error:
            problems[str(error)] = None
            records.append({"role": role, "error": str(error)})
            continue
        rows.append((role, found.model.id, found.origin))
        records.append(
            {
                "role": role,
                "id": found.model.id,
                "type": found.model.kind,
                "source": found.source,
                "origin": found.origin,
            }
        )
    if as_json:
        write_json(records)
    else:
        write_rows(("role", "model", "from"), rows, {"model": "cyan"})
    for problem in problems:
        complain(problem)
    if problems:
        raise typer.Exit(PROBLEM)


def _select(here: Catalogue, role: Role, key: str, file: Path | None, *, as_json: bool) -> None:
    model_id = _model_id(here, role, key)
    path = _target(file)
    with needs("cli"):
        import_module("tomlkit")
    try:
        with exclusive(path):
            changed = _write(path, role, model_id)
    except SelectionError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        problem = f"{shown(path)}: cannot be written: {error.strerror}"
        raise CommandError(problem) from None
    if as_json:
        write_json({"role": role, "id": model_id, "file": str(path), "changed": changed})
    else:
        state = "written" if changed else "up to date"
        write(f"{plain(shown(path))}: {role} = {model_id}, {state}\n")
    if os.environ.get(variable(role)):
        inform(f"{variable(role)} is set in the environment and overrides the file")


def _write(path: Path, role: Role, model_id: str) -> bool:
    """Write a role into the file as it is now; return whether that was needed."""
    before = read_toml(path) if path.exists() else TomlFile("", "", {})
    return write_if_changed(path, _edited(path, before.text, before.data, role, model_id))


def _model_id(here: Catalogue, role: Role, key: str) -> str:
    models: ModelMap[Registered] = model_map(here, ROLES[role])
    try:
        return models.require(key).id
    except (AmbiguousModelError, UnknownModelError) as error:
        raise CommandError(str(error)) from None


def _target(file: Path | None) -> Path:
    if file is None:
        found = find_pyproject()
        if found is None:
            raise CommandError(
                "there is no pyproject.toml in this folder or above; make one here with "
                "--file pyproject.toml, or name another project's"
            )
        return found
    if file.name != "pyproject.toml":
        raise CommandError(f"{file}: only files called pyproject.toml are read", USAGE)
    if not file.parent.is_dir():
        raise CommandError(f"{file.parent}: there is no such folder")
    return Path.cwd() / file


def _edited(path: Path, before: str, data: JsonObject, role: Role, model_id: str) -> str:
    """The text with one value set; everything else stays, comments and blanks included."""
    table = data
    for depth, name in enumerate(TABLE, 1):
        inner = table.setdefault(name, {})
        if not is_object(inner):
            raise CommandError(f"{shown(path)}: {'.'.join(TABLE[:depth])} should be a table")
        table = inner
    current = table.get(role)
    names_variable = is_object(current) and "env" in current  # the model is its default
    wanted = {**current, "default": model_id} if names_variable and is_object(current) else model_id
    if current == wanted:
        return before
    table[role] = wanted
    try:
        after = _with_value(before, role, model_id)
        harmless = tomllib.loads(after) == data
    except Exception:  # whatever the editor stumbles over, the file stays as it is
        after, harmless = before, False
    if not harmless:
        raise CommandError(
            f"{shown(path)}: its layout is too unusual for this command; write "
            f'{role} = "{model_id}" under [{".".join(TABLE)}] yourself'
        )
    return after


def _with_value(before: str, role: Role, model_id: str) -> str:
    import tomlkit

    only_crlf = 0 < before.count("\r\n") == before.count("\n")
    if before and not before.endswith("\n"):
        before += "\n"
    # tomlkit types what is inside a document as Any or as an Item without keys.
    document: Any = tomlkit.parse(before)
    place = document
    for name in TABLE[:-1]:
        if name not in place:
            place[name] = tomlkit.table(is_super_table=True)
        place = place[name]
    if TABLE[-1] in place:
        current = place[TABLE[-1]].get(role)
        if isinstance(current, dict) and "env" in current:
            current["default"] = model_id
        else:
            place[TABLE[-1]][role] = model_id
    else:
        table = tomlkit.table()
        table[role] = model_id
        table.add(tomlkit.nl())  # before whatever table comes next
        place[TABLE[-1]] = table
    after = tomlkit.dumps(document)
    if after.endswith(f'{role} = "{model_id}"\n\n'):
        after = after[:-1]
    # tomlkit writes line feeds whatever the rest of the file has.
    return after.replace("\r\n", "\n").replace("\n", "\r\n") if only_crlf else after

"""The whole pipeline: from options to the text of the generated module."""

from registry_codegen.assemble import build_module
from registry_codegen.conformance import schema_problems
from registry_codegen.errors import CatalogueError, Pointer, Problem
from registry_codegen.ir import Module
from registry_codegen.options import Options
from registry_codegen.overlay import Catalogue, lay_over, single
from registry_codegen.read import Document, read_document
from registry_codegen.render import render
from registry_codegen.rules import check, selected
from registry_codegen.shapes import is_object, look_up
from registry_codegen.version import __version__


def load_catalogue(options: Options, own: Document | None = None) -> Catalogue:
    """Read, overlay and check a catalogue. Raises CatalogueError with every problem in it.

    `own` stands in for the project's own file: a text that is not written yet.
    """
    own = own or read_document(options.catalogue_path, options.catalogue)
    if options.public_path is None:
        catalogue = single(own)
    else:
        public = read_document(options.public_path, options.extends)
        catalogue = lay_over(own, public, options.hide)
    if problems := _problems(catalogue):
        raise CatalogueError(problems)
    return catalogue


def load_module(options: Options) -> Module:
    """The intermediate model of a catalogue."""
    return build_module(load_catalogue(options), __version__)


def compile_catalogue(options: Options) -> dict[str, str]:
    """The generated files of a catalogue by their names beside each other. Writes nothing."""
    return render(load_module(options), options.face, in_package=options.in_package)


def _problems(catalogue: Catalogue) -> list[Problem]:
    def model_id(pointer: Pointer) -> str | None:
        match pointer:
            case ("models", int(index), *_):
                name = look_up(catalogue.data, ("models", index, "id"))
                return name if isinstance(name, str) else None
            case _:
                return None

    problems: list[Problem] = []
    said = set[Pointer]()
    for pointer, message, at_key in schema_problems(catalogue.data):
        problems.append(catalogue.problem(pointer, message, model_id=model_id(pointer), key=at_key))
        if not is_object(look_up(catalogue.data, pointer)):
            said.add(pointer)
    for entry, finding in check(catalogue.data, catalogue.own_count):
        pointer = ("models", entry.index, *finding.path)
        if pointer in said:
            continue  # the schema has already complained of this very value
        problems.append(
            catalogue.problem(pointer, finding.message, model_id=entry.id, key=finding.key)
        )
    problems += [
        catalogue.problem(finding.path, finding.message)
        for finding in selected.check(catalogue.data)
        if finding.path not in said
    ]
    return problems

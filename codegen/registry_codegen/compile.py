"""The whole pipeline: from options to the text of the generated module."""

from dataclasses import replace
from functools import partial

from registry_base.problems import Problem, pointer_text
from registry_codegen import policed
from registry_codegen.assemble import build_module
from registry_codegen.catalogues import MERGED_NAME, PARTS
from registry_codegen.checking import has_right_form, problems_of
from registry_codegen.errors import CatalogueError
from registry_codegen.ir import Module
from registry_codegen.layers import merged_text
from registry_codegen.options import Options
from registry_codegen.overlay import Catalogue, hide_problems, lay_over, single
from registry_codegen.picking import not_picked, pick_problems
from registry_codegen.read import Document, read_catalogue
from registry_codegen.render import render
from registry_codegen.version import __version__


def load_catalogue(
    options: Options, own: Document | None = None, *, refuted: bool = False
) -> Catalogue:
    """Read, overlay and check a catalogue. Raises CatalogueError with every problem in it.

    `own` stands in for the project's own file: a text that is not written yet. refuted: a
    catalogue that has the right form passes, also where rules object to what it says.
    """
    own = own or read_catalogue(options.catalogue_path, options.catalogue)
    picking: list[Problem] = []
    if options.public_path is None:
        catalogue = single(own, options.layer)
    else:
        public = read_catalogue(options.public_path, options.extends)
        names = (options.layer, options.extends or "")
        hide = (*options.hide, *not_picked(public.data, options.only))
        catalogue = lay_over(own, public, hide, names)
        if left_out := policed.left_out(catalogue, options.policy):
            catalogue = lay_over(own, public, (*hide, *left_out), names)
            catalogue = replace(catalogue, left_out=left_out)
        picking = list(
            pick_problems(public.data, options.only, partial(_said, options, own, "only"))
        )
    problems = [*problems_of(catalogue), *picking]
    problems += hide_problems(catalogue, options.hide, partial(_said, options, own, "hide"))
    problems += policed.problems(catalogue, options)
    if problems and not (refuted and has_right_form(catalogue)):
        raise CatalogueError(problems)
    return catalogue


def _said(options: Options, own: Document, key: str, message: str) -> Problem:
    """A problem of an option that is a list, where that stands."""
    if options.source is None:  # given on the command line
        return own.problem((), message)
    file, line = options.source.place(key)
    return Problem(file, line, 1, pointer_text((*options.source.keys, key)), message)


def load_module(options: Options) -> Module:
    """The intermediate model of a catalogue."""
    return build_module(load_catalogue(options), __version__)


def compile_catalogue(options: Options) -> dict[str, str]:
    """The generated files of a catalogue by their names beside each other. Writes nothing."""
    return compiled_files(load_catalogue(options), options)


def compiled_files(catalogue: Catalogue, options: Options) -> dict[str, str]:
    """The same of a catalogue that has been loaded; the merged catalogue is one of the files."""
    module = build_module(catalogue, __version__)
    if not options.selection:
        module = replace(module, roles=())
    merged = merged_text(catalogue.data, catalogue.layers, __version__)
    return {
        f"{options.face}{PARTS}/{MERGED_NAME}": merged,
        **render(module, options.face, in_package=options.in_package),
    }

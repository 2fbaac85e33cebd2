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

    `own` replaces the project's own file: a text that is not written yet. refuted: a catalogue that
    the schema accepts passes even if rules object to it.
    """
    own = own or read_catalogue(options.catalogue_path, options.catalogue_shown)
    catalogue, public = _layers(options, own)
    if public is not None and (left_out := policed.left_out(catalogue, options.policy)):
        catalogue = replace(_over(options, own, public, left_out), left_out=left_out)
    problems = problems_of(catalogue)
    if public is not None:
        problems += pick_problems(public.data, options.only, partial(_said, options, own, "only"))
    problems += hide_problems(catalogue, options.hide, partial(_said, options, own, "hide"))
    problems += policed.problems(catalogue, options)
    if problems and not (refuted and has_right_form(catalogue)):
        raise CatalogueError(problems)
    return catalogue


def layered_catalogue(options: Options) -> Catalogue:
    """A catalogue over the one that it extends, unchecked. Raises CatalogueError if not JSON."""
    return _layers(options, read_catalogue(options.catalogue_path, options.catalogue_shown))[0]


def _layers(options: Options, own: Document) -> tuple[Catalogue, Document | None]:
    """A catalogue over the one underneath, and that one."""
    if options.public_path is None:
        return replace(single(own, options.layer), sources=options.sources), None
    public = read_catalogue(options.public_path, options.extends_shown)
    return _over(options, own, public), public


def _over(
    options: Options, own: Document, public: Document, left_out: tuple[str, ...] = ()
) -> Catalogue:
    hide = (*options.hide, *not_picked(public.data, options.only), *left_out)
    merged = lay_over(own, public, hide, (options.layer, options.extends or ""))
    return replace(merged, sources=options.sources)


def _said(options: Options, own: Document, key: str, message: str) -> Problem:
    """A problem with an option that is a list, at its position."""
    if options.source is None:  # given on the command line
        return own.problem((), message)
    file, line = options.source.place(key)
    return Problem(file, line, 1, pointer_text((*options.source.keys, key)), message)


def load_module(options: Options) -> Module:
    """The intermediate model of a catalogue."""
    return build_module(load_catalogue(options), __version__)


def compile_catalogue(options: Options) -> dict[str, str]:
    """The generated files of a catalogue by file name. Writes nothing."""
    return compiled_files(load_catalogue(options), options)


def compiled_files(catalogue: Catalogue, options: Options) -> dict[str, str]:
    """The same for a loaded catalogue; the merged one is among the files."""
    module = build_module(catalogue, __version__)
    if not options.selection:
        module = replace(module, roles=())
    merged = merged_text(catalogue.data, catalogue.layers, __version__)
    return {
        f"{options.face}{PARTS}/{MERGED_NAME}": merged,
        **render(module, options.face, in_package=options.in_package),
    }

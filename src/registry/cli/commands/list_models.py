"""`registry list`: the models that match all filters."""

import difflib
from collections.abc import Collection
from typing import Annotated, Literal

import typer

from registry import Modality, Status
from registry.catalogue.here import Catalogue
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.finding import fits_into, has_words, reads, sorted_models
from registry.cli.options.named_model import checked_type, data, deprecation
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.terminal.output import inform, on_terminal, plain, write, write_json
from registry.cli.terminal.table import write_table
from registry.models.api import api_of
from registry.models.kinds import Registered
from registry_base.json_shapes import is_tuple

_LICENSE = 16  # characters of a license that a table shows
_NUMBERS = ("size", "dim", "context")

Organization = Annotated[
    str | None, typer.Option("--organization", help="Publisher; case-insensitive.")
]
Language = Annotated[str | None, typer.Option("--language", help="ISO 639 code it is made for.")]
License = Annotated[
    str | None, typer.Option("--license", help="SPDX identifier; case-insensitive.")
]
Reads = Annotated[Modality | None, typer.Option("--modality", help="Input modality.")]
MaxDim = Annotated[
    int | None, typer.Option("--max-dim", min=1, help="Maximum number of dimensions per vector.")
]
Matryoshka = Annotated[
    bool | None,
    typer.Option("--matryoshka/--no-matryoshka", help="Whether its vectors may be truncated."),
]
InStatus = Annotated[
    Status | None, typer.Option("--status", help="Whether it is active or deprecated.")
]


Text = Annotated[
    str | None,
    typer.Argument(
        metavar="TEXT",
        help="Words that the id, name, aliases, repository, organization or description has.",
    ),
]
MinContext = Annotated[
    int | None, typer.Option("--min-context", min=1, help="Minimum context length in tokens.")
]
Fits = Annotated[
    str | None,
    typer.Option(
        "--fits",
        metavar="SIZE",
        help="Only models estimated to fit into this much memory, such as 8GB.",
    ),
]
Sort = Annotated[
    Literal["catalogue", "id", "size", "dim", "context", "date"],
    typer.Option("--sort", help="Sort order; size, context and date are descending."),
]


def list_models(
    text: Text = None,
    model_type: OfType = None,
    organization: Organization = None,
    language: Language = None,
    license: License = None,  # noqa: A002 - as find_models has it
    modality: Reads = None,
    max_dim: MaxDim = None,
    matryoshka: Matryoshka = None,
    status: InStatus = None,
    min_context: MinContext = None,
    fits: Fits = None,
    sort: Sort = "catalogue",
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """List models, all or those that match every filter.

    On a terminal a table; for models of one type, also with the fields that the catalogue declares
    for it under `types`. In a pipe one line per model, tab-separated, without a header: id,
    type, parameters, embedding_dim, context_length, license, organization, huggingface_id;
    unknown is empty. With --json every field.

    Example: registry list --type dense --license apache-2.0 --fits 2GB
    """
    here = catalogue_for(catalogue)
    kind = None if model_type is None else checked_type(here, model_type)
    models = here.find_models(
        model_type=kind,
        organization=organization,
        language=language,
        license=license,
        modality=modality,
        max_embedding_dim=max_dim,
        matryoshka=matryoshka,
        status=status,
    )
    found = sorted_models(
        [
            model
            for model in models
            if (text is None or has_words(model, text))
            and (min_context is None or reads(model) >= min_context)
            and (fits is None or fits_into(model, fits))
        ],
        sort,
    )
    if not found:
        inform(_nothing(here, organization=organization, language=language, license=license))
    if as_json:
        write_json([data(model) for model in found])
    elif not on_terminal():
        write("".join("\t".join(_cells(model)) + "\n" for model in found))
    elif found:
        _write_table(here, found)


def _cells(model: Registered) -> list[str]:
    values = (
        model.id,
        model.kind,
        getattr(model, "parameters", None),
        getattr(model, "embedding_dim", None),
        getattr(model, "context_length", None),
        model.license,
        model.organization,
        model.huggingface_id or _served(model),
    )
    return ["" if value is None else plain(str(value)) for value in values]


def _column(field: str) -> str:
    """The head of a field of the catalogue's own; our columns have short names for others."""
    return f"own {field}" if field in _NUMBERS else field


def _cell(value: object) -> str:
    """A field of the catalogue's own, as a table shows it."""
    if is_tuple(value):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _served(model: Registered) -> str | None:
    """Who serves a model that has no repository: "openai:text-embedding-3-small"."""
    api = api_of(model)
    return None if api is None else f"{api.provider}:{api.name}"


def _write_table(here: Catalogue, models: Collection[Registered]) -> None:
    kinds = {model.kind for model in models}
    several = len(kinds) > 1
    own = () if several else here.own_fields(*kinds)
    head = ("id", *(("type",) if several else ()), *_NUMBERS, "license", *map(_column, own))
    rows: list[tuple[str, ...]] = []
    for model in models:
        name, kind, *numbers, terms = _cells(model)[:6]
        terms = "own terms" if terms.startswith("https:") else terms
        if len(terms) > _LICENSE:
            terms = f"{terms[: _LICENSE - 1]}…"
        more = (_cell(getattr(model, field)) for field in own)
        rows.append((name, *((kind,) if several else ()), *numbers, terms, *more))
    optional = ("license", "type", "context", *map(_column, reversed(own)))
    notes = [deprecation(model) for model in models]
    write_table(head, rows, {"id": "cyan"}, right=_NUMBERS, optional=optional, notes=notes)


def _nothing(catalogue: Catalogue, **given: str | None) -> str:
    """What to say when nothing was found: perhaps a word was misspelled."""
    hints: list[str] = []
    for field, value in given.items():
        known = sorted(_words(catalogue, field))
        folded = {word.casefold(): word for word in known}
        if value is not None and value.casefold() not in folded:
            near = difflib.get_close_matches(value.casefold(), folded, n=1)
            hint = f"; did you mean {folded[near[0]]}?" if near else ""
            hints.append(f"no model has {field} {value!r}{hint}")
    return "\n".join(hints) or "no model matches all filters"


def _words(catalogue: Catalogue, field: str) -> set[str]:
    plural = f"{field}s"
    words = set[str]()
    for model in catalogue.models:
        value: str | tuple[str, ...] = (
            getattr(model, field, None) or getattr(model, plural, None) or ()
        )
        words.update([value] if isinstance(value, str) else value)
    return words

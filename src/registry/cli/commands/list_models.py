"""`registry list`: the models of which everything asked for holds."""

import difflib
from collections.abc import Collection
from typing import Annotated, Literal

import typer

from registry import Modality, Status
from registry.catalogue.here import Catalogue
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.finding import fits_into, has_words, reads, sorted_models
from registry.cli.options.named_model import checked_type, data
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.terminal.output import complain, on_terminal, plain, write, write_json
from registry.cli.terminal.table import write_table
from registry.models.api import api_of
from registry.models.kinds import Registered

_LICENSE = 16  # characters of a license that a table shows
_NUMBERS = ("size", "dim", "context")

Organization = Annotated[
    str | None, typer.Option("--organization", help="Who publishes it; case does not matter.")
]
Language = Annotated[str | None, typer.Option("--language", help="ISO 639 code it is made for.")]
License = Annotated[
    str | None, typer.Option("--license", help="SPDX identifier; case does not matter.")
]
Reads = Annotated[Modality | None, typer.Option("--modality", help="What it reads.")]
MaxDim = Annotated[
    int | None, typer.Option("--max-dim", min=1, help="At most so many dimensions a vector.")
]
Matryoshka = Annotated[
    bool | None,
    typer.Option("--matryoshka/--no-matryoshka", help="Whether its vectors may be truncated."),
]
InStatus = Annotated[Status | None, typer.Option("--status", help="Still to be chosen or not.")]


Text = Annotated[
    str | None,
    typer.Argument(
        metavar="[TEXT]",
        help="Words that the id, name, aliases, repository, organization or description has.",
    ),
]
MinContext = Annotated[
    int | None, typer.Option("--min-context", min=1, help="Reads at least so many tokens.")
]
Fits = Annotated[
    str | None,
    typer.Option("--fits", metavar="SIZE", help="What fits into so much memory: 8GB. Estimated."),
]
Sort = Annotated[
    Literal["catalogue", "id", "size", "dim", "context", "date"],
    typer.Option("--sort", help="In which order; size, context and date with the greatest first."),
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

    A table on a terminal. In a pipe one line a model, tab-separated, without a header: id,
    type, parameters, embedding_dim, context_length, license, organization, huggingface_id;
    unknown is empty. With --json every field.
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
        complain(_nothing(here, organization=organization, language=language, license=license))
    if as_json:
        write_json([data(model) for model in found])
    elif not on_terminal():
        write("".join("\t".join(_cells(model)) + "\n" for model in found))
    elif found:
        _write_table(found)


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


def _served(model: Registered) -> str | None:
    """Who serves a model that has no repository: "openai:text-embedding-3-small"."""
    api = api_of(model)
    return None if api is None else f"{api.provider}:{api.name}"


def _write_table(models: Collection[Registered]) -> None:
    several = len({model.kind for model in models}) > 1
    head = ("id", *(("type",) if several else ()), *_NUMBERS, "license")
    rows: list[tuple[str, ...]] = []
    for model in models:
        name, kind, *numbers, terms = _cells(model)[:6]
        terms = "own terms" if terms.startswith("https:") else terms
        if len(terms) > _LICENSE:
            terms = f"{terms[: _LICENSE - 1]}…"
        rows.append((name, *((kind,) if several else ()), *numbers, terms))
    optional = ("license", "type", "context")
    write_table(head, rows, {"id": "cyan"}, right=_NUMBERS, optional=optional)


def _nothing(catalogue: Catalogue, **given: str | None) -> str:
    """What to say when nothing was found: perhaps a word was misspelt."""
    hints: list[str] = []
    for field, value in given.items():
        known = sorted(_words(catalogue, field))
        folded = {word.casefold(): word for word in known}
        if value is not None and value.casefold() not in folded:
            near = difflib.get_close_matches(value.casefold(), folded, n=1)
            hint = f"; did you mean {folded[near[0]]}?" if near else ""
            hints.append(f"no model has {field} {value!r}{hint}")
    return "\n".join(hints) or "no model has all of that"


def _words(catalogue: Catalogue, field: str) -> set[str]:
    plural = f"{field}s"
    words = set[str]()
    for model in catalogue.models:
        value: str | tuple[str, ...] = (
            getattr(model, field, None) or getattr(model, plural, None) or ()
        )
        words.update([value] if isinstance(value, str) else value)
    return words

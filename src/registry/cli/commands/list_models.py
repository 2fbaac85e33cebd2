"""`registry list`: the models of which everything asked for holds."""

import difflib
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from registry import MODEL_REGISTRY, AnyModel, Modality, Status, find_models
from registry.cli.options.named_model import data
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.terminal.output import complain, on_terminal, plain, write, write_json, write_rich

if TYPE_CHECKING:
    from rich.table import Table

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


def list_models(
    model_type: OfType = None,
    organization: Organization = None,
    language: Language = None,
    license: License = None,  # noqa: A002 - as find_models has it
    modality: Reads = None,
    max_dim: MaxDim = None,
    matryoshka: Matryoshka = None,
    status: InStatus = None,
    as_json: AsJson = False,
) -> None:
    """List the models of which everything given holds.

    A table on a terminal. In a pipe one line a model, tab-separated, without a header: id,
    type, parameters, embedding_dim, context_length, license, organization, huggingface_id;
    unknown is empty. With --json every field.
    """
    models = find_models(
        model_type=model_type,
        organization=organization,
        language=language,
        license=license,
        modality=modality,
        max_embedding_dim=max_dim,
        matryoshka=matryoshka,
        status=status,
    )
    if not models:
        complain(_nothing(organization=organization, language=language, license=license))
    if as_json:
        write_json([data(model) for model in models])
    elif not on_terminal():
        write("".join("\t".join(_cells(model)) + "\n" for model in models))
    elif models:
        write_rich(_table(models))


def _cells(model: AnyModel) -> list[str]:
    values = (
        model.id,
        model.kind,
        model.parameters,
        getattr(model, "embedding_dim", None),
        model.context_length,
        model.license,
        model.organization,
        model.huggingface_id,
    )
    return ["" if value is None else plain(str(value)) for value in values]


def _table(models: Collection[AnyModel]) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    # Where it is narrow, an id goes on in the next line; no number is ever cut.
    table.add_column("id", style="cyan", overflow="fold")
    several = len({model.kind for model in models}) > 1
    if several:
        table.add_column("type", no_wrap=True)
    for title in ("size", "dim", "context"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("license", no_wrap=True, max_width=16)
    for model in models:
        name, kind, *numbers, terms = _cells(model)[:6]
        terms = "own terms" if terms.startswith("https:") else terms
        table.add_row(name, *([kind] if several else []), *numbers, terms)
    return table


def _nothing(**given: str | None) -> str:
    """What to say when nothing was found: perhaps a word was misspelt."""
    hints: list[str] = []
    for field, value in given.items():
        known = sorted(_words(field))
        folded = {word.casefold(): word for word in known}
        if value is not None and value.casefold() not in folded:
            near = difflib.get_close_matches(value.casefold(), folded, n=1)
            hint = f"; did you mean {folded[near[0]]}?" if near else ""
            hints.append(f"no model has {field} {value!r}{hint}")
    return "\n".join(hints) or "no model has all of that"


def _words(field: str) -> set[str]:
    plural = f"{field}s"
    words = set[str]()
    for model in MODEL_REGISTRY:
        value: str | tuple[str, ...] = (
            getattr(model, field, None) or getattr(model, plural, None) or ()
        )
        words.update([value] if isinstance(value, str) else value)
    return words

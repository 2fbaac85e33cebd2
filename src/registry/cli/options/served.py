"""Served models: the server, and its answers to the probe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from registry.cli.terminal.output import complain, inform, write_json
from registry.cli.terminal.table import write_rows
from registry.models.kinds import Registered
from registry.probes.diagnosing import meaning
from registry.probes.texts import LONGEST, long_texts

if TYPE_CHECKING:
    from registry.loading.load import LoadArguments
    from registry.loading.probing import ServedModel
    from registry.models.kinds import Loadable
    from registry.probes.rows import Comparison, Row

Served = Annotated[
    bool, typer.Option("--served", help="Ask a server or an engine whether it runs the model.")
]
Backend = Annotated[
    str | None, typer.Option("--backend", help="With --served: which; ollama by default.")
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="With --served: the address of the server.")
]
ServerModel = Annotated[
    str | None, typer.Option("--server-model", help="With --served: what the server calls it.")
]


def served_arguments(
    backend: str | None, base_url: str | None, server_model: str | None, ollama_host: str | None
) -> LoadArguments:
    """Arguments of `load`."""
    name = backend or ("openai" if base_url and not ollama_host else "ollama")
    arguments: LoadArguments = {"backend": name}
    if address := base_url or (ollama_host if name == "ollama" else None):
        arguments["base_url"] = address
    if server_model is not None:
        arguments["server_model"] = server_model
    return arguments


def show_served(models: Sequence[Registered], arguments: LoadArguments, *, as_json: bool) -> bool:
    """Probe each model and write the answers; returns whether all were compared and are right."""
    from registry.loading.probing import check_served

    found = [check_served(cast("Loadable", model), **arguments) for model in models]
    right = not any(each.wrong or each.failure for each in found)
    if as_json:
        write_json([_data(each) for each in found])
        return right
    rows = [
        (each.id, *row)
        for each in found
        if each.comparison is not None
        for row in _rows(each.comparison)
    ]
    write_rows(("model", "text", "kind", "difference", "allowed", "state"), rows, {"model": "cyan"})
    for each in found:
        said = f" ({each.precision})" if each.precision else ""
        if each.wrong:
            complain(f"{each.id}: {each.by}{said} is not the model: {each.wrong}")
        elif each.failure:
            complain(f"{each.id} cannot be checked: {each.failure}")
        else:
            inform(f"{each.id}: {each.by}{said} is the model{_except_for(each)}")
    return right


def _rows(comparison: Comparison) -> Iterator[tuple[str, str, str, str, str]]:
    allowed = f"{comparison.allowed:.2f}"
    for row in comparison.rows:
        yield row.name, row.group, f"{row.difference:.4f}", allowed, _state(row)
    long = long_texts(LONGEST)
    for text in (long.limit, long.far):
        if text is not None and text.name in comparison.refused:
            yield text.name, text.group, "-", allowed, "not answered"


def _state(row: Row) -> str:
    if not row.changed:
        return "agrees"
    return f"differs, {row.tokens:+} tokens" if row.tokens else "differs"


def _except_for(served: ServedModel) -> str:
    cause = served.comparison.cause if served.comparison is not None else None
    if cause is None:
        return ""
    return f", except for languages that its entry does not name: {meaning(cause)}"


def _data(served: ServedModel) -> dict[str, Any]:
    return {**asdict(served), "wrong": served.wrong}

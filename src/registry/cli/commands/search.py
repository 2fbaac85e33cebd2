"""`registry search TEXT`: models by words."""

from __future__ import annotations

from typing import Annotated

import typer

from registry.cli.commands.list_models import list_models
from registry.cli.options.catalogue import CatalogueOption
from registry.cli.options.parameters import AsJson, OfType

Words = Annotated[str, typer.Argument(metavar="TEXT", help="Words that must all match.")]


def search(
    text: Words,
    model_type: OfType = None,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Find models by words in their names, repositories or descriptions.

    The same as `registry list TEXT`, which has more filters and sort orders.

    Example: registry search "multilingual reranker"
    """
    list_models(text, model_type=model_type, catalogue=catalogue, as_json=as_json)

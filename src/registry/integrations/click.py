"""A parameter of click that takes any name of a model, and completes it.

Use it as the type of an option or argument:

@click.option("--model", type=ModelParam("dense"), default="all-minilm-l6-v2", help=...)
"""

from __future__ import annotations

from typing import Any

from registry.catalogue.places import CatalogueLike
from registry.errors import MissingExtraError, RegistryError
from registry.integrations._names import Unknown, completions, model_named

try:
    import click
    from click.shell_completion import CompletionItem
except ModuleNotFoundError:
    raise MissingExtraError("click", "click") from None


# Its result depends on the requested type; click's own types are Any too.
class ModelParam(click.ParamType[Any]):
    """The type of an option or argument that names a model.

    `unknown` makes models of unregistered names.

    >>> ModelParam("dense").convert("BAAI/bge-m3", None, None).embedding_dim
    1024
    """

    name = "model"

    def __init__(
        self,
        model_type: str | None = None,
        *,
        unknown: Unknown | None = None,
        catalogue: CatalogueLike | None = None,
    ) -> None:
        self._model_type = model_type
        self._unknown = unknown
        self._catalogue = catalogue

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:  # as click has it
        """The model of a name; a problem ends the command in one line."""
        try:
            return model_named(value, self._model_type, self._unknown, self._catalogue)
        except RegistryError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Ids, aliases and repositories that begin so."""
        found = completions(incomplete, self._model_type, self._catalogue)
        return [CompletionItem(name, help=what) for name, what in found]

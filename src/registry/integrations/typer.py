"""Options of typer that take any name of a model, and complete it.

There is a ready-made option for each kind; make one with its own flags and texts:

def main(model: DenseOption = ALL_MINILM_L6_V2) -> None: ...

def main(
    model: Annotated[DenseModel, model_option("dense", "--embedder")] = ALL_MINILM_L6_V2
) -> None: ...

An option that may be absent or repeated is made too, because typer reads only the outer Annotated:
`Annotated[DenseModel | None, model_option("dense")] = None`, `Annotated[list[DenseModel], ...]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from registry._generated import (
    AnyModel,
    ColbertModel,
    CrossEncoderModel,
    DenseModel,
    LlmModel,
    ModelInfo,
    SparseModel,
)
from registry.catalogue.places import CatalogueLike
from registry.errors import MissingExtraError, RegistryError
from registry.integrations._names import Unknown, completions, described, model_named

try:
    import typer
except ModuleNotFoundError:
    raise MissingExtraError("typer", "typer") from None


def model_option(
    model_type: str | None = None,
    *flags: str,
    help: str | None = None,  # noqa: A002 - as typer has it
    unknown: Unknown | None = None,
    catalogue: CatalogueLike | None = None,
) -> Any:  # typer's own type of it is private
    """The option for the Annotated of a parameter.

    `unknown` makes models of unregistered names.
    """

    def parse(value: str) -> Any:
        try:
            return model_named(value, model_type, unknown, catalogue)
        except RegistryError as error:
            raise typer.BadParameter(str(error)) from None

    def complete(incomplete: str) -> list[tuple[str, str]]:
        return completions(incomplete, model_type, catalogue)

    return typer.Option(
        *flags,
        parser=parse,
        autocompletion=complete,
        metavar="MODEL",
        help=described(model_type) if help is None else help,
    )


DenseOption: TypeAlias = Annotated[DenseModel, model_option("dense")]
ColbertOption: TypeAlias = Annotated[ColbertModel, model_option("colbert")]
SparseOption: TypeAlias = Annotated[SparseModel, model_option("sparse")]
CrossEncoderOption: TypeAlias = Annotated[CrossEncoderModel, model_option("cross-encoder")]
LlmOption: TypeAlias = Annotated[LlmModel, model_option("llm")]
if TYPE_CHECKING:
    AnyOption: TypeAlias = Annotated[AnyModel, model_option()]
else:
    # typer takes no union of types; its parser makes the model, whatever the class here.
    AnyOption = Annotated[ModelInfo, model_option()]

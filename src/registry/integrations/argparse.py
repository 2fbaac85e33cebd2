"""Types of argparse that take any name of a model.

They are called with the text and return the model:

parser.add_argument("--model", type=DENSE, default=ALL_MINILM_L6_V2, metavar="MODEL")
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Final, Generic, TypeVar

from registry._generated import (
    AnyModel,
    ColbertModel,
    CrossEncoderModel,
    DenseModel,
    LlmModel,
    SparseModel,
    VisionLanguageModel,
)
from registry.catalogue.places import CatalogueLike
from registry.errors import RegistryError
from registry.integrations._names import Unknown, model_named

Model_co = TypeVar("Model_co", covariant=True)


class ModelArgument(Generic[Model_co]):
    """An argument for `type=`: called with a text, it returns the model that the text names.

    `unknown` makes models of unregistered names.

    >>> from argparse import ArgumentParser
    >>> parser = ArgumentParser()
    >>> _ = parser.add_argument("--model", type=DENSE)
    >>> parser.parse_args(["--model", "BAAI/bge-m3"]).model.embedding_dim
    1024
    """

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

    def __call__(self, text: str) -> Model_co:
        """The model. Raises ArgumentTypeError, which argparse shows in one line."""
        try:
            found: Model_co = model_named(text, self._model_type, self._unknown, self._catalogue)
        except RegistryError as error:
            raise ArgumentTypeError(str(error)) from None
        return found

    def __repr__(self) -> str:
        return "model" if self._model_type is None else f"{self._model_type} model"


DENSE: Final = ModelArgument[DenseModel]("dense")
"""Takes dense models."""
COLBERT: Final = ModelArgument[ColbertModel]("colbert")
"""Takes late-interaction models."""
SPARSE: Final = ModelArgument[SparseModel]("sparse")
"""Takes sparse models."""
CROSS_ENCODER: Final = ModelArgument[CrossEncoderModel]("cross-encoder")
"""Takes cross-encoders."""
VISION_LANGUAGE: Final = ModelArgument[VisionLanguageModel]("vision-language")
"""Takes vision-language retrievers."""
LLM: Final = ModelArgument[LlmModel]("llm")
"""Takes language models."""
ANY: Final = ModelArgument[AnyModel]()
"""Takes models of every type."""

"""Fields of pydantic models that take any name of a model and hold the model.

    class Settings(BaseSettings):                # pydantic-settings: EMBED_MODEL=BAAI/bge-m3
        embed_model: DenseField = ALL_MINILM_L6_V2

    @app.get("/embed/{model}")                   # FastAPI: paths and queries too
    def embed(model: DenseField) -> int: ...

Such a field is a model to type checkers, a string in schemas and in input, and is serialized as the
model's id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

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
from registry.errors import MissingExtraError, RegistryError
from registry.integrations._names import Unknown, described, examples, model_named
from registry_base.json_shapes import is_object

try:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema, PydanticCustomError, core_schema
except ModuleNotFoundError:
    raise MissingExtraError("pydantic", "pydantic") from None


@dataclass(frozen=True)
class ModelField:
    """Makes a field of a model: `Annotated[str, ModelField("dense")]`.

    `model_type` says which kind is taken, `unknown` makes models of unregistered names,
    `catalogue` replaces the one that is in use when the name is read.

    >>> from pydantic import TypeAdapter
    >>> field = TypeAdapter(DenseField)
    >>> field.validate_python("BAAI/bge-m3").embedding_dim
    1024
    >>> field.dump_json(field.validate_python("bge"))
    b'"bge-m3"'
    """

    model_type: str | None = None
    unknown: Unknown | None = None
    catalogue: CatalogueLike | None = None

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """How values are read and written."""
        return core_schema.no_info_plain_validator_function(
            self._model,
            serialization=core_schema.plain_serializer_function_ser_schema(
                _id, return_schema=core_schema.str_schema()
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:  # JSON Schema
        """A string, with examples."""
        return _Schema(
            type="string",
            description=described(self.model_type),
            examples=examples(self.model_type, self.catalogue),
        )

    def _model(self, value: object) -> object:
        try:
            return model_named(value, self.model_type, self.unknown, self.catalogue)
        except RegistryError as error:
            # A message may have braces of its own.
            raise PydanticCustomError("model", "{problem}", {"problem": str(error)}) from None


class _Schema(dict[str, Any]):  # JSON Schema
    """A schema whose default is the id: pydantic would write every field of the model."""

    def __setitem__(self, key: str, value: Any) -> None:
        if key == "default" and is_object(value):
            value = value.get("id", value.get("huggingface_id"))
        super().__setitem__(key, value)


def _id(model: Any) -> str:  # whatever the field holds
    return str(getattr(model, "id", model))


if TYPE_CHECKING:
    DenseField: TypeAlias = DenseModel
    ColbertField: TypeAlias = ColbertModel
    SparseField: TypeAlias = SparseModel
    CrossEncoderField: TypeAlias = CrossEncoderModel
    VisionLanguageField: TypeAlias = VisionLanguageModel
    LlmField: TypeAlias = LlmModel
    AnyField: TypeAlias = AnyModel
else:
    # Frameworks look at the type: a path may contain a string, but not a dataclass.
    DenseField = Annotated[str, ModelField("dense")]
    ColbertField = Annotated[str, ModelField("colbert")]
    SparseField = Annotated[str, ModelField("sparse")]
    CrossEncoderField = Annotated[str, ModelField("cross-encoder")]
    VisionLanguageField = Annotated[str, ModelField("vision-language")]
    LlmField = Annotated[str, ModelField("llm")]
    AnyField = Annotated[str, ModelField()]

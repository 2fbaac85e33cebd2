"""The intermediate model: what the templates render, and nothing they would have to think about."""

from dataclasses import dataclass

from registry_codegen.fields import Field, Record, model_fields

PUBLIC_CONSTANTS = (
    "CATALOGUE_VERSION",
    "MODELS_BY_ID",
    "MODEL_REGISTRY",
    "SCHEMA_VERSION",
    "SELECTED_DEFAULTS",
)
PUBLIC_CLASSES = (
    "AmbiguousModelError",
    "AnyModel",
    "EmbeddingModel",
    "FrozenDict",
    "MatryoshkaModel",
    "ModelInfo",
    "ModelType",
    "RegistryError",
    "UnknownModelError",
)
PUBLIC_FUNCTIONS = (
    "find_model",
    "find_models",
    "get_model",
    "models_by_language",
    "models_by_license",
    "models_by_max_embedding_dim",
    "models_by_modality",
    "models_by_organization",
    "models_by_type",
    "models_with_matryoshka",
)


@dataclass(frozen=True)
class RecordValue:
    """An instance of a nested class."""

    class_name: str
    fields: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class SharedTuple:
    """A long tuple that stands in a private constant."""

    name: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Model:
    """One model: its constant and the keyword arguments of its constructor."""

    id: str
    constant: str
    description: str
    arguments: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class ModelClass:
    """One type: its enum member, its class and its models."""

    type: str
    member: str
    name: str
    function_part: str
    description: str
    fields: tuple[Field, ...]  # beyond ModelInfo's, or narrower
    all_fields: frozenset[str]
    models: tuple[Model, ...]


@dataclass(frozen=True)
class Module:
    """A whole generated module."""

    sources: tuple[str, ...]
    catalogue_version: str | None
    schema_version: str
    generator_version: str
    digest: str
    records: tuple[Record, ...]
    fields: tuple[Field, ...]  # of ModelInfo
    classes: tuple[ModelClass, ...]
    shared: tuple[SharedTuple, ...]
    overloaded: bool
    selected: tuple[tuple[str, str], ...]  # role, constant

    @property
    def models(self) -> tuple[Model, ...]:
        """Every model in catalogue order."""
        return tuple(model for each in self.classes for model in each.models)

    @property
    def public_names(self) -> tuple[str, ...]:
        """Everything that `import *` brings: the constants, the classes, the functions."""
        functions = (
            PUBLIC_FUNCTIONS
            if self.overloaded
            else (*PUBLIC_FUNCTIONS, *(f"get_{each.function_part}_model" for each in self.classes))
        )
        classes = (
            *PUBLIC_CLASSES,
            *(each.name for each in self.records),
            *(each.name for each in self.classes),
        )
        constants = (*PUBLIC_CONSTANTS, *(model.constant for model in self.models))
        return (*sorted(constants), *sorted(classes), *sorted(functions))

    @property
    def id_types(self) -> list[str]:
        """The Literal of ids of each class."""
        return [f"{each.name}Id" for each in self.classes]

    @property
    def subsets(self) -> list[tuple[str, str]]:
        """Fields that some query goes through, with the union of the classes that have them."""
        unions = {
            "embedding_dim": "EmbeddingModel",
            "languages": "_ModelWithLanguages",
            "matryoshka_dims": "MatryoshkaModel",
        }
        return [(field, name) for field, name in unions.items() if self.having(field)]

    def having(self, field: str) -> tuple[ModelClass, ...]:
        """The classes that have a field."""
        return tuple(each for each in self.classes if field in each.all_fields)

    def optional(self, field: str) -> bool:
        """Whether a field may be None in some class that has it."""
        return any(
            not each.required
            for cls in self.having(field)
            for each in model_fields(cls.type)
            if each.name == field
        )

    def classes_with(self, field: str) -> tuple[ModelClass, ...]:
        """The classes that have a field; all of them if none has: no union is empty."""
        return self.having(field) or self.classes

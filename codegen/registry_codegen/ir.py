"""The intermediate model: everything that templates and pages print, without look-ups."""

from collections.abc import Mapping
from dataclasses import dataclass

# How many overloads of single ids checkers can afford to try before those of whole types.
MAX_WARNED_OF = 50


@dataclass(frozen=True)
class Field:
    """One field of a generated class.

    `section` is the part of an entry that it comes from, None for its top level. The default is a
    Python value; a required field has none. `choices` are the values of a Literal written in the
    annotation itself. `added` marks what the catalogue declares itself.
    """

    name: str
    section: str | None
    annotation: str
    description: str
    required: bool
    default: object = None
    choices: tuple[str | int | None, ...] = ()
    added: bool = False


@dataclass(frozen=True)
class Record:
    """A nested class: `Variant`."""

    name: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Vocabulary:
    """A closed set of words: an enum of the schema, a Literal in Python."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class RecordValue:
    """An instance of a nested class."""

    class_name: str
    fields: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class SharedTuple:
    """A long tuple in a private constant."""

    name: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Model:
    """One model: its constant and the keyword arguments of its constructor.

    `facts` are the most important ones, in one line; `keys` are its other names.
    `deprecated` says that a model should no longer be chosen, and which one should.
    """

    id: str
    constant: str
    facts: str
    description: str
    keys: tuple[str, ...]
    arguments: tuple[tuple[str, object], ...]
    deprecated: str | None = None


@dataclass(frozen=True)
class Part:
    """A module of constants: some models of one type, and the long tuples that they share.

    If a type has few constants, they are next to its class.
    """

    name: str
    models: tuple[Model, ...]
    shared: tuple[SharedTuple, ...]


@dataclass(frozen=True)
class ModelClass:
    """One type: its enum member, its class and its models.

    `fields` are all fields of the class in the schema's order; `own` are those beyond
    ModelInfo's; `declared` also those that are narrower than there.
    """

    type: str
    member: str
    name: str
    function_part: str
    description: str
    fields: tuple[Field, ...]
    own: tuple[Field, ...]
    declared: tuple[Field, ...]
    parts: tuple[Part, ...]

    @property
    def module(self) -> str:
        """The module of the class: the same however many models there are, for pickles."""
        return f"type_{self.function_part}"

    @property
    def models(self) -> tuple[Model, ...]:
        """Its models in catalogue order."""
        return tuple(model for part in self.parts for model in part.models)

    @property
    def deprecated(self) -> tuple[Model, ...]:
        """Those of its models that should no longer be chosen."""
        return tuple(model for model in self.models if model.deprecated)

    def field(self, name: str) -> Field | None:
        """A field by name, if the class has it."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True)
class IdType:
    """The Literal of the ids of a class, in pieces that are short enough for every checker."""

    name: str
    class_name: str
    pieces: tuple[tuple[str, tuple[str, ...]], ...]  # name, ids


@dataclass(frozen=True)
class Role:
    """A role that some class of the catalogue can serve in, and the model that does by default."""

    name: str
    served_by: ModelClass
    default: str | None  # an id

    @property
    def variable(self) -> str:
        """The environment variable that names another model."""
        return f"REGISTRY_{self.name.upper()}_MODEL"


@dataclass(frozen=True)
class Module:
    """All that is generated from one catalogue."""

    sources: tuple[str, ...]
    catalogue_version: str | None
    schema_version: str
    generator_version: str
    digest: str
    records: tuple[Record, ...]
    vocabularies: tuple[Vocabulary, ...]
    fields: tuple[Field, ...]  # of ModelInfo
    known_fields: tuple[Field, ...]  # of all types, in the schema's order
    classes: tuple[ModelClass, ...]
    ids: tuple[IdType, ...]  # of each class
    overloaded: bool
    selected: tuple[tuple[str, str], ...]  # role, id
    roles: tuple[Role, ...]  # those that get a function; none if left out
    own: frozenset[str]  # ids written in the upper of two catalogues; none for a single one
    attributions: Mapping[str, tuple[tuple[str, ...], ...]]  # by id: fields that each source gave

    @property
    def models(self) -> tuple[Model, ...]:
        """Every model in catalogue order."""
        return tuple(model for each in self.classes for model in each.models)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every module of constants, in catalogue order."""
        return tuple(part for each in self.classes for part in each.parts)

    @property
    def warned_of(self) -> bool:
        """Whether checkers warn about ids, by an overload for each deprecated one."""
        count = sum(len(each.deprecated) for each in self.classes)
        return self.overloaded and 0 < count <= MAX_WARNED_OF

    def shared(self, classes: tuple[ModelClass, ...]) -> tuple[tuple[str, str], ...]:
        """Names and annotations of the fields that all given classes have, the widest of each.

        Nested classes belong to one module: those of other registries have the same fields.
        """
        found: list[tuple[str, str]] = []
        for field in classes[0].fields:
            others = [each.field(field.name) for each in classes]
            given = {each.annotation for each in others if each is not None}
            widest = max(given, key=len)
            if None in others or {each.removesuffix(" | None") for each in given} != {
                widest.removesuffix(" | None")
            }:
                continue
            nested = any(f"tuple[{record.name}," in widest for record in self.records)
            found.append((field.name, "tuple[Any, ...]" if nested else widest))
        return tuple(found)

    def having(self, field: str) -> tuple[ModelClass, ...]:
        """The classes that have a field."""
        return tuple(each for each in self.classes if each.field(field))

    def classes_with(self, field: str) -> tuple[ModelClass, ...]:
        """The classes that have a field; all of them if none has: no union is empty."""
        return self.having(field) or self.classes

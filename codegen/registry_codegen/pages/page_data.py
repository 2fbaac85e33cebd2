"""What the documents say, as plain data from the intermediate model."""

from collections import Counter
from dataclasses import dataclass

from registry_base.json_shapes import Json, is_object, is_tuple
from registry_codegen.ir import Field, Model, ModelClass, Module, RecordValue, SharedTuple
from registry_codegen.pages.measures import Measure, figures
from registry_codegen.sections import section_title

# JavaScript counts in doubles: numbers that they cannot hold become text.
_LARGEST = 2**53 - 1


@dataclass(frozen=True)
class PageField:
    """One field as documents explain it; its section is one of the catalogue's."""

    name: str
    section: str
    description: str


@dataclass(frozen=True)
class PageType:
    """One type of model; `measure` is the key of the figure that most of its models publish.

    `added` are the fields that the catalogue declares itself.
    """

    name: str
    class_name: str
    description: str
    measure: str | None
    added: tuple[PageField, ...]


@dataclass(frozen=True)
class PageModel:
    """One model: what is known about it, by the names of its Python class, and its figures."""

    type: str
    constant: str
    facts: dict[str, Json]
    figures: dict[str, float]  # by key of the measure
    given: tuple[tuple[str, ...], ...]  # names of the facts that each of its sources gave
    own: bool  # of this catalogue, which extends another


@dataclass(frozen=True)
class PageData:
    """A whole catalogue. `package` is what its constants are imported from, if that is known."""

    package: str | None
    sources: tuple[str, ...]
    catalogue_version: str | None
    generator_version: str
    digest: str
    types: tuple[PageType, ...]
    fields: tuple[PageField, ...]  # those that some model has
    measures: tuple[Measure, ...]  # the most published first
    selected: tuple[tuple[str, str], ...]  # role, constant
    models: tuple[PageModel, ...]

    def of_type(self, model_type: PageType) -> tuple[PageModel, ...]:
        """The models of one type, in catalogue order."""
        return tuple(model for model in self.models if model.type == model_type.name)


def page_data(module: Module, package: str | None = None) -> PageData:
    """Read a module of the intermediate model; `package` is where people import it from."""
    found: Counter[Measure] = Counter()
    types: list[PageType] = []
    models: list[PageModel] = []
    for each in module.classes:
        of_type: Counter[Measure] = Counter()
        for model in each.models:
            facts = _facts(each, model)
            measured = dict(figures(each, facts))
            of_type.update(measured.keys())
            keyed = {measure.key: value for measure, value in measured.items()}
            given = tuple(
                tuple(name for name in names if name in facts)
                for names in module.attributions[model.id]
            )
            is_own = model.id in module.own
            models.append(PageModel(each.type, model.constant, facts, keyed, given, is_own))
        types.append(_page_type(each, of_type))
        found += of_type
    constants = {model.id: model.constant for model in module.models}
    known = {name for model in models for name in model.facts}
    return PageData(
        package=package,
        sources=tuple(map(_written, module.sources)),
        catalogue_version=module.catalogue_version,
        generator_version=module.generator_version,
        digest=module.digest,
        types=tuple(types),
        fields=tuple(_page_field(each) for each in module.known_fields if each.name in known),
        measures=tuple(measure for measure, _ in found.most_common()),
        selected=tuple((role, constants[model_id]) for role, model_id in module.selected),
        models=tuple(models),
    )


def _written(name: str) -> str:
    """The name of a file as text: on disk it may be any bytes."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _page_type(each: ModelClass, measured: Counter[Measure]) -> PageType:
    most = measured.most_common(1)
    return PageType(
        each.type,
        each.name,
        each.description,
        most[0][0].key if most else None,
        tuple(_page_field(field) for field in each.fields if field.added),
    )


def _page_field(field: Field) -> PageField:
    return PageField(field.name, section_title(field), field.description)


def _facts(model_class: ModelClass, model: Model) -> dict[str, Json]:
    """What is known, in the order of the class, including defaults of the whole type."""
    given = dict(model.arguments)
    facts: dict[str, Json] = {}
    for each in model_class.fields:
        of_all = each.default if each.added or each.default is True else None
        value = _plain(given.get(each.name, of_all))
        if value not in (None, [], {}):
            facts[each.name] = value
    return facts


def _plain(value: object) -> Json:
    """A value of the generated module as JSON."""
    match value:
        case SharedTuple():
            return list(value.values)
        case RecordValue():
            return {name: _plain(item) for name, item in value.fields}
        case int() if abs(value) > _LARGEST:
            return str(value)
        case _ if is_tuple(value):
            return [_plain(item) for item in value]
        case _ if is_object(value):
            return {key: _plain(item) for key, item in value.items()}
        case _:
            return value

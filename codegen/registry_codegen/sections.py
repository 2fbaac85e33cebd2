"""The sections of an entry, by which pages and commands group the fields of a class."""

from registry_base.json_shapes import is_object
from registry_codegen.fields import model_fields
from registry_codegen.ir import Field

_GENERAL = "General"


def section_title(field: Field) -> str:
    """The title of the section of a field.

    >>> [section_title(each.field) for each in model_fields("") if each.field.name == "vocab_size"]
    ['Specs']
    """
    return (field.section or _GENERAL).replace("_", " ").capitalize()


def section_titles(types: object = None) -> dict[str, str]:
    """Every field of the generated classes with the title of its section, in the schema's order.

    `types` are a catalogue's own declarations, whose fields come last.
    """
    names = ("", *(types if is_object(types) else ()))
    fields = (each.field for name in names for each in model_fields(name, types))
    return {field.name: section_title(field) for field in fields}

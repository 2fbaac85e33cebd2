"""The sections of an entry, by which pages and commands group the fields of a class."""

from functools import lru_cache

from registry_codegen.fields import model_fields
from registry_codegen.ir import Field

_GENERAL = "General"


def section_title(field: Field) -> str:
    """The title of the section of a field.

    >>> [section_title(each.field) for each in model_fields("") if each.field.name == "vocab_size"]
    ['Specs']
    """
    return (field.section or _GENERAL).replace("_", " ").capitalize()


@lru_cache(maxsize=1)
def section_titles() -> dict[str, str]:
    """Every field of the generated classes with the title of its section, in the schema's order."""
    return {each.field.name: section_title(each.field) for each in model_fields("")}

"""The sections of an entry, by which pages and commands group the fields of a class."""

from functools import lru_cache

from registry_codegen.fields import Field, model_fields

_GENERAL = "General"


def section_title(field: Field) -> str:
    """The title of the section of a field.

    Sections of an entry stay together; lists of records and free forms stand for themselves.

    >>> [section_title(field) for field in model_fields("colbert") if field.name == "vocab_size"]
    ['Specs']
    """
    alone = field.node.get("type") == "object" or "title" in field.node.get("items", {})
    section = field.path[0] if alone or len(field.path) > 1 else _GENERAL
    return section.replace("_", " ").capitalize()


@lru_cache(maxsize=1)
def section_titles() -> dict[str, str]:
    """Every field of the generated classes with the title of its section, in the schema's order."""
    return {field.name: section_title(field) for field in model_fields("")}

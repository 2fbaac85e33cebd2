"""From catalogue ids to Python identifiers: the only place where that happens.

An id is data; an identifier is code. Every name from here is plain ASCII, not a keyword, and does
not clash with anything else in the generated module.
"""

import keyword
import re

# Public and imported upper-case names of the generated module, and those that
# `registry` puts next to it. tests/unit/test_names.py compares this with the real thing.
RESERVED_CONSTANTS = frozenset(
    {
        "CATALOGUE_VERSION",
        "CROSS_ENCODER_MODELS",
        "EMBEDDING_MODELS",
        "IDS_BY_NAME",
        "LLM_MODELS",
        "MODELS_BY_ID",
        "MODEL_REGISTRY",
        "SCHEMA_VERSION",
        "SELECTED_DEFAULTS",
        "TYPE_CHECKING",
    }
)
# Class-like names that the templates always use.
RESERVED_CLASSES = frozenset(
    {"AnyModel", "EmbeddingModel", "MatryoshkaModel", "ModelInfo", "ModelType", "ModelId"}
)
# Names that the bodies of generated classes, and code that evaluates their annotations, look up: a
# field of that name would shadow them.
RESERVED_FIELDS = frozenset(
    {
        *("assign", "self"),
        *("kind", "type"),
        *("bool", "float", "int", "object", "str", "tuple", "typing", "words"),
        "layers",  # next to the fields in `registry show --json`
    }
)

# Whichever Python runs the build: `type` is one only from 3.12 on.
_SOFT_KEYWORDS = frozenset({"_", "case", "match", "type"})
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class InvalidNameError(ValueError):
    """An id that cannot become an identifier; the message says why and how to fix it."""


def _checked(identifier: str, source: str) -> str:
    # The source too: some non-ASCII letters have ASCII capitals.
    if not (source.isascii() and _IDENTIFIER.fullmatch(identifier)):
        raise InvalidNameError(
            f'"{source}" cannot become a Python name; start with a letter a-z and use letters, '
            "digits, '-' and '.' only"
        )
    if keyword.iskeyword(identifier) or identifier in _SOFT_KEYWORDS:
        raise InvalidNameError(
            f'"{source}" would become the Python keyword {identifier}; choose another word'
        )
    return identifier


def constant_name(model_id: str) -> str:
    """`jina-colbert-v2` -> `JINA_COLBERT_V2`."""
    name = _checked(re.sub(r"[-.]", "_", model_id).upper(), model_id)
    if name in RESERVED_CONSTANTS:
        raise InvalidNameError(f'"{model_id}" would take the name {name} of the package itself')
    return name


def member_name(model_type: str) -> str:
    """`cross-encoder` -> `CrossEncoder`, the member of ModelType."""
    return _checked("".join(part.capitalize() for part in model_type.split("-")), model_type)


def class_name(model_type: str) -> str:
    """`cross-encoder` -> `CrossEncoderModel`."""
    name = _checked(f"{member_name(model_type)}Model", model_type)
    if name in RESERVED_CLASSES:
        raise InvalidNameError(f'"{model_type}" would take the name {name} of the package itself')
    return name


def function_part(model_type: str) -> str:
    """`cross-encoder` -> `cross_encoder`, the middle of `get_cross_encoder_model`."""
    return _checked(f"{model_type.replace('-', '_')}_", model_type).rstrip("_")


def field_name(name: str) -> str:
    """A field of a class, by its name in the schema or in a catalogue's own declarations."""
    return _checked(name, name)


def natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key that puts `qwen3-4b` before `qwen3-14b`."""
    return tuple(
        (int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", text)
    )

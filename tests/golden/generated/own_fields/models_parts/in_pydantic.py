"""How pydantic reads and writes models: only pydantic asks for this, and only then."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "bdc0e189fe261dbc")

TYPE_CHECKING = False
if not TYPE_CHECKING:

    def mapping_schema(cls):
        """That of a mapping that cannot be changed, such as a default in a JSON Schema."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(
            cls, core_schema.dict_schema()
        )

    def model_schema(cls, schema, handler):
        """That of a class of models, which is written with its kind.

        So a model in a field of several classes is read as what it was, not as the first class
        that fits.
        """
        from pydantic_core import PydanticCustomError, core_schema

        if not hasattr(cls, "kind"):
            return schema
        literal = core_schema.literal_schema([cls.kind])
        written = core_schema.computed_field("kind", literal)
        handler.resolve_ref_schema(schema)["schema"]["computed_fields"] = [written]

        def without_kind(values):
            if not isinstance(values, dict) or "kind" not in values:
                return values
            if values["kind"] != cls.kind:
                kinds = {"wanted": cls.kind, "found": str(values["kind"])}
                raise PydanticCustomError(
                    "kind", "kind should be {wanted}, not {found}", kinds
                )
            return {name: value for name, value in values.items() if name != "kind"}

        return core_schema.no_info_before_validator_function(without_kind, schema)

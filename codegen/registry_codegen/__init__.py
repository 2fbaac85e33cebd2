"""Build time: compile a model catalogue (`models.json`) into a typed Python module.

Data flows one way, one module per step:

    options -> read -> overlay -> conformance, rules -> assemble -> literals, render -> write

`schema` and `fields` say what the JSON Schema means for Python; `names` makes identifiers.
`compile.compile_catalogue` does all of it except writing; `plugin` hooks it into a Hatch build. The
generated module imports nothing from here.

This file imports nothing either: hatchling loads every installed plugin in every build, even where
Jinja2 and jsonschema are not installed.
"""

from registry_codegen.version import __version__

__all__ = ["__version__"]

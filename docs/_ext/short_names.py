"""References by the last part of a name: `registry._generated.DenseModel` is registry.DenseModel.

What is public is documented where people import it from; annotations name the module that
defines it, or nothing but the class.
"""

from __future__ import annotations

from typing import Any

from docutils.nodes import Element
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def _resolve(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: Element
) -> Element | None:
    if node.get("refdomain") != "py":
        return None
    python: Any = env.domains["py"]  # of the domain's own class
    short = node["reftarget"].rpartition(".")[2]
    found = [name for name in python.objects if name.rpartition(".")[2] == short]
    if len(found) != 1:
        return None
    node["reftarget"] = found[0]
    made: Element | None = python.resolve_xref(
        env, node["refdoc"], app.builder, "obj", found[0], node, content
    )
    return made


def setup(app: Sphinx) -> dict[str, bool]:
    """Hook it into the resolution of references."""
    app.connect("missing-reference", _resolve)
    return {"parallel_read_safe": True}

"""Parts of pages that are made of the program itself, so that they cannot drift from it.

A page says where: `% generated: commands`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import schema_text
from catalogue_text import models_text, page_text
from command_text import commands_text
from sphinx.application import Sphinx

_MARK = re.compile(r"^% generated: (.+)$", re.MULTILINE)
_TEXTS: dict[str, Callable[[], str]] = {
    "commands": commands_text,
    "models": models_text,
    "schema of all entries": schema_text.common_text,
    "schema of types": schema_text.types_text,
    "schema of the document": schema_text.document_text,
}


def _fill(app: Sphinx, docname: str, source: list[str]) -> None:
    source[0] = _MARK.sub(lambda mark: _TEXTS[mark[1]](), source[0])


def _write_page(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        Path(app.outdir, "catalogue.html").write_text(page_text())


def setup(app: Sphinx) -> dict[str, bool]:
    """Fill pages when they are read; write catalogue.html at the end."""
    app.connect("source-read", _fill)
    app.connect("build-finished", _write_page)
    return {"parallel_read_safe": True}

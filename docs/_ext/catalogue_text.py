"""The models of the public catalogue: the page, and catalogue.html next to it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from registry_codegen.compile import load_module
from registry_codegen.pages.html import catalogue_html
from registry_codegen.pages.markdown import models_markdown
from registry_codegen.pages.page_data import PageData, page_data
from registry_codegen.projects import find_options

_ROOT = Path(__file__).parents[2]


def models_text() -> str:
    """MODELS.md; the link to catalogue.html as HTML, for Sphinx knows no such page."""
    link = '<a href="catalogue.html">catalogue.html</a>'
    return models_markdown(_page()).replace("[catalogue.html](catalogue.html)", link)


def page_text() -> str:
    """catalogue.html; MODELS.md is a page of the site."""
    return catalogue_html(_page()).replace('href="MODELS.md"', 'href="models.html"')


@lru_cache(maxsize=1)
def _page() -> PageData:
    options = find_options(_ROOT)
    assert options is not None, "pyproject.toml has the table of the build hook"
    return page_data(load_module(options), "registry")

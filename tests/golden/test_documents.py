"""MODELS.md and the data of catalogue.html of a small catalogue, byte for byte.

After a deliberate change, rewrite them and read the diff:

    UPDATE_GOLDEN=1 pytest tests/golden/test_documents.py
"""

import pytest

from goldens import GOLDEN, compare
from registry_codegen.compile import load_module
from registry_codegen.options import Options
from registry_codegen.pages.html import json_block
from registry_codegen.pages.markdown import models_markdown
from registry_codegen.pages.page_data import PageData, page_data

FOLDER = GOLDEN / "pages"


@pytest.fixture(scope="module")
def page() -> PageData:
    return page_data(load_module(Options(FOLDER)), "acme_models")


def test_models_markdown(page: PageData) -> None:
    compare("pages/MODELS.md", models_markdown(page))


def test_data_of_the_page(page: PageData) -> None:
    compare("pages/data.json", json_block(page))

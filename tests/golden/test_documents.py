"""MODELS.md and the data of catalogue.html of a small catalogue, byte for byte.

After a deliberate change, write them anew and read the diff:

    UPDATE_GOLDEN=1 pytest tests/golden/test_documents.py
"""

import os
from pathlib import Path

import pytest

from registry_codegen.compile import load_module
from registry_codegen.options import Options
from registry_codegen.pages.html import json_block
from registry_codegen.pages.markdown import models_markdown
from registry_codegen.pages.page_data import PageData, page_data

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def page() -> PageData:
    return page_data(load_module(Options(FOLDER / "pages")), "acme_models")


def compare(text: str, golden: Path) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text("utf-8")


def test_models_markdown(page: PageData) -> None:
    compare(models_markdown(page), FOLDER / "pages" / "MODELS.md")


def test_data_of_the_page(page: PageData) -> None:
    compare(json_block(page), FOLDER / "pages" / "data.json")

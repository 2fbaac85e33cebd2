"""MODELS.md: the catalogue as tables, one per type."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from registry_base.json_shapes import Json, is_list
from registry_codegen.pages.page_data import PageData, PageModel, PageType

HUB = "https://huggingface.co/"
# What has a meaning inside a line, and what starts a link or an address by itself.
_INLINE = re.compile(r"[\\`*_\[\]<>&|~$@]|(?<=http)s?:|(?<=ftp):|(?<=www)\.", re.IGNORECASE)
# What has a meaning at its beginning.
_LEADING = re.compile(r"^(\d+(?=[.)](?:\s|$)))?([#+=:.)-])")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def models_markdown(page: PageData) -> str:
    """The text of MODELS.md; texts of a catalogue stay plain text in it."""
    parts = ["# Models", _head(page), _contents(page)]
    for each in page.types:
        parts += [f"## {each.name}", escaped(each.description)]
        if each.added:
            parts.append("\n".join(f"- `{f.name}`: {escaped(f.description)}" for f in each.added))
        parts.append(_table(page, each))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    r"""A text as one line of Markdown that shows just that text.

    >>> print(escaped("# <b>1 | 2</b>"))
    \# \<b\>1 \| 2\</b\>
    """
    line = _INLINE.sub(lambda found: f"\\{found.group()}", _BLANK.sub(" ", text).strip())
    return _LEADING.sub(r"\1\\\2", line)


def _head(page: PageData) -> str:
    version = f" {page.catalogue_version}" if page.catalogue_version else ""
    sources = " over ".join(escaped(source) for source in page.sources)
    count = f"{len(page.models)} model{'' if len(page.models) == 1 else 's'}"
    lines = [
        f"{count} of {sources}{version}. Made by `registry docs`; not edited by "
        "hand. [catalogue.html](catalogue.html) has every fact, to search and to filter.",
    ]
    if page.package:
        lines.append(f"Constants are imported from `{page.package}`.")
    lines.append("Ids lead to the Hugging Face Hub; what is unknown is left out.")
    return " ".join(lines)


def _contents(page: PageData) -> str:
    # GitHub makes the anchor of a heading from its text; types are kebab-case already.
    lines = (f"- [{each.name}](#{each.name}): {len(page.of_type(each))}" for each in page.types)
    return "\n".join(lines)


def _table(page: PageData, model_type: PageType) -> str:
    models = page.of_type(model_type)
    labels = {measure.key: measure.label for measure in page.measures}
    head = ["id", "constant", "parameters"]
    columns = {"embedding_dim": "dim", "context_length": "context"}
    shown = {name: title for name, title in columns.items() if _known(models, name)}
    added = [field.name for field in model_type.added if _known(models, field.name)]
    head += [*shown.values(), *(f"`{name}`" for name in added), "license"]
    if model_type.measure:
        head.append(labels[model_type.measure])
    rows = [_row(model, shown, added, model_type.measure) for model in models]
    texts = {"id", "constant", "license", *(f"`{name}`" for name in added)}
    rule = ["---" if title in texts else "---:" for title in head]
    return "\n".join(_line(cells) for cells in (head, rule, *rows))


def _known(models: Iterable[PageModel], name: str) -> bool:
    return any(name in model.facts for model in models)


def _row(
    model: PageModel, numbers: Mapping[str, str], added: Iterable[str], measure: str | None
) -> list[str]:
    facts = model.facts
    link = facts["id"]
    if repository := facts.get("huggingface_id"):
        link = f"[{link}]({HUB}{quote(repository)})"
    elif provider := facts.get("provider"):
        link += f" ({escaped(provider)})"
    if successor := facts.get("superseded_by"):
        link += f" (use {successor})"
    elif facts.get("status") == "deprecated":
        link += " (deprecated)"
    cells = [link, f"`{model.constant}`", escaped(facts.get("parameters", ""))]
    cells += [f"{facts[name]:,}" if name in facts else "" for name in numbers]
    cells += [_added(facts.get(name)) for name in added]
    cells.append(_license(facts.get("license")))
    if measure:
        cells.append(str(model.figures.get(measure, "")))
    return cells


def _added(value: Json) -> str:
    """What a model says under a field that the catalogue declares itself."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case _ if is_list(value):
            return ", ".join(map(_added, value))
        case _:
            return escaped(str(value))


def _license(text: Json) -> str:
    if text is None:
        return ""
    if text.startswith("https://"):
        return f"[its own]({quote(text, safe=':/?#@!$&,;=%~+')})"
    return escaped(text)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"

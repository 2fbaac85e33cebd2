"""catalogue.html: a page in one file that makes no network requests.

Nothing from a catalogue can run in it: its data is in a JSON block in which no tag can end, the
script builds text nodes from it, and the page's policy allows only the script whose hash it names.
"""

import base64
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry_base.json_shapes import Json
from registry_codegen.pages.page_data import PageData, PageModel

_FOLDER = Path(__file__).parent / "templates"
_IMPORT = re.compile(r'^import .*? from "\./(\w+)\.js";\n', re.MULTILINE | re.DOTALL)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
# Comments with types, on their own lines: for the checker, not for the page.
_DOC = re.compile(r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)
# What could end the element or begin another; json.dumps escapes all that is not ASCII.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}


def catalogue_html(page: PageData) -> str:
    """The text of catalogue.html."""
    style, script = _style(), _script()
    template = _environment().get_template("catalogue.html.jinja")
    return template.render(
        page=page,
        data=json_block(page),
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def json_block(page: PageData) -> str:
    """The data of the page as JSON for a script element, one model per line.

    Facts are keyed by the number of their field, which halves the page.
    """
    numbers = {field.name: number for number, field in enumerate(page.fields)}
    head = {
        "package": page.package,
        "types": [[t.name, t.class_name, t.description] for t in page.types],
        "fields": [[f.name, f.section, f.description] for f in page.fields],
        "measures": [[m.key, m.label, m.description] for m in page.measures],
        "selected": {constant: role for role, constant in page.selected},
    }
    models = ",\n".join(_dumped(_packed(model, numbers)) for model in page.models)
    return f'{_dumped(head)[:-1]},"models":[\n{models}\n]}}'


def _packed(model: PageModel, numbers: dict[str, int]) -> Json:
    facts = {numbers[name]: value for name, value in model.facts.items()}
    given = [[numbers[name] for name in names] for names in model.given]
    return [model.type, model.constant, facts, model.figures, given, *([1] if model.own else [])]


def _dumped(value: Json) -> str:
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPES)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _style() -> str:
    return (_FOLDER / "catalogue.css").read_text("utf-8")


def _script() -> str:
    """The modules of the script as one, because browsers do not load modules from local files."""
    modules: dict[str, str] = {}

    def add(name: str) -> None:
        text = (_FOLDER / f"{name}.js").read_text("utf-8")
        for needed in _IMPORT.findall(text):
            if needed not in modules:
                add(needed)
        modules[name] = _EXPORT.sub("", _DOC.sub("", _IMPORT.sub("", text))).strip()

    add("main")
    return "\n\n".join(modules.values()) + "\n"


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy: no request, no other script or style, no HTML out of strings."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

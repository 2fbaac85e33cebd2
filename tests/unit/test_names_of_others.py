"""The names that other libraries and programs use for our models: all of them resolve.

tests/names_of_others.json has the names from fastembed's list and from six public projects.
Installed libraries are read directly.
"""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from registry import MODEL_REGISTRY, UnknownModelError, resolve

NAMES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "names_of_others.json").read_text("utf-8")
)
NOT_KNOWN: dict[str, list[str]] = NAMES.pop("not known")
OF_PROJECTS = [(who, name) for who, names in NAMES.items() for name in names]
_REPOSITORY = re.compile(r"""["'`(]([A-Za-z0-9][\w.-]+/[A-Za-z0-9][\w.-]+)["'`)]""")
# Organizations whose models sentence-transformers names; their other repositories are data sets.
_ORGANISATIONS = {model.organization for model in MODEL_REGISTRY if model.huggingface_id}


@pytest.mark.parametrize(("who", "name"), OF_PROJECTS)
def test_it_resolves(who: str, name: str) -> None:
    model = resolve(name)
    assert resolve(name.upper(), model_type=model.kind) is model


@pytest.mark.parametrize("name", [name for names in NOT_KNOWN.values() for name in names])
def test_what_is_not_here_is_said_to_be_unknown(name: str) -> None:
    with pytest.raises(UnknownModelError):
        resolve(name)


def test_every_base_name_in_ollama_resolves() -> None:
    tags = [tag for model in MODEL_REGISTRY if (tag := getattr(model, "ollama_tag", None))]
    bases = {tag.partition(":")[0] for tag in tags}
    assert len(bases) > 28
    for base in sorted(bases):
        for name in (base, f"{base}:latest", f"library/{base}", f"ollama/{base}"):
            assert resolve(name).id


def test_the_names_in_sentence_transformers_resolve() -> None:
    """In the documentation of the installed package, except data sets and unregistered models."""
    spec = importlib.util.find_spec("sentence_transformers")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    texts = (path.read_text("utf-8") for path in folder.rglob("*.py"))
    named = {name for text in texts for name in _REPOSITORY.findall(text)}
    named = {name for name in named if name.partition("/")[0] in _ORGANISATIONS}
    own = [name for name in named if name.startswith("sentence-transformers/")]
    found = {name for name in named if _is_known(name)}
    assert len(found) >= 12
    assert {name for name in own if _is_known(name)} == {
        name for name in own if _is_known(name.partition("/")[2])
    }
    here = {(model.huggingface_id or "").casefold() for model in MODEL_REGISTRY}
    assert {name for name in named if _same(name) & {_squeezed(each) for each in here}} <= found


def _is_known(name: str) -> bool:
    try:
        return resolve(name) is not None
    except UnknownModelError:
        return False


def _same(name: str) -> set[str]:
    return {_squeezed(name)}


def _squeezed(name: str) -> str:
    """Without hyphens: `ms-marco-MiniLM-L-6-v2` is today's `...-L6-v2`."""
    return name.casefold().replace("-", "")


def test_fastembed_if_it_is_installed() -> None:
    fastembed = pytest.importorskip("fastembed")
    models = fastembed.TextEmbedding.list_supported_models()
    known = {name.casefold() for name in NAMES["fastembed 0.9.1"]}
    for each in models:
        assert each["model"].casefold() in known or each["model"] in NOT_KNOWN["fastembed 0.9.1"]

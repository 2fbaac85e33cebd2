"""Other projects with catalogues of their own, built with the wheel of this one."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

import pytest
from environments import Environment
from sources import (
    OWN_REGISTRY,
    Built,
    copy_project,
    generated_files,
    sdist_names,
    sha256,
    wheel_names,
    wheel_text,
)

# Imports the example and reports what it found, and what else was imported.
USE = """
import sys
before = set(sys.modules)
from acme_models import (
    ACME_ASSISTANT_8B, ACME_EMBED_DOCS_V2, ACME_INTENT_V3, ACME_RERANK_DOCS_V1,
    IntentClassifierModel, ModelId, ModelType, MODELS_BY_ID, UnknownModelError,
    find_model, find_models, get_model, models_by_type,
)
import typing
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}

import importlib.metadata, importlib.util, json
try:
    get_model("acme-intent-v2")
except UnknownModelError as error:
    unknown = str(error)
print(json.dumps({
    "dim": ACME_EMBED_DOCS_V2.embedding_dim,
    "matryoshka": ACME_EMBED_DOCS_V2.matryoshka_dims,
    "parameters": ACME_RERANK_DOCS_V1.parameter_count,
    "tag": ACME_ASSISTANT_8B.ollama_tag,
    "own type": [model.id for model in models_by_type(ModelType.IntentClassifier)],
    "own class": isinstance(ACME_INTENT_V3, IntentClassifierModel),
    "labels": ACME_INTENT_V3.labels,
    "threshold": ACME_INTENT_V3.threshold,
    "index": ACME_EMBED_DOCS_V2.index,
    "behind an API": [m.id for m in MODELS_BY_ID.values() if m.huggingface_id is None],
    "alias": find_model("Assistant").id,
    "german": len(find_models(language="de")),
    "types": [member.value for member in ModelType],
    "ids": list(MODELS_BY_ID),
    "literal ids": typing.get_args(ModelId) == tuple(MODELS_BY_ID),
    "unknown": unknown,
    "loaded": sorted(loaded - sys.stdlib_module_names),
    "installed": [each.name for each in importlib.metadata.distributions()],
    "registry": importlib.util.find_spec("registry") is not None,
}))
"""
# Checked by mypy: a `type: ignore` that hides no error is itself an error.
TYPED = """
from typing import Literal, assert_type

from acme_models import (
    ACME_EMBED_DOCS_V2,
    ACME_INTENT_V3,
    DenseModel,
    IntentClassifierModel,
    ModelId,
    ModelType,
    get_model,
    models_by_type,
)

known: ModelId = "acme-rerank-docs-v1"
assert_type(get_model("acme-embed-docs-v2"), DenseModel)
assert_type(models_by_type(ModelType.IntentClassifier), tuple[IntentClassifierModel, ...])
assert_type(ACME_INTENT_V3.labels, tuple[str, ...])
assert_type(ACME_INTENT_V3.threshold, float)
assert_type(ACME_EMBED_DOCS_V2.index, Literal["tickets", "handbooks", "both"] | None)

from acme_models import ACME_INTENT_V4  # type: ignore[attr-defined]
ACME_EMBED_DOCS_V2.threshold  # type: ignore[attr-defined]
get_model("acme-embed-docs")  # type: ignore[call-overload]
ACME_INTENT_V3.name = "x"  # type: ignore[misc]
unknown: ModelId = "acme-embed-docs"  # type: ignore[assignment]
"""
# Every model of a registry as text.
DUMP = """
import importlib, json, sys
module = importlib.import_module(sys.argv[1])
print(json.dumps({name: repr(model) for name, model in module.MODELS_BY_ID.items()}))
"""


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(OWN_REGISTRY, tmp_path_factory.mktemp("own") / "acme")


@pytest.fixture(scope="module")
def acme_built(factory: Environment, acme: Path) -> Built:
    made = factory.build(acme)
    (sdist,), (wheel,) = made.glob("*.tar.gz"), made.glob("*.whl")
    return Built(sdist, wheel)


def dump(environment: Environment, package: str, cwd: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(environment.succeed("-c", DUMP, package, cwd=cwd))
    return found


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


# ---------------------------------------------------------------------------------------
# The example
# ---------------------------------------------------------------------------------------


def test_the_example_builds_through_its_sdist(acme_built: Built) -> None:
    sources = {"README.md", "models.json", "pyproject.toml", ".gitignore"}
    package = {"src/acme_models/__init__.py", "src/acme_models/py.typed"}
    assert sdist_names(acme_built.sdist) == sources | package | {"PKG-INFO"}
    about = {f"acme_models-1.0.0.dist-info/{name}" for name in ("METADATA", "RECORD", "WHEEL")}
    files = generated_files(OWN_REGISTRY)
    names = {f"acme_models/{name}" for name in ("__init__.py", "py.typed", *files)}
    assert wheel_names(acme_built.wheel) == names | about
    for name, text in files.items():
        assert wheel_text(acme_built.wheel, f"acme_models/{name}") == text


def test_its_wheel_needs_nothing(acme_built: Built) -> None:
    about = HeaderParser().parsestr(
        wheel_text(acme_built.wheel, "acme_models-1.0.0.dist-info/METADATA")
    )
    assert about.get_all("Requires-Dist") is None


def test_its_constants_work_where_there_is_nothing_else(
    builder: Environment, acme_built: Built, tmp_path: Path
) -> None:
    bare = Environment.create(tmp_path / "bare")
    builder.install(acme_built.wheel, bare)
    found: dict[str, Any] = json.loads(bare.succeed("-c", USE, cwd=tmp_path))
    assert found == {
        "dim": 768,
        "matryoshka": [768, 512, 256],
        "parameters": 278_000_000,
        "tag": "acme/assistant:8b-q4_K_M",
        "own type": ["acme-intent-v3"],
        "own class": True,
        "labels": ["billing", "delivery", "returns", "person"],
        "threshold": 0.7,
        "index": "both",
        "behind an API": ["acme-frontdesk"],
        "alias": "acme-assistant-8b",
        "german": 4,
        "types": ["dense", "cross-encoder", "llm", "intent-classifier"],
        "ids": [
            "acme-embed-docs-v2",
            "acme-rerank-docs-v1",
            "acme-assistant-8b",
            "acme-frontdesk",
            "acme-intent-v3",
        ],
        "literal ids": True,
        "unknown": found["unknown"],
        "loaded": ["acme_models"],
        "installed": ["acme-models"],
        "registry": False,
    }
    assert "did you mean acme-intent-v3" in found["unknown"]


def test_its_types_reach_whoever_installs_it(
    builder: Environment, acme_built: Built, tmp_path: Path
) -> None:
    bare = Environment.create(tmp_path / "bare")
    builder.install(acme_built.wheel, bare)
    (tmp_path / "use.py").write_text(TYPED)
    mypy = (sys.executable, "-m", "mypy", "--strict", "--python-executable", bare.python)
    checked = subprocess.run(
        [*mypy, "--cache-dir", tmp_path / "cache", "use.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


def test_what_its_types_say_is_the_docstring_of_the_class(acme_built: Built) -> None:
    name = "acme_models/_generated_parts/type_intent_classifier.py"
    text = wheel_text(acme_built.wheel, name)
    described = "Says which of Acme's intents a customer's message has."
    assert f'class IntentClassifierModel(ModelInfo):\n    """{described}"""' in text


def test_pip_makes_the_same_wheel(
    builder: Environment, factory: Environment, acme_built: Built, tmp_path: Path
) -> None:
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    options = ("--no-build-isolation", "--no-deps", "-w", tmp_path / "out")
    pip = ("-m", "pip", "--python", factory.python)
    builder.succeed(*pip, "wheel", *options, ".", cwd=acme, env={"PYTHONHASHSEED": "7"})
    (wheel,) = (tmp_path / "out").iterdir()
    assert sha256(wheel) == sha256(acme_built.wheel)


@pytest.mark.parametrize("own_gitignore", [True, False])
def test_it_builds_below_a_folder_that_ignores_everything(
    factory: Environment, acme_built: Built, tmp_path: Path, own_gitignore: bool
) -> None:
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    (tmp_path / ".gitignore").write_text("*\n")
    if not own_gitignore:
        (acme / ".gitignore").unlink()
    assert sha256(factory.build_wheel(acme)) == sha256(acme_built.wheel)


def test_it_cleans_up(factory: Environment, tmp_path: Path) -> None:
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    before = set(acme.rglob("*"))
    factory.build_wheel(acme)
    assert (acme / "src/acme_models/_generated.py").is_file()
    factory.succeed("-m", "hatchling", "build", "-t", "wheel", "--clean-only", cwd=acme)
    (acme / "dist").rmdir()
    assert set(acme.rglob("*")) == before


def test_its_mistakes_stop_the_build(factory: Environment, tmp_path: Path) -> None:
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    catalogue = acme / "models.json"
    edit(catalogue, '"matryoshka_dims": [768, 512, 256]', '"matryoshka_dims": [768, 512, 513]')
    edit(catalogue, '"type": "intent-classifier"', '"type": "cross-encoders"')
    output = factory.fail_to_build(acme)
    assert re.search(
        r"^models\.json:\d+:\d+: /models/0/architecture/matryoshka_dims: .*"
        r"\[acme-embed-docs-v2\]$",
        output,
        re.MULTILINE,
    )
    assert re.search(
        r'^models\.json:\d+:\d+: /models/3/type: .*"cross-encoder".*\[acme-intent-v3\]$',
        output,
        re.MULTILINE,
    )
    assert not (acme / "src/acme_models/_generated.py").exists()
    assert list((acme / "dist").iterdir()) == []


def test_a_team_lays_its_own_over_it(tmp_path: Path) -> None:
    both = copy_project(OWN_REGISTRY, tmp_path / "both")
    _generate(both)
    _generate(both / "team", PYTHONPATH=str(both / "src"))
    use = """
from search_models import ACME_EMBED_DOCS_V2, ACME_INTENT_V3, MODELS_BY_ID, SEARCH_EMBED_V1
print(SEARCH_EMBED_V1.owner, ACME_EMBED_DOCS_V2.owner, ACME_EMBED_DOCS_V2.index)
print(ACME_EMBED_DOCS_V2.batch_size, ACME_INTENT_V3.threshold, "acme-frontdesk" in MODELS_BY_ID)
"""
    path = {"PYTHONPATH": str(both / "team" / "src")}
    assert _run("-c", use, cwd=both, **path) == "search platform handbooks\n16 0.7 False\n"
    shown = _run(
        *("-m", "registry", "show", "acme-embed-docs-v2", "--json"),
        cwd=both / "team",
        PYTHONPATH=str(both / "src"),
    )
    assert json.loads(shown)["layers"] == {
        "": "acme_models",
        "/index": "search_models",
        "/performance_hints/batch_size": "search_models",
    }


def _generate(project: Path, **variables: str) -> None:
    _run("-m", "registry", "generate", cwd=project, **variables)


def _run(*command: str, cwd: Path, **variables: str) -> str:
    done = subprocess.run(
        (sys.executable, *command),
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---------------------------------------------------------------------------------------
# extends = "registry"
# ---------------------------------------------------------------------------------------


def test_a_catalogue_over_the_public_one(
    factory: Environment, project: Callable[[str], Path], builder: Environment, tmp_path: Path
) -> None:
    wheel = factory.build_wheel(project("over_public"))
    bare = Environment.create(tmp_path / "bare")
    builder.install(wheel, bare)
    public, mine = dump(factory, "registry", tmp_path), dump(bare, "over_public", tmp_path)

    assert set(public) - set(mine) == {"tinyllama-1.1b-chat-v1.0", "splade-tiny"}
    assert set(mine) - set(public) == {"house-dense"}
    same = set(public) & set(mine)
    assert {name for name in same if public[name] != mine[name]} == {"all-minilm-l6-v2"}
    # In catalogue order, as if there had been one file.
    assert [name for name in mine if name in same] == [name for name in public if name in same]


def test_an_entry_replaces_the_public_one_field_by_field(
    factory: Environment, project: Callable[[str], Path], builder: Environment, tmp_path: Path
) -> None:
    bare = Environment.create(tmp_path / "bare")
    builder.install(factory.build_wheel(project("over_public")), bare)
    fields = """
import dataclasses, json, sys, importlib
model = importlib.import_module(sys.argv[1]).ALL_MINILM_L6_V2
print(json.dumps(dataclasses.asdict(model), default=dict))
"""
    public = json.loads(factory.succeed("-c", fields, "registry", cwd=tmp_path))
    mine = json.loads(bare.succeed("-c", fields, "over_public", cwd=tmp_path))
    changed = {name: value for name, value in mine.items() if value != public[name]}
    assert changed == {
        "description": "Our default, in batches that fit our cards.",
        "license": None,
        "aliases": ["house-default"],
        "memory_mb": 44,
        "batch_size": 256,
    }
    text = (bare.site_packages / "over_public/_generated.py").read_text("utf-8")
    assert '# Source: "models.json" over "registry"' in text


def test_hiding_what_is_not_there_is_an_error(
    factory: Environment, project: Callable[[str], Path]
) -> None:
    over = project("over_public")
    edit(over / "pyproject.toml", '"splade-tiny"', '"splade-tinny", "zzz"')
    output = factory.fail_to_build(over)
    assert '"splade-tinny" is not an id of the catalogue underneath' in output
    assert 'did you mean "splade-tiny"?' in output
    assert '"zzz" is not an id of the catalogue underneath' in output
    assert "Traceback" not in output
    assert not (over / "src/over_public/_generated.py").exists()


def test_a_problem_is_reported_where_it_was_written(
    factory: Environment, project: Callable[[str], Path]
) -> None:
    over = project("over_public")
    catalogue = over / "models.json"
    # Each is valid on its own but contradicts the public entry.
    edit(catalogue, '"memory_mb": 44', '"memory_mb": 44, "context_length": 4096')
    edit(catalogue, '"aliases": ["house"]', '"aliases": ["house", "mpnet"]')
    output = factory.fail_to_build(over)
    lines = catalogue.read_text("utf-8").splitlines()
    for pointer, written in (
        ("/models/1/specs/context_length", "4096"),
        ("/models/0/aliases/1", '"mpnet"'),
    ):
        found = re.search(rf"^models\.json:(\d+):(\d+): {pointer}: ", output, re.MULTILINE)
        assert found is not None, output
        line, column = map(int, found.groups())
        assert lines[line - 1][column - 1 :].startswith(written)


def test_extends_can_name_a_file(
    factory: Environment, project: Callable[[str], Path], tmp_path: Path
) -> None:
    over = project("over_public")
    lone = (project("stray_output") / "models.json").read_text("utf-8")
    (over / "below.json").write_text(lone.replace('"lone"', '"all-minilm-l6-v2"'), "utf-8")
    edit(over / "pyproject.toml", '"registry"\n', '"below.json"\n')
    edit(over / "pyproject.toml", 'hide = ["tinyllama-1.1b-chat-v1.0", "splade-tiny"]\n', "")
    text = wheel_text(factory.build_wheel(over), "over_public/_generated.py")
    assert '# Source: "models.json" over "below.json", 2 models' in text


# ---------------------------------------------------------------------------------------
# The hook's table
# ---------------------------------------------------------------------------------------


def test_every_mistake_in_the_table_is_reported_at_once(
    factory: Environment, project: Callable[[str], Path]
) -> None:
    bad = project("bad_config")
    output = factory.fail_to_build(bad)
    said = [line for line in output.splitlines() if line.startswith("model-registry: ")]
    assert len(said) == 4, output
    for wanted in (
        "unknown option 'catalog'; .*catalogue",
        "catalogue must be a text that is not empty",
        "output '../elsewhere/models-generated.txt' must be a path inside the project",
        "hide without extends",
    ):
        assert any(re.match(f"model-registry: {wanted}", line) for line in said), wanted
    assert "Traceback" not in output
    assert list((bad / "dist").iterdir()) == []


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ("", "output is missing"),
        ("output = 3", "output must be a text"),
        ('output = "src/bad_config/generated.txt"', "is not an importable module"),
        ('output = "src/bad_config/not a name.py"', "is not an importable module"),
        ('output = "src/bad_config/class.py"', "is not an importable module"),
        ('output = "src/bad-config/generated.py"', "is not an importable module"),
        (r'output = "src/bad_config/\u0000.py"', "output must be a text .* without control"),
        ('output = "g.py"\nextends = "./models.json"', "'./models.json' is the catalogue itself"),
        (
            'output = "src/bad_config/g.py"\nextends = "regystry"',
            "'regystry': there is no such",
        ),
        ('output = "src/bad_config/g.py"\nextends = "json"', "'json': there is no such"),
        ('output = "src/bad_config/g.py"\nhide = "colbert-v2"', "hide must be a list"),
    ],
)
def test_a_mistake_in_the_table(
    factory: Environment, project: Callable[[str], Path], table: str, wanted: str
) -> None:
    bad = project("bad_config")
    pyproject = (bad / "pyproject.toml").read_text("utf-8")
    head, _, _ = pyproject.partition("catalog =")
    (bad / "pyproject.toml").write_text(head + table + "\n", "utf-8")
    output = factory.fail_to_build(bad)
    assert re.search(rf"^model-registry: .*{wanted}", output, re.MULTILINE), output
    assert "Traceback" not in output


def test_clean_with_a_wrong_table_says_so_too(
    factory: Environment, project: Callable[[str], Path]
) -> None:
    result = factory.run(
        *("-m", "hatchling", "build", "-t", "wheel", "--clean-only"), cwd=project("bad_config")
    )
    assert result.status != 0
    assert "unknown option 'catalog'" in result.output
    assert "Traceback" not in result.output


def test_a_module_outside_any_package_is_no_wheel(
    factory: Environment, project: Callable[[str], Path]
) -> None:
    stray = project("stray_output")
    output = factory.fail_to_build(stray)
    assert "the wheel holds no _generated.py" in output
    assert "output 'generated/_generated.py' must lie in a package" in output
    assert "Traceback" not in output
    # A wheel without its module must not be left where it could get uploaded.
    assert list((stray / "dist").iterdir()) == []


def test_a_module_without_the_rest_of_its_package_is_no_wheel(
    factory: Environment, tmp_path: Path
) -> None:
    # hatchling obeys a .gitignore above a project without one, and would ship the module alone.
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    (tmp_path / ".gitignore").write_text("src/\n")
    (acme / ".gitignore").unlink()
    output = factory.fail_to_build(acme)
    assert "__init__.py" in output
    assert ".gitignore" in output
    assert "Traceback" not in output
    assert list((acme / "dist").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "output", "said", "cure"),
    [
        # hatchling looks for a package with the project's name.
        (
            "acme",
            "src/acme_models/_generated.py",
            "src/acme_models/_generated.py, which cannot be imported",
            'packages = ["src/acme_models"]',
        ),
        (
            "acme-models",
            "src/other/deep/_generated.py",
            "src/other/deep/_generated.py, which cannot be imported",
            'packages = ["src/other"]',
        ),
        ("acme-models", "src/lone.py", "src/lone.py, which cannot be imported", "in a package"),
    ],
)
def test_a_module_that_nobody_can_import_is_no_wheel(
    factory: Environment, tmp_path: Path, name: str, output: str, said: str, cure: str
) -> None:
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    if "acme_models" not in output:
        shutil.rmtree(acme / "src")
    edit(acme / "pyproject.toml", 'name = "acme-models"', f'name = "{name}"')
    edit(acme / "pyproject.toml", "src/acme_models/_generated.py", output)
    printed = factory.fail_to_build(acme)
    assert f"model-registry: the wheel holds {said}" in printed
    assert cure in printed
    assert list((acme / "dist").iterdir()) == []


def test_what_was_written_by_hand_is_neither_overwritten_nor_removed(
    factory: Environment, tmp_path: Path
) -> None:
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    edit(acme / "pyproject.toml", "acme_models/_generated.py", "acme_models/__init__.py")
    package = acme / "src/acme_models/__init__.py"
    before = package.read_bytes()
    clean = ("-m", "hatchling", "build", "-t", "wheel", "--clean-only")
    for printed in (factory.fail_to_build(acme), factory.run(*clean, cwd=acme).output):
        assert f"{package}: was not generated, so it is kept" in printed
        assert "Traceback" not in printed
    assert package.read_bytes() == before


def test_where_the_module_cannot_be_written(factory: Environment, tmp_path: Path) -> None:
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    edit(acme / "pyproject.toml", "src/acme_models/_generated.py", "taken/_generated.py")
    (acme / "taken").touch()
    output = factory.fail_to_build(acme)
    assert "model-registry: taken/_generated.py: cannot be written: Not a directory" in output
    assert "Traceback" not in output


# ---------------------------------------------------------------------------------------
# The hook as seen by hatchling
# ---------------------------------------------------------------------------------------


def test_without_the_extra_the_build_says_what_is_missing(
    builder: Environment, built: Built, tmp_path: Path
) -> None:
    lean = Environment.create(tmp_path / "lean", "hatchling")
    builder.install(built.wheel, lean)
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    result = lean.run("-m", "hatchling", "build", "-t", "wheel", cwd=acme)
    assert result.status != 0
    assert "let [build-system] requires name tessera-registry[codegen]" in result.output
    assert "Traceback" not in result.output
    assert not (acme / "src/acme_models/_generated.py").exists()
    # Cleaning needs no generator.
    lean.succeed("-m", "hatchling", "build", "-t", "wheel", "--clean-only", cwd=acme)


def test_looking_for_plugins_does_not_load_the_generator(
    factory: Environment, tmp_path: Path
) -> None:
    program = """
import sys
from hatchling.plugin.manager import PluginManager
assert "model-registry" in PluginManager().build_hook.collect()
print(sorted({"jinja2", "jsonschema", "langcodes"} & sys.modules.keys()))
"""
    assert factory.succeed("-c", program, cwd=tmp_path).strip() == "[]"


def test_the_environments_see_nothing_of_this_one(builder: Environment, tmp_path: Path) -> None:
    # Otherwise every test here would prove less than it claims.
    program = "import sys; print(*sys.path, sep='\\n')"
    here = {path for path in sys.path if "site-packages" in path}
    assert here
    assert here.isdisjoint(builder.succeed("-c", program, cwd=tmp_path).splitlines())

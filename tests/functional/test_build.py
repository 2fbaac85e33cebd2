"""This project, built as its users build it: from a clone, an archive, an sdist, by pip."""

import json
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

import pytest
from environments import Environment
from packaging.requirements import Requirement
from sources import (
    OWN_REGISTRY,
    Built,
    copy_project,
    files_of,
    generated_files,
    sdist_names,
    settings,
    sha256,
    unpack_sdist,
    unpack_wheel,
    wheel_names,
    wheel_text,
)

GENERATED = "src/registry/_generated.py"
OLD_MODULE = '"""Models of an earlier release."""\n# Generator: tessera-registry 0.0.1\n'
# What each wheel reports about itself, as one line of JSON.
DESCRIBE = """
import json, registry
print(json.dumps({
    "file": registry.__file__,
    "models": len(registry.MODEL_REGISTRY),
    "dim": registry.COLBERT_V2.embedding_dim,
}))
"""
# The same check as `registry generate --check`, without the command line.
IS_STALE = """
from pathlib import Path
from registry_codegen.compile import compile_catalogue
from registry_codegen.projects import find_options
options = find_options(Path.cwd())
folder = options.output_path.parent
files = compile_catalogue(options)
fresh = all((folder / name).read_text("utf-8") == text for name, text in files.items())
print("fresh" if fresh else "stale")
"""


def _later(*values: object) -> Any:  # pytest does not export its class
    """A case of what another case tries: each is a build of seconds."""
    return pytest.param(*values, marks=pytest.mark.exhaustive)


def read_catalogue(tree: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tree / "models.json").read_text("utf-8"))
    return found


def write_catalogue(tree: Path, data: object, **layout: Any) -> None:
    (tree / "models.json").write_text(json.dumps(data, ensure_ascii=False, **layout), "utf-8")


def describe(
    environment: Environment, cwd: Path, env: Mapping[str, str] | None = None
) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(environment.succeed("-c", DESCRIBE, cwd=cwd, env=env))
    return found


def wheel_metadata(wheel: Path) -> Message:
    (name,) = (name for name in wheel_names(wheel) if name.endswith(".dist-info/METADATA"))
    return HeaderParser().parsestr(wheel_text(wheel, name))


# ---------------------------------------------------------------------------------------
# Contents of the archives
# ---------------------------------------------------------------------------------------


def test_the_sdist_holds_the_sources_and_nothing_that_was_made(
    built: Built, snapshot: Path
) -> None:
    sources = files_of(snapshot)
    names = sdist_names(built.sdist)
    # Hidden folders are for developers; .gitignore decides what the wheel leaves out.
    hidden = {name for name in sources if name.startswith(".")} - {".gitignore"}
    assert names == sources - hidden | {"PKG-INFO"}
    assert {"models.json", "schema/models.schema.json", "hatch_build.py"} <= names
    assert "codegen/registry_codegen/templates/face.py.jinja" in names
    assert not any("/_generated" in name for name in names)


def test_the_wheel_holds_both_packages_and_nothing_stray(built: Built, snapshot: Path) -> None:
    names = wheel_names(built.wheel)
    package = {
        name.removeprefix(folder)
        for name in files_of(snapshot)
        for folder in ("src/", "codegen/")
        if name.startswith(f"{folder}registry")
    }
    made = {"registry_codegen/models.schema.json"}
    made |= {f"registry/{name}" for name in generated_files(snapshot)}
    version = wheel_metadata(built.wheel)["Version"]
    about = {
        f"tessera_registry-{version}.dist-info/{name}"
        for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }
    assert names == package | made | about
    # Files that must not get lost, so they are also named explicitly.
    assert {"registry/py.typed", "registry_codegen/py.typed"} <= names
    assert "registry_codegen/templates/face.py.jinja" in names


def test_the_wheel_carries_the_catalogue_and_the_schema_as_they_are(
    built: Built, snapshot: Path, tmp_path: Path
) -> None:
    folder = unpack_wheel(built.wheel, tmp_path)
    schema = folder / "registry_codegen" / "models.schema.json"
    assert schema.read_bytes() == (snapshot / "schema" / "models.schema.json").read_bytes()
    carried = json.loads((folder / "registry" / "_generated_parts" / "models.json").read_text())
    own = read_catalogue(snapshot)
    by_id = {each["id"]: each for each in own["models"]}
    assert {each["id"]: each for each in carried["models"]} == by_id
    assert {key: carried[key] for key in own if key not in ("$schema", "as_of", "models")} == {
        key: value for key, value in own.items() if key not in ("$schema", "as_of", "models")
    }


# Extras of registry.integrations, for users who have these libraries anyway.
PIECES = {
    *("chroma", "click", "django", "dspy", "haystack", "langchain", "llama-index", "llm", "mteb"),
    *("omegaconf", "pydantic", "pydantic-ai", "sqlalchemy", "typer"),
}


def test_the_bare_package_needs_nothing(built: Built) -> None:
    about = wheel_metadata(built.wheel)
    requirements = [Requirement(line) for line in about.get_all("Requires-Dist", [])]
    assert requirements
    bare = [each for each in requirements if each.marker is None or each.marker.evaluate()]
    assert bare == []
    engines = {"export", "gguf", "onnx", "openvino", "sparse"}
    vectors = {"embed", "lancedb", "ray", "reindex"}
    ours = {"bench", "codegen", "cli", "hub", "encoders", "ollama", "all"} | engines | vectors
    extras = ours | PIECES
    assert set(about.get_all("Provides-Extra", [])) == extras
    for extra in extras:
        assert any(r.marker and r.marker.evaluate({"extra": extra}) for r in requirements), extra


def test_all_is_all_of_the_extras(built: Built) -> None:
    requirements = map(Requirement, wheel_metadata(built.wheel).get_all("Requires-Dist", []))
    by_extra: dict[bool, set[str]] = {True: set(), False: set()}
    for each in requirements:
        assert each.marker is not None
        if any(each.marker.evaluate({"extra": piece}) for piece in PIECES):
            continue
        wanted = f"{each.name}{each.specifier}"
        by_extra[each.marker.evaluate({"extra": "all"})].add(wanted)
    assert by_extra[True] == by_extra[False]


def test_a_build_requires_hatchling_and_the_extra_codegen(snapshot: Path) -> None:
    project = settings(snapshot)
    requires = project["build-system"]["requires"]
    codegen = project["project"]["optional-dependencies"]["codegen"]
    assert [r for r in requires if Requirement(r).name != "hatchling"] == codegen
    assert len(requires) == len(codegen) + 1


def test_uv_is_told_what_an_editable_install_depends_on(snapshot: Path) -> None:
    keys = [key["file"] for key in settings(snapshot)["tool"]["uv"]["cache-keys"]]
    watched = {path.relative_to(snapshot).as_posix() for k in keys for path in snapshot.glob(k)}
    generator = {name for name in files_of(snapshot) if name.startswith("codegen/")}
    wanted = {"pyproject.toml", "hatch_build.py", "models.json", "schema/models.schema.json"}
    assert wanted | generator <= watched


# ---------------------------------------------------------------------------------------
# Frontends
# ---------------------------------------------------------------------------------------


def test_pip_wheel_makes_the_same_wheel_as_build_does_from_the_sdist(
    builder: Environment, built: Built, tree: Path, tmp_path: Path
) -> None:
    builder.succeed(
        *("-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "-w", tmp_path / "out", "."),
        cwd=tree,
    )
    (wheel,) = (tmp_path / "out").iterdir()
    assert (wheel.name, sha256(wheel)) == (built.wheel.name, sha256(built.wheel))


def test_pip_install(builder: Environment, built: Built, tree: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    builder.succeed(
        *("-m", "pip", "install", "--no-build-isolation", "--no-deps", "--target", target, "."),
        cwd=tree,
    )
    found = describe(builder, tmp_path, {"PYTHONPATH": str(target)})
    assert found["file"] == str(target / "registry" / "__init__.py")
    assert found["models"] == len(read_catalogue(tree)["models"])
    assert found["dim"] == 128
    for name in generated_files(tree):
        text = (target / "registry" / name).read_text("utf-8")
        assert text == wheel_text(built.wheel, f"registry/{name}")


def test_the_wheel_runs_where_there_is_nothing_else(
    builder: Environment, built: Built, tmp_path: Path
) -> None:
    bare = Environment.create(tmp_path / "bare")
    builder.install(built.wheel, bare)
    assert describe(bare, tmp_path)["dim"] == 128
    # The command line is an extra: without it, a one-line error names the extra.
    result = bare.run("-m", "registry", "list", cwd=tmp_path)
    assert result.status == 1
    assert len(result.stderr.splitlines()) == 1
    assert "pip install 'tessera-registry[cli]'" in result.stderr


def test_editable_install(builder: Environment, tree: Path, tmp_path: Path) -> None:
    requires = settings(tree)["build-system"]["requires"]
    environment = Environment.create(tmp_path / "editable", *requires)
    install = ("-m", "pip", "--python", environment.python, "install", "--no-build-isolation")
    builder.succeed(*install, "--no-deps", "--editable", tree, cwd=tmp_path)
    found = describe(environment, tmp_path)
    assert found["file"] == str(tree / "src" / "registry" / "__init__.py")
    assert environment.succeed("-c", IS_STALE, cwd=tree).split() == ["fresh"]

    catalogue = read_catalogue(tree)
    new = {**catalogue["models"][0], "id": "one-more", "aliases": []}
    write_catalogue(tree, {**catalogue, "models": [*catalogue["models"], new]})
    # An import does not notice the edit, so the check has to.
    assert describe(environment, tmp_path)["models"] == found["models"]
    assert environment.succeed("-c", IS_STALE, cwd=tree).split() == ["stale"]

    builder.succeed(*install, "--no-deps", "--editable", tree, cwd=tmp_path)
    assert environment.succeed("-c", IS_STALE, cwd=tree).split() == ["fresh"]
    assert describe(environment, tmp_path)["models"] == found["models"] + 1


def test_other_projects_build_with_an_editable_install_too(
    builder: Environment, tree: Path, project: Callable[[str], Path], tmp_path: Path
) -> None:
    requires = settings(tree)["build-system"]["requires"]
    environment = Environment.create(tmp_path / "editable", "build", *requires)
    builder.succeed(
        *("-m", "pip", "--python", environment.python, "install", "--no-build-isolation"),
        *("--no-deps", "--editable", tree),
        cwd=tmp_path,
    )
    wheel = environment.build_wheel(project("over_public"))
    assert '    "COLBERT_V2",\n' in wheel_text(wheel, "over_public/_generated.pyi")


# ---------------------------------------------------------------------------------------
# Same input, same bytes
# ---------------------------------------------------------------------------------------


def test_another_place_umask_and_hash_seed_make_the_same_archives(
    builder: Environment, built: Built, snapshot: Path, tmp_path: Path
) -> None:
    tree = Path(shutil.copytree(snapshot, tmp_path / "a folder, deeper" / "ünï" / "tree"))
    for path in tree.rglob("*"):  # as if checked out under that umask
        path.chmod(0o700 if path.is_dir() else 0o600)
    elsewhere = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    made = builder.build(tree, env=elsewhere, umask=0o077)
    assert sha256(made / built.sdist.name) == sha256(built.sdist)
    assert sha256(made / built.wheel.name) == sha256(built.wheel)


def test_the_working_directory_does_not_show(
    builder: Environment, built: Built, tree: Path
) -> None:
    builder.succeed("-m", "hatchling", "build", "-t", "wheel", cwd=tree)
    assert sha256(tree / "dist" / built.wheel.name) == sha256(built.wheel)


def test_the_order_of_models_and_keys_does_not_show(
    builder: Environment, built: Built, tree: Path
) -> None:
    shuffler = random.Random(20)

    def shuffled(node: Any) -> Any:
        if isinstance(node, list):
            return [shuffled(item) for item in node]
        if isinstance(node, dict):
            keys = shuffler.sample(sorted(node), len(node))
            return {key: shuffled(node[key]) for key in keys}
        return node

    data = shuffled(read_catalogue(tree))
    shuffler.shuffle(data["models"])
    assert [m["id"] for m in data["models"]] != [m["id"] for m in read_catalogue(tree)["models"]]
    write_catalogue(tree, data, indent=1)
    wheel = builder.build_wheel(tree)
    for name in generated_files(tree):
        assert wheel_text(wheel, f"registry/{name}") == wheel_text(built.wheel, f"registry/{name}")


def test_git_makes_no_difference(builder: Environment, built: Built, tree: Path) -> None:
    subprocess.run(["git", "init", "--quiet", tree], check=True)
    subprocess.run(["git", "add", "--all"], cwd=tree, check=True)
    assert sha256(builder.build_wheel(tree)) == sha256(built.wheel)


@pytest.mark.parametrize("pattern", ["*", *map(_later, ["**/*.py", "src/"])])
def test_a_parent_folder_that_ignores_everything_makes_no_difference(
    builder: Environment, built: Built, tree: Path, pattern: str
) -> None:
    (tree.parent / ".gitignore").write_text(f"{pattern}\n")
    assert sha256(builder.build_wheel(tree)) == sha256(built.wheel)


def test_the_sdist_builds_below_a_folder_that_ignores_everything(
    builder: Environment, built: Built, tmp_path: Path
) -> None:
    (tmp_path / ".gitignore").write_text("*\n")
    unpacked = unpack_sdist(built.sdist, tmp_path / "unpacked")
    assert sha256(builder.build_wheel(unpacked)) == sha256(built.wheel)


def test_what_lies_about_in_a_working_folder_stays_out(
    builder: Environment, built: Built, snapshot: Path, tmp_path: Path
) -> None:
    tree = Path(shutil.copytree(snapshot, tmp_path / "tree"))
    stray = (
        *(".env", ".venv/lib/secret.py", "build/old.py", "dist/old.whl", ".mypy_cache/x.json"),
        *("src/registry/__pycache__/old.cpython-311.pyc", "src/registry/old.pyc", GENERATED),
        *(".idea/workspace.xml", "codegen/registry_codegen/__pycache__/old.cpython-311.pyc"),
        *(".hypothesis/x", "examples/own_registry/src/acme_models/_generated.py"),
        *("examples/own_registry/dist/old.whl", "node_modules/prettier/package.json"),
    )
    for name in stray:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("left over")
    (tree / GENERATED).write_text(OLD_MODULE)
    made = builder.build(tree)
    assert sdist_names(made / built.sdist.name) == sdist_names(built.sdist)
    assert sha256(made / built.wheel.name) == sha256(built.wheel)
    # And directly from that folder, which still has the old module.
    shutil.rmtree(made)
    assert sha256(builder.build_wheel(tree)) == sha256(built.wheel)


def test_an_unchanged_module_is_not_written_again(builder: Environment, tree: Path) -> None:
    builder.build_wheel(tree)
    before = (tree / GENERATED).stat()
    builder.build_wheel(tree)
    after = (tree / GENERATED).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_the_generator_beside_the_catalogue_builds_not_an_installed_one(
    factory: Environment, tree: Path
) -> None:
    template = tree / "codegen/registry_codegen/templates/face.py.jinja"
    template.write_text(template.read_text("utf-8").replace("A typed", "A newly typed"), "utf-8")
    text = wheel_text(factory.build_wheel(tree), "registry/_generated.py")
    assert text.startswith('"""A newly typed')


# ---------------------------------------------------------------------------------------
# Failures, and builds after them
# ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_over", [False, True])
def test_without_hooks_the_import_says_so_in_one_sentence(
    builder: Environment, tree: Path, tmp_path: Path, left_over: bool
) -> None:
    if left_over:
        (tree / GENERATED).write_text("raise SystemExit('an old module')\n")
    wheel = builder.build_wheel(tree, env={"HATCH_BUILD_NO_HOOKS": "true"})
    assert not any(name.startswith("registry/_generated") for name in wheel_names(wheel))
    folder = unpack_wheel(wheel, tmp_path / "unpacked")
    result = builder.run("-c", "import registry", cwd=folder)
    assert result.status == 1
    said = result.stderr.splitlines()
    assert said[-1].startswith("ImportError: ")
    assert "build hooks switched off" in said[-1]
    assert "HATCH_BUILD_NO_HOOKS" in said[-1]
    # One error, not an error during the handling of another.
    assert result.stderr.count("Traceback") == 1
    assert not re.search(r"\. [A-Z]", said[-1])


def test_a_bad_catalogue_stops_the_build_with_every_problem(
    builder: Environment, tree: Path
) -> None:
    data = read_catalogue(tree)
    models = data["models"]
    del models[3]["organization"]
    models[5]["specs"]["embeding_dim"] = 12
    models[7]["license"] = "Apache 2"
    models[9]["id"] = models[8]["id"]
    models[11]["release_date"] = "2024-02-30"
    write_catalogue(tree, data, indent=2)
    (tree / GENERATED).write_text("# as it was\n")

    output = builder.fail_to_build(tree)
    for wanted in (
        r"/models/3: .*organization.* is missing",
        r"/models/5/specs/embeding_dim: .*did you mean",
        r"/models/7/license: .*Apache 2",
        r"/models/9/id: .*is taken by /models/8",
        r"/models/11/release_date: .*calendar",
    ):
        assert re.search(rf"^models\.json:\d+:\d+: {wanted}", output, re.MULTILINE), output
    assert "Traceback" not in output
    assert (tree / GENERATED).read_text() == "# as it was\n"
    assert list((tree / "dist").glob("*")) == []
    assert [path.name for path in (tree / "src" / "registry").glob(".*")] == []


def test_pip_shows_the_problems_too(builder: Environment, tree: Path) -> None:
    (tree / "models.json").write_text('{"models": [{"id": "a"}, {"id": "b"}]}')
    options = ("--no-build-isolation", "--no-deps", "-w", tree / "out")
    result = builder.run("-m", "pip", "wheel", *options, ".", cwd=tree)
    assert result.status != 0
    assert re.search(r"models\.json:1:13: /models/0: .* \[a\]", result.output)
    assert re.search(r"models\.json:1:26: /models/1: .* \[b\]", result.output)
    assert not (tree / GENERATED).exists()
    assert list(tree.glob("out/*")) == []


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        _later(None, "models.json:1:1: /: there is no such file"),
        ('{"models": [\n  {"id": }\n]}', "models.json:2:10: /: "),
        _later('{"models": []}', "models.json:1:12: /models: no models"),
    ],
)
def test_a_catalogue_that_is_none_stops_the_build(
    builder: Environment, tree: Path, content: str | None, wanted: str
) -> None:
    (tree / "models.json").unlink()
    if content is not None:
        (tree / "models.json").write_text(content)
    output = builder.fail_to_build(tree)
    assert wanted in output
    assert "Traceback" not in output
    assert not (tree / GENERATED).exists()


def test_the_problems_come_in_the_same_order_every_time(builder: Environment, tree: Path) -> None:
    (tree / "models.json").write_text('{"models": [{"id": "X"}]}')
    outputs = {builder.fail_to_build(tree, env={"PYTHONHASHSEED": str(seed)}) for seed in (1, 2)}
    assert len(outputs) == 1


@pytest.mark.parametrize("option", [_later("--clean-only"), "--clean-hooks-after"])
def test_clean_removes_what_the_build_made(builder: Environment, tree: Path, option: str) -> None:
    before = {path for path in tree.rglob("*") if "__pycache__" not in path.parts}
    builder.succeed("-m", "hatchling", "build", "-t", "wheel", cwd=tree)
    assert (tree / GENERATED).is_file()
    # Cleaning twice is not an error.
    for _ in range(2):
        builder.succeed("-m", "hatchling", "build", "-t", "wheel", option, cwd=tree)
        assert not (tree / GENERATED).exists()
    shutil.rmtree(tree / "dist")
    assert {path for path in tree.rglob("*") if "__pycache__" not in path.parts} == before


def test_clean_works_on_a_catalogue_that_does_not(builder: Environment, tree: Path) -> None:
    (tree / GENERATED).write_text(OLD_MODULE)
    (tree / "models.json").write_text("{")
    builder.succeed("-m", "hatchling", "build", "-t", "wheel", "--clean-only", cwd=tree)
    assert not (tree / GENERATED).exists()


# ---------------------------------------------------------------------------------------
# With the network
# ---------------------------------------------------------------------------------------


@pytest.mark.heavy
@pytest.mark.exhaustive  # the builder above has no more than the isolated environments have
def test_isolated_builds_of_both_projects(
    builder: Environment, built: Built, tree: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first = builder.run("-m", "build", "--outdir", out, tree, cwd=tmp_path, online=True)
    assert first.status == 0, first.output
    assert sha256(out / built.wheel.name) == sha256(built.wheel)
    # The second project finds this one's wheel where it would find PyPI's.
    acme = copy_project(OWN_REGISTRY, tmp_path / "acme")
    second = builder.run(
        "-m",
        "build",
        "--outdir",
        out,
        acme,
        cwd=tmp_path,
        online=True,
        env={"PIP_FIND_LINKS": str(out)},
    )
    assert second.status == 0, second.output
    bare = Environment.create(tmp_path / "bare")
    builder.install(out / "acme_models-1.0.0-py3-none-any.whl", bare)
    assert bare.succeed("-c", "import acme_models", cwd=tmp_path) == ""

    editable = Environment.create(tmp_path / "editable", pip=True)
    third = editable.run(
        *("-m", "pip", "install", "--editable", acme),
        cwd=tmp_path,
        online=True,
        env={"PIP_FIND_LINKS": str(out)},
    )
    assert third.status == 0, third.output
    found = editable.succeed("-c", "import acme_models as a; print(a.__file__)", cwd=tmp_path)
    assert found.strip() == str(acme / "src" / "acme_models" / "__init__.py")

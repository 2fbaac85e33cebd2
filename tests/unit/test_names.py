"""From ids to identifiers, and what must not become one."""

import ast
from pathlib import Path

import pytest

from catalogues import catalogue, entry
from generating import generate, load, problems
from registry_codegen.names import (
    RESERVED_CLASSES,
    RESERVED_CONSTANTS,
    InvalidNameError,
    class_name,
    constant_name,
    field_name,
    function_part,
    member_name,
    natural_key,
)
from registry_codegen.public import NAMES

# Constants that `registry` itself adds to the generated ones.
ADDED_BY_THE_PACKAGE = {"EMBEDDING_MODELS", "CROSS_ENCODER_MODELS", "LLM_MODELS"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files generated from a minimal catalogue."""
    return generate(tmp_path_factory.mktemp("least"), catalogue(entry("the-model", "the-type")))


@pytest.fixture(scope="module")
def names(files: dict[str, str]) -> set[str]:
    """Every top-level name of a module."""
    return set[str]().union(*map(names_in, files.values()))


def names_in(source: str) -> set[str]:
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=imported) | ast.ImportFrom(names=imported):
                found |= {alias.asname or alias.name for alias in imported}
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case _:
                pass
    return found - {"THE_MODEL", "TheTypeModel", "TheTypeModelId", "TheType"}


def test_reserved_constants_are_the_upper_case_names_beside_models(files: dict[str, str]) -> None:
    beside = ("_generated.py", "_generated.pyi", "_generated_parts/type_the_type.py")
    names = set[str]().union(*(names_in(files[name]) for name in beside))
    upper = {name for name in names if name.isupper() and not name.startswith("_")}

    assert upper | ADDED_BY_THE_PACKAGE == RESERVED_CONSTANTS


def test_reserved_classes_are_those_that_a_type_could_become(names: set[str]) -> None:
    """Names with the same ending as a type's class or the union of its ids."""
    threatened = {name for name in names if name.endswith(("Model", "ModelId"))}

    assert threatened <= RESERVED_CLASSES
    assert {name for name in RESERVED_CLASSES if name not in names} == set()


def test_public_names_exist(names: set[str]) -> None:
    assert set[str]().union(*NAMES.values()) <= names


@pytest.mark.parametrize(
    ("model_id", "constant"),
    [
        ("colbert-v2", "COLBERT_V2"),
        ("bge-base-en-v1.5", "BGE_BASE_EN_V1_5"),
        ("a", "A"),
        ("none", "NONE"),  # a keyword only as None
        ("class", "CLASS"),
        ("match", "MATCH"),
    ],
)
def test_constant(model_id: str, constant: str) -> None:
    assert constant_name(model_id) == constant


@pytest.mark.parametrize(
    "model_id",
    [
        "",
        "-",
        "2nd",
        "-a",
        "_a",
        "__class__",
        "a b",
        "a\n",
        "a\x00",
        "a;b",
        "a(b)",
        'a"',
        "\uff41\uff42\uff43",  # full-width letters: Python would fold them into abc
        "\u0430bc",  # the Cyrillic letter
        "\u017fize",  # long s, upper-cased to a plain S
        "ßtrong",  # upper-cased to SS
        "ﬁne",  # a ligature, upper-cased to FI
        "\u0131",  # dotless i, upper-cased to I
        "a·b",  # a middle dot may continue an identifier
        "é",
        "日本",
        *(name.lower().replace("_", "-") for name in sorted(RESERVED_CONSTANTS)),
    ],
)
def test_no_constant(model_id: str) -> None:
    with pytest.raises(InvalidNameError):
        constant_name(model_id)


@pytest.mark.parametrize(
    ("model_type", "member", "name", "part"),
    [
        ("colbert", "Colbert", "ColbertModel", "colbert"),
        ("cross-encoder", "CrossEncoder", "CrossEncoderModel", "cross_encoder"),
        ("text-2-text", "Text2Text", "Text2TextModel", "text_2_text"),
        ("type", "Type", "TypeModel", "type"),
        ("model", "Model", "ModelModel", "model"),
    ],
)
def test_type(model_type: str, member: str, name: str, part: str) -> None:
    assert member_name(model_type) == member
    assert class_name(model_type) == name
    assert function_part(model_type) == part


@pytest.mark.parametrize(
    "model_type",
    [
        "none",
        "true",
        "false",
        "any",
        "embedding",
        "matryoshka",
        "2d",
        "",
        "\uff41",
        "\u0430",
        "a_b.c",
        "a b",
    ],
)
def test_no_type(model_type: str) -> None:
    with pytest.raises(InvalidNameError):
        class_name(model_type)


@pytest.mark.parametrize("name", ["class", "match", "_", "type", "__init__", "a-b", "1a"])
def test_no_field(name: str) -> None:
    with pytest.raises(InvalidNameError):
        field_name(name)


@pytest.mark.parametrize("model_type", ["import", "lambda", "self", "str", "property", "name"])
def test_type_of_a_word_that_python_knows_builds(tmp_path: Path, model_type: str) -> None:
    module = load(generate(tmp_path, catalogue(entry("a", model_type), entry("b"))))

    assert module.A.type is module.ModelType(model_type)
    assert module.models_by_type(module.A.type) == (module.A,)


def test_ids_that_become_one_constant(tmp_path: Path) -> None:
    data = catalogue(entry("a-b"), entry("a.b"))

    (problem,) = problems(tmp_path, data)
    assert "would both become A_B; rename one of them [a.b]" in problem


def test_private_constants_of_two_models_do_not_clash(tmp_path: Path) -> None:
    """The lists of `a` and `a-programming` would both be called _A_PROGRAMMING_LANGUAGES."""
    languages = ["en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "fi", "pl", "cs", "hu"]
    programming = [f"language {number}" for number in range(20)]
    data = catalogue(
        entry("a", capabilities={"programming_languages": programming}),
        entry("a-programming", capabilities={"languages": languages}),
    )

    module = load(generate(tmp_path, data))

    assert module.A.programming_languages == tuple(programming)
    assert module.A_PROGRAMMING.languages == tuple(languages)


def test_numbers_in_ids_sort_as_numbers() -> None:
    ids = ["qwen3-14b", "qwen3-4b", "qwen3-0.6b", "qwen2"]

    assert sorted(ids, key=natural_key) == ["qwen2", "qwen3-0.6b", "qwen3-4b", "qwen3-14b"]


def test_ids_with_equal_numbers_have_an_order_all_the_same(tmp_path: Path) -> None:
    one, other = entry("m-1"), entry("m-01")

    assert generate(tmp_path, catalogue(one, other)) == generate(tmp_path, catalogue(other, one))
